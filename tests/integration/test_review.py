"""The daily review on a real ledger: a campaign is marked, delivered, and counted both ways."""

import contextlib
import itertools
import sqlite3
import zipfile
from datetime import timedelta
from hashlib import sha256

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from decide.abuse import jobs, queries
from decide.delivery import package
from decide.delivery.contents import Scope
from decide.delivery.package import Issuer
from decide.kernel.clock import FrozenClock
from decide.kernel.resources import open_resources
from decide.participation.choices import Choice, IdeaKind
from decide.participation.circumstance import KNOWN, NEW, Circumstance
from decide.participation.entry import IdeaSent, Press
from decide.participation.store import microseconds_of, store_ideas, store_presses
from decide.seals import jobs as sealing
from decide.seals import queries as seals
from decide.settings import Settings
from tests import factories
from tests.delivery_world import CUTOFF, spoken_world  # noqa: F401
from tests.owner import as_owner

ZONE = factories.ZONE
DAY = factories.CAMPAIGN.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
COPY = "Pedimos que {} arreglen la calle principal de la colonia centro antes de las lluvias"


def pressed(subject, name, at, choice, age):
    identity = sha256(f"{subject}/{name}".encode()).digest()[:16]
    way = Circumstance(0, age, 0).packed()
    return Press(identity, subject, 1, int(choice), microseconds_of(at), way)


def attack(house, subject):
    """A day of 480 usual answers, 250 of new devices within an hour, and ten copied ideas."""
    usual = [
        pressed(
            subject, n, DAY + timedelta(minutes=3 * n), Choice.LIKE if n % 3 else Choice.DISLIKE,
            NEW if n % 2 else KNOWN,
        )
        for n in range(480)
    ]  # fmt: skip
    made = [
        pressed(
            subject, f"a{n}", DAY + timedelta(hours=9, seconds=14 * n), Choice.DISLIKE, NEW
        )
        for n in range(250)
    ]  # fmt: skip
    words = ("por favor", "ya", "hoy", "pronto", "todos", "ustedes", "juntos", "siempre", "sí", "x")
    ideas = [
        IdeaSent(
            sha256(f"copy/{word}".encode()).digest(), subject, 1, IdeaKind.IDEA, COPY.format(word),
            "", 0, microseconds_of(DAY + timedelta(hours=8)),
        )
        for word in words
    ]  # fmt: skip
    with house.database.transaction() as session:
        store_presses(session, usual + made)
        store_ideas(session, ideas, ZONE)


@pytest.fixture(scope="module", name="world")
def own_database(spoken, postgres, valkey_server, tmp_path_factory):
    """The world with the campaign, sealed and reviewed once for all tests of this module."""
    name = "reviewed"
    with psycopg.connect(postgres.conninfo(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE spoken")
    settings = Settings(
        database_url=postgres.url(name), redis_url=valkey_server.url(0),
        queue_url=valkey_server.url(1), secret_key="x", process_key="x",
        files_folder=tmp_path_factory.mktemp("reviewed"),
    )  # fmt: skip
    house = open_resources(settings, clock=FrozenClock(factories.RESULTS))
    attack(house, spoken["subjects"]["nopal"][0])
    sealing.catch_up(house)
    assert jobs.catch_up(house) > 20
    yield spoken | {"house": house}
    house.close()
    with psycopg.connect(postgres.conninfo(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def reviewed(world):
    return world["house"]


def in_vain(house):
    """A session whose work is taken back at the end."""
    return contextlib.closing(Session(house.database.engine))


def marked(session, subjects, *, decided=factories.RESULTS):
    return list(
        queries.marked_counts(
            session, subjects, cutoff=CUTOFF, decided=decided,
            last_day=(CUTOFF - timedelta(hours=1)).date(), zone=ZONE.key,
        )
    )  # fmt: skip


def test_a_campaign_is_marked_and_nothing_else(reviewed, world):
    (subject, *others) = world["subjects"]["nopal"]
    everybody = list(itertools.chain(*world["subjects"].values()))
    with reviewed.database.reading() as session:
        (count,) = marked(session, [subject, *others])
        assert marked(session, everybody) == [count]
    assert (count.subject, count.day, count.likes) == (subject, DAY.date(), 0)
    assert 250 <= count.dislikes <= 260  # the campaign, and those who came with it


def test_reviewing_again_changes_nothing(reviewed):
    def state():
        with reviewed.database.reading() as session:
            return session.execute(
                text("SELECT subject_id, since, until, choice, test, p, counted FROM marking"
                     " ORDER BY since, test, choice")
            ).all()  # fmt: skip

    before = state()
    assert len(before) == 1
    assert jobs.catch_up(reviewed) == 0
    with as_owner(reviewed) as session:
        session.execute(
            text("UPDATE review SET through = through - interval '1 hour' WHERE day = :day"),
            {"day": DAY.date()},
        )
    assert jobs.catch_up(reviewed) == 1
    assert state() == before


def test_an_answer_that_is_changed_later_leaves_its_mark(reviewed, world):
    subject = world["subjects"]["nopal"][0]
    with in_vain(reviewed) as session:
        before = marked(session, [subject])[0].dislikes
        at = DAY + timedelta(days=1, hours=12)
        store_presses(session, [pressed(subject, "a7", at, Choice.LIKE, KNOWN)])
        assert marked(session, [subject])[0].dislikes == before - 1


def test_staff_are_told_totals_by_day(reviewed):
    with reviewed.database.reading() as session:
        days = {line.day: line for line in queries.reviews(session, limit=99)}
        told = session.execute(
            text("SELECT \"after\" FROM audit_entry WHERE deed = 'review.made'"
                 " AND \"after\"->>'day' = :day ORDER BY id LIMIT 1"),
            {"day": DAY.date().isoformat()},
        ).scalar_one()  # fmt: skip
    line = days[DAY.date()]
    assert (line.markings, line.ideas) == (told["markings"], told["ideas"]) == (1, 10)
    assert line.answers >= 730
    assert sum(each.markings + each.ideas for each in days.values()) == 11


def test_a_package_holds_every_row_and_both_totals(reviewed, world, tmp_path):
    subject = world["subjects"]["nopal"][0]
    with reviewed.database.reading() as session:
        number = session.execute(text("SELECT max(number) FROM seal")).scalar_one()
        scope = Scope(world["actors"]["nopal"], CUTOFF, ZONE, number)
        issuer = Issuer("Decide", "IEEM", reviewed.settings.process_key)
        package.write(
            tmp_path / "p.zip", session, scope, issuer,
            tree=seals.tree(session, number), folder=tmp_path, progress=lambda _: None,
        )  # fmt: skip
    with zipfile.ZipFile(tmp_path / "p.zip") as archive:
        readme = archive.read("LEEME.txt").decode()
    base = sqlite3.connect(tmp_path / "datos.sqlite")
    likes, dislikes, less_likes, less_dislikes, ideas, less_ideas = base.execute(
        "SELECT me_gusta, no_me_gusta, me_gusta_sin_marcadas, no_me_gusta_sin_marcadas, ideas,"
        " ideas_sin_marcadas FROM resumen_revisado WHERE asunto = ?",
        (subject,),
    ).fetchone()
    assert dislikes - less_dislikes >= 250
    assert less_dislikes >= 150
    assert likes == less_likes >= 300
    assert ideas - less_ideas == 10
    (why, test, choice) = base.execute(
        "SELECT motivo, prueba, respuesta FROM marca WHERE prueba = 'ventana'"
    ).fetchone()
    assert (why, test, choice) == ("regla", "ventana", "no_me_gusta")
    told = dict(base.execute("SELECT clave, valor FROM dato"))
    assert int(told["no_me_gusta_marcados"]) == dislikes - less_dislikes
    base.close()
    assert "Regla de revisión, versión 1" in readme
    assert f"No me gusta:   {int(told['no_me_gusta']) - (dislikes - less_dislikes):>12,}" in readme
