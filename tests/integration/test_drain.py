"""The drain: exactly once, in the order of the log, whoever else runs, and nothing ever dropped."""

import threading
import time

import pytest
from redis.exceptions import OutOfMemoryError
from sqlalchemy import text

from decide.kernel.resources import open_resources
from decide.participation import counters
from decide.participation.choices import Choice
from decide.participation.drain import LOCK, Drain
from decide.participation.entry import Press, press_fields
from decide.participation.queries import lag, undrained_before
from decide.participation.snapshot import Timing
from decide.participation.store import instant_of, store_presses
from decide.participation.trim import trim
from decide.participation.verify import verify
from tests.ledger import Town
from tests.owner import as_owner


@pytest.fixture
def town(resources):
    made = Town(resources)
    yield made
    made.close()


def wait_until(what, seconds=60.0):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def running(drain):
    """The drain as a service in a thread; returns how to stop it."""
    stop = threading.Event()
    thread = threading.Thread(target=drain.run, args=(stop,))
    thread.start()

    def end():
        stop.set()
        thread.join(20)
        assert not thread.is_alive()

    return end


def test_batches_smaller_than_the_backlog_copy_all_of_it(town):
    for number in range(25):
        town.press(number, town.subjects[number % 3], Choice.LIKE)
    assert Drain(town.resources, batch=4).once() == 25
    assert sum(likes for likes, _ in town.tallies().values()) == 25
    assert town.counters() == town.tallies()


def test_a_transaction_that_fails_moves_neither_cursor_nor_rows(town):
    town.press(1, town.subjects[0], Choice.LIKE)
    with as_owner(town.resources) as session:
        session.execute(text("ALTER TABLE tally ADD CONSTRAINT no CHECK (likes < 1)"))
    with pytest.raises(Exception, match="no"):
        town.drain.once()
    assert town.rows("SELECT count(*) FROM reaction") == [(0,)]
    with as_owner(town.resources) as session:
        session.execute(text("ALTER TABLE tally DROP CONSTRAINT no"))
    assert town.drain.once() == 1
    assert town.tallies() == {town.subjects[0]: (1, 0)}


def test_an_entry_nobody_can_read_is_set_aside_byte_for_byte_and_the_rest_goes_on(town):
    name = town.door.streams.names()[0]
    town.door.streams.redis.xadd(name, {b"9": b"from the future"})
    town.door.streams.redis.xadd(name, {b"1": b"short"})
    for number in range(8):
        town.press(number, town.subjects[0], Choice.LIKE)
    assert town.drain.once() == 10
    assert town.tallies() == {town.subjects[0]: (8, 0)}
    aside = town.rows("SELECT fields, reason FROM drain_misfit ORDER BY entry")
    assert aside == [
        (b"\0\0\0\x019\0\0\0\x0ffrom the future", "unknown format"),
        (b"\0\0\0\x011\0\0\0\x05short", "wrong length"),
    ]
    assert any("could not be read" in each for each in verify(town.resources).drift)


def test_a_standby_takes_over_when_the_active_drain_is_gone(town, settings):
    town.press(1, town.subjects[0], Choice.LIKE)
    with town.resources.database.engine.connect() as other:
        other.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        other.commit()
        end = running(Drain(town.resources))
        try:
            time.sleep(1.5)
            assert town.tallies() == {}
            other.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
            other.commit()
            wait_until(lambda: town.tallies() == {town.subjects[0]: (1, 0)}, seconds=60.0)
        finally:
            end()


def test_a_drain_that_lost_its_connection_comes_back(town):
    end = running(Drain(town.resources))
    try:
        town.press(1, town.subjects[0], Choice.LIKE)
        wait_until(lambda: town.tallies() == {town.subjects[0]: (1, 0)})
        with town.resources.database.transaction() as session:
            session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks"
                    " WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
                )
            )
        town.press(2, town.subjects[0], Choice.LIKE)
        wait_until(lambda: town.tallies() == {town.subjects[0]: (2, 0)})
    finally:
        end()


def test_two_drains_at_once_store_everything_once(town, settings):
    for number in range(300):
        town.press(number, town.subjects[number % 3], Choice(1 + number % 2))
    copied = []

    def copy():
        opened = open_resources(settings)
        copied.append(Drain(opened, batch=10).once())
        opened.close()

    workers = [threading.Thread(target=copy) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert town.rows("SELECT sum(copied) FROM drain_cursor") == [(300,)]
    assert town.rows("SELECT sum(likes + dislikes) FROM tally") == [(300,)]
    # Two at once may set a counter in the wrong order; the serving drain sets all once a minute.
    with town.resources.database.reading() as session:
        counters.rebuild(session, town.door.streams)
    assert verify(town.resources).drift == []


def test_drain_and_direct_writers_at_once_keep_tallies_exact(town):
    """Both change the same rows; only OLD/NEW of each upsert can know what really changed."""
    subject = town.subjects[0]
    end = running(Drain(town.resources, batch=50))

    def direct(seed):
        for turn in range(60):
            number = (turn * 7 + seed) % 10
            press = Press(number.to_bytes(16, "big"), subject, 1, 1 + (turn + seed) % 2, turn)
            with town.resources.database.transaction() as session:
                store_presses(session, [press])

    def by_log(seed):
        for turn in range(60):
            number = (turn * 3 + seed) % 10
            press = Press(number.to_bytes(16, "big"), subject, 1, (turn + seed) % 3, turn)
            town.door.streams.add_press(press)

    workers = [
        threading.Thread(target=way, args=(s,)) for s in range(3) for way in (direct, by_log)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    try:
        wait_until(lambda: sum(each.waiting for each in lag(town.resources)) == 0)
    finally:
        end()
    with town.resources.database.reading() as session:
        counters.rebuild(session, town.door.streams)
    report = verify(town.resources)
    assert report.drift == []
    assert report.checked_entries == 180


def test_a_log_that_was_replaced_by_an_older_one_is_read_from_its_beginning(town):
    subject = town.subjects[0]
    for number in range(20):
        town.press(number, subject, Choice.LIKE)
    town.drain.once()
    streams = town.door.streams
    for name in streams.names():
        streams.redis.delete(name)
    # A restored server whose clock is behind gives ids that lie below the cursor.
    for number in range(20, 25):
        press = Press(number.to_bytes(16, "big"), subject, 1, 1, 10**12)
        streams.redis.xadd(
            streams.press_stream(press.press_id), press_fields(press), id=f"1000-{number}"
        )
    end = running(Drain(town.resources))
    try:
        wait_until(lambda: town.tallies() == {subject: (25, 0)})
    finally:
        end()


def presses_of_shard(streams, shard, subject):
    """Entries of one phone after the other whose presses all land in one stream."""
    for number in range(2**16):
        identity = number.to_bytes(2, "big") + bytes(14)
        if streams.press_stream(identity) == streams.names()[shard]:
            yield press_fields(Press(identity, subject, 1, 1, 10**12))


def test_a_replaced_log_is_read_from_its_beginning_though_one_stream_is_never_quiet(town):
    streams, cursor = town.door.streams, 10**6
    busy, quiet = streams.names()[:2]
    of_busy, of_quiet = (presses_of_shard(streams, n, town.subjects[0]) for n in (0, 1))
    streams.redis.xadd(busy, next(of_busy), id=f"{cursor}-0")
    streams.redis.xadd(quiet, next(of_quiet), id=f"{cursor}-0")
    end = running(Drain(town.resources))
    try:
        wait_until(lambda: town.tallies() == {town.subjects[0]: (2, 0)})
        for name in (busy, quiet):
            streams.redis.delete(name)
        for number in range(50):  # its clock is half a minute behind
            streams.redis.xadd(busy, next(of_busy), id=f"{cursor - 30_000 + number}-0")
            if number in (30, 35, 40, 45):  # the other was found out long ago
                streams.redis.xadd(quiet, next(of_quiet), id=f"{cursor - 100 + number}-0")
            time.sleep(0.04)
        streams.redis.xadd(quiet, next(of_quiet), id=f"{cursor + 1}-0")
        wait_until(lambda: town.tallies() == {town.subjects[0]: (2 + 50 + 4 + 1, 0)}, 20)
    finally:
        end()


def test_what_a_replaced_log_took_before_the_drain_came_back_is_copied_too(town):
    """Its clock was a second behind and has passed the cursor meanwhile."""
    streams, cursor = town.door.streams, 10**6
    name, presses = streams.names()[0], presses_of_shard(streams, 0, town.subjects[0])
    streams.redis.xadd(name, next(presses), id=f"{cursor}-0")
    town.drain.once()
    streams.redis.delete(name)
    for late in (-1_000, -1, 500):
        streams.redis.xadd(name, next(presses), id=f"{cursor + late}-0")
    town.drain.once()
    assert town.tallies() == {town.subjects[0]: (4, 0)}


def test_a_log_that_takes_no_more_is_copied_all_the_same(town):
    """Full: it still gives what it holds, and copying is what will make room."""
    for number in range(5):
        town.press(number, town.subjects[0], Choice.LIKE)
    ledger = town.resources.ledger
    ledger.config_set("maxmemory", "1mb")
    end = running(Drain(town.resources))
    try:
        with pytest.raises(OutOfMemoryError):
            town.door.streams.set_tallies([(1, 1, 1)])
        wait_until(lambda: town.tallies() == {town.subjects[0]: (5, 0)}, 20)
        assert town.counters() == {}
        ledger.config_set("maxmemory", "0")
        wait_until(lambda: town.counters() == town.tallies(), 20)
    finally:
        ledger.config_set("maxmemory", "0")
        end()


def test_the_counters_are_set_again_after_the_log_was_away(town):
    town.press(1, town.subjects[0], Choice.LIKE)
    town.drain.once()
    town.door.streams.set_tallies([(town.subjects[0], 77, 0), (999, 5, 5)])
    assert len(verify(town.resources).drift) == 2
    with town.resources.database.reading() as session:
        assert counters.rebuild(session, town.door.streams) == 2
    assert verify(town.resources).drift == []
    assert town.counters() == {town.subjects[0]: (1, 0)}


@pytest.mark.parametrize(
    "sabotage",
    [
        "UPDATE tally SET likes = likes + 1",
        "DELETE FROM reaction",
        "UPDATE reaction SET choice = 2",
        "UPDATE reaction SET pressed_at = pressed_at - interval '1 hour'",
        "DELETE FROM idea",
    ],
)
def test_verify_sees_every_kind_of_damage(town, sabotage):
    town.press(1, town.subjects[0], Choice.LIKE)
    town.send(1, town.subjects[0], "Más luz.")
    town.drain.once()
    report = verify(town.resources)
    assert (report.drift, report.reactions, report.ideas, report.waiting) == ([], 1, 1, 0)
    with town.resources.database.transaction() as session:
        session.execute(text(sabotage))
    assert verify(town.resources).drift


def test_a_tally_that_is_gone_is_told_as_none_and_not_as_another_number(town):
    town.press(1, town.subjects[0], Choice.LIKE)
    town.press(2, town.subjects[1], Choice.DISLIKE)
    town.drain.once()
    with town.resources.database.transaction() as session:
        session.execute(text("DELETE FROM tally WHERE likes > 0"))
        session.execute(text("DELETE FROM reaction WHERE choice = 2"))
    told = verify(town.resources).drift
    assert f"subject {town.subjects[0]} version 1: rows 1/0, tally 0/0" in told
    assert f"subject {town.subjects[1]} version 1: rows 0/0, tally 0/1" in told


def test_a_reading_of_the_clock_is_no_more_wrong_than_half_of_what_it_took(town):
    begun = time.monotonic()
    with town.resources.database.reading() as session:
        timing = Timing.take(town.resources, session)
    assert 0 <= timing.error <= (time.monotonic() - begun) / 2


def test_delivery_learns_whether_the_drain_has_passed_the_cut_off(town):
    town.press(1, town.subjects[0], Choice.LIKE)
    town.send(1, town.subjects[0], "Más luz.")
    now = town.snapshot.picture().now()
    assert undrained_before(town.resources, now) == 2
    assert undrained_before(town.resources, instant_of(0)) == 0
    town.drain.once()
    assert undrained_before(town.resources, now) == 0
    assert sum(each.copied for each in lag(town.resources)) == 2


def test_trimming_never_drops_what_is_not_stored(town):
    for number in range(400):
        town.press(number, town.subjects[0], Choice.LIKE)
    later = town.snapshot.picture().now().replace(year=2100)
    assert trim(town.resources, later) == 0
    town.drain.once()
    for number in range(400, 500):
        town.press(number, town.subjects[0], Choice.LIKE)
    assert trim(town.resources, later) > 0
    assert town.drain.once() == 100
    assert town.tallies() == {town.subjects[0]: (500, 0)}
    assert verify(town.resources).drift == []
