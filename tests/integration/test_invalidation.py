"""Markings of two people: proposed, counted, approved by another, applied by a job, taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from decide.abuse import actions, jobs, queries
from decide.abuse.queries import HIDDEN
from decide.abuse.states import MarkingState, WrongState
from decide.catalog.models import SubjectKind
from decide.errors import NotFound, Refused
from decide.participation.choices import Choice
from decide.participation.circumstance import NEW, Circumstance
from decide.participation.entry import Press
from decide.participation.store import microseconds_of, store_presses
from tests import factories
from tests.ledger import Town

ANA, BETO = 11, 12


@pytest.fixture
def town(resources):
    made = Town(resources)
    yield made
    made.close()


@pytest.fixture
def world(town):
    """Thirty answers an hour ago on subjects of three actors, half of them of new devices."""
    with town.resources.database.transaction() as session:
        at = town.resources.clock.now(session)
        subjects = [town.subjects[0]]
        for key in ("RAIZ", "NOPAL"):
            actor = factories.actor(session, key)
            made = factories.subject(session, SubjectKind.PROPOSAL, actor, key, "x", at=at)
            subjects.append(made.id)
        moment = microseconds_of(at - timedelta(hours=1))
        store_presses(
            session,
            [
                Press(
                    number.to_bytes(16, "big"), subject, 1,
                    int(Choice.DISLIKE if number % 2 else Choice.LIKE), moment,
                    Circumstance(0, NEW if number % 2 else 0, 0).packed(),
                )
                for subject in subjects
                for number in range(10)
            ],
        )  # fmt: skip
    return town, subjects, at


def proposed(world, **more):
    town, _, at = world
    conditions = {"since": at - timedelta(hours=2), "until": at, "reason": "Enlace"} | more
    with town.resources.database.transaction() as session:
        return actions.propose(session, at=at, by=ANA, **conditions)


def line(world, number):
    with world[0].resources.database.reading() as session:
        return queries.invalidation(session, number)


def marked(world, decided=None):
    town, subjects, at = world
    decided = decided or at + timedelta(days=1)
    with town.resources.database.reading() as session:
        found = queries.marked_counts(
            session, subjects, cutoff=at + timedelta(days=1), decided=decided,
            last_day=at.date(), zone="America/Mexico_City",
        )  # fmt: skip
        return sum(each.likes + each.dislikes for each in found)


def approve(world, number, by=BETO):
    town, _, at = world
    with town.resources.database.transaction() as session:
        actions.approve(session, town.resources.jobs, number, at=at, by=by)


def test_a_proposal_counts_and_changes_nothing(world):
    number = proposed(world)
    assert line(world, number).counted == 30
    assert line(world, proposed(world, new_only=True)).counted == 15
    assert line(world, proposed(world, choice=1)).counted == 15
    assert marked(world) == 0


def test_a_count_of_one_actor_is_never_told(world):
    assert line(world, proposed(world, subject_id=world[1][0])).counted == HIDDEN


def test_another_person_approves_and_a_job_applies(world):
    town, _, at = world
    number = proposed(world)
    with pytest.raises(Refused):
        approve(world, number, by=ANA)
    approve(world, number)
    assert marked(world) == 0
    assert town.resources.jobs.is_waiting(actions.APPLY, number)
    jobs.apply.__wrapped__(town.resources, number)
    jobs.apply.__wrapped__(town.resources, number)
    assert line(world, number).state is MarkingState.APPLIED
    assert marked(world) == 30
    assert marked(world, decided=at - timedelta(hours=1)) == 0
    deeds = [deed for (deed,) in town.rows("SELECT deed FROM audit_entry WHERE deed LIKE 'mark%'"
                                           " ORDER BY id")]  # fmt: skip
    assert deeds == ["marking.proposed", "marking.approved", "marking.applied"]


def test_a_lost_job_is_made_up_for_and_a_marking_can_be_taken_back(world):
    town, _, _ = world
    number = proposed(world)
    approve(world, number)
    town.resources.queue.flushdb()
    jobs.review_due.__wrapped__(town.resources, 1)
    assert marked(world) == 30
    with town.resources.database.transaction() as session:
        at = town.resources.clock.now(session)
        with pytest.raises(Refused):
            actions.revert(session, number, reason=" ", at=at, by=ANA)
        actions.revert(session, number, reason="Era un debate", at=at, by=ANA)
    assert marked(world) == 0
    assert town.tallies()  # the ledger itself was never touched
    assert sum(map(sum, town.tallies().values())) == 30


def test_the_database_itself_wants_two_people(world):
    town, _, at = world
    number = proposed(world)
    for asked in (
        "UPDATE marking SET state = 'approved', approved_by = proposed_by WHERE id = :id",
        "UPDATE marking SET state = 'applied' WHERE id = :id",
        "UPDATE marking SET proposed_by = NULL WHERE id = :id",
    ):
        with Session(town.resources.database.engine) as session, pytest.raises(IntegrityError):
            session.execute(text(asked), {"id": number})
    assert at


def test_what_is_done_cannot_be_done_again(world):
    town, _, at = world
    number = proposed(world)
    with town.resources.database.transaction() as session:
        actions.discard(session, number, at=at, by=ANA)
    with pytest.raises(WrongState):
        approve(world, number)
    with pytest.raises(NotFound):
        approve(world, 999)


@pytest.mark.parametrize(
    "wrong", [{"reason": " "}, {"subject_id": 999}, {"hours": -3}, {"hours": 1}]
)
def test_a_proposal_needs_sense(world, wrong):
    more = dict(wrong)
    if "hours" in more:
        more["until"] = world[2] + timedelta(hours=more.pop("hours"))
    with pytest.raises(Refused):
        proposed(world, **more)
