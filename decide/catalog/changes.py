"""What changed between two texts, word by word, for whoever looks at the versions of a text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

WORD = re.compile(r"\s+|\w+|[^\w\s]")


class Change(StrEnum):
    """What became of a piece."""

    SAME = "same"
    ADDED = "added"
    GONE = "gone"


@dataclass(frozen=True)
class Piece:
    """A stretch of text with one fate."""

    change: Change
    text: str


def changes(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces of both texts in reading order; what went stands before what came."""
    return tuple(each for each in _pieces(WORD.findall(before), WORD.findall(after)) if each.text)


def _pieces(before: list[str], after: list[str]) -> Iterator[Piece]:
    # Autojunk would take the words that stand most often for noise.
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, begun, ended, other_begun, other_ended in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(Change.SAME, "".join(before[begun:ended]))
        else:
            yield Piece(Change.GONE, "".join(before[begun:ended]))
            yield Piece(Change.ADDED, "".join(after[other_begun:other_ended]))
