"""Columns told by a person, and large files that the worker writes: killed, repeated, refused."""

import io

import pytest
from sqlalchemy import func, select, text

from decide.accounts.roles import Role
from decide.app import create_app
from decide.catalog import registry
from decide.imports import actions, jobs, mapping, tasks
from decide.imports.models import ImportRun, ImportTask, TaskState
from decide.imports.uploads import Uploads
from decide.kernel import jobs as queue
from decide.kernel.clock import FrozenClock
from decide.kernel.resources import open_resources
from decide.web.shared.context import KEY
from decide.web.staff import imports as pages
from tests import factories
from tests.import_files import AT, GOOD, HEADER, listing, register_world, stream
from tests.person import Person, account

ODD = HEADER.replace("CANDIDATURA_PROPIETARIA", "QUIEN").replace("CANDIDATURA_SUPLENTE", "SUPLE")
PLACES = {"number": 2, "place": 3, "actor": 4, "owner": 5, "substitute": 6}


@pytest.fixture
def clock():
    return FrozenClock(factories.CAMPAIGN)


@pytest.fixture
def app(settings, clock):
    made = create_app(settings, clock=clock)
    queue.bind(lambda: open_resources(settings, clock=clock))
    with made.extensions[KEY].resources.database.transaction() as session:
        register_world(session, AT)
    yield made
    queue.Workshop.opener = None
    made.extensions[KEY].resources.close()


@pytest.fixture
def house(app):
    return app.extensions[KEY].resources


@pytest.fixture
def loader(app, house, monkeypatch):
    """Somebody who imports; every file is a large one."""
    monkeypatch.setattr(pages, "QUICK", 0)
    with house.database.transaction() as session:
        who = account(session, "carga", Role.IMPORTER, at=factories.BEFORE)
    return Person(app, who)


def sent(person, text, name="lista.csv"):
    """Upload a file; gives the address of its check."""
    person.open("/oficina/importaciones")
    person.post("/oficina/importaciones", file=(io.BytesIO(text.encode()), name))
    return person.page.headers["Location"]


def rows(house):
    """Candidacies and runs."""
    with house.database.reading() as session:
        runs = session.scalar(select(func.count()).select_from(ImportRun))
        return len(registry.candidacies(session)), runs


def state(house):
    with house.database.reading() as session:
        return session.execute(select(ImportTask.state, ImportTask.attempt)).one()


def test_columns_are_corrected_once_and_remembered_for_their_source(loader, house):
    check = sent(loader, listing(*GOOD, header=ODD))
    loader.open(f"{check}/columnas")  # taken for another list
    loader.post(f"{check}/columnas", layout="candidaturas").open(check)
    assert "Falta la columna «CANDIDATURA_PROPIETARIA»" in loader.text
    loader.open(f"{check}/columnas")
    assert "QUIEN · ELVIA NAVA ORDÓÑEZ" in loader.text  # a look at what stands in it
    told = {f"column-{name}": str(place) for name, place in PLACES.items()}
    form = {"layout": "candidaturas", "places": "1"}
    loader.post(f"{check}/columnas", 422, **form, **told | {"column-owner": "6"})
    assert "ya está puesta" in loader.text
    loader.post(f"{check}/columnas", 422, **form, **told | {"column-owner": ""})
    assert "Diga qué columna del archivo es «CANDIDATURA_PROPIETARIA»" in loader.text
    loader.post(f"{check}/columnas", **form, **told).follow()
    assert "Todo está en orden" in loader.text
    again = sent(loader, listing(GOOD[0], header=ODD), "otra.csv")
    loader.open(f"{again}/columnas").post(f"{again}/columnas", layout="candidaturas").open(again)
    assert "Todo está en orden" in loader.text
    with house.database.reading() as session:
        kept = mapping.kept(session, "candidaturas", ODD.split(";"))
        assert kept["owner"] == 5
        assert mapping.kept(session, "candidaturas", HEADER.split(";")) is None


def test_a_file_nobody_knows_asks_first_which_list_it_is(loader):
    check = sent(loader, "a;b;c\n1;2;3\n")
    loader.open(f"{check}/columnas")
    loader.post(f"{check}/columnas", layout="actores").follow()
    assert "Actores políticos" in loader.text
    loader.post(f"{check}/columnas", 422, layout="otra")


def test_a_large_file_is_written_by_the_worker_and_the_page_says_so(loader, house):
    check = sent(loader, listing(*GOOD))
    loader.open(check).post(f"{check}/importar").follow()
    assert "En cola" in loader.text
    assert 'http-equiv="refresh"' in loader.html
    loader.open(check, 303).follow()  # back at the file: still its progress
    assert rows(house) == (0, 0)
    jobs.write(1)
    loader.open(f"{check}/avance")
    assert "Se escribió todo el archivo" in loader.text
    assert 'http-equiv="refresh"' not in loader.html
    assert rows(house) == (5, 1)
    jobs.write(1)  # the queue may send twice
    assert rows(house) == (5, 1)


def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_sweep_begins_anew(
    loader, house, clock, monkeypatch
):
    check = sent(loader, listing(*GOOD))
    loader.open(check).post(f"{check}/importar")
    real = actions.commit

    def killed(*arguments, **more):
        real(*arguments, **more)
        raise SystemExit  # nobody catches it: as a SIGKILL after the writing, before the commit

    monkeypatch.setattr(actions, "commit", killed)
    with pytest.raises(SystemExit):
        jobs.write(1)
    monkeypatch.setattr(actions, "commit", real)
    assert rows(house) == (0, 0)
    assert state(house) == (TaskState.RUNNING, 1)
    jobs.sweep(1)
    assert state(house) == (TaskState.RUNNING, 1)  # not silent for long enough
    clock.move(minutes=1)
    jobs.sweep(2)
    assert state(house) == (TaskState.QUEUED, 2)
    loader.open(f"{check}/avance")
    assert "Reintentando: en cola" in loader.text
    jobs.write(1)
    assert rows(house) == (5, 1)


def test_the_sweep_leaves_alone_what_a_worker_holds(loader, house, clock):
    check = sent(loader, listing(*GOOD))
    loader.open(check).post(f"{check}/importar")
    clock.move(minutes=1)
    with house.database.transaction() as session:
        session.execute(text("UPDATE import_task SET state = 'running'"))
    with house.database.transaction() as session:
        session.execute(text("SELECT pg_advisory_xact_lock(:room, 1)"), {"room": jobs.ROOM})
        jobs.sweep(1)
        jobs.write(1)
    assert rows(house) == (0, 0)
    assert state(house) == (TaskState.RUNNING, 1)


def test_what_changed_meanwhile_stops_the_file_with_a_sentence_and_it_can_be_tried_again(
    loader, house
):
    check = sent(loader, listing(*GOOD))
    loader.open(check).post(f"{check}/importar")
    with house.database.transaction() as session:
        session.execute(text("DELETE FROM alliance"))
    with pytest.raises(actions.NothingToImport):
        jobs.write(1)
    loader.open(f"{check}/avance")
    assert "La importación se detuvo" in loader.text
    assert "el archivo tiene errores" in loader.text
    loader.post(f"{check}/importar")
    assert state(house) == (TaskState.QUEUED, 2)


def test_a_lost_upload_fails_with_what_to_do(loader, house, clock):
    check = sent(loader, listing(*GOOD))
    loader.open(check).post(f"{check}/importar")
    with house.database.transaction() as session:
        session.execute(text("UPDATE import_task SET state = 'running'"))
        token = session.scalar(select(ImportTask.token))
    Uploads(house.settings.files_folder).drop(token)
    clock.move(minutes=1)
    jobs.sweep(1)
    loader.open(f"/oficina/importaciones/{token}/avance")
    assert "súbalo otra vez" in loader.text


def test_a_short_file_is_written_at_once(loader, house, monkeypatch):
    monkeypatch.setattr(pages, "QUICK", 5)
    check = sent(loader, listing(*GOOD))
    loader.open(check).post(f"{check}/importar").follow()
    assert "Filas nuevas: 5" in loader.text
    with house.database.reading() as session:
        assert tasks.count_moving(session) == 0


def test_the_progress_is_told_while_rows_are_read(house):
    told = []
    lines = [GOOD[0].replace("ELVIA", f"ELVIA {'A' * (n % 50 + 1)}") for n in range(1200)]
    with house.database.reading() as session:
        actions.dry_run(
            session, "candidaturas", stream(listing(*lines)), "x.csv", progress=told.append
        )
    assert told == [0, 41, 83]


def test_a_mapping_by_number_wins_over_the_guess_and_zero_means_none(house):
    text_of = listing(*GOOD)
    places = PLACES | {"substitute": 0}
    with house.database.reading() as session:
        plan = actions.dry_run(session, "candidaturas", stream(text_of), "x.csv", mapping=places)
    assert all(change.after.substitute_name is None for change in plan.create)
