"""Ideas that repeat one another: SimHash of their words (Charikar), and groups of near equals."""

import re
from collections.abc import Sequence
from hashlib import blake2b
from unicodedata import normalize

LEAST = 8  # near equal ideas on one subject in one day
WORDS = 6  # words below which people write the same by themselves: «más seguridad por favor»
NEAR = 8  # of 64 bits that may differ
BANDS = 9  # any two that differ in 8 bits agree in one of 9 bands
SHINGLE = 2


def copied(texts: Sequence[tuple[int, str]]) -> list[list[int]]:
    """Groups of ids whose texts are nearly the same, largest first; each text in one group."""
    prints = [(identity, fingerprint(text)) for identity, text in texts]
    known = [(identity, told) for identity, told in prints if told is not None]
    parent = {identity: identity for identity, _ in known}

    def root(identity: int) -> int:
        while parent[identity] != identity:
            parent[identity] = identity = parent[parent[identity]]
        return identity

    for band in range(BANDS):
        shelves: dict[int, list[tuple[int, int]]] = {}
        for identity, told in known:
            shelves.setdefault(told >> band * 7 & 0x7F, []).append((identity, told))
        for shelf in shelves.values():
            # Each is compared with the ends of the groups seen so far: enough to join near equals.
            heads: list[tuple[int, int]] = []
            for identity, told in shelf:
                for other, its in heads:
                    if (told ^ its).bit_count() <= NEAR:
                        parent[root(identity)] = root(other)
                        break
                else:
                    heads.append((identity, told))
    groups: dict[int, list[int]] = {}
    for identity, _ in known:
        groups.setdefault(root(identity), []).append(identity)
    found = [sorted(group) for group in groups.values() if len(group) >= LEAST]
    return sorted(found, key=lambda group: (-len(group), group))


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
