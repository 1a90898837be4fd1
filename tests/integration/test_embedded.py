"""Our own PostgreSQL and Valkey keep what they acknowledged, as root and not as root."""

import contextlib
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from redis import Redis
from redis.exceptions import ResponseError

from decide.kernel import single_machine, walls
from decide.kernel.append_only import DamagedLog
from decide.kernel.children import working_in
from decide.kernel.embedded import EmbeddedPostgres, EmbeddedValkey
from decide.kernel.launch import NAMESPACE, UNPRIVILEGED, identity_for_postgres, launched
from decide.kernel.servers import EmbeddedFailed

ROOT = Path(__file__).resolve().parents[2]
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root has a user to give up")


@pytest.fixture(scope="module")
def kept_postgres(tmp_path_factory):
    """A durable PostgreSQL that the tests of this file kill and restart."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("kept-postgres")) as server:
        yield server


@pytest.fixture
def kept_valkey(tmp_path):
    """A durable Valkey."""
    with EmbeddedValkey(tmp_path / "kept-valkey") as server:
        yield server


def ask(server, statement, database="postgres"):
    with psycopg.connect(server.conninfo(database), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def client(server):
    return contextlib.closing(Redis.from_url(server.url(0), decode_responses=True))


# PostgreSQL


def test_what_was_committed_is_there_after_a_kill(kept_postgres):
    ask(kept_postgres, "CREATE TABLE kept AS SELECT 7 AS value")
    os.kill(kept_postgres.pid, signal.SIGKILL)
    kept_postgres.start()
    assert ask(kept_postgres, "SELECT value FROM kept") == [(7,)]


def test_it_restarts_while_a_session_of_the_killed_server_still_works(kept_postgres):
    busy = psycopg.connect(kept_postgres.conninfo())
    sleeper = busy.pgconn
    sleeper.send_query(b"SELECT count(*) FROM generate_series(1, 1e12::bigint)")
    time.sleep(0.2)
    os.kill(kept_postgres.pid, signal.SIGKILL)
    kept_postgres.start()
    assert ask(kept_postgres, "SELECT 1") == [(1,)]
    busy.close()


def test_the_product_writes_durably(kept_postgres):
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        assert ask(kept_postgres, f"SHOW {name}") == [("on",)]
    assert ask(kept_postgres, "SHOW data_checksums") == [("on",)]


def test_only_the_servers_of_tests_may_forget(postgres):
    assert ask(postgres, "SHOW fsync") == [("off",)]


def test_nobody_else_can_reach_it(kept_postgres):
    assert ask(kept_postgres, "SHOW listen_addresses") == [("",)]
    assert stat.S_IMODE(kept_postgres.sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE(kept_postgres.folder.stat().st_mode) == 0o700


def test_letters_have_the_same_order_on_every_system(postgres):
    query = "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'template1'"
    assert ask(postgres, query) == [("b", "C.UTF-8")]


def test_the_extensions_we_search_with_come_along(kept_postgres):
    for name in ("unaccent", "pg_trgm", "btree_gist", "citext"):
        ask(kept_postgres, f"CREATE EXTENSION IF NOT EXISTS {name}")
    assert ask(kept_postgres, "SELECT unaccent('Dónde está Ñuñoa')") == [("Donde esta Nunoa",)]


def test_what_a_citizen_typed_does_not_reach_the_log(kept_postgres):
    ask(kept_postgres, "CREATE TABLE idea (text text UNIQUE)")
    ask(kept_postgres, "INSERT INTO idea VALUES ('frase secreta')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        ask(kept_postgres, "INSERT INTO idea VALUES ('frase secreta')")
    log = (kept_postgres.folder / "server.log").read_text()
    assert "duplicate key" in log, "otherwise this test proves nothing"
    assert "frase secreta" not in log


def test_a_database_is_created_once(kept_postgres):
    assert kept_postgres.ensure_database("once")
    assert not kept_postgres.ensure_database("once")


def test_a_second_server_on_the_same_folder_is_refused_in_words(kept_postgres):
    second = EmbeddedPostgres(kept_postgres.folder, patience=0.2)
    with pytest.raises(EmbeddedFailed, match="Otro PostgreSQL ya usa la carpeta"):
        second.start()
    assert ask(kept_postgres, "SELECT 1") == [(1,)]


def test_a_process_id_that_now_belongs_to_somebody_else_does_not_stop_the_start(tmp_path):
    server = EmbeddedPostgres(tmp_path, durable=False)
    with server:
        pass
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n0\n5432\n\n\n")
    with server:
        assert ask(server, "SELECT 1") == [(1,)]


def test_a_folder_of_another_version_is_refused_in_words(tmp_path):
    server = EmbeddedPostgres(tmp_path, durable=False)
    server.data.mkdir()
    (server.data / "PG_VERSION").write_text("15\n")
    with pytest.raises(EmbeddedFailed, match="es de PostgreSQL 15"):
        server.start()


def test_a_start_that_was_broken_off_does_not_leave_half_a_cluster(tmp_path):
    aside = tmp_path / "data.part"
    aside.mkdir()
    (aside / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(tmp_path, durable=False) as server:
        assert ask(server, "SELECT 1") == [(1,)]
    assert not aside.exists()


def test_a_long_path_gets_its_socket_elsewhere_and_leaves_nothing_there(tmp_path):
    folder = tmp_path.joinpath(*["a-name-of-some-length"] * 5)
    with EmbeddedPostgres(folder, durable=False) as server:
        assert not server.sockets.is_relative_to(folder)
        assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700
        assert ask(server, "SELECT 1") == [(1,)]
    assert not server.sockets.exists()


def test_only_a_database_at_the_newest_revision_counts_as_migrated(tmp_path, monkeypatch):
    monkeypatch.setattr(single_machine, "DATABASE", "postgres")
    (tmp_path / "0001_a.py").write_text('revision = "0001"\ndown_revision = None\n')
    with EmbeddedPostgres(tmp_path / "postgres", durable=False) as server:
        assert not single_machine.is_migrated(server, tmp_path), "never migrated"
        ask(server, "CREATE TABLE alembic_version AS SELECT '0001' AS version_num")
        assert not single_machine.is_migrated(server, tmp_path), "the walls are missing"
        with psycopg.connect(server.conninfo()) as owner:
            marks = {table: walls.mark_of(about) for table, about in walls.written().tables.items()}
            walls.remember(owner, marks)
        assert single_machine.is_migrated(server, tmp_path)
        (tmp_path / "0002_b.py").write_text("revision = '0002'\ndown_revision = '0001'\n")
        assert not single_machine.is_migrated(server, tmp_path), "one is missing"


@AS_ROOT
def test_as_root_without_user_namespaces_it_runs_under_another_id_and_back(tmp_path):
    for identity in (str(UNPRIVILEGED), identity_for_postgres(), str(UNPRIVILEGED)):
        with EmbeddedPostgres(tmp_path, durable=False, identity=identity) as server:
            ask(server, "CREATE TABLE IF NOT EXISTS kept (value int)")
            ask(server, "INSERT INTO kept VALUES (1)")
            owner = Path(f"/proc/{server.pid}").stat().st_uid
            assert owner == (UNPRIVILEGED if identity == str(UNPRIVILEGED) else 0)
            rows = ask(server, "SELECT count(*) FROM kept")
    assert rows == [(3,)]


@AS_ROOT
def test_a_folder_of_another_user_is_refused_in_words(tmp_path):
    server = EmbeddedPostgres(tmp_path, durable=False)
    with server:
        pass
    os.chown(server.data, 1234, 1234)
    with pytest.raises(EmbeddedFailed, match="es de otro usuario"):
        server.start()


BOTH = """
import os, sys
from pathlib import Path
import psycopg
from redis import Redis
from decide.kernel.embedded import EmbeddedPostgres, EmbeddedValkey
folder = Path(sys.argv[1])
assert os.geteuid() != 0
with EmbeddedPostgres(folder / "p") as sql, EmbeddedValkey(folder / "v") as valkey:
    with psycopg.connect(sql.conninfo()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert Redis.from_url(valkey.url(0)).set("a", 1)
print("both answered")
"""


@AS_ROOT
def test_whoever_is_not_root_starts_both_as_well(tmp_path):
    if identity_for_postgres() != NAMESPACE:
        pytest.skip("this kernel gives no user namespace in which to be somebody else")
    command = launched(
        [sys.executable, "-c", BOTH, str(tmp_path)], death=signal.SIGKILL, identity=NAMESPACE
    )
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stdout == "both answered\n", done.stderr


ORPHANS = """
import os, signal, sys
from pathlib import Path
from decide.kernel.embedded import EmbeddedPostgres, EmbeddedValkey
folder = Path(sys.argv[1])
EmbeddedPostgres(folder / "p", durable=False).start()
EmbeddedValkey(folder / "v", durable=False).start()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_starter_leaves_no_server_behind(tmp_path):
    subprocess.run([sys.executable, "-c", ORPHANS, str(tmp_path)], cwd=ROOT, check=False)
    folders = [tmp_path / "p" / "data", tmp_path / "v" / "data"]
    assert all(folder.is_dir() for folder in folders), "they have run"
    deadline = time.monotonic() + 20
    while any(map(working_in, folders)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [working_in(folder) for folder in folders] == [[], []]


# Valkey


def test_what_was_acknowledged_is_there_after_a_kill_of_valkey(kept_valkey):
    with client(kept_valkey) as redis:
        for number in range(100):
            redis.xadd("{p00}:press", {"s": number})
    os.kill(kept_valkey.pid, signal.SIGKILL)
    kept_valkey.start()
    with client(kept_valkey) as redis:
        assert redis.xlen("{p00}:press") == 100


def test_the_ledger_is_set_to_lose_and_forget_nothing(kept_valkey):
    with client(kept_valkey) as redis:
        wanted = {
            "appendonly": "yes",
            "appendfsync": "always",
            "aof-load-truncated": "no",
            "maxmemory-policy": "noeviction",
            "port": "0",
            "save": "",
        }
        assert {name: redis.config_get(name)[name] for name in wanted} == wanted


def test_ledger_and_queue_do_not_see_each_other(kept_valkey):
    with client(kept_valkey) as ledger:
        ledger.set("a", "1")
    with contextlib.closing(Redis.from_url(kept_valkey.url(1))) as queue:
        assert queue.get("a") is None


def fill(redis):
    for number in range(10_000):
        redis.set(f"filler:{number}", "x" * 10_000)


def test_a_full_ledger_refuses_instead_of_forgetting(tmp_path):
    with EmbeddedValkey(tmp_path, maxmemory="3mb") as server, client(server) as redis:
        redis.set("first", "kept")
        with pytest.raises(ResponseError, match="maxmemory"):
            fill(redis)
        assert redis.get("first") == "kept"


def torn_ledger(server):
    """Stop a ledger of 50 entries, a torn 51st at its end; returns the file."""
    with client(server) as redis:
        for number in range(50):
            redis.xadd("{p00}:press", {"s": number})
    server.stop()
    (file,) = (server.data / "appendonlydir").glob("*.incr.aof")
    with file.open("ab") as stream:
        stream.write(b"*5\r\n$4\r\nXADD\r\n$11\r\n{p00}:press\r\n$4\r\n99-")
    return file


def test_a_torn_end_is_mended_at_the_start_and_kept(kept_valkey):
    torn_ledger(kept_valkey)
    kept_valkey.start()
    with client(kept_valkey) as redis:
        assert redis.xlen("{p00}:press") == 50
    (kept,) = kept_valkey.data.glob("*.cut-*")
    assert kept.read_bytes().endswith(b"99-")


def test_a_damaged_middle_stops_the_start_and_changes_nothing(kept_valkey):
    file = torn_ledger(kept_valkey)
    data = bytearray(file.read_bytes())
    data[data.index(b"$", len(data) // 2)] = ord("!")
    file.write_bytes(data)
    with pytest.raises(DamagedLog, match="dañado"):
        kept_valkey.start()
    assert file.read_bytes() == data


def test_a_second_valkey_on_the_same_folder_is_refused_in_words(kept_valkey):
    second = EmbeddedValkey(kept_valkey.folder, patience=0.2)
    with pytest.raises(EmbeddedFailed, match="Otro Valkey ya usa la carpeta"):
        second.start()
    with client(kept_valkey) as redis:
        assert redis.ping()
