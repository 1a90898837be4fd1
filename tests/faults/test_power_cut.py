"""What the log acknowledged is on the disk: the system calls of a real server tell (R2, R3, R4).

strace tells when bytes were written, when they were forced to the disk, and when a press was
acknowledged. Whatever was not forced is taken away, as a power cut would, and the server started on
the rest. With `appendfsync everysec` the same checks must find losses: they can fail.
"""

import os
import random
import re
import shutil
import subprocess
import threading

import pytest
from redis import Redis

from decide.kernel.embedded import EmbeddedValkey
from decide.participation.entry import Press
from decide.participation.streams import Streams
from decide.participation.wire import Wire
from tests import figures
from tests.tools import need

pytestmark = pytest.mark.faults

LONG = os.environ.get("FAULTS") == "long"
PRESSES, CLIENTS = 1_000, 4
CUTS = 100 if LONG else 6
OFFSETS = 10_000 if LONG else 12

LINE = re.compile(r"^(\d+) +[\d.]+ (.*)$")
WROTE = re.compile(r"^write\(\d+<[^>]*/appendonly\.aof\.\d+\.incr\.aof>, .*\) = (\d+)$")
ANSWERED = re.compile(r'^write\(\d+<socket[^>]*>, "\$\d+\\r\\n(\d+-\d+)\\r\\n"')
FORCING = re.compile(r"^(?:fdatasync|fsync)\(\d+<[^>]*/appendonly\.aof[^>]*> ?(<unfinished|\) = 0)")
FORCED = re.compile(r"^<\.\.\. (?:fdatasync|fsync) resumed>\) *= 0")


def traced_presses(folder, policy):
    """Send presses to a traced server; returns its events in order and the entries of its log."""
    trace = folder / "trace"
    with EmbeddedValkey(folder / "v") as server, Redis.from_url(server.url(0)) as client:
        client.config_set("appendfsync", policy)
        size = sum(f.stat().st_size for f in (server.data / "appendonlydir").glob("*.incr.aof"))
        watcher = subprocess.Popen(
            [
                need("strace"), "-f", "-y", "-ttt", "-s", "40", "-o", str(trace), "-p",
                str(server.pid), "-e", "trace=write,fdatasync,fsync",
            ],
            stderr=subprocess.PIPE,
        )  # fmt: skip
        watcher.stderr.readline()  # "attached"
        send(server)
        watcher.terminate()
        watcher.wait()
        watcher.stderr.close()
        entries = [entry.decode() for entry, _ in client.xrange("{p00}:press")]
    return size, list(events(trace)), entries


def send(server):
    """All presses, from several clients at once."""

    def work(number):
        wire = Wire(server.url(0), timeout=30.0)
        streams = Streams(Redis(), 1, wire=wire)
        for turn in range(PRESSES // CLIENTS):
            streams.add_press(Press(os.urandom(16), number + 1, 1, 1, turn))
        wire.close()

    workers = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def calls(trace):
    """(thread, call) in order. A write that another thread interrupted counts when it ended, but
    an answer from the moment it is given to the system."""
    unfinished = {}
    for line in trace.read_text(errors="replace").splitlines():
        thread, call = LINE.match(line).groups()
        if call.startswith("write") and call.endswith("<unfinished ...>"):
            if not ANSWERED.match(call):
                unfinished[thread] = call.removesuffix(" <unfinished ...>")
                continue
        elif call.startswith("<... write resumed>"):
            call = unfinished.pop(thread, "") + call.removeprefix("<... write resumed>")
        yield thread, call


def events(trace):
    """(“wrote”, bytes), (“forcing”, thread), (“forced”, thread), (“told”, entry) in order."""
    for thread, call in calls(trace):
        if found := WROTE.match(call):
            yield "wrote", int(found[1])
        elif found := ANSWERED.match(call):
            yield "told", found[1]
        elif found := FORCING.match(call):
            yield "forcing", thread
            if found[1] != "<unfinished":
                yield "forced", thread
        elif FORCED.match(call):
            yield "forced", thread


def history(size, happened):
    """After each event: bytes on the disk for sure, and the entries acknowledged so far."""
    written = safe = size
    begun, told = {}, []
    for kind, what in happened:
        if kind == "wrote":
            written += what
        elif kind == "forcing":
            begun[what] = written
        elif kind == "forced":
            safe = max(safe, begun.pop(what))
        else:
            told.append(what)
        yield kind, safe, len(told), told


def ends_in_file(folder):
    """entry → offset of the last byte of its record in the append-only file."""
    (file,) = (folder / "v" / "data" / "appendonlydir").glob("*.incr.aof")
    data = file.read_bytes()
    found = {}
    for record in re.finditer(rb"\*5\r\n\$4\r\nXADD\r\n", data):
        following = data.find(b"*5\r\n$4\r\nXADD\r\n", record.end())
        entry = re.search(rb"\r\n(\d+-\d+)\r\n", data[record.end() : record.end() + 60])[1]
        found[entry.decode()] = following if following >= 0 else len(data)
    return found


def promised_too_early(folder, size, happened):
    """Acknowledgements given while their record was not on the disk."""
    ends = ends_in_file(folder)
    return sum(
        1
        for kind, safe, count, told in history(size, happened)
        if kind == "told" and ends[told[count - 1]] > safe
    )


def after_the_cut(folder, safe, name):
    """Entries that a server finds which starts on the first `safe` bytes."""
    copy = folder / name
    shutil.copytree(folder / "v" / "data", copy / "data")
    (file,) = (copy / "data" / "appendonlydir").glob("*.incr.aof")
    with file.open("r+b") as stream:
        stream.truncate(safe)
    with EmbeddedValkey(copy) as server, Redis.from_url(server.url(0)) as client:
        found = [entry.decode() for entry, _ in client.xrange("{p00}:press")]
    shutil.rmtree(copy)
    return found


def lost_by_cuts(folder, size, happened, cuts):
    """Acknowledged entries that are missing after power cuts at random instants."""
    moments = list(history(size, happened))
    told = moments[-1][3]
    lost = 0
    for number in range(cuts):
        _, safe, count, _ = random.Random(number).choice(moments)
        found = set(after_the_cut(folder, safe, f"cut{number}"))
        lost += len(set(told[:count]) - found)
    return lost


def test_a_press_is_acknowledged_only_when_it_is_on_the_disk(tmp_path):
    size, happened, entries = traced_presses(tmp_path, "always")
    told = [what for kind, what in happened if kind == "told"]
    assert sorted(told) == sorted(entries)
    assert len(entries) == PRESSES
    assert promised_too_early(tmp_path, size, happened) == 0
    assert lost_by_cuts(tmp_path, size, happened, CUTS) == 0
    forced = sum(1 for kind, _ in happened if kind == "forced")
    figures.write("R2", cuts=CUTS, lost=0)
    figures.write("R4", presses=PRESSES, forced=forced, too_early=0)


def test_the_check_goes_red_when_the_disk_is_forced_once_a_second(tmp_path):
    size, happened, _ = traced_presses(tmp_path, "everysec")
    assert promised_too_early(tmp_path, size, happened) > 0
    assert lost_by_cuts(tmp_path, size, happened, 4) > 0


def test_a_log_torn_at_any_byte_loses_only_what_nobody_was_promised(tmp_path):
    with EmbeddedValkey(tmp_path / "v") as server:
        wire = Wire(server.url(0), timeout=5.0)
        streams = Streams(Redis(), 1, wire=wire)
        for turn in range(20):
            streams.add_press(Press(os.urandom(16), 1, 1, 1, turn))
        wire.close()
    ends = sorted(ends_in_file(tmp_path).values())
    offsets = range(ends[-4], ends[-1] + 1)
    chosen = random.Random(3).sample(offsets, min(OFFSETS, len(offsets)))
    for offset in sorted({*chosen, ends[-1], ends[-1] - 1}):
        whole = sum(1 for end in ends if end <= offset)
        assert states_of_two_restarts(tmp_path, offset) == (whole, whole + 1), offset
    figures.write("R3", offsets=len(chosen))


def states_of_two_restarts(folder, offset):
    """Entries after a restart on the torn file, and after one press more and another restart."""
    copy = folder / f"torn{offset}"
    shutil.copytree(folder / "v" / "data", copy / "data")
    (file,) = (copy / "data" / "appendonlydir").glob("*.incr.aof")
    with file.open("r+b") as stream:
        stream.truncate(offset)
    counts = []
    for _ in range(2):
        with EmbeddedValkey(copy) as server, Redis.from_url(server.url(0)) as client:
            counts.append(client.xlen("{p00}:press"))
            client.xadd("{p00}:press", {"1": "x" * 30})
    shutil.rmtree(copy)
    return tuple(counts)
