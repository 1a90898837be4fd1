"""Draws that come out the same on every machine and every Python.

A draw is a hash of what it is for, so it depends on no other draw and on no order of calls;
`random` promises that only for a few of its methods.
"""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def number(below: int, *purpose: object) -> int:
    """A number from 0 to `below` - 1 for this purpose."""
    told = "\x1f".join(str(part) for part in purpose).encode()
    return int.from_bytes(hashlib.blake2b(told, digest_size=8).digest(), "big") % below


def one_of(things: Sequence[T], *purpose: object) -> T:
    """One of several things for this purpose."""
    return things[number(len(things), *purpose)]


def shuffled(things: Sequence[T], *purpose: object) -> list[T]:
    """The same things in an order drawn for this purpose."""
    order = sorted(range(len(things)), key=lambda place: (number(2**62, *purpose, place), place))
    return [things[place] for place in order]
