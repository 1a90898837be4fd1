"""How a press and an idea are written into the log: few bytes, one fixed shape per format number.

The field name of an entry is its format. A later shape takes the next number and a reader for both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct, error
from typing import NamedTuple

from decide.participation.choices import Choice, IdeaKind

PRESS = b"2"
PRESS_BEFORE = b"1"  # the same without circumstance
IDEA = b"1"

# press id · at (µs, 7 bytes as 1+2+4) · subject · version and choice (3 bytes as 2+1) · way
_PRESS = Struct(">16sBHIIHBB")
# folio hash · author · at (µs) · subject · version · kind · municipality (0: none) · topic's length
_IDEA = Struct(">32s16sQIIBBB")
_KINDS = tuple(IdeaKind)

NOBODY = bytes(16)
LARGEST_SUBJECT = 0xFFFF_FFFF
LARGEST_VERSION = 0x3F_FFFF


class Unreadable(Exception):
    """An entry has no known format or an impossible content; the message never quotes it."""


class Press(NamedTuple):
    """One press: what a device now says about a subject; `at` in µs of the database's clock.

    `circumstance` is a class of few values, see `decide.participation.circumstance`.
    """

    press_id: bytes
    subject_id: int
    version: int
    choice: int
    at: int
    circumstance: int = 0


@dataclass(frozen=True, slots=True)
class IdeaSent:
    """One idea; `at` in µs of the database's clock, `municipality_number` 0 = not given."""

    folio_hash: bytes
    subject_id: int
    version: int
    kind: IdeaKind
    text: str
    topic: str
    municipality_number: int
    at: int
    author: bytes = NOBODY


def press_fields(press: Press) -> dict[bytes, bytes]:
    """The fields of a press entry; struct.error is raised for numbers that do not fit."""
    at, said = press.at, press.version << 2 | press.choice
    return {
        PRESS: _PRESS.pack(
            press.press_id, at >> 48, at >> 32 & 0xFFFF, at & 0xFFFF_FFFF, press.subject_id,
            said >> 8, said & 0xFF, press.circumstance,
        )
    }  # fmt: skip


def press_of(fields: list[bytes]) -> Press:
    """Read a press entry (names and values in turn); Unreadable when it is none."""
    if len(fields) != 2 or fields[0] not in (PRESS, PRESS_BEFORE):
        raise Unreadable("unknown format")
    packed = fields[1] + b"\0" if fields[0] == PRESS_BEFORE else fields[1]
    try:
        press_id, high, middle, low, subject_id, upper, lower, way = _PRESS.unpack(packed)
    except error:
        raise Unreadable("wrong length") from None
    said = upper << 8 | lower
    if said & 3 > Choice.DISLIKE:
        raise Unreadable("unknown choice")
    at = high << 48 | middle << 32 | low
    return Press(press_id, subject_id, said >> 2, said & 3, at, way)


def presses_of(entries: Sequence[list[bytes]]) -> list[Press] | None:
    """Read many press entries at once; None when any of them needs a closer look."""
    values = [fields[1] for fields in entries if len(fields) == 2 and fields[0] == PRESS]
    if len(values) != len(entries) or any(len(value) != _PRESS.size for value in values):
        return None
    told = [
        Press(
            press_id,
            subject_id,
            (upper << 8 | lower) >> 2,
            lower & 3,
            high << 48 | middle << 32 | low,
            way,
        )
        for press_id, high, middle, low, subject_id, upper, lower, way in _PRESS.iter_unpack(
            b"".join(values)
        )
    ]  # fmt: skip
    return None if any(press.choice > Choice.DISLIKE for press in told) else told


def idea_fields(idea: IdeaSent) -> dict[bytes, bytes]:
    """The fields of an idea entry."""
    topic = idea.topic.encode()
    head = _IDEA.pack(
        idea.folio_hash, idea.author, idea.at, idea.subject_id, idea.version,
        _KINDS.index(idea.kind), idea.municipality_number, len(topic),
    )  # fmt: skip
    return {IDEA: head + topic + idea.text.encode()}


def idea_of(fields: list[bytes]) -> IdeaSent:
    """Read an idea entry (names and values in turn); Unreadable when it is none."""
    if len(fields) != 2 or fields[0] != IDEA:
        raise Unreadable("unknown format")
    packed = fields[1]
    try:
        head = _IDEA.unpack_from(packed)
        folio_hash, author, at, subject_id, version, kind, municipality, length = head
        topic = packed[_IDEA.size : _IDEA.size + length].decode()
        text = packed[_IDEA.size + length :].decode()
    except (error, UnicodeDecodeError):
        raise Unreadable("wrong shape") from None
    if kind >= len(_KINDS) or "\0" in topic + text:
        raise Unreadable("unknown kind or a zero character")
    return IdeaSent(
        folio_hash, subject_id, version, _KINDS[kind], text, topic, municipality, at, author
    )
