"""A press: one current choice per device and subject, whatever comes twice, at once or late."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from decide.calendar.models import Phase
from decide.errors import NotFound, Refused, Unavailable
from decide.kernel.clock import FrozenClock
from decide.kernel.resources import open_resources
from decide.participation import door, patience, snapshot
from decide.participation.actions import press
from decide.participation.choices import Choice
from decide.participation.door import Door
from decide.participation.patience import AWAY, HANDS, Patience
from decide.participation.refusals import Closed, TooMany
from decide.participation.snapshot import Snapshot
from tests import factories
from tests.ledger import Town, device, set_window
from tests.service import eventually


@pytest.fixture
def town(resources):
    made = Town(resources)
    yield made
    made.close()


def test_a_press_is_one_entry_of_the_log_and_no_sql(town):
    town.press(1, town.subjects[0], Choice.LIKE)
    assert sum(town.door.streams.state(name).length for name in town.door.streams.names()) == 1
    assert town.reactions() == {}


def test_the_drain_makes_the_press_a_row_a_tally_and_a_counter(town):
    first, second, _ = town.subjects
    town.press(1, first, Choice.LIKE)
    town.press(2, first, Choice.LIKE)
    town.press(2, second, Choice.DISLIKE)
    assert town.drain.once() == 3
    assert town.reactions() == {(first, 1): 2, (second, 2): 1}
    assert town.tallies() == town.counters() == {first: (2, 0), second: (0, 1)}


def test_a_second_word_replaces_the_first_and_a_withdrawal_counts_nothing(town):
    subject = town.subjects[0]
    for choice in (Choice.LIKE, Choice.DISLIKE):
        town.press(1, subject, choice)
        town.drain.once()
    assert town.tallies() == town.counters() == {subject: (0, 1)}
    town.press(1, subject, Choice.NONE)
    town.drain.once()
    assert town.tallies() == town.counters() == {}


def test_changing_ones_mind_within_one_batch_keeps_the_last_word(town):
    subject = town.subjects[0]
    for choice in (Choice.LIKE, Choice.DISLIKE, Choice.NONE, Choice.LIKE):
        town.press(1, subject, choice)
    assert town.drain.once() == 4
    assert town.tallies() == {subject: (1, 0)}
    assert town.rows("SELECT count(*) FROM reaction") == [(1,)]


def test_ten_thousand_repetitions_of_a_press_count_once(settings):
    resources = open_resources(replace(settings, presses_per_hour=20_000, snapshot_seconds=60.0))
    town = Town(resources)
    for _ in range(10_000):
        town.press(1, town.subjects[0], Choice.LIKE)
    assert town.drain.once() == 10_000
    assert town.tallies() == town.counters() == {town.subjects[0]: (1, 0)}
    town.close()
    resources.close()


def test_a_thousand_equal_presses_at_once_are_one_row(settings):
    resources = open_resources(replace(settings, presses_per_hour=20_000, snapshot_seconds=60.0))
    town = Town(resources)
    subject, threads, each = town.subjects[0], 50, 20
    barrier = threading.Barrier(threads + 1)

    def storm():
        barrier.wait()
        for _ in range(each):
            town.press(7, subject, Choice.LIKE)

    def copy():
        barrier.wait()
        while any(worker.is_alive() for worker in workers):
            town.drain.once()

    workers = [threading.Thread(target=storm) for _ in range(threads)]
    copier = threading.Thread(target=copy)
    for each_thread in (*workers, copier):
        each_thread.start()
    for each_thread in (*workers, copier):
        each_thread.join()
    town.drain.once()
    assert town.rows("SELECT count(*) FROM reaction") == [(1,)]
    assert town.tallies() == town.counters() == {subject: (1, 0)}
    town.close()
    resources.close()


def test_a_like_unlike_storm_of_many_devices_ends_as_each_ended(town):
    subject = town.subjects[0]
    last = {}

    def storm(number):
        for turn in range(20):
            last[number] = (Choice.LIKE, Choice.NONE, Choice.DISLIKE)[(turn + number) % 3]
            town.press(number, subject, last[number])
            if turn % 7 == 0:
                town.drain.once()

    workers = [threading.Thread(target=storm, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    town.drain.once()
    words = list(last.values())
    assert town.tallies() == {subject: (words.count(Choice.LIKE), words.count(Choice.DISLIKE))}


def test_presses_of_one_device_on_two_subjects_cannot_be_linked(town):
    first, second, _ = town.subjects
    town.press(1, first, Choice.LIKE)
    town.press(1, second, Choice.LIKE)
    town.drain.once()
    (one,), (other,) = town.rows("SELECT press_id FROM reaction")
    assert one != other
    assert device(1).identity not in (one.bytes, other.bytes)


def test_counts_are_kept_for_each_version_that_was_seen(resources):
    town = Town(resources, version=2)
    subject = town.subjects[0]
    receipt = town.press(1, subject, Choice.LIKE, version=1)
    assert receipt.changed
    assert not town.press(2, subject, Choice.LIKE, version=2).changed
    town.drain.once()
    asked = "SELECT version, likes FROM tally WHERE likes > 0 ORDER BY 1"
    assert town.rows(asked) == [(1, 1), (2, 1)]
    town.press(1, subject, Choice.LIKE, version=2)
    town.drain.once()
    assert town.rows(asked) == [(2, 2)]
    town.close()


def test_a_version_that_does_not_exist_is_refused(town):
    for version in (0, 2, 2**40):
        with pytest.raises(Refused, match="Recárguela"):
            town.press(1, town.subjects[0], Choice.LIKE, version=version)


def test_an_unknown_subject_does_not_exist(town):
    with pytest.raises(NotFound):
        town.press(1, 999_999, Choice.LIKE)


def test_a_subject_newer_than_the_picture_is_looked_up_once(settings):
    resources = open_resources(replace(settings, snapshot_seconds=3600.0))
    town = Town(resources, 1)
    town.press(1, town.subjects[0], Choice.LIKE)
    with resources.database.transaction() as session:
        party = factories.actor(session, "RAIZ")
        fresh = factories.subject(session, factories.SubjectKind.PROPOSAL, party, "Luz", "Luz.").id
    assert fresh not in town.snapshot.picture().subjects
    assert town.press(1, fresh, Choice.LIKE).choice is Choice.LIKE
    town.close()
    resources.close()


def test_who_is_slow_with_an_old_picture_does_not_say_what_the_new_one_says(settings, monkeypatch):
    resources = open_resources(replace(settings, snapshot_seconds=3600.0))
    town = Town(resources, 1)
    judge = snapshot.standing

    def slowly(windows, at):
        monkeypatch.setattr(snapshot, "standing", judge)
        said = judge(windows, at)
        with resources.database.transaction() as session:
            set_window(session, kinds=frozenset())
        town.snapshot.renew()
        return said

    monkeypatch.setattr(snapshot, "standing", slowly)
    assert town.snapshot.standing().visible, "what was true when it was asked"
    assert not town.snapshot.standing().visible
    town.close()
    resources.close()


def test_what_did_not_exist_is_not_looked_up_again_for_two_seconds(settings, monkeypatch):
    resources = open_resources(replace(settings, snapshot_seconds=3600.0))
    town = Town(resources, 1)
    now = [100.0]
    monkeypatch.setattr(door, "monotonic", lambda: now[0])
    fresh = town.subjects[0] + 1
    with pytest.raises(NotFound):
        town.press(1, fresh, Choice.LIKE)
    with resources.database.transaction() as session:
        party = factories.actor(session, "RAIZ")
        made = factories.subject(session, factories.SubjectKind.PROPOSAL, party, "Luz", "Luz.").id
    assert made == fresh
    now[0] += 1.9
    with pytest.raises(NotFound):
        town.press(1, fresh, Choice.LIKE)
    now[0] += 0.1
    assert town.press(1, fresh, Choice.LIKE).choice is Choice.LIKE
    town.close()
    resources.close()


def test_a_withdrawn_subject_takes_no_answer(town):
    with town.resources.database.transaction() as session:
        row = session.get(factories.Subject, town.subjects[0])
        row.open = False
    with pytest.raises(Closed, match="retirado"):
        town.press(1, town.subjects[0], Choice.LIKE)


def test_before_and_after_its_phase_a_subject_says_when(town):
    with town.resources.database.transaction() as session:
        set_window(session, opens_in=3600.0, closes_in=7200.0)
    with pytest.raises(Closed, match="Podrá hacerlo desde el"):
        town.press(1, town.subjects[0], Choice.LIKE)
    with town.resources.database.transaction() as session:
        set_window(session, opens_in=-7200.0, closes_in=-3600.0)
    with pytest.raises(Closed, match="cerró el"):
        town.press(1, town.subjects[0], Choice.LIKE)


def test_the_phase_closes_at_its_instant_and_not_one_microsecond_later(settings):
    opened = open_resources(settings)
    town = Town(opened)
    with opened.database.transaction() as session:
        closes_at = session.query(Phase).one().closes_at
    clock = FrozenClock(closes_at - timedelta(microseconds=1))
    resources = open_resources(settings, clock=clock)
    door = Door(resources, Snapshot(resources))
    press(door, device(1), town.subjects[0], 1, Choice.LIKE)
    clock.instant = closes_at
    with pytest.raises(Closed):
        press(door, device(1), town.subjects[0], 1, Choice.DISLIKE)
    town.drain.once()
    assert town.tallies() == {town.subjects[0]: (1, 0)}
    door.close()
    town.close()
    resources.close()
    opened.close()


def test_no_two_words_of_a_worker_have_one_instant_whatever_its_clock_does(town):
    """Else one that went past the log into SQL could not be told from its older self."""
    with town.resources.database.reading() as session:
        now = town.resources.clock.now(session)
    clocks = (now, now, now - timedelta(hours=1), now + timedelta(microseconds=1), now)
    given = [town.door._instant(at) for at in clocks]
    assert given == sorted(set(given))


def test_a_device_has_its_share_and_others_keep_theirs(settings):
    resources = open_resources(replace(settings, presses_per_hour=3))
    town = Town(resources)
    for _ in range(3):
        town.press(1, town.subjects[0], Choice.LIKE)
    with pytest.raises(TooMany):
        town.press(1, town.subjects[0], Choice.LIKE)
    town.press(2, town.subjects[0], Choice.LIKE)
    town.close()
    resources.close()


def test_without_the_log_a_press_goes_straight_to_sql_and_meets_its_older_self(settings):
    resources = open_resources(settings)
    town = Town(resources)
    subject = town.subjects[0]
    town.press(1, subject, Choice.LIKE)
    gone = replace(settings, redis_url="redis://127.0.0.1:1/0")
    other = open_resources(gone)
    door = Door(other, Snapshot(other))
    press(door, device(1), subject, 1, Choice.DISLIKE)
    assert town.tallies() == {subject: (0, 1)}
    # The older press comes out of the log only now: it must not win.
    assert town.drain.once() == 1
    assert town.tallies() == {subject: (0, 1)}
    door.close()
    town.close()
    other.close()
    resources.close()


def test_without_log_and_sql_a_press_is_unavailable_and_not_lost_silently(settings):
    resources = open_resources(replace(settings, snapshot_seconds=3600.0))
    town = Town(resources)
    town.press(1, town.subjects[0], Choice.LIKE)
    away = replace(
        settings,
        redis_url="redis://127.0.0.1:1/0",
        database_url="postgresql+psycopg://nobody@127.0.0.1:1/nothing",
    )
    other = open_resources(away)
    door = Door(other, town.snapshot)
    with pytest.raises(Unavailable):
        press(door, device(2), town.subjects[0], 1, Choice.LIKE)
    door.close()
    other.close()
    town.close()
    resources.close()


def test_after_the_databases_clock_was_set_back_a_later_word_still_wins(settings):
    opened = open_resources(settings)
    town = Town(opened)
    now = town.snapshot.picture().now()
    with opened.database.transaction() as session:
        set_window(session, opens_in=-90_000.0, closes_in=90_000.0)
    for back, choice in ((0, Choice.LIKE), (1, Choice.DISLIKE), (24, Choice.LIKE)):
        # A worker that starts only now knows nothing of the time before but what SQL holds.
        resources = open_resources(settings, clock=FrozenClock(now - timedelta(hours=back)))
        door = Door(resources, Snapshot(resources))
        press(door, device(1), town.subjects[0], 1, choice)
        town.drain.once()
        assert town.rows("SELECT choice FROM reaction") == [(choice,)]
        door.close()
        resources.close()
    town.close()
    opened.close()


def test_a_clock_that_was_years_wrong_does_not_rule_for_years(town):
    with town.resources.database.transaction() as session:
        session.execute(text("INSERT INTO drain_cursor VALUES ('x', '0-0', 0, '2999-01-01')"))
    fresh = Snapshot(town.resources)
    picture = fresh.picture()
    assert picture.latest - picture.now() <= timedelta(hours=25)


def test_what_a_look_has_missed_is_made_up_for_when_everything_is_read_anew(town, monkeypatch):
    """A look reads what has changed lately; a row may change behind its back, as by a restore."""
    subject, late, _ = town.subjects
    assert town.snapshot.picture().subjects[subject].open
    behind = "UPDATE subject SET open = false, changed_at = changed_at - CAST(:by AS interval)"
    with town.resources.database.transaction() as session:
        session.execute(text(f"{behind} WHERE id = :it"), {"it": subject, "by": "1 day"})
        session.execute(text(f"{behind} WHERE id = :it"), {"it": late, "by": "30 seconds"})
    seen = town.snapshot.picture().subjects
    assert not seen[late].open, "a transaction may take its time"
    assert seen[subject].open, "it is missed"
    monkeypatch.setattr(snapshot, "WHOLE_EVERY", 0.0)
    with town.resources.database.transaction() as session:
        session.execute(text("UPDATE subject SET open = false"))
    assert not town.snapshot.picture().subjects[subject].open


def test_a_process_that_ends_waits_for_no_work_that_hangs_and_begins_none(resources, monkeypatch):
    """Whoever waits for a turn is told at once; nothing of theirs is written later."""
    monkeypatch.setattr(patience, "SECONDS", 600.0)
    served, hanging, end = Patience(resources.database), threading.Semaphore(0), threading.Event()
    begun, told = [], []

    def hang(session):
        hanging.release()
        end.wait()

    def ask(work):
        try:
            served.transaction(work)
        except Unavailable as error:
            told.append(str(error))

    hands = [threading.Thread(target=ask, args=(hang,)) for _ in range(HANDS)]
    for each in hands:
        each.start()
        hanging.acquire()
    waiting = threading.Thread(target=ask, args=(begun.append,))
    waiting.start()
    eventually(served._hands._work_queue.qsize)
    closing = threading.Thread(target=served.close)
    closing.start()
    try:
        closing.join(20)
        waiting.join(20)
        assert (closing.is_alive(), begun, told) == (False, [], [AWAY])
    finally:
        end.set()
        for each in (closing, waiting, *hands):
            each.join()
    assert begun == []
