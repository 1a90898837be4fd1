"""The press log is shortened by itself: only of what is stored and sealed, and not at once."""

from datetime import timedelta

import pytest

from decide.participation.choices import Choice
from decide.participation.verify import verify
from decide.seals import jobs
from decide.seals.models import Seal
from tests.ledger import Town
from worker import TIMETABLE

PRESSES = 400  # streams are shortened by whole blocks of a hundred entries


@pytest.fixture
def town(resources):
    made = Town(resources, count=1)
    for number in range(PRESSES):
        made.press(number, made.subjects[0], Choice.LIKE)
    yield made
    made.close()


def seal(town, number=1, **later):
    """A seal of what came before an instant that far from now."""
    through = town.snapshot.picture().now() + timedelta(**later)
    with town.resources.database.transaction() as session:
        session.add(
            Seal(
                number=number, through=through, sealed_at=through, size=0, root=b"", peaks=b"",
                audit_entry=0, audit_head=b"", note="",
            )
        )  # fmt: skip


def in_log(town):
    return sum(town.door.streams.state(name).length for name in town.door.streams.names())


def test_what_is_not_sealed_stays(town):
    town.drain.once()
    assert jobs.trim_sealed(town.resources) == 0
    seal(town, days=-1)
    assert jobs.trim_sealed(town.resources) == 0
    assert in_log(town) == PRESSES


def test_what_is_sealed_stays_for_two_days_more(town):
    town.drain.once()
    seal(town, days=1, hours=23)
    assert jobs.trim_sealed(town.resources) == 0
    seal(town, number=2, days=2, seconds=10)
    assert jobs.trim_sealed(town.resources) > 0
    assert verify(town.resources).drift == []


def test_what_is_not_stored_stays_whatever_is_sealed(town):
    seal(town, days=9)
    assert jobs.trim_sealed(town.resources) == 0
    assert town.drain.once() == PRESSES


def test_a_log_that_does_not_answer_is_left_for_the_next_turn(town, monkeypatch):
    seal(town, days=9)
    town.drain.once()
    with monkeypatch.context() as away:
        away.setattr("decide.seals.jobs.trim", gone)
        jobs.shorten_log.__wrapped__(town.resources, 1)
    assert in_log(town) == PRESSES


def gone(*_):
    from redis.exceptions import ConnectionError as Away

    raise Away


def test_the_timetable_does_it():
    assert "decide.seals.jobs.shorten_log" in dict(map(reversed, TIMETABLE))
