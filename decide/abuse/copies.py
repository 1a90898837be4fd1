"""Ideas that repeat one another: SimHash of their words (Charikar), and groups of near equals."""

import re
from collections.abc import Sequence
from hashlib import blake2b
from unicodedata import normalize

LEAST = 8  # near equal ideas on one subject in one day
WORDS = 6  # words below which people write the same by themselves: «más seguridad por favor»
NEAR = 12  # of 64 bits that may differ; texts of different people differ in about 32
BANDS = 13  # any two that differ in 12 bits agree in one of 13 bands
SHINGLE = 2


class Groups:
    """Texts that were found to be near, joined into groups (union and find)."""

    def __init__(self) -> None:
        """Everybody alone."""
        self._parent: dict[int, int] = {}

    def root(self, identity: int) -> int:
        """Who stands for the group of a text."""
        parent = self._parent.setdefault(identity, identity)
        while parent != identity:
            self._parent[identity] = identity = self._parent[parent]
            parent = self._parent[identity]
        return identity

    def join(self, one: int, other: int) -> None:
        """These two belong together."""
        self._parent[self.root(one)] = self.root(other)


def copied(texts: Sequence[tuple[int, str]]) -> list[list[int]]:
    """Groups of ids whose texts are nearly the same, largest first; each text in one group."""
    prints = [(identity, fingerprint(text)) for identity, text in texts]
    known = [(identity, told) for identity, told in prints if told is not None]
    together = Groups()
    for band in range(BANDS):
        low, high = (64 * edge // BANDS for edge in (band, band + 1))
        shelves: dict[int, list[tuple[int, int]]] = {}
        for identity, told in known:
            shelf = shelves.setdefault(told >> low & (1 << high - low) - 1, [])
            meet(together, shelf, identity, told)
    groups: dict[int, list[int]] = {}
    for identity, _ in known:
        groups.setdefault(together.root(identity), []).append(identity)
    found = [sorted(group) for group in groups.values() if len(group) >= LEAST]
    return sorted(found, key=lambda group: (-len(group), group))


def meet(together: Groups, shelf: list[tuple[int, int]], identity: int, told: int) -> None:
    """Join a text to the first near one on its shelf, or put it there as the first of its kind."""
    for other, its in shelf:
        if (told ^ its).bit_count() <= NEAR:
            together.join(identity, other)
            return
    shelf.append((identity, told))


def fingerprint(text: str) -> int | None:
    """64 bits that differ little when the words differ little; None for a short text."""
    plain = normalize("NFKD", text.casefold())
    words = re.findall(r"[a-z0-9]+", "".join(each for each in plain if each.isascii()))
    if len(words) < WORDS:
        return None
    votes = [0] * 64
    shingles = {*words} | {" ".join(words[n : n + SHINGLE]) for n in range(len(words) - 1)}
    for shingle in shingles:
        told = int.from_bytes(blake2b(shingle.encode(), digest_size=8).digest(), "big")
        for bit in range(64):
            votes[bit] += 1 if told >> bit & 1 else -1
    return sum(1 << bit for bit in range(64) if votes[bit] > 0)
