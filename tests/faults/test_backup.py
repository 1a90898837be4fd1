"""A service is copied while people press, its disk is lost, and it comes back with everything.

`flask decide restore-drill` is the same on a real copy; here the world is small.
"""

import shutil
from dataclasses import replace
from threading import Event, Thread

import psycopg
import pytest
import structlog
from click.testing import CliRunner
from sqlalchemy import text
from structlog.testing import LogCapture

from decide.backup import ledger, sets, take, wal
from decide.backup.programs import BackupRefused, Source
from decide.backup.restore import check_key, drill, restore
from decide.cli import decide
from decide.kernel import embedded
from decide.kernel.embedded import EmbeddedPostgres, EmbeddedValkey
from decide.kernel.redis import connect
from decide.kernel.single_machine import MIGRATE, plan
from decide.settings import Settings
from tests.killable import ROOT, Citizen, Service, free_port
from tests.ledger import subjects_of_one_party
from tests.service import eventually
from tests.topology import Host, ShippedPostgres

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def lost(memory):
    """A folder of copies, and what citizens had been told was kept when the machine was lost."""
    folder = memory / "copied"
    copies = folder / "copies"
    with Service(folder / "machine") as service:
        subjects = subjects_of_one_party(service.resources, 20)
        service.start()
        citizens = [Citizen(service) for _ in range(5)]
        (folder / "machine" / "files").mkdir(exist_ok=True)
        (folder / "machine" / "files" / "entrega.zip").write_bytes(b"a package")
        kept = said_yes(citizens, subjects[:10])
        assert citizens[0].write(subjects[0], "Agua en todas las escuelas.")
        whole = take.take(service.settings, service.resources.ledger, copies)
        # After the copy: only the WAL, fetched as it is written, knows of these.
        kept += said_yes(citizens, subjects[10:])
        wait_for_rows(service, len(kept))
        source = Source(service.settings.database_url)
        source.fetch(copies / "wal", take.position(source)[0])
        settings = service.settings
        for each in citizens:
            each.hang_up()
    shutil.rmtree(folder / "machine")
    assert all(kept)
    return {"copies": copies, "set": whole, "answers": len(kept), "settings": settings}


def said_yes(citizens, subjects):
    """What each press of each citizen was told."""
    return [each.press(subject, "like") is not None for each in citizens for subject in subjects]


def wait_for_rows(service, count):
    def arrived():
        with service.resources.database.reading() as session:
            return session.scalar(text("SELECT count(*) FROM reaction")) == count

    eventually(arrived)


@pytest.fixture
def copied(lost, memory):
    """A copy of the set and its WAL that a test may spoil."""
    yield shutil.copytree(lost["copies"], memory / "spoiled")
    shutil.rmtree(memory / "spoiled")


def environment(lost):
    return {
        "SECRET_KEY": lost["settings"].secret_key,
        "PROCESS_KEY": lost["settings"].process_key,
        "DEMONSTRATION": "false",
        "PORT": str(free_port()),
    }


def test_from_an_empty_box_to_a_service_whose_ledger_adds_up(lost, memory):
    done = drill(lost["set"], plan(ROOT, memory / "box", environment(lost)))
    assert done.good, (done.report.drift, done.steps)
    assert done.report.reactions == lost["answers"], "also what came after the copy"
    assert done.report.ideas == 1
    assert (memory / "box" / "files" / "entrega.zip").read_bytes() == b"a package"


def test_a_copy_says_that_it_is_whole(lost):
    told = CliRunner().invoke(decide, ["backup-check", str(lost["copies"])])
    assert (told.exit_code, "está completa" in told.output) == (0, True), told.output


def spoil_segment(copies):
    (copies / "wal" / sets.read(sets.newest(copies)).first).unlink()


def cut_segment(copies):
    with max((copies / "wal").iterdir()).open("r+b") as file:
        file.truncate(8192)


def cut_log(copies):
    log = next((sets.newest(copies) / "ledger").glob("*.incr.aof"))
    with log.open("r+b") as file:
        file.truncate(log.stat().st_size - 3)


def lose_index(copies):
    (sets.newest(copies) / "ledger" / "appendonly.aof.manifest").unlink()


def flip_byte(copies):
    page = max(
        (sets.newest(copies) / "base" / "base").rglob("[0-9]*"), key=lambda f: f.stat().st_size
    )
    data = bytearray(page.read_bytes())
    data[len(data) // 2] ^= 1
    page.write_bytes(data)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (spoil_segment, "Falta el segmento"),
        (cut_segment, "está cortado"),
        (cut_log, "dañado o cortado"),
        (lose_index, "falta ledger/appendonly.aof.manifest"),
        (flip_byte, "La copia de PostgreSQL"),
        (lambda copies: (sets.newest(copies) / sets.LIST).unlink(), "no está completa"),
    ],
)
def test_a_copy_that_is_not_whole_is_refused_in_a_sentence(copied, tmp_path, damage, words):
    damage(copied)
    with pytest.raises(BackupRefused, match=words):
        restore(sets.newest(copied), tmp_path / "box")
    told = CliRunner().invoke(decide, ["backup-check", str(copied)])
    assert told.exit_code == 1
    assert words in told.output


def test_another_process_key_is_refused(lost):
    with pytest.raises(BackupRefused, match="PROCESS_KEY"):
        check_key(lost["set"], "another key")


def test_keys_are_in_no_file_of_a_copy(lost):
    keys = (lost["settings"].process_key.encode(), lost["settings"].secret_key.encode())
    for file in lost["copies"].rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert not any(key in data for key in keys), file


def test_a_password_reaches_the_copying_programs_by_their_environment_alone():
    """A password that is hidden by stars on the command line would be taken for the password."""
    source = Source("postgresql+psycopg://decide_backup:word@host/decide")
    assert source.address == "postgresql://decide_backup@host/decide"
    assert source.environment["PGPASSWORD"] == "word"


def test_while_the_log_is_copied_it_is_not_rewritten_and_afterwards_it_may(valkey_server, tmp_path):
    with connect(valkey_server.url(0)) as client:
        before = ledger.told(client, ledger.REWRITE)
        with ledger.no_rewriting(client):
            assert ledger.told(client, ledger.REWRITE) == "0"
        assert ledger.told(client, ledger.REWRITE) == before


def test_old_copies_go_and_the_wal_that_only_they_needed(copied):
    newest = sets.newest(copied)
    first = sets.read(newest).first
    older = newest.with_name("20200101T000000Z")
    older.mkdir()
    sets.write(older, replace(sets.read(newest), first="000000010000000000000000"))
    (copied / "wal" / "000000010000000000000000").write_bytes(b"")
    take.forget_old(copied, kept=1)
    assert sets.sets_in(copied) == [newest]
    assert min(each.name for each in (copied / "wal").iterdir())[:24] == first


@pytest.fixture
def small(memory):
    """A PostgreSQL and a ledger with nothing of ours in them, their settings, and a folder."""
    folder = memory / "small"
    with EmbeddedPostgres(folder / "p") as server, EmbeddedValkey(folder / "v") as valkey:
        settings = Settings.from_environment({
            "SECRET_KEY": "a secret only of tests",
            "PROCESS_KEY": "a process key only of tests",
            "DATABASE_URL": server.owner_url("postgres"),
            "REDIS_URL": valkey.url(0), "QUEUE_URL": valkey.url(1),
            "FILES_FOLDER": str(folder / "files"), "PUBLIC_URL": "http://localhost",
        })  # fmt: skip
        with connect(settings.redis_url) as client:
            client.set("written", "so that there is a file")
            yield settings, client, folder / "copies", server
    shutil.rmtree(folder)


def test_a_copy_that_fails_leaves_no_base_copy_on_the_disk(small, tmp_path):
    settings, client, copies, _ = small
    (copies / "sets" / "20200101T000000.part" / "base").mkdir(parents=True)
    with pytest.raises(BackupRefused, match="No se encuentra el registro"):
        take.take(settings, client, copies, at_ledger=tmp_path)
    assert list((copies / "sets").iterdir()) == []


def test_after_the_slot_was_dropped_the_next_copy_begins_anew_and_the_last_one_still_restores(
    small,
):
    settings, client, copies, server = small
    before = take.take(settings, client, copies)
    before = before.rename(before.with_name("20200101T000000Z"))  # not of the same second
    with psycopg.connect(server.conninfo(), autocommit=True) as owner:
        owner.execute("SELECT pg_drop_replication_slot('decide_backup')")
        for number in range(3):  # the server lets go of what the archive would go on with
            owner.execute(f"CREATE TABLE of_test_{number} ()")
            owner.execute("SELECT pg_switch_wal()")
            owner.execute("CHECKPOINT")
    after = take.take(settings, client, copies)
    assert len(wal.archives(copies)) == 2
    assert sets.check(after)
    assert sets.check(before)
    take.forget_old(copies, kept=1)
    assert wal.archives(copies) == [copies / "wal"]
    assert sets.check(after)


def test_copying_goes_on_trying_and_says_why_whatever_is_away(small, monkeypatch):
    settings, _, copies, _ = small
    told = LogCapture()
    monkeypatch.setattr(take, "log", structlog.wrap_logger(None, processors=[told]))
    monkeypatch.setattr(take, "PAUSE", 0.05)
    monkeypatch.setattr(take, "LONGEST_PAUSE", 0.2)
    stop = Event()
    with connect("unix:///nowhere") as away:
        following = Thread(
            target=take.follow, args=(settings, away, copies, stop), kwargs={"every": 60}
        )
        with monkeypatch.context() as without_programs:
            without_programs.setattr(embedded, "wheel_folder", lambda _package: None)
            without_programs.setenv("PATH", "")
            following.start()
            eventually(lambda: len(told.entries) >= 4)
        # Now they are there again, and the ledger is still away.
        eventually(lambda: told.entries[-1]["kind"] == "ConnectionError")
        stop.set()
        following.join(60)
    assert not following.is_alive()
    assert told.entries[0]["kind"] == "EmbeddedFailed"
    assert "PostgreSQL" in told.entries[0]["why"]
    assert [each["again_in"] for each in told.entries[:4]] == [0.05, 0.1, 0.2, 0.2]


@pytest.fixture(params=[(), ("postgresql.conf", "pg_hba.conf")], ids=["compose", "debian"])
def shipped(memory, request):
    """A set of the PostgreSQL that we ship, whose settings stand outside its data folder."""
    folder, port = memory / "shipped", free_port()
    with ShippedPostgres(folder / "p", Host(), port) as server:
        server.ensure_database("decide")
        with psycopg.connect(server.conninfo("decide"), autocommit=True) as owner:
            owner.execute("CREATE ROLE decide_backup LOGIN REPLICATION PASSWORD 'of_tests'")
            source = Source(f"postgresql://decide_backup:of_tests@127.0.0.1:{port}/decide")
            whole, archive = folder / "copies" / "sets" / "20200101T000000Z", folder / "copies/wal"
            (whole / "files").mkdir(parents=True)
            (whole / "ledger").mkdir()
            archive.mkdir()
            for name in request.param:  # Debian's PostgreSQL has none there
                (server.data / name).unlink()
            source.keep_slot()
            source.base(whole / "base")
            owner.execute("CREATE TABLE after_it AS SELECT generate_series(1, 3) AS number")
            for _ in range(3):
                owner.execute("SELECT pg_switch_wal()")
                owner.execute("INSERT INTO after_it VALUES (4)")
            until, last = take.position(source)
            source.fetch(archive, until)
    sets.write(whole, sets.Contents("", wal.first_of(whole / "base"), last, "", {}))
    yield whole
    shutil.rmtree(folder)


def test_a_copy_of_the_shipped_postgresql_opens_on_a_machine_of_its_own(shipped, memory):
    var = memory / "of_shipped"
    restore(shipped, var)
    with (var / "postgres" / "data" / "postgresql.auto.conf").open("a") as settings:
        settings.write("restore_command = 'sleep 0.5; cp segments_to_replay/%f %p'\n")
    asked = "SELECT pg_is_in_recovery(), current_setting('max_connections'), count(*) FROM after_it"
    with (
        EmbeddedPostgres(var / "postgres") as server,
        psycopg.connect(server.conninfo("decide")) as connection,
    ):
        row = connection.execute(asked).fetchone()
    assert row == (False, "200", 6), "it opens once everything is replayed, and not before"
    assert plan(ROOT, var, {}).steps == (MIGRATE,), "no invented party joins restored ones"
    shutil.rmtree(var)


def test_a_drill_needs_no_setting_but_the_process_key(lost, memory, monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL", "QUEUE_URL", "FILES_FOLDER", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("PROCESS_KEY", raising=False)
    command = ["restore-drill", str(lost["copies"]), "--into", str(memory / "drilled")]
    told = CliRunner().invoke(decide, command)
    assert (told.exit_code, "Falta PROCESS_KEY" in told.output) == (1, True), told.output
    monkeypatch.setenv("PROCESS_KEY", lost["settings"].process_key)
    told = CliRunner().invoke(decide, command)
    assert (told.exit_code, "La ecuación se cumple" in told.output) == (0, True), told.output
    # What is kept opens with the same key.
    kept = plan(ROOT, memory / "drilled", {})
    assert kept.environment["PROCESS_KEY"] == lost["settings"].process_key
    assert (kept.environment["DEMONSTRATION"], kept.steps) == ("false", (MIGRATE,))
