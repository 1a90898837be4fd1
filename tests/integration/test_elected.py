"""Who was elected: the two real lists, broken ones, and the link to a candidacy."""

import csv
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from decide.catalog.models import Post
from decide.catalog.queries import content_revision
from decide.catalog.registry import UnknownKey
from decide.demonstration.elected import record_winners
from decide.demonstration.load import load
from decide.demonstration.outcome import record_outcome
from decide.imports import actions
from decide.kernel.resources import open_resources
from decide.results import queries_elected as queries
from decide.results.actions_elected import record_elected
from decide.results.entries import ElectedEntry
from decide.results.models import Principle
from tests import factories
from tests.import_files import stream
from tests.real_process import real_copy, real_database

__all__ = ["real_copy", "real_database"]

DEPUTIES = "legislatura_LXI_2021.csv"
PRESIDENTS = "presidencias_municipales_electas_2021.csv"


@pytest.fixture
def real(settings, real_copy):
    """The real process, with a session that is rolled back."""
    resources = open_resources(replace(settings, database_url=real_copy))
    with Session(resources.database.engine) as session:
        yield session
    resources.close()


def plan_of(session, folder, name, *changes):
    text = (folder / name).read_text("utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return actions.dry_run(session, None, stream(text.encode()), name)


@pytest.mark.shared
def test_the_legislature_is_that_of_the_list_person_by_person(real, shared_data):
    with (shared_data / DEPUTIES).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = queries.legislature(real)
    districts = {each.contest.number: each for each in lines if each.principle == "majority"}
    for row in rows:
        if row["principio"] == "MR":
            held = districts.pop(int(row["distrito"]))
            assert (held.person, held.party.acronym) == (row["persona"], row["grupo_parlamentario"])
    assert districts == {}
    listed = [each.person for each in lines if each.principle == "proportional"]
    assert listed == [row["persona"] for row in rows if row["principio"] == "RP"]


@pytest.mark.shared
def test_every_president_of_the_first_eight_places_is_found_in_the_register(real):
    found = queries.presidencies(real)
    assert [each.contest.number for each in found] == list(range(1, 126))
    assert all(each.candidacy_id for each in found[:8])
    assert not any(each.candidacy_id for each in found[8:])
    assert not any(each.promised for each in found)


@pytest.mark.shared
def test_the_list_that_names_another_party_than_the_winner_is_taken_and_said(real, shared_data):
    plan = plan_of(real, shared_data, PRESIDENTS)
    assert plan.good
    assert (
        "El partido no es de la opción que ganó: Amanalco (MC ganó, la lista dice MORENA)."
        in plan.notes
    )


BROKEN = {
    "a district twice": (DEPUTIES, "MR,2,Toluca de Lerdo,", "MR,1,Chalco de Díaz Covarrubias,",
                         "distrito"),
    "a seat of the list with a district": (
        DEPUTIES, "RP,,,Karina Labastida Sotelo", "RP,4,,Karina Labastida Sotelo", "distrito",
    ),
    "a principle nobody knows": (
        DEPUTIES, "RP,,,Juana Bonilla Jaime", "XX,,,Juana Bonilla Jaime", "principio",
    ),
    "a party nobody registered": (
        DEPUTIES, "Martín Zepeda Hernández,MC", "Martín Zepeda Hernández,MCX",
        "grupo_parlamentario",
    ),
    "an alliance for a party": (
        DEPUTIES, "Martín Zepeda Hernández,MC", "Martín Zepeda Hernández,PAN-PRI-PRD",
        "grupo_parlamentario",
    ),
    "another alliance than registered": (
        DEPUTIES, "Aldana Duarte,MORENA,PT-MORENA-NAEM (coalición)",
        "Aldana Duarte,MORENA,PAN-PRI-PRD (coalición)", "alianzas_en_el_distrito",
    ),
    "a seat without a person": (
        PRESIDENTS, "1,Acambay de Ruíz Castañeda,Maribel Alcántara Núñez",
        "1,Acambay de Ruíz Castañeda,", "persona",
    ),
    "a winner that the votes do not know": (
        PRESIDENTS, "Maribel Alcántara Núñez,PRI,PRI", "Maribel Alcántara Núñez,PRI,PAN",
        "opcion_ganadora_resultados",
    ),
    "a winner of an annulled election": (
        PRESIDENTS, "Lorena Alameda Juárez,MORENA,", "Lorena Alameda Juárez,MORENA,MORENA",
        "opcion_ganadora_resultados",
    ),
}  # fmt: skip


@pytest.mark.shared
@pytest.mark.parametrize("name", BROKEN)
def test_a_list_that_contradicts_itself_or_the_votes_is_refused(real, shared_data, name):
    file, old, new, column = BROKEN[name]
    plan = plan_of(real, shared_data, file, (old, new))
    assert column in {problem.column for problem in plan.problems}


def seat(person, party="LUCERO", **changed):
    wanted = {
        "contest": "em.m106", "post": Post.PRESIDENCY, "principle": Principle.MAJORITY, "rank": 1,
        "person": person, "party": party, "source": "Lista",
    }  # fmt: skip
    return ElectedEntry(**(wanted | changed))


@pytest.fixture
def town(resources):
    """One election with a slate of Partido Lucero."""
    with resources.database.transaction() as session:
        factories.map_of_the_state(session)
        where = factories.contest(session, municipality=106)
        party = factories.actor(session, "LUCERO")
        head = factories.slate(session, where, party)
        return head.id, head.owner_name


def test_another_name_for_a_seat_takes_its_place_and_the_trail_keeps_the_first(resources, town):
    for person in ("Elvia Nava", "Rosaura Peñaloza"):
        with resources.database.transaction() as session:
            record_elected(session, [seat(person)], at=factories.RESULTS, by=None)
    with resources.database.reading() as session:
        assert [each.person for each in queries.of_contest(session, "em.m106")] == [
            "Rosaura Peñaloza"
        ]
        trail = session.execute(
            text("SELECT before FROM audit_entry WHERE deed = 'elected.recorded' ORDER BY id")
        ).scalars()
        assert list(trail) == [None, {"em.m106/presidency/majority/1": "Elvia Nava"}]


def test_a_name_without_accents_and_in_capitals_finds_its_candidacy(resources, town):
    head, name = town
    with resources.database.transaction() as session:
        record_elected(session, [seat(name.upper())], at=factories.RESULTS, by=None)
        found = queries.of_contest(session, "em.m106")
        assert [(each.candidacy_id, each.promised) for each in found] == [(head, False)]
        candidate = session.get(factories.Candidacy, head)
        factories.proposal(session, candidate)
        assert queries.of_contest(session, "em.m106")[0].promised


def test_a_party_that_is_not_registered_writes_nothing(resources, town):
    with pytest.raises(UnknownKey), resources.database.transaction() as session:
        record_elected(
            session, [seat("Elvia Nava"), seat("X", "NADIE", rank=2)], at=factories.RESULTS, by=None
        )
    with resources.database.reading() as session:
        assert queries.everybody(session) == ()


def test_who_was_elected_moves_the_revision_of_the_pages(resources, town):
    with resources.database.reading() as session:
        before = content_revision(session)
    with resources.database.transaction() as session:
        record_elected(session, [seat("Elvia Nava")], at=factories.RESULTS, by=None)
    with resources.database.reading() as session:
        assert content_revision(session) > before


def test_in_the_demonstration_every_seat_has_its_winner(settings, resources):
    with resources.database.transaction() as session:
        load(session, settings, at=factories.RESULTS)
    with resources.database.transaction() as session:
        record_outcome(session, at=factories.RESULTS)
        record_winners(session, at=factories.RESULTS)
        assert len(queries.presidencies(session)) == 125
        deputies = queries.legislature(session)
        assert len(deputies) == 75
        assert all(each.candidacy_id for each in deputies)
        assert sum(len(bench.lines) for bench in queries.benches(session, deputies)) == 75
