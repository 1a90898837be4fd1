"""Order by lot: drawn at each visit, stated on the page, the same again for the same number."""

import secrets
from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

LOTS = 10_000  # so many orders can be drawn; each has its address, so pages can be kept


def new_lot() -> int:
    """A number drawn for this visit."""
    return secrets.randbelow(LOTS)


def lot_in(text: str) -> int | None:
    """The lot that an address names; None when it names none."""
    good = text.isascii() and text.isdigit() and len(text) <= len(str(LOTS - 1))
    return int(text) if good else None


def by_lot(things: Iterable[T], lot: int, key: Callable[[T], str]) -> list[T]:
    """The things in the order of a lot; whoever knows the number and the keys can check it."""

    def place(thing: T) -> bytes:
        return blake2b(f"{lot}:{key(thing)}".encode(), digest_size=16).digest()

    return sorted(things, key=place)
