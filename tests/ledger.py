"""A world with nothing but subjects that take answers now, and one citizen's way into it."""

import os
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from decide.calendar import actions as calendar
from decide.calendar.rules import Window
from decide.catalog.models import SubjectKind
from decide.kernel.clock import Clock
from decide.participation.actions import press, send_idea
from decide.participation.choices import IdeaKind
from decide.participation.device import Device
from decide.participation.door import Door
from decide.participation.drain import Drain
from decide.participation.snapshot import Snapshot
from tests import factories

ANSWERED = frozenset({"platform", "section", "block", "proposal"})


def window(*, opens_in=-3600.0, closes_in=3600.0, now=None, kinds=ANSWERED, key="campaign"):
    """A phase around this moment; seconds from now."""
    now = now or datetime.now(UTC)
    return Window(
        key=key,
        title="Campañas",
        text="Opine.",
        opens_at=now + timedelta(seconds=opens_in),
        closes_at=now + timedelta(seconds=closes_in),
        visible=kinds,
        takes_part=kinds,
        editable=frozenset(),
    )


def set_window(session, **wanted):
    """Open or move the one phase, by the database's clock."""
    now = Clock().now(session)
    calendar.set_phases(session, [window(now=now, **wanted)], at=now, by=None)


def subjects_of_one_party(resources, count=3, *, version=1):
    """Ids of `count` proposals of one party that take answers now."""
    with resources.database.transaction() as session:
        set_window(session)
        party = factories.actor(session, "LUCERO")
        now = Clock().now(session)
        return [
            factories.subject(
                session, SubjectKind.PROPOSAL, party, f"Agua {n}", "Agua diaria.", at=now,
                version=version,
            ).id
            for n in range(count)
        ]  # fmt: skip


def device(number=None):
    """A device, always the same for the same number."""
    identity = os.urandom(16) if number is None else number.to_bytes(16, "big")
    return Device(identity, 1_700_000_000)


class Town:
    """A door, a drain, and subjects: what most tests of the ledger start from."""

    def __init__(self, resources, count=3, *, version=1):
        self.resources = resources
        self.subjects = subjects_of_one_party(resources, count, version=version)
        self.snapshot = Snapshot(resources)
        self.door = Door(resources, self.snapshot)
        self.drain = Drain(resources)

    def press(self, number, subject_id, choice, version=1):
        return press(self.door, device(number), subject_id, version, choice)

    def send(self, number, subject_id, words, kind=IdeaKind.IDEA, **more):
        return send_idea(
            self.door,
            device(number),
            subject_id,
            more.pop("version", 1),
            kind=kind,
            text=words,
            **more,
        )

    def rows(self, asked, **values):
        with self.resources.database.reading() as session:
            return [tuple(row) for row in session.execute(text(asked), values)]

    def reactions(self):
        """(subject, choice) → rows, of those who said something."""
        return {
            (subject, choice): count
            for subject, choice, count in self.rows(
                "SELECT subject_id, choice, count(*) FROM reaction WHERE choice > 0 GROUP BY 1, 2"
            )
        }

    def tallies(self):
        """subject → (likes, dislikes), where there are any."""
        return {
            subject: (int(likes), int(dislikes))
            for subject, likes, dislikes in self.rows(
                "SELECT subject_id, sum(likes), sum(dislikes) FROM tally GROUP BY 1"
            )
            if likes or dislikes
        }

    def counters(self):
        """The same from Redis."""
        found = self.door.streams.tallies(self.subjects)
        return {subject: pair for subject, pair in found.items() if pair != (0, 0)}

    def close(self):
        self.snapshot.close()
        self.door.close()
