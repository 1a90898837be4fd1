"""Invented people: Mexican names, a gender and an age, never the same name twice."""

from dataclasses import dataclass

from decide.catalog.models import Gender
from decide.demonstration import lots
from decide.demonstration.reading import content

# One in so many gets a second given name beside those that are compound already.
SECOND_GIVEN_NAME = 4
AGES = range(21, 71)
HEAD_AGES = range(28, 69)


@dataclass(frozen=True)
class DemoPerson:
    """Somebody who does not exist."""

    given_names: str
    first_surname: str
    second_surname: str
    gender: Gender
    age: int

    @property
    def full_name(self) -> str:
        """Given names and both surnames, the order in which Mexico writes a name."""
        return f"{self.given_names} {self.first_surname} {self.second_surname}"


class People:
    """Draws people and remembers their names, so that nobody has a namesake in this election."""

    def __init__(self) -> None:
        """Nobody has been drawn yet."""
        self._taken: set[str] = set()

    def draw(self, purpose: str, gender: Gender, *, head: bool = False) -> DemoPerson:
        """A person for this purpose; a name already taken is drawn again."""
        attempt = 0
        while True:
            person = drawn(purpose, attempt, gender, HEAD_AGES if head else AGES)
            if self.add(person):
                return person
            attempt += 1

    def add(self, person: DemoPerson) -> bool:
        """Remember a person; False if the name was taken."""
        if person.full_name in self._taken:
            return False
        self._taken.add(person.full_name)
        return True


def drawn(purpose: str, attempt: int, gender: Gender, ages: range) -> DemoPerson:
    """The person of this attempt, whether the name is taken or not."""
    names = content("names")
    given = names["women" if gender is Gender.WOMAN else "men"]
    first = lots.one_of(given, purpose, attempt, "given")
    if " " not in first and lots.number(SECOND_GIVEN_NAME, purpose, attempt, "second?") == 0:
        second = lots.one_of([one for one in given if " " not in one], purpose, attempt, "second")
        first = first if second == first else f"{first} {second}"
    return DemoPerson(
        given_names=first,
        first_surname=lots.one_of(names["surnames"], purpose, attempt, "father"),
        second_surname=lots.one_of(names["surnames"], purpose, attempt, "mother"),
        gender=gender,
        age=lots.one_of(ages, purpose, attempt, "age"),
    )


def other(gender: Gender) -> Gender:
    """The gender that follows in a slate that alternates."""
    return Gender.MAN if gender is Gender.WOMAN else Gender.WOMAN
