"""Invented citizens answer the invented offer, through the same door as real ones."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.catalog.models import Subject
from decide.demonstration import lots
from decide.demonstration.writing import ideas
from decide.kernel.resources import Resources
from decide.participation.actions import press, send_idea
from decide.participation.choices import Choice, IdeaKind
from decide.participation.device import Device
from decide.participation.door import Door
from decide.participation.snapshot import Snapshot

CITIZENS = 300
PRESSES_EACH = 5
CHOICES = (Choice.LIKE, Choice.LIKE, Choice.DISLIKE)


def answer(resources: Resources, *, citizens: int = CITIZENS) -> tuple[int, int]:
    """Send presses and ideas; gives how many of each. The drain copies them when it runs.

    Which subject gets how many is drawn evenly: the demonstration must favour no invented party.
    """
    with resources.database.reading() as session:
        subjects = open_subjects(session)
    door = Door(resources, Snapshot(resources))
    try:
        sent = sum(visit(door, subjects, citizen) for citizen in range(citizens))
        return sent, write(door, subjects)
    finally:
        door.close()
        door.snapshot.close()


def open_subjects(session: Session) -> list[tuple[int, int]]:
    """What can be answered: subject and version."""
    rows = select(Subject.id, Subject.version).where(Subject.open).order_by(Subject.id)
    return list(session.execute(rows))


def visit(door: Door, subjects: Sequence[tuple[int, int]], citizen: int) -> int:
    """One citizen presses on a few things; gives how many."""
    for step in range(PRESSES_EACH):
        subject, version = lots.one_of(subjects, "press", citizen, step)
        press(door, device(citizen), subject, version, lots.one_of(CHOICES, citizen, step))
    return PRESSES_EACH


def write(door: Door, subjects: Sequence[tuple[int, int]]) -> int:
    """Each prepared text is sent once; gives how many."""
    texts = ideas()
    for number, idea in enumerate(texts):
        subject, version = lots.one_of(subjects, "idea", number)
        send_idea(
            door,
            device(number),
            subject,
            version,
            kind=IdeaKind(idea.kind),
            text=idea.text,
            municipality_number=1 + lots.number(125, "place", number),
        )
    return len(texts)


def device(citizen: int) -> Device:
    """The phone of an invented citizen: always the same one."""
    return Device(hashlib.sha256(f"demonstration {citizen}".encode()).digest()[:16], 0)
