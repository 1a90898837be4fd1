"""Ordering, building and restarting deliveries, with the real worker where it matters."""

import dataclasses
import hashlib
import os
import subprocess
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from click.testing import CliRunner
from redis import Redis

from decide.audit.models import AuditEntry
from decide.cli import decide
from decide.delivery import actions, jobs, lock, queries, states
from decide.delivery.actions import BUILD
from decide.delivery.contents import Unsealed
from decide.delivery.folder import Shelf
from decide.delivery.models import Delivery, DeliveryState
from decide.delivery.package import NotVerified
from decide.errors import Conflict, NotFound
from decide.kernel import jobs as queue
from decide.kernel.clock import Clock, FrozenClock
from decide.kernel.resources import open_resources
from decide.participation.choices import IdeaKind
from decide.participation.drain import Drain
from decide.participation.entry import IdeaSent, Press
from decide.participation.store import microseconds_of, store_ideas, store_presses
from decide.participation.streams import Streams
from tests import factories
from tests.delivery_world import CUTOFF, own_world, owned, spoken_world  # noqa: F401
from tests.worker_process import WorkerProcess, eventually, horses, working


@pytest.fixture
def settings(settings, world):
    """The test's knobs, on the world in which everybody has spoken."""
    return dataclasses.replace(settings, database_url=world["url"])


@pytest.fixture
def house(settings):
    """Resources, and this process bound as a workshop that can run jobs itself."""
    opened = open_resources(settings)
    queue.bind(lambda: open_resources(settings))
    yield opened
    queue.Workshop.opener = None
    opened.close()


def order(house, world, key="lucero", *, at=None, cutoff=CUTOFF):
    with house.database.transaction() as session:
        at = at or Clock().now(session)
        return actions.order(
            session, house.jobs, world["actors"][key], cutoff=cutoff, at=at, by=None
        )


def line(house, number):
    with house.database.reading() as session:
        return queries.delivery(session, number)


def forget(world):
    """Pretend that nobody has touched any delivery for a while."""
    world["sql"].execute("UPDATE delivery SET touched_at = now() - interval '1 hour'")


# --- when, and for whom


def test_nothing_can_be_ordered_while_citizens_can_answer(house, world):
    with pytest.raises(actions.TooEarly, match="todavía puede opinar"):
        order(house, world, at=factories.CAMPAIGN)


def test_nothing_can_be_ordered_before_the_calendar_opens_deliveries(house, world):
    with pytest.raises(actions.TooEarly, match="todavía no abre las entregas"):
        order(house, world, at=factories.SILENCE)


def test_nothing_can_be_ordered_up_to_an_instant_in_the_future(house, world):
    with pytest.raises(actions.TooEarly, match="futuro"):
        order(house, world, at=factories.RESULTS, cutoff=factories.RESULTS + timedelta(hours=1))


def test_the_test_actor_may_rehearse_in_the_campaign(house, world):
    world["sql"].execute("UPDATE political_actor SET is_test = true WHERE key = 'NOPAL'")
    number = order(house, world, "nopal", at=factories.CAMPAIGN, cutoff=factories.CAMPAIGN)
    assert line(house, number).state == "ordered"


def test_an_alliance_gets_none_of_its_own_because_its_members_get_it(house, world):
    with pytest.raises(NotFound):
        order(house, world, "juntas")


def test_an_alliance_without_members_gets_its_own_so_that_nothing_stays_behind(house, world):
    world["sql"].execute("DELETE FROM alliance_member")
    order(house, world, "juntas")


def test_a_second_order_waits_for_the_first(house, world):
    order(house, world)
    with pytest.raises(Conflict, match="en preparación"):
        order(house, world)


def test_a_refused_order_among_others_leaves_the_others_and_sends_them_once(house, world):
    with house.database.transaction() as session:
        at = Clock().now(session)
        for key in ("lucero", "raiz"):
            actions.order(session, house.jobs, world["actors"][key], cutoff=CUTOFF, at=at, by=None)
        with pytest.raises(Conflict):
            actions.order(
                session, house.jobs, world["actors"]["raiz"], cutoff=CUTOFF, at=at, by=None
            )
        assert house.jobs.waiting() == 0, "a job must not leave before the commit"
    assert house.jobs.waiting() == 2


def test_ordering_all_takes_everybody_who_receives_one(house, world):
    with house.database.transaction() as session:
        at = Clock().now(session)
        numbers = actions.order_all(session, house.jobs, cutoff=CUTOFF, at=at, by=7)
        names = {row.acronym for row in queries.recipients(session) if row.delivery}
        entries = session.query(AuditEntry).filter_by(deed="delivery.ordered", account_id=7).count()
    assert names == {"LUCERO", "RAIZ", "NOPAL", "IND1", "PRUEBA"}
    assert len(numbers) == entries == house.jobs.waiting() == 5


def test_the_cutoff_is_the_last_closing_and_unknown_before_it(house):
    with house.database.reading() as session:
        assert queries.closing(session, factories.CAMPAIGN) is None
        assert queries.closing(session, factories.RESULTS) == CUTOFF


def test_an_order_survives_a_queue_that_is_away(house, world, valkey):
    gone = dataclasses.replace(
        house, jobs=queue.Jobs(Redis.from_url("redis://127.0.0.1:1/0", socket_timeout=0.2))
    )
    number = order(gone, world)
    assert line(house, number).state == "ordered"
    forget(world)
    jobs.sweep(0)
    assert house.jobs.is_waiting(BUILD, number)


# --- states


def test_only_the_steps_of_the_table_can_be_taken():
    for start in DeliveryState:
        for end in DeliveryState:
            row = Delivery(state=start, attempt=1, progress=0)
            if end in states.STEPS[start]:
                states.move(row, end, at=factories.RESULTS)
                assert row.state is end
            else:
                with pytest.raises(states.WrongState):
                    states.move(row, end, at=factories.RESULTS)


def test_only_a_failed_delivery_can_be_retried_and_only_the_newest(house, world):
    number = order(house, world)
    with pytest.raises(states.WrongState), house.database.transaction() as session:
        actions.retry(session, house.jobs, number, at=factories.RESULTS, by=1)
    world["sql"].execute("UPDATE delivery SET state = 'failed'")
    newer = order(house, world)
    with pytest.raises(states.WrongState), house.database.transaction() as session:
        actions.retry(session, house.jobs, number, at=factories.RESULTS, by=1)
    world["sql"].execute("UPDATE delivery SET state = 'failed'")
    with house.database.transaction() as session:
        actions.retry(session, house.jobs, newer, at=factories.RESULTS, by=1)
    assert line(house, newer).attempt == 2
    assert house.jobs.is_waiting(BUILD, newer, attempt=2)


# --- building


def test_the_job_builds_what_the_row_says(house, world):
    number = order(house, world)
    jobs.build(number)
    done = line(house, number)
    path = Shelf(house.settings.files_folder).finished(number)
    said, subjects = world["said"], owned(world, "lucero")
    assert (done.state, done.progress, done.failure) == ("ready", 100, None)
    assert done.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert done.size == path.stat().st_size
    assert done.ideas == len(said.texts(subjects))
    assert done.reactions == said.likes(subjects) + said.dislikes(subjects)
    assert sorted(each.name for each in path.parent.iterdir()) == [f"{number}.zip"]


def test_building_again_after_it_is_ready_changes_nothing(house, world):
    number = order(house, world)
    jobs.build(number)
    before = line(house, number)
    jobs.build(number)
    assert line(house, number) == before


def test_whoever_is_about_to_change_a_delivery_holds_its_row(house, world):
    number = order(house, world)
    asked = "SELECT state FROM delivery WHERE id = %s FOR UPDATE NOWAIT"
    with house.database.transaction() as session:
        actions.locked(session, number)
        with pytest.raises(psycopg.errors.LockNotAvailable):
            world["sql"].execute(asked, (number,))
    assert world["sql"].execute(asked, (number,)).fetchone() == ("ordered",)


def test_a_second_builder_leaves_a_delivery_that_is_in_hand(house, world):
    number = order(house, world)
    with lock.building(house.database, number) as taken:
        assert taken
        jobs.build(number)
        assert line(house, number).state == "ordered"
    jobs.build(number)
    assert line(house, number).state == "ready"


def test_a_delivery_waits_until_the_drain_has_passed_the_cutoff(house, world, monkeypatch):
    monkeypatch.setattr(jobs, "PATIENCE", 0.0)
    subject = world["subjects"]["lucero"][0]
    streams = Streams(house.ledger, house.settings.ledger_shards)
    late = microseconds_of(CUTOFF - timedelta(seconds=1))
    streams.add_press(Press(b"a late press 16b", subject, 1, 1, late))
    number = order(house, world)
    jobs.build(number)
    assert line(house, number).state == "ordered"
    assert Drain(house).once() == 1
    jobs.build(number)
    done = line(house, number)
    said, subjects = world["said"], owned(world, "lucero")
    assert done.state == "ready"
    assert done.reactions == said.likes(subjects) + said.dislikes(subjects) + 1


def test_a_drain_that_is_a_little_late_is_waited_for(house, world, monkeypatch):
    late = microseconds_of(CUTOFF - timedelta(seconds=1))
    streams = Streams(house.ledger, house.settings.ledger_shards)
    streams.add_press(Press(b"a late press 16b", world["subjects"]["lucero"][0], 1, 1, late))
    monkeypatch.setattr(jobs, "PATIENCE", 600.0)
    meanwhile = SimpleNamespace(monotonic=time.monotonic, sleep=lambda _: Drain(house).once())
    monkeypatch.setattr(jobs, "time", meanwhile)
    number = order(house, world)
    jobs.build(number)
    assert line(house, number).state == "ready"


def test_a_delivery_waits_while_the_press_log_cannot_be_asked(house, world, monkeypatch):
    monkeypatch.setattr(jobs, "PATIENCE", 0.0)
    number = order(house, world)
    deaf = dataclasses.replace(house.settings, redis_url="redis://127.0.0.1:1/0")
    queue.bind(lambda: open_resources(deaf))
    jobs.build(number)
    assert line(house, number).state == "ordered"


def test_a_failure_is_kept_with_its_reason_and_goes_on_up(house, world):
    number = order(house, world)
    world["sql"].execute("ALTER TABLE idea RENAME TO hidden")
    with pytest.raises(Exception, match='relation "idea" does not exist'):
        jobs.build(number)
    failed = line(house, number)
    assert (failed.state, failed.attempt) == ("failed", 1)
    assert "base de datos" in failed.failure
    assert list(house.settings.files_folder.glob("deliveries/*")) == []


def test_what_the_verifier_refuses_never_becomes_ready(house, world, settings):
    """A text changed after its seal: the package must not leave the house."""
    jobs.build(order(house, world, "nopal"))  # seals what there is
    world["sql"].execute(
        "UPDATE idea SET text = text || '.' WHERE id = (SELECT min(i.id) FROM idea i"
        " JOIN subject s ON s.id = i.subject_id WHERE s.actor_id = %s)",
        (world["actors"]["lucero"],),
    )
    number = order(house, world)
    with pytest.raises(NotVerified, match="no es la que se selló"):
        jobs.build(number)
    assert line(house, number).state == "failed"
    assert "no pasó la comprobación" in line(house, number).failure
    assert not Shelf(settings.files_folder).package(number).exists()


def test_a_failed_delivery_is_tried_again_by_itself_but_not_for_ever(house, world):
    number = order(house, world)
    house.queue.flushdb()
    world["sql"].execute("UPDATE delivery SET state = 'failed', touched_at = now()")
    jobs.sweep(0)
    assert line(house, number).state == "failed", "not at once"
    forget(world)
    jobs.sweep(0)
    assert (line(house, number).state, line(house, number).attempt) == ("ordered", 2)
    world["sql"].execute("UPDATE delivery SET state = 'failed', attempt = %s", (jobs.LAST_ATTEMPT,))
    forget(world)
    jobs.sweep(0)
    assert line(house, number).state == "failed"


def test_the_sweep_leaves_alone_what_waits_in_the_queue_or_is_in_hand(house, world):
    queued, held = order(house, world), order(house, world, "nopal")
    world["sql"].execute("UPDATE delivery SET state = 'building' WHERE id = %s", (held,))
    forget(world)
    with lock.building(house.database, held):
        jobs.sweep(0)
    assert (line(house, queued).attempt, line(house, held).attempt) == (1, 1)
    assert line(house, held).state == "building"


def test_an_older_attempt_that_comes_back_does_not_touch_the_newer(house, world):
    number = order(house, world)

    def overtaken():
        with jobs.Building(house, number) as work:
            world["sql"].execute("UPDATE delivery SET state = 'ordered', attempt = 2, progress = 0")
            work.progress(50)

    with pytest.raises(jobs.Superseded):
        overtaken()
    after = line(house, number)
    assert (after.state, after.attempt, after.progress) == ("ordered", 2, 0)


# --- a rehearsal, while observers go on answering


@pytest.fixture(name="clock")
def clock_in_the_campaign():
    return FrozenClock(factories.CAMPAIGN)


@pytest.fixture
def rehearsal(settings, world, clock):
    """A house in the campaign, the test actor's subject, and a delivery of it in the queue."""
    house = open_resources(settings, clock=clock)
    queue.bind(lambda: open_resources(settings, clock=clock))
    world["sql"].execute("UPDATE political_actor SET is_test = true WHERE key = 'NOPAL'")
    subject = world["subjects"]["nopal"][0]
    press(house, subject, 1, at=clock.instant - timedelta(minutes=5))
    number = order(house, world, "nopal", at=clock.instant, cutoff=clock.instant)
    yield SimpleNamespace(house=house, subject=subject, number=number)
    queue.Workshop.opener = None
    house.close()


def press(house, subject, choice, *, at):
    with house.database.transaction() as session:
        observed = Press(b"an observer 16 b", subject, 1, choice, microseconds_of(at))
        store_presses(session, [observed])


def send(house, subject, *, at):
    idea = IdeaSent(b"h" * 32, subject, 1, IdeaKind.IDEA, "Otra", "", 0, microseconds_of(at))
    with house.database.transaction() as session:
        store_ideas(session, [idea], factories.ZONE)


def behind_each_seal(monkeypatch, deed):
    """Do something between the seal and the snapshot of every attempt."""
    real = jobs.sealed

    def then(resources, ordered):
        scope = real(resources, ordered)
        deed()
        return scope

    monkeypatch.setattr(jobs, "sealed", then)


def test_an_idea_behind_the_seal_is_left_to_the_next_rehearsal(
    rehearsal, world, clock, monkeypatch
):
    house, number = rehearsal.house, rehearsal.number
    clock.move(seconds=11)
    with monkeypatch.context() as patched:
        behind_each_seal(patched, lambda: send(house, rehearsal.subject, at=clock.instant))
        jobs.build(number)
    first = line(house, number)
    assert (first.state, first.attempt) == ("ready", 1)
    clock.move(seconds=11)
    second = order(house, world, "nopal", at=clock.instant, cutoff=clock.instant)
    clock.move(seconds=11)
    jobs.build(second)
    assert line(house, second).ideas == first.ideas + 1


def test_a_choice_changed_behind_the_seal_begins_the_rehearsal_anew_at_once(
    rehearsal, clock, monkeypatch
):
    house, number = rehearsal.house, rehearsal.number
    left = [2]

    def change():
        if left:
            press(house, rehearsal.subject, left.pop(), at=clock.instant)
            clock.move(seconds=11)

    clock.move(seconds=11)
    behind_each_seal(monkeypatch, change)
    jobs.build(number)
    done = line(house, number)
    assert (done.state, done.attempt, done.failure) == ("ready", 2, None)
    assert done.cutoff == clock.instant - jobs.GRACE, "a fresh cut-off for the second attempt"


def test_a_rehearsal_that_is_never_left_in_peace_says_so_and_is_no_alarm(
    rehearsal, clock, monkeypatch
):
    house, number = rehearsal.house, rehearsal.number
    choices = [1, 2] * jobs.LAST_ATTEMPT

    def change():
        press(house, rehearsal.subject, choices.pop(), at=clock.instant)
        clock.move(seconds=11)

    clock.move(seconds=11)
    behind_each_seal(monkeypatch, change)
    with pytest.raises(jobs.Moved):
        jobs.build(number)
    stopped = line(house, number)
    assert (stopped.state, stopped.attempt) == ("failed", jobs.LAST_ATTEMPT)
    assert "Pida una pausa" in stopped.failure


def test_a_rehearsal_that_the_closing_overtakes_is_built_up_to_the_closing(rehearsal, world, clock):
    clock.move(days=(factories.RESULTS - clock.instant).days)
    jobs.build(rehearsal.number)
    done = line(rehearsal.house, rehearsal.number)
    assert (done.state, done.cutoff) == ("ready", CUTOFF)


def test_after_the_closing_an_idea_without_a_leaf_still_stops_everybody(house, world, monkeypatch):
    world["sql"].execute("UPDATE political_actor SET is_test = true WHERE key = 'NOPAL'")
    before = CUTOFF - timedelta(hours=1)
    behind_each_seal(monkeypatch, lambda: send(house, subject, at=before))
    for key in ("nopal", "lucero"):
        subject = world["subjects"][key][0]
        number = order(house, world, key)
        with pytest.raises(Unsealed):
            jobs.build(number)
        assert line(house, number).state == "failed"
        world["sql"].execute("DELETE FROM idea WHERE folio_hash = %s", (b"h" * 32,))


def test_a_choice_changed_after_the_closing_still_stops_a_party_at_the_verifier(
    house, world, monkeypatch
):
    subject = world["subjects"]["lucero"][0]
    press(house, subject, 1, at=CUTOFF - timedelta(hours=2))
    change = CUTOFF + timedelta(hours=2)
    behind_each_seal(monkeypatch, lambda: press(house, subject, 2, at=change))
    number = order(house, world)
    with pytest.raises(NotVerified, match="no son los comprometidos"):
        jobs.build(number)
    assert (line(house, number).state, line(house, number).cutoff) == ("failed", CUTOFF)


# --- with a real worker


@pytest.mark.faults
def test_the_worker_builds_every_ordered_delivery(house, world, settings, tmp_path):
    with house.database.transaction() as session:
        at = Clock().now(session)
        numbers = actions.order_all(session, house.jobs, cutoff=CUTOFF, at=at, by=None)
    with working(settings, tmp_path):
        eventually(lambda: all(line(house, each).is_ready for each in numbers))
    shelf = Shelf(settings.files_folder)
    for number in numbers:
        assert line(house, number).sha256 == hashlib.sha256(
            shelf.finished(number).read_bytes()
        ).hexdigest()  # fmt: skip


def held_in_the_middle(world):
    """A connection that stops every builder when it comes to the ideas."""
    holding = psycopg.connect(world["sql"].info.dsn)
    holding.execute("LOCK TABLE idea IN ACCESS EXCLUSIVE MODE")
    return holding


def control_bytes(house, world, key="lucero"):
    """The bytes of a build that nobody disturbed."""
    number = order(house, world, key)
    jobs.build(number)
    return Shelf(house.settings.files_folder).finished(number).read_bytes()


@pytest.mark.faults
@pytest.mark.parametrize("loss", ["worker and horse", "and all of the queue"])
def test_killed_in_the_middle_it_starts_again_and_gives_the_same_bytes(
    house, world, settings, tmp_path, loss
):
    wanted = control_bytes(house, world)
    number = order(house, world)
    folder = settings.files_folder / "deliveries"
    with held_in_the_middle(world) as holding:
        worker = WorkerProcess(settings, tmp_path / "worker.log")
        eventually(lambda: line(house, number).state == "building")
        eventually(lambda: list(folder.glob(f"{number}-*.aside/datos.sqlite")))
        assert horses(worker.process.pid)
        worker.kill()
        holding.rollback()
    assert not Shelf(settings.files_folder).package(number).exists()
    if loss == "and all of the queue":
        house.queue.flushdb()
    assert line(house, number).state == "building", "nobody was left to say anything else"
    forget(world)
    with working(settings, tmp_path):
        eventually(lambda: line(house, number).is_ready)
    assert line(house, number).attempt == 2
    assert Shelf(settings.files_folder).finished(number).read_bytes() == wanted
    assert not list(folder.glob("*.aside")), "what the dead builder left is thrown away"


@pytest.mark.faults
def test_an_order_that_the_queue_lost_is_sent_again(house, world, settings, tmp_path):
    number = order(house, world)
    house.queue.flushdb()
    forget(world)
    with working(settings, tmp_path):
        eventually(lambda: line(house, number).is_ready)
    assert line(house, number).attempt == 1


@pytest.mark.faults
def test_a_full_disk_leaves_no_half_file_and_is_said_and_overcome(house, world, settings, tmp_path):
    wanted = control_bytes(house, world)
    number = order(house, world)
    folder = tmp_path / "small"
    folder.mkdir()
    small = dataclasses.replace(settings, files_folder=folder)
    mount = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    command = 'mount -t tmpfs -o size=128k tmpfs "$FILES_FOLDER" && exec "$@"'
    if subprocess.run([*mount, "true"], check=False, capture_output=True).returncode:
        reason = "no user namespaces here: a small disk cannot be made"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    worker = WorkerProcess(small, tmp_path / "worker.log", before=[*mount, command, "sh"])
    try:
        failed = eventually(lambda: (found := line(house, number)).state == "failed" and found)
        assert failed.failure.startswith("No hay espacio en el disco")
        inside = Path(f"/proc/{worker.process.pid}/root{folder}/deliveries")
        assert list(inside.iterdir()) == []
        subprocess.run(
            ["nsenter", "-t", str(worker.process.pid), "-U", "-m", "--preserve-credentials",
             "mount", "-o", "remount,size=16m", str(folder)],
            check=True,
        )  # fmt: skip
        forget(world)
        eventually(lambda: line(house, number).is_ready)
        assert (inside / f"{number}.zip").read_bytes() == wanted
    finally:
        worker.kill()


@pytest.mark.faults
def test_a_stopped_builder_is_not_taken_for_a_dead_one(house, world, settings, tmp_path):
    control_bytes(house, world)  # sealed and reviewed: only a builder still wants the ideas
    number = order(house, world)
    with held_in_the_middle(world) as holding, working(settings, tmp_path):
        eventually(lambda: line(house, number).state == "building")
        forget(world)
        jobs.sweep(0)
        assert line(house, number).attempt == 1
        holding.rollback()
        eventually(lambda: line(house, number).is_ready)
    assert line(house, number).attempt == 1


def test_the_command_orders_all_and_tells_how_far_they_are(house, world, settings, monkeypatch):
    for each in dataclasses.fields(settings):
        monkeypatch.setenv(each.name.upper(), str(getattr(settings, each.name)))
    run = CliRunner().invoke
    ordered = run(decide, ["delivery", "order", "--all"])
    assert (ordered.exit_code, ordered.output) == (
        0, "Entregas pedidas: 5. Ya estaban en curso: 0.\n"
    )  # fmt: skip
    waiting = run(decide, ["delivery", "status"])
    assert waiting.exit_code == 1
    assert waiting.output.count("ordered v1 0 %") == 5
    for (number,) in world["sql"].execute("SELECT id FROM delivery").fetchall():
        jobs.build(number)
    ready = run(decide, ["delivery", "status"])
    assert ready.exit_code == 0
    assert ready.output.count("ready v1 100 %") == 5
