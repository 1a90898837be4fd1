"""Seeded defects of deliveries: each goal's question turns red when its guard is taken away."""

import contextlib
import dataclasses
import errno
import itertools
import time
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from decide.delivery import actions, jobs, lock, package, queries
from decide.delivery.folder import Shelf
from decide.kernel import jobs as queue
from decide.kernel.clock import Clock
from decide.kernel.resources import open_resources
from tests.delivery_world import CUTOFF, own_world, spoken_world  # noqa: F401
from worker import TIMETABLE


@pytest.fixture
def house(settings, world):
    settings = dataclasses.replace(settings, database_url=world["url"])
    opened = open_resources(settings)
    queue.bind(lambda: open_resources(settings))
    yield opened
    queue.Workshop.opener = None
    opened.close()


def order(house, world):
    with house.database.transaction() as session:
        return actions.order(
            session, house.jobs, world["actors"]["nopal"],
            cutoff=CUTOFF, at=Clock().now(session), by=None,
        )  # fmt: skip


def half_files(house, world, monkeypatch):
    """R6: what a builder leaves when the disk is full in the middle of the package."""

    def full(target, files, *, stamp):
        target.write_bytes(b"PK half a package")
        raise OSError(errno.ENOSPC, "No space left on device")

    number = order(house, world)
    with monkeypatch.context() as patched:
        patched.setattr(package.zipped, "write", full)
        with pytest.raises(OSError, match="No space"):
            jobs.build(number)
    return [
        each.name for each in Shelf(house.settings.files_folder).package(number).parent.iterdir()
    ]


def test_a_package_written_in_its_own_place_would_be_found_half(house, world, monkeypatch):
    assert half_files(house, world, monkeypatch) == []
    monkeypatch.setattr(jobs, "write_aside", contextlib.nullcontext)
    assert half_files(house, world, monkeypatch) != []


def built_slowly(house, world, monkeypatch):
    """R18: whether a build outlives the time for which a role may leave a transaction idle."""
    number, real = order(house, world), package.workbook.write

    def slow(*args, **more):
        time.sleep(1.2)
        real(*args, **more)

    name = world["sql"].info.dbname
    world["sql"].execute(
        f"ALTER ROLE decide_app IN DATABASE {name} SET idle_in_transaction_session_timeout = '1s'"
    )
    house.database.engine.dispose()
    with monkeypatch.context() as patched, contextlib.suppress(DBAPIError):
        patched.setattr(package.workbook, "write", slow)
        jobs.build(number)
    with house.database.reading() as session:
        return queries.delivery(session, number).is_ready


def test_a_builder_that_keeps_a_pages_limits_would_be_cut_off(house, world, monkeypatch):
    assert built_slowly(house, world, monkeypatch)
    monkeypatch.setattr(jobs, "patient", lambda _: None)
    assert not built_slowly(house, world, monkeypatch)


def sent_again(house, world, number):
    """R10: whether a delivery whose builder is gone is sent again within the promised time."""
    house.queue.flushdb()
    world["sql"].execute(
        "UPDATE delivery SET state = 'building', attempt = 1,"
        " touched_at = now() - interval '60 s' WHERE id = %s",
        (number,),
    )
    jobs.sweep(0)
    with house.database.reading() as session:
        return queries.delivery(session, number).attempt == 2


def test_a_sweep_that_takes_the_dead_for_living_would_be_found_out(house, world, monkeypatch):
    number = order(house, world)
    assert sent_again(house, world, number)
    with monkeypatch.context() as patched:
        patched.setattr(lock, "in_hand", lambda _: frozenset({number}))
        assert not sent_again(house, world, number)
    with monkeypatch.context() as patched:
        patched.setattr(jobs, "SILENT", timedelta(seconds=90))
        assert not sent_again(house, world, number)


def test_the_sweep_comes_early_enough_for_ninety_seconds():
    (period,) = [seconds for seconds, name in TIMETABLE if name == "decide.delivery.jobs.sweep"]
    assert jobs.SILENT + timedelta(seconds=period) < timedelta(seconds=45), "the rest is building"


def same_twice(house, world):
    """R11: whether two builds of the same cut-off give the same bytes."""
    told = []
    for _ in range(2):
        number = order(house, world)
        jobs.build(number)
        told.append(Shelf(house.settings.files_folder).finished(number).read_bytes())
    return told[0] == told[1]


def test_a_package_that_bears_the_hour_of_its_building_would_be_found_out(
    house, world, monkeypatch
):
    real, ticks = package.zipped.write, itertools.count()

    def hasty(target, files, *, stamp):
        real(target, files, stamp=stamp.replace(second=2 * next(ticks)))

    with monkeypatch.context() as patched:
        patched.setattr(package.zipped, "write", hasty)
        assert not same_twice(house, world)
    assert same_twice(house, world)
