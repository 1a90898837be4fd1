"""Readiness on a real database, and the first steps of a process by the office's pages."""

import dataclasses
import re

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from decide.accounts.roles import Role
from decide.app import create_app
from decide.catalog import registry_platforms
from decide.catalog.actions_platforms import SectionEntry
from decide.catalog.models import Platform, PlatformScope, PoliticalActor
from decide.cli.readiness import ready_command
from decide.editorial import actions as editorial
from decide.editorial.kinds import Kind
from decide.geography.models import ShapeFile
from decide.imports import actions
from decide.kernel.clock import FrozenClock
from decide.platforms.models import PlatformFile
from decide.readiness.board import STEPS, State, board
from decide.readiness.facts import facts
from decide.web.shared.context import KEY
from tests import factories
from tests.import_files import AT, registered_world, session_that_forgets, stream  # noqa: F401
from tests.person import Person, account

PLATFORMS = """siglas,ambito,tema,titulo,texto
PAN,Municipal,,Agua para todas,Resumen breve
PAN,Municipal,Agua,Pozos limpios,Limpiar los pozos.
pan,municipal,Campo,Semilla buena,Comprar semilla.
PRI,legislativa,seguridad,Calles con luz,Poner faroles.
"""
DATES = {
    "name": "Proceso Electoral 2021", "platforms": "2021-04-10", "campaign": "30/04/2021",
    "campaign_end": "2021-06-02", "election_day": "2021-06-06", "results": "2021-06-14",
}  # fmt: skip


@pytest.fixture
def app(settings):
    made = create_app(settings, clock=FrozenClock(factories.BEFORE))
    yield made
    made.extensions[KEY].resources.close()


@pytest.fixture
def house(app):
    return app.extensions[KEY].resources


@pytest.fixture
def people(app, house):
    """Somebody of each role before there is any process."""
    with house.database.transaction() as session:
        rows = {
            role: account(session, role, role, at=factories.BEFORE)
            for role in (Role.ADMINISTRATOR, Role.OBSERVER)
        }
    return {role: Person(app, row) for role, row in rows.items()}


def seen(house):
    with house.database.reading() as session:
        return {need.key: need.state for need in board(facts(session)).needs}


def test_an_empty_database_becomes_a_process_by_pages(people, house):
    boss = people[Role.ADMINISTRATOR]
    boss.open("/oficina/preparacion")
    assert "Lo que sigue" in boss.text
    assert "Falta el nombre del proceso" in boss.text
    boss.open("/oficina/proceso").post("/oficina/proceso/territorio").follow()
    assert "171 elecciones" in boss.text
    boss.open("/oficina/proceso").post("/oficina/proceso", 422, **DATES | {"results": "mañana"})
    assert "Escriba la fecha así" in boss.text
    assert "Proceso Electoral 2021" in boss.html  # what was typed is kept
    boss.post("/oficina/proceso", 422, **DATES | {"campaign": "2021-04-01"})
    assert "después de abrir las plataformas" in boss.text
    boss.post("/oficina/proceso", **DATES).follow()
    assert "Abre el 10 de abril de 2021" in boss.text
    now = seen(house)
    assert {now[key] for key in ("process", "calendar", "territory", "contests")} == {State.DONE}
    assert now["actors"] is State.MISSING
    assert "/oficina/importaciones?lista=actores" in boss.html
    boss.open("/oficina/importaciones?lista=actores")
    assert 'value="actores" selected' in boss.html


def test_the_process_is_renamed_by_page_and_its_phases_stay(people, house):
    boss = people[Role.ADMINISTRATOR]
    boss.open("/oficina/proceso").post("/oficina/proceso", **DATES)
    boss.open("/oficina/proceso")
    assert "Las etapas ya existen" in boss.text
    boss.post("/oficina/proceso", name="Proceso con otro nombre", election_day="2021-06-13")
    boss.open("/oficina/proceso")
    assert "Proceso con otro nombre" in boss.html
    assert 'value="2021-06-13"' in boss.html
    boss.open("/oficina/calendario")
    assert "10 de abril de 2021" in boss.text


def test_an_observer_reads_the_board_and_changes_nothing(people):
    watcher = people[Role.OBSERVER]
    watcher.open("/oficina/preparacion").open("/oficina/proceso")
    assert "Guardar proceso" not in watcher.text
    watcher.post("/oficina/proceso", 403, **DATES)
    watcher.post("/oficina/proceso/territorio", 403)


def planned(session, text):
    return actions.dry_run(session, "plataformas", stream(text), "plataformas.csv")


def test_platforms_come_from_a_list_and_the_same_list_changes_nothing(session):
    plan = planned(session, PLATFORMS)
    assert plan.problems == ()
    actions.commit(session, plan, at=AT, by=None)
    found = registry_platforms.platforms(session)
    pan = found["PAN", "municipal"]
    assert (pan.title, pan.summary) == ("Agua para todas", "Resumen breve")
    assert pan.sections == (
        SectionEntry("agua", "Pozos limpios", "Limpiar los pozos."),
        SectionEntry("campo", "Semilla buena", "Comprar semilla."),
    )
    pri = found["PRI", PlatformScope.LEGISLATIVE.value]
    assert pri.title == "Plataforma electoral legislativa"
    again = planned(session, PLATFORMS)
    assert (len(again.create), len(again.change), again.unchanged) == (0, 0, 2)
    assert "PAN" not in facts(session).without_platform
    assert "MORENA" in facts(session).without_platform


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("PAZ,municipal,agua,Título,Texto", "«PAZ» no está entre los actores políticos."),
        ("PAN,federal,agua,Título,Texto", "«federal» no es un ámbito."),
        ("PAN,municipal,ovnis,Título,Texto", "«ovnis» no es un tema."),
        ("PAN,municipal,agua,,Texto", "La celda está vacía."),
        ("PAN,municipal,agua,Título,", "La celda está vacía."),
        ("PAN,municipal,,Sólo el título,", "La plataforma no tiene temas."),
        (f"PAN,municipal,agua,{'x' * 121},Texto", "Tiene 121 letras."),
    ],
)
def test_a_wrong_row_of_a_platform_says_what_to_do(session, row, what):
    plan = planned(session, f"siglas,ambito,tema,titulo,texto\n{row}\n")
    assert [problem.what for problem in plan.problems] == [what]


def test_the_steps_stand_on_the_page_and_in_the_command_in_the_same_order(
    people, settings, monkeypatch
):
    titles = [title for title, _keys in STEPS]
    page = people[Role.ADMINISTRATOR].open("/oficina/preparacion")
    found = re.findall(r">(\d+)\. ([^<]+)</a>", page.html)
    assert [(int(number), title) for number, title in found] == list(enumerate(titles, start=1))
    for place in ("cartografia", "textos", "plataformas", "accesos"):
        assert re.search(rf'href="/oficina/{place}">\d+\.', page.html), place
    for each in dataclasses.fields(settings):
        monkeypatch.setenv(each.name.upper(), str(getattr(settings, each.name)))
    answer = CliRunner().invoke(ready_command)
    assert answer.exit_code == 1
    lines = [each.strip() for each in answer.output.splitlines()[1:13]]
    assert [re.sub(r"^(\d+\. +)(sí|···|NO) +", "", each).split(":")[0] for each in lines] == titles


def test_maps_documents_and_drafts_are_seen_in_the_database(session):
    before = facts(session)
    assert (before.municipal_map, before.district_map, before.platform_drafts) == (False,) * 2 + (
        0,
    )
    plan = planned(session, PLATFORMS)
    actions.commit(session, plan, at=AT, by=None)
    assert facts(session).without_file == ("PAN", "PRI")
    pan = session.scalar(
        select(Platform.id)
        .join(PoliticalActor, PoliticalActor.id == Platform.actor_id)
        .where(PoliticalActor.acronym == "PAN", Platform.scope == PlatformScope.MUNICIPAL)
    )
    session.add(PlatformFile(platform_id=pan, sha256="0" * 64, size=1, recorded_at=AT))
    session.add(
        ShapeFile(
            kind="municipality", file_name="m.zip", sha256="0" * 64, width=1, height=1,
            recorded_at=AT,
        )
    )  # fmt: skip
    editorial.create(session, Kind.TEXT, {"title": "Cambio de sede"}, at=AT, by=None)
    session.flush()
    after = facts(session)
    assert after.without_file == ("PRI",)
    assert (after.municipal_map, after.district_map) == (True, False)
    assert (after.platforms, after.text_drafts) == (before.platforms + 2, before.text_drafts + 1)
