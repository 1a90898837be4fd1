"""Under which circumstances a press came: three coarse classes in one small number, nothing else.

They are what the daily review may look at instead of addresses and devices (decision 0040):

crowd   0–3   how many answers on the same subject this worker had seen from the same network
age     0–2   how long the device had had its cookie: under a minute, under a day, longer
proof   0–2   whether it had to take trouble: no, it worked, it waited
"""

from typing import NamedTuple

NEW, YOUNG, KNOWN = 1, 2, 3
CROWDED = 2  # the crowd from which the review speaks of a crowded network
MINUTE, DAY = 60, 24 * 3600


class Circumstance(NamedTuple):
    """The three classes."""

    crowd: int = 0
    age: int = 0
    proof: int = 0

    def packed(self) -> int:
        """As one number below 64."""
        return self.crowd | self.age << 2 | self.proof << 4


def read(number: int) -> Circumstance:
    """The classes of a packed number."""
    return Circumstance(number & 3, number >> 2 & 3, number >> 4 & 3)


def age_of(issued: int, at: int) -> int:
    """The class of a cookie that was issued at one second and used at another."""
    age = at - issued
    if age < MINUTE:
        return NEW
    return YOUNG if age < DAY else KNOWN
