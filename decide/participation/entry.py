"""How a press and an idea are written into the log: few bytes, one fixed shape per format number.

The field name of an entry is its format. A later shape takes the next number and a reader for both.
"""

from dataclasses import dataclass
from struct import Struct, error

from decide.participation.choices import Choice, IdeaKind

PRESS = b"1"
IDEA = b"1"

# press id · at (ms, 6 bytes as 4+2) · subject · version (3 bytes as 2+1) · choice
_PRESS = Struct(">16sIHIHBB")
# folio hash · at (ms) · subject · version · kind · municipality (0 = none) · length of the topic
_IDEA = Struct(">32sQIIBBB")
_KINDS = tuple(IdeaKind)

LARGEST_SUBJECT = 0xFFFF_FFFF
LARGEST_VERSION = 0xFF_FFFF


class Unreadable(Exception):
    """An entry has no known format or an impossible content; the message never quotes it."""


@dataclass(frozen=True, slots=True)
class Press:
    """One press: what a device now says about a subject; `at` in ms of the database's clock."""

    press_id: bytes
    subject_id: int
    version: int
    choice: int
    at: int


@dataclass(frozen=True, slots=True)
class IdeaSent:
    """One idea; `at` in ms of the database's clock, `municipality_number` 0 = not given."""

    folio_hash: bytes
    subject_id: int
    version: int
    kind: IdeaKind
    text: str
    topic: str
    municipality_number: int
    at: int


def press_fields(press: Press) -> dict[bytes, bytes]:
    """The fields of a press entry; struct.error is raised for numbers that do not fit."""
    return {
        PRESS: _PRESS.pack(
            press.press_id, press.at >> 16, press.at & 0xFFFF, press.subject_id,
            press.version >> 8, press.version & 0xFF, press.choice,
        )
    }  # fmt: skip


def press_of(fields: list[bytes]) -> Press:
    """Read a press entry (names and values in turn); Unreadable when it is none."""
    if len(fields) != 2 or fields[0] != PRESS:
        raise Unreadable("unknown format")
    try:
        press_id, high, low, subject_id, upper, lower, choice = _PRESS.unpack(fields[1])
    except error:
        raise Unreadable("wrong length") from None
    if choice > Choice.DISLIKE:
        raise Unreadable("unknown choice")
    return Press(press_id, subject_id, upper << 8 | lower, choice, high << 16 | low)


def idea_fields(idea: IdeaSent) -> dict[bytes, bytes]:
    """The fields of an idea entry."""
    topic = idea.topic.encode()
    head = _IDEA.pack(
        idea.folio_hash, idea.at, idea.subject_id, idea.version, _KINDS.index(idea.kind),
        idea.municipality_number, len(topic),
    )  # fmt: skip
    return {IDEA: head + topic + idea.text.encode()}


def idea_of(fields: list[bytes]) -> IdeaSent:
    """Read an idea entry (names and values in turn); Unreadable when it is none."""
    if len(fields) != 2 or fields[0] != IDEA:
        raise Unreadable("unknown format")
    packed = fields[1]
    try:
        folio_hash, at, subject_id, version, kind, municipality, length = _IDEA.unpack_from(packed)
        topic = packed[_IDEA.size : _IDEA.size + length].decode()
        text = packed[_IDEA.size + length :].decode()
    except (error, UnicodeDecodeError):
        raise Unreadable("wrong shape") from None
    if kind >= len(_KINDS) or "\0" in topic + text:
        raise Unreadable("unknown kind or a zero character")
    return IdeaSent(folio_hash, subject_id, version, _KINDS[kind], text, topic, municipality, at)
