"""deploy/valkey/start.sh after a power cut: a torn end is cut and kept, damage stops the start."""

import random

import pytest

from decide.kernel.append_only import DamagedLog, cut_torn_end
from decide.kernel.embedded import EmbeddedFailed
from tests.killable import free_port
from tests.topology import Host, ShippedValkey

PRESS = "{p00}:press"
ENTRIES = 50
TRANSACTION = b"*1\r\n$5\r\nMULTI\r\n"
SET = b"*3\r\n$3\r\nSET\r\n$13\r\n{p00}:tally:7\r\n$1\r\n1\r\n"
EXEC = b"*1\r\n$4\r\nEXEC\r\n"


@pytest.fixture
def server(tmp_path):
    """A stopped ledger with entries, as compose starts it."""
    made = ShippedValkey(tmp_path, "ledger", Host(), free_port())
    with made, made.client() as client:
        for _ in range(ENTRIES):
            client.xadd(PRESS, {"1": random.randbytes(16)})
    return made


def log_of(server):
    """The file that was being written."""
    (file,) = (server.data / "appendonlydir").glob("*.incr.aof")
    return file


def entries(server):
    """Start it, count, stop it."""
    with server, server.client() as client:
        return client.xlen(PRESS)


def kept(server):
    """What was cut and lies beside the files."""
    return [each.read_bytes() for each in server.data.glob("*.cut-*")]


def test_a_torn_last_entry_is_cut_and_kept_and_the_ledger_starts(server):
    file = log_of(server)
    torn = file.read_bytes()[:-7]
    file.write_bytes(torn)
    assert entries(server) == ENTRIES - 1
    (cut,) = kept(server)
    assert torn.endswith(cut)
    assert file.read_bytes() == torn.removesuffix(cut)
    assert f"{len(cut)} bytes after byte {len(torn) - len(cut)}" in server.child.last_lines(60)
    with server, server.client() as client:  # and it goes on from there
        client.xadd(PRESS, {"1": "x"})
    assert entries(server) == ENTRIES
    assert len(kept(server)) == 1


@pytest.mark.parametrize(
    "end",
    [
        b"\0" * 5_000, b"\0" * (3 << 20), b"*", b"*5\r\n$4\r\nXA", TRANSACTION[:9], TRANSACTION,
        TRANSACTION + SET, TRANSACTION + SET + SET + SET[:11], TRANSACTION + SET + EXEC[:9],
        b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$60\r\n*5\r\n$4\r\nXADD\r\n words that look like one",
    ],
)  # fmt: skip
def test_whatever_was_not_written_to_its_end_goes_and_nothing_else(server, end):
    with log_of(server).open("ab") as stream:
        stream.write(end)
    assert entries(server) == ENTRIES
    assert kept(server) == [end]


def longer_by(count, number):
    """The length before the value of entry `number`, made longer: it swallows what follows."""

    def change(data):
        at = -1
        for _ in range(number):
            at = data.index(b"\r\n$16\r\n", at + 1)
        return data[:at] + b"\r\n$%d\r\n" % (16 + count) + data[at + 7 :]

    return change


@pytest.mark.parametrize(
    "change",
    [
        longer_by(500, 20), longer_by(900_000, 3), longer_by(1, 25), lambda data: data[:999] +
        data[1_010:], lambda data: b"\0" * 40 + data[40:],
        lambda data: data + b"x" * (2 << 20),
        lambda data: data + TRANSACTION + SET.replace(b"$1\r", b"$7\r") + EXEC,
        lambda data: data + SET[:-9] + TRANSACTION + SET[:9],
    ],
)  # fmt: skip
def test_damage_that_is_more_than_a_torn_end_stops_the_start_and_changes_nothing(server, change):
    file = log_of(server)
    file.write_bytes(change(file.read_bytes()))
    before = file.read_bytes()
    with pytest.raises(EmbeddedFailed, match=r"is damaged after byte .*alerts.md, ledger-away"):
        server.start()
    assert file.read_bytes() == before
    assert kept(server) == []
    # The single machine's own rule says the same.
    with pytest.raises(DamagedLog):
        cut_torn_end(file.parent)


def test_a_damaged_base_file_stops_the_start_in_words_of_the_server(server):
    with server, server.client() as client:
        client.bgrewriteaof()
        while client.info("persistence")["aof_rewrite_in_progress"]:
            pass
    (base,) = (server.data / "appendonlydir").glob("*.base.*")
    whole = base.read_bytes()
    base.write_bytes(whole[:-40])
    with pytest.raises(EmbeddedFailed, match=base.name):
        server.start()
    assert base.read_bytes() == whole[:-40]


def test_without_the_tool_it_does_not_start_on_files_that_nobody_checked(server):
    described = server.described

    def without():
        (server.folder / "bin" / "valkey-check-aof").unlink()
        return described()

    server.described = without
    with pytest.raises(EmbeddedFailed, match="could not be checked"):
        server.start()


def test_the_queue_is_mended_too(tmp_path):
    """Zeros at the end would stop it: `aof-load-truncated yes` takes them for damage."""
    queue = ShippedValkey(tmp_path, "queue", Host(), free_port())
    with queue, queue.client() as client:
        client.set("rq:1", "x")
    with log_of(queue).open("ab") as stream:
        stream.write(b"\0" * 5_000)
    with queue, queue.client() as client:
        assert client.get("rq:1") == b"x"
