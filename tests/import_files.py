"""Files for import tests: the authority's list, and a small world to import it into.

A test module imports `registered` and asks for `session`.
"""

import io
import itertools
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy.orm import Session

from decide.catalog import registry
from decide.catalog.entries import ActorEntry, AllianceEntry, contest_of_municipality
from decide.catalog.models import ActorKind
from decide.geography.actions import load_territory
from decide.geography.facts import shipped
from decide.kernel.db import Database

AT = datetime(2021, 4, 29, tzinfo=UTC)
numbers = itertools.count(1)

HEADER = "ord;IDENTIFICADOR_MUNICIPIO;mun;part;CANDIDATURA_PROPIETARIA;CANDIDATURA_SUPLENTE"
GOOD = (
    "1;1;ACAMBAY DE RUÍZ CASTAÑEDA;pan;ELVIA NAVA ORDÓÑEZ;INÉS TÉLLEZ MUÑOZ",
    "2;2;ACOLMAN;pan-pri-prd;DARÍO PEÑALOZA GÜEMES;ABEL QUIROZ",
    "3;2;ACOLMAN;pt-morena-pna;ROSAURA ZÁRATE ÁVILA;ADELA NAVA",
    "4;3;ACULCO;pt-morena-pna;MARCELA NAVA TÉLLEZ;NOEMÍ ÁVILA",
    "5;26;CHALCO;pvem;ULISES ORDÓÑEZ;TOMÁS QUIROZ",
)
PARTIES = ("PAN", "PRI", "PRD", "PT", "PVEM", "MORENA", "NAEM")
LEFT = ("PT", "MORENA", "NAEM")
ALLIANCES = (
    ("PAN-PRI-PRD", ActorKind.COALITION, ("PAN", "PRI", "PRD")),
    ("PT-MORENA-NAEM", ActorKind.COALITION, LEFT),
    ("PT-MORENA-NAEM (CC)", ActorKind.COMMON_CANDIDACY, LEFT),
)


def listing(*rows, header=HEADER, end="\r\n"):
    """The authority's list with these rows."""
    return end.join((header, *rows, ""))


def stream(text, encoding="utf-8"):
    """A file as it is uploaded."""
    return io.BytesIO(text.encode(encoding) if isinstance(text, str) else text)


def register_world(session, at):
    """Territory, contests, seven parties; two alliances in Acolman, a third in Aculco."""
    load_territory(session, shipped(), at=at, by=None)
    registry.create_contests(session, at=at, by=None)
    entries = [
        ActorEntry(code, ActorKind.PARTY, code, f"Partido {code}", None, order)
        for order, code in enumerate(PARTIES, start=1)
    ]
    entries += [
        ActorEntry(code, kind, code.removesuffix(" (CC)"), f"Alianza {code}", None, order, members)
        for order, (code, kind, members) in enumerate(ALLIANCES, start=20)
    ]
    registry.register_actors(session, entries, at=at, by=None)
    registry.register_alliances(
        session,
        [
            AllianceEntry(contest_of_municipality(2), "PAN-PRI-PRD"),
            AllianceEntry(contest_of_municipality(2), "PT-MORENA-NAEM"),
            AllianceEntry(contest_of_municipality(3), "PT-MORENA-NAEM (CC)"),
        ],
        at=at,
        by=None,
    )


@contextmanager
def copied(postgres, template):
    """A copy of a database, as a Database, for as long as it is needed."""
    name = f"imported_{next(numbers)}"
    with psycopg.connect(postgres.conninfo(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        database = Database(postgres.url(name))
        try:
            yield database
        finally:
            database.close()
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module", name="registered")
def registered_world(postgres, template_database):
    """A database with the small world; made once for a module."""
    with copied(postgres, template_database) as database:
        with database.transaction() as session:
            register_world(session, AT)
        yield database


@pytest.fixture(name="session")
def session_that_forgets(registered):
    """A transaction on the small world that is rolled back after the test."""
    with Session(registered.engine, expire_on_commit=False) as session:
        yield session
