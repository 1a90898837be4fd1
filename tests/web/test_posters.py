"""Posters in batches: ordered by a page, made by the worker, killed, and the same bytes."""

import hashlib
import io
import os
import signal
import subprocess
import sys
import time
from zipfile import ZipFile

import pytest
from sqlalchemy import text

from decide.geography import queries as geography
from decide.kernel import jobs as queue
from decide.kernel.handed import taken
from decide.kernel.resources import open_resources
from decide.outreach import batches, jobs
from decide.outreach.models import PosterBatch
from decide.web.shared.context import KEY
from tests.tools import need

PAGE = "/oficina/difusion/carteles"
MAKE_IN_ANOTHER_PROCESS = """
import sys
from pathlib import Path
from decide.kernel import jobs as queue
from decide.kernel.resources import open_resources
from decide.outreach import jobs
from decide.settings import Settings
url, redis, other, folder = sys.argv[1:5]
settings = Settings(database_url=url, redis_url=redis, queue_url=other, secret_key="x",
                    process_key="x", files_folder=Path(folder))
queue.bind(lambda: open_resources(settings))
jobs.make(1)
"""


@pytest.fixture
def house(portal_app, clock):
    house = portal_app.extensions[KEY].resources
    queue.bind(lambda: open_resources(house.settings, clock=clock))
    yield house
    queue.Workshop.opener = None


@pytest.fixture
def writer(enter):
    return enter("textos", door="/oficina")


def order(person, about="cargos", form="a4", status=303):
    return person.open(PAGE).send(PAGE, status=status, about=about, form=form)


def row(house, number=1):
    with house.database.reading() as session:
        return batches.batch(session, number)


ANOTHER = (
    "INSERT INTO poster_batch"
    " (about, form, state, made, total, attempt, ordered_at, ordered_by, touched_at, facts)"
    " SELECT about, form, state, made, total, attempt, ordered_at, ordered_by, touched_at, facts"
    " FROM poster_batch"
)


def file(person, number=1):
    answer = person.client.get(f"{PAGE}/{number}/archivo.zip")
    body = answer.get_data()
    answer.close()
    return body


def test_a_batch_is_ordered_watched_made_and_downloaded_without_a_script(
    house, writer, enter, tmp_path
):
    order(writer).follow()
    assert "En cola" in writer.text
    assert '<noscript><meta http-equiv="refresh"' in writer.html
    assert house.jobs.is_waiting(batches.MAKE, 1)
    writer.open(f"{PAGE}/1/archivo.zip", 404)
    jobs.make(1)
    writer.open(f"{PAGE}/1")  # what a reload, or another browser, shows
    assert "Listo: 4 carteles" in writer.text
    assert 'http-equiv="refresh"' not in writer.html
    body = file(writer)
    assert hashlib.sha256(body).hexdigest() == row(house).sha256
    assert len(body) == row(house).size
    with ZipFile(io.BytesIO(body)) as archive:
        names = ["diputacion.pdf", "presidencia.pdf", "sindicatura.pdf", "regiduria.pdf"]
        assert archive.namelist() == names
        assert all(archive.read(name).startswith(b"%PDF-") for name in names)
    assert "Listo: 4 carteles" in enter("mirada", door="/oficina").open(PAGE).text
    assert "Pidió carteles" in enter("jefa", door="/oficina").open("/oficina/bitacora").text


def test_all_municipalities_are_in_the_batch_and_each_code_leads_to_its_own(
    house, writer, tmp_path
):
    order(writer, "municipios", "cuadro")
    with house.database.reading() as session:
        known = geography.municipalities(session)
    jobs.make(1)
    read = [need("zbarimg"), "--quiet", "--raw"]
    with ZipFile(io.BytesIO(file(writer))) as archive:
        assert len(archive.namelist()) == len(known) == row(house).total == 125
        for each, name in list(zip(known, archive.namelist(), strict=True))[::25]:
            page = tmp_path / name
            page.write_bytes(archive.read(name))
            told = subprocess.run([*read, str(page)], capture_output=True, check=True).stdout
            site = house.settings.public_url
            assert told.decode() == f"{site}/m/{each.number}\n"


def test_a_double_click_orders_once_and_what_is_ready_can_be_ordered_again(house, writer):
    order(writer, "cargos", "a4")
    order(writer, "cargos", "a4")
    assert writer.page.headers["Location"].endswith(f"{PAGE}/1")
    jobs.make(1)
    order(writer, "cargos", "a4")
    assert writer.page.headers["Location"].endswith(f"{PAGE}/2")


def test_the_file_goes_after_the_row_that_names_it(house, writer):
    order(writer, "cargos", "a4")
    jobs.make(1)
    path = batches.place_of(house.settings.files_folder, 1)
    jobs.sweep(1)
    assert path.exists()
    with house.database.reading() as session:
        old = (house.clock.now(session) - jobs.KEPT).timestamp() - 60
    os.utime(path, (old, old))
    jobs.sweep(2)
    assert not path.exists()


def test_a_worker_killed_in_the_middle_and_begun_anew_gives_the_same_bytes(house, writer, clock):
    order(writer, "municipios", "a4")
    with house.database.transaction() as session:  # a second one, made without any trouble
        session.execute(text(ANOTHER))
    own = house.settings
    worker = subprocess.Popen(
        [sys.executable, "-c", MAKE_IN_ANOTHER_PROCESS, own.database_url, own.redis_url,
         own.queue_url, str(own.files_folder)]
    )  # fmt: skip
    until = time.monotonic() + 60
    while row(house).made == 0 and time.monotonic() < until:
        time.sleep(0.02)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    stopped = row(house)
    assert (stopped.state, 0 < stopped.made < stopped.total) == ("running", True)
    writer.open(f"{PAGE}/1")
    assert f"En proceso: {stopped.made} de 125" in writer.text
    assert not batches.place_of(own.files_folder, 1).exists()
    jobs.sweep(1)
    assert row(house).state == "running"  # a moment ago somebody worked on it
    with house.database.transaction() as session:
        session.execute(text("UPDATE poster_batch SET touched_at = '2021-01-01T12:00Z'"))
        session.execute(text("UPDATE municipality SET name = 'Otro nombre' WHERE number = 1"))
    jobs.sweep(2)
    assert (row(house).state, row(house).made) == ("queued", 0)
    assert house.jobs.is_waiting(batches.MAKE, 1, attempt=2)
    jobs.make(1)
    clock.move(minutes=5)
    jobs.make(2)
    jobs.make(1)  # the queue may send twice
    one, other = file(writer, 1), file(writer, 2)
    assert row(house, 1).state == row(house, 2).state == "ready"
    assert one == other
    assert "001-otro-nombre.pdf" not in ZipFile(io.BytesIO(one)).namelist()


def test_what_fails_says_so_and_can_be_tried_again(house, writer, monkeypatch):
    order(writer)

    def broken(*_):
        raise OSError("disk")

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "drawn", broken)
        with pytest.raises(OSError, match="disk"):
            jobs.make(1)
    writer.open(f"{PAGE}/1")
    assert "Algo falló al hacer los carteles" in writer.text
    writer.send(f"{PAGE}/1/reintentar", status=303).follow()
    assert "En cola" in writer.text
    jobs.make(1)
    assert row(house).state == "ready"
    writer.post(f"{PAGE}/1/reintentar")  # nothing to try again
    assert row(house).state == "ready"


def test_five_interruptions_are_enough(house, writer):
    order(writer)
    for attempt in range(1, jobs.LAST_ATTEMPT + 1):
        with house.database.transaction() as session:
            found = session.get(PosterBatch, 1)
            assert found.attempt == attempt
            session.execute(text(
                "UPDATE poster_batch SET state = 'running',"
                " touched_at = touched_at - interval '1 day'"))  # fmt: skip
        jobs.sweep(attempt)
    assert row(house).state == "failed"
    assert "Se interrumpió varias veces" in writer.open(f"{PAGE}/1").text


def test_two_workers_at_once_make_it_once(house, writer):
    order(writer)
    with house.database.transaction() as session:
        assert taken(session, jobs.ROOM, 1)
        jobs.make(1)  # somebody has it: left alone
        assert row(house).state == "queued"
    jobs.make(1)
    assert row(house).state == "ready"


@pytest.mark.parametrize(
    ("about", "form", "sentence"),
    [("planetas", "a4", "Elija de qué son"), ("cargos", "a5", "Elija el tamaño")],
)
def test_only_what_is_offered_can_be_ordered(writer, about, form, sentence):
    assert sentence in order(writer, about, form, status=422).text


def test_who_only_watches_sees_no_form(enter):
    watcher = enter("mirada", door="/oficina").open(PAGE)
    assert "Pedir carteles" not in watcher.text
