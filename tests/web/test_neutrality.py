"""No public byte depends on how citizens' answers are spread over actors (design §6, goal R23)."""

import os
import random
from dataclasses import replace

import pytest
from sqlalchemy import insert, select, text

from decide.app import create_app
from decide.catalog.models import Subject
from decide.participation.models import Reaction, Tally
from decide.web.public import platforms
from decide.web.shared.context import KEY
from tests import factories
from tests.owner import as_owner
from tests.web.test_public_pages import ALWAYS, CANDIDACY, GUIDE, PLATFORM

WORLDS = int(os.environ.get("NEUTRALITY_WORLDS", "3"))
PHASES = ("PLATFORMS", "CAMPAIGN", "SILENCE", "RESULTS")
# Public machine-readable pages must not tell either.
MACHINES = ("/robots.txt", "/candidaturas.csv", "/candidaturas.csv?orden=nombre", "/estado")


@pytest.fixture
def plain_app(settings, portal_database, clock):
    """The application without the page cache, which would hide what this test looks for."""
    made = create_app(
        replace(settings, database_url=portal_database, page_cache_mib=0), clock=clock
    )
    yield made
    made.extensions[KEY].resources.close()


@pytest.fixture
def paths(portal_world):
    return (
        *GUIDE, *PLATFORM, *CANDIDACY, *ALWAYS, *MACHINES,
        f"/candidaturas/{portal_world['head']}", f"/candidaturas/{portal_world['other']}",
        f"/ideas/{portal_world['subject']}",
    )  # fmt: skip


def answers(app, chance, total=60):
    """Write `total` reactions, spread over the subjects by chance."""
    resources = app.extensions[KEY].resources
    with as_owner(resources) as session:
        session.execute(text("TRUNCATE reaction, tally"))
    with resources.database.transaction() as session:
        subjects = session.scalars(select(Subject.id).where(Subject.open).order_by(Subject.id))
        weights = {subject: chance.random() ** 3 for subject in subjects}
        sums = {subject: [0, 0] for subject in weights}
        chosen = chance.choices(list(weights), list(weights.values()), k=total)
        for number, subject in enumerate(chosen):
            choice = 1 + (number % 3 == 0)
            sums[subject][choice - 1] += 1
            session.execute(
                insert(Reaction).values(
                    subject_id=subject, press_id=number.to_bytes(16, "big").hex(), version=1,
                    choice=choice, pressed_at=factories.CAMPAIGN,
                )
            )  # fmt: skip
        for subject, (likes, dislikes) in sums.items():
            session.execute(
                insert(Tally).values(subject_id=subject, version=1, likes=likes, dislikes=dislikes)
            )
    return sums


def told(app, paths):
    """Everything that a stranger can see of these pages: status, headers, bytes."""
    client = app.test_client()
    return {
        path: (answer.status_code, sorted(answer.headers.items()), answer.data)
        for path in paths
        for answer in [client.get(path)]
    }


def differing(app, clock, paths, phases=PHASES):
    """Pages that tell worlds apart, of which only the spread of reactions differs."""
    chance = random.Random(20210606)
    first, found, spreads = {}, set(), set()
    for _ in range(WORLDS):
        spreads.add(str(answers(app, chance)))
        for phase in phases:
            clock.instant = getattr(factories, phase)
            seen = told(app, paths)
            before = first.setdefault(phase, seen)
            found |= {(phase, path) for path in paths if seen[path] != before[path]}
    assert len(spreads) == WORLDS
    return found


def test_moving_reactions_between_actors_changes_no_public_byte(plain_app, clock, paths):
    assert differing(plain_app, clock, paths) == set()


def test_an_order_by_popularity_would_be_noticed(plain_app, clock, monkeypatch):
    real = platforms.queries.sections_on

    def by_popularity(session, topic):
        likes = dict(session.execute(select(Tally.subject_id, Tally.likes)).all())
        return sorted(real(session, topic), key=lambda each: -likes.get(each.subject.id, 0))

    monkeypatch.setattr(platforms.queries, "sections_on", by_popularity)
    assert differing(plain_app, clock, ("/temas/agua",), ("CAMPAIGN",)) == {
        ("CAMPAIGN", "/temas/agua")
    }
