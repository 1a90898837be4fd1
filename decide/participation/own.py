"""“Mis opiniones”: what one device said, found again by that device and by nobody else.

Press ids can only be computed forwards, from a device. So the device's ids of *all* subjects are
computed and looked up: no list of what a device did exists anywhere, not even for a moment longer
than the page takes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from decide.participation.actions import press
from decide.participation.choices import Choice
from decide.participation.device import Device
from decide.participation.door import Door
from decide.participation.keys import Keys, author_of, press_id_of
from decide.participation.refusals import Closed

Marker = Callable[[Keys, bytes, int], bytes]

_PRESSES = text("""
SELECT r.subject_id, r.version, r.choice, s.version, s.kind, s.open, v.title
FROM unnest(CAST(:subjects AS bigint[]), CAST(:marks AS uuid[])) AS own (subject_id, press_id)
JOIN reaction r USING (subject_id, press_id)
JOIN subject s ON s.id = r.subject_id
JOIN subject_version v ON v.subject_id = s.id AND v.version = s.version
WHERE r.choice > 0
ORDER BY r.pressed_at DESC
""")
_IDEAS = text("""
SELECT i.id, i.subject_id, i.kind, i.text, i.received_on, v.title
FROM unnest(CAST(:subjects AS bigint[]), CAST(:marks AS uuid[])) AS own (subject_id, author)
JOIN idea i USING (subject_id, author)
JOIN subject_version v ON v.subject_id = i.subject_id AND v.version = i.version
WHERE i.withdrawn_at IS NULL
ORDER BY i.id DESC
""")
# The mark says whose it is: nobody else's idea can be named by this.
_WITHDRAW = text("""
UPDATE idea SET text = '', topic = NULL, municipality_number = NULL, author = NULL,
                withdrawn_at = clock_timestamp()
WHERE id = :id AND author = :author AND withdrawn_at IS NULL
RETURNING id
""")


@dataclass(frozen=True)
class OwnPress:
    """One choice of this device; `changed` says that the text is newer than the one answered."""

    subject_id: int
    title: str
    choice: Choice
    version: int
    current_version: int
    answerable: bool

    @property
    def changed(self) -> bool:
        """Whether the text has changed since."""
        return self.version < self.current_version


@dataclass(frozen=True)
class OwnIdea:
    """One idea of this device, with its words."""

    id: int
    subject_id: int
    title: str
    kind: str
    text: str
    received_on: date


@dataclass(frozen=True)
class Own:
    """All that a device said and has not withdrawn, newest first."""

    presses: tuple[OwnPress, ...]
    ideas: tuple[OwnIdea, ...]


def own(door: Door, device: Device, session: Session) -> Own:
    """What a device said, as SQL holds it (a press needs a fraction of a second to arrive)."""
    picture = door.snapshot.picture()
    taking = door.snapshot.standing().takes_part
    subjects = list(picture.subjects)
    numbers = "{" + ",".join(map(str, subjects)) + "}"
    presses = session.execute(
        _PRESSES, {"subjects": numbers, "marks": _marks(press_id_of, door, device, subjects)}
    )
    ideas = session.execute(
        _IDEAS, {"subjects": numbers, "marks": _marks(author_of, door, device, subjects)}
    )
    return Own(
        presses=tuple(
            OwnPress(subject, title, Choice(choice), version, current, is_open and kind in taking)
            for subject, version, choice, current, kind, is_open, title in presses
        ),
        ideas=tuple(
            OwnIdea(identity, subject, title, kind, words, received_on)
            for identity, subject, kind, words, received_on, title in ideas
        ),
    )


def withdraw_own_idea(door: Door, device: Device, session: Session, idea: int) -> bool:
    """Erase one idea of this device; False when this device has no such idea."""
    subject = session.execute(
        text("SELECT subject_id FROM idea WHERE id = :id"), {"id": idea}
    ).scalar()
    if subject is None:
        return False
    author = author_of(door.keys, device.identity, subject).hex()
    return session.execute(_WITHDRAW, {"id": idea, "author": author}).first() is not None


def erase(door: Door, device: Device, session: Session) -> int:
    """Withdraw everything this device said; returns what could not be, for its phase has closed.

    Ideas go at once, in the caller's transaction; presses by the usual way, for a choice that still
    travels in the log must not come back.
    """
    found = own(door, device, session)
    for idea in found.ideas:
        withdraw_own_idea(door, device, session, idea.id)
    return sum(1 for each in found.presses if not _taken_back(door, device, each))


def _taken_back(door: Door, device: Device, each: OwnPress) -> bool:
    try:
        press(door, device, each.subject_id, each.current_version, Choice.NONE)
    except Closed:
        return False
    return True


def _marks(make: Marker, door: Door, device: Device, subjects: list[int]) -> str:
    keys, identity = door.keys, device.identity
    return "{" + ",".join(make(keys, identity, subject).hex() for subject in subjects) + "}"
