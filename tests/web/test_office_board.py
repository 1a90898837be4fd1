"""The first page of the office: rhythm, machine, duties, map; within a budget, for everybody."""

import dataclasses
import re
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import event, text

from decide.app import create_app
from decide.catalog.queries_completeness import Progress, completeness
from decide.kernel.clock import FrozenClock
from decide.participation import rhythm
from decide.participation.jobs import look_at_pressure
from decide.watch import machine
from decide.watch.due import Duty, due
from decide.watch.machine import Part, State
from decide.web.shared.context import KEY
from decide.web.staff import drawings
from tests import busy_office, factories

BUDGET = 75  # statements of the first page, whatever the size; the board of readiness takes most


@pytest.fixture
def house(portal_app):
    return portal_app.extensions[KEY].resources


@contextmanager
def statements(house):
    """The statements sent meanwhile."""
    seen = []

    def note(connection, cursor, statement, *more):
        seen.append(statement)

    event.listen(house.database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(house.database.engine, "before_cursor_execute", note)


@pytest.fixture
def busy(house, clock, world):
    """Much to look at."""
    with house.database.transaction() as session:
        busy_office.rhythm(session, clock.instant, factories.ZONE)
        busy_office.trouble(session, house.settings, clock.instant, world["lucero"])


def test_an_hour_is_its_line_less_the_one_before():
    nine = datetime(2021, 5, 1, 9, tzinfo=UTC)
    lines = [
        (nine, 100, 10),
        (nine + timedelta(hours=1), 130, 10),
        (nine + timedelta(hours=3), 5, 1),
    ]
    found = rhythm.brought(lines)
    assert [(each.presses, each.ideas) for each in found] == [(30, 0), (5, 1)], (
        "set up anew: from 0"
    )
    assert rhythm.brought(lines[:1]) == (), "the first line only says where counting begins"


def test_every_look_writes_the_line_of_its_hour(house, clock):
    run = look_at_pressure.__wrapped__
    with house.database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO drain_cursor (stream, entry, copied)"
                " VALUES (:press, '0-0', 50), (:idea, '0-0', 4)"
            ),
            {"press": "{p00}:press", "idea": "{p00}:idea"},
        )
    run(house, 1)
    clock.instant += timedelta(hours=1)
    with house.database.transaction() as session:
        session.execute(text("UPDATE drain_cursor SET copied = copied + 7"))
    for _ in range(2):
        run(house, 1)
    with house.database.reading() as session:
        found = rhythm.hours(session, since=clock.instant - timedelta(minutes=90))
    assert [(each.presses, each.ideas) for each in found] == [(7, 7)]


def test_the_first_page_tells_the_rhythm_the_machine_and_what_waits(enter, busy):
    chief = enter("jefa", door="/oficina").open("/oficina")
    for words in (
        "Páginas vistas", "Opiniones", "Copia de opiniones", "Cola de trabajos", "Base de datos",
        "Una carta venció sin usarse", "Una carta vigente sigue sin entregarse",
        "Una solicitud ARCO espera respuesta", "1 no salió",
    ):  # fmt: skip
        assert words in chief.text, words
    assert len(re.findall(r"<rect", chief.html)) >= 3 * 24
    by_day = chief.open("/oficina?ritmo=dias")
    assert by_day.html.count('<figure class="bars">') == 3
    chief.open("/oficina?ritmo=nada", 404)


def test_it_comes_again_by_itself_only_for_whoever_asks(enter):
    chief = enter("jefa", door="/oficina")
    assert "http-equiv" not in chief.open("/oficina").html
    assert '<meta http-equiv="refresh" content="60">' in chief.open("/oficina?vivo=1").html


def test_the_first_page_keeps_its_budget_whatever_there_is(enter, house, busy):
    chief = enter("jefa", door="/oficina")
    chief.open("/oficina")
    with statements(house) as seen:
        chief.open("/oficina")
    assert len(seen) <= BUDGET, len(seen)


def test_sums_are_not_told_while_they_could_be_one_actors(enter, house, busy):
    with house.database.transaction() as session:
        session.execute(text("UPDATE subject SET version = 0, open = false"))
    chief = enter("jefa", door="/oficina").open("/oficina")
    assert chief.text.count("Se muestra cuando participen tres actores o más") == 2
    assert chief.html.count('<figure class="bars">') == 1, "visits may be told"


def test_each_sees_only_what_waits_for_the_own_role(enter, busy):
    assert "Una carta venció" not in enter("carga", door="/oficina").open("/oficina").text
    poster = enter("cartas", door="/oficina").open("/oficina").text
    assert "Una carta venció" in poster
    assert "ARCO espera" not in poster


def test_duties_come_late_ones_first_and_end_when_done(house, clock, busy):
    def look():
        with house.database.reading() as session:
            today = clock.instant.date()
            return {each.duty: each for each in due(session, 0, at=clock.instant, today=today)}

    first = look()
    assert next(iter(first.values())).late
    assert first[Duty.REQUESTS].late
    with house.database.transaction() as session:
        session.execute(
            text("UPDATE arco_request SET state = 'answered', answer = 'x y z', closed_at = now()")
        )
    assert Duty.REQUESTS not in look()


def test_every_part_can_be_well_watched_bad_or_away(house, clock, monkeypatch):
    full = SimpleNamespace(total=100, used=95, free=5)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: full)
    assert machine.of_disk(house.settings.files_folder).state is State.BAD
    deaf = dataclasses.replace(
        house.settings, redis_url="redis://127.0.0.1:1/0", queue_url="redis://127.0.0.1:1/1"
    )
    app = create_app(deaf, clock=FrozenClock(clock.instant))
    away = app.extensions[KEY].resources
    assert [each.state for each in machine.of_ledger(away, {})] == [State.AWAY] * 2
    assert machine.of_queue(away).state is State.AWAY
    away.close()
    assert machine.above(0, machine.WAITING) is State.GOOD
    assert machine.above(1_000, machine.WAITING) is State.WATCH
    assert machine.above(20_000, machine.WAITING) is State.BAD


def test_a_missed_seal_is_said(house, clock):
    from decide.calendar import queries as calendar

    with house.database.reading() as session:
        windows = calendar.windows(session)
        found = machine.of_seals(session, windows, factories.ZONE, clock.instant)
    assert found.part is Part.SEALS
    assert found.state is State.BAD
    assert found.figures[0] > 0


def test_completeness_counts_what_citizens_can_read(house, world):
    with house.database.transaction() as session:
        before = completeness(session)
        session.execute(
            text("UPDATE proposal SET state = 'withdrawn' WHERE candidacy_id = :head"),
            {"head": world["head"]},
        )
        after = completeness(session)
        session.rollback()
    assert before.all.heads == after.all.heads > 0
    assert before.all.proposals == after.all.proposals + 1
    assert Progress(0, 0, 0).share is None
    assert Progress(2, 1, 2).share == 75


def test_the_map_has_a_figure_in_each_tile_and_the_same_in_a_table(enter):
    watcher = enter("mirada", door="/oficina").open("/oficina/avance")
    shares = re.findall(r"<title>([^<]+): (\d+) %</title>", watcher.html)
    assert shares
    for place, share in shares:
        assert re.search(rf"{re.escape(place)}.*?{share} %", watcher.text), place


@pytest.mark.parametrize(
    ("share", "step"),
    [(0, 0), (1, 1), (25, 1), (26, 2), (50, 2), (75, 3), (76, 4), (99, 4), (100, 5)],
)
def test_steps_of_the_map(share, step):
    assert drawings.step_of(share) == step


def test_the_reason_of_a_level_is_kept_whole_or_not_taken(enter):
    page = enter("jefa", door="/oficina").open("/oficina/presion")
    page.send(status=422, level="alert", reason="m" * 501)
    assert "Escriba el motivo, en no más de 500 caracteres." in page.text
    page.send(status=303, level="alert", reason="m" * 500)
    assert "m" * 500 in page.follow().text
