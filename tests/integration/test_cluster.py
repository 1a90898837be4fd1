"""The ledger on three nodes: the same code, each shard on one of them, none in two."""

import contextlib
import socket
import subprocess
import threading
import time
from dataclasses import replace

import pytest
from redis import Redis
from redis.exceptions import RedisError

from decide.kernel.embedded import valkey_program
from decide.kernel.redis import connect
from decide.kernel.resources import open_resources
from decide.participation import counters
from decide.participation.choices import Choice
from decide.participation.queries import lag, undrained_before
from decide.participation.trim import trim
from decide.participation.verify import verify
from tests.ledger import Town
from tests.service import eventually

SLOTS = 16_384
NODES = 3


def free_ports():
    """Ports that are free together with the one 10,000 above, which the nodes talk over."""
    found = []
    while len(found) < NODES:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            with contextlib.suppress(OSError, OverflowError):
                other.bind(("127.0.0.1", port + 10_000))
                found.append(port)
    return found


class Nodes:
    """Three Valkeys that know of each other."""

    def __init__(self, folder):
        self.folder = folder
        self.ports = free_ports()
        self.running = []

    def __enter__(self):
        try:
            self.join()
        except BaseException:
            self.__exit__()
            raise
        return self

    def join(self):
        for port in self.ports:
            self.start(port)
        for number, port in enumerate(self.ports):
            with Redis(port=port) as node:
                first, last = SLOTS * number // NODES, SLOTS * (number + 1) // NODES - 1
                node.execute_command("CLUSTER", "ADDSLOTSRANGE", first, last)
                for other in self.ports:
                    node.execute_command("CLUSTER", "MEET", "127.0.0.1", other)
        end = time.monotonic() + 30
        while not all(self.agrees(port) for port in self.ports):
            assert time.monotonic() < end, "the nodes do not agree"
            time.sleep(0.05)

    def __exit__(self, *_):
        for process in self.running:
            process.kill()
            process.wait()

    def start(self, port):
        folder = self.folder / str(port)
        folder.mkdir(exist_ok=True)
        command = [valkey_program(), "--port", str(port), "--bind", "127.0.0.1", "--dir", folder]
        command += ["--cluster-enabled", "yes", "--appendonly", "yes", "--save", ""]
        command += ["--appendfsync", "always", "--maxmemory-policy", "noeviction"]
        command += ["--cluster-require-full-coverage", "no", "--logfile", folder / "log"]
        self.running.append(subprocess.Popen(command))
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with contextlib.suppress(RedisError), Redis(port=port) as node:
                node.ping()
                return
            time.sleep(0.05)
        raise AssertionError((folder / "log").read_text())

    def agrees(self, port):
        with Redis(port=port) as node:
            told = node.execute_command("CLUSTER", "INFO")
            return b"cluster_state:ok" in told and b"cluster_slots_assigned:%d" % SLOTS in told

    @property
    def url(self):
        return f"redis+cluster://127.0.0.1:{self.ports[0]}"


@pytest.fixture
def nodes(tmp_path):
    with Nodes(tmp_path) as running:
        yield running


@pytest.fixture
def town(settings, nodes):
    resources = open_resources(replace(settings, redis_url=nodes.url, snapshot_seconds=60.0))
    made = Town(resources, 12)
    yield made
    made.close()
    resources.close()


def test_presses_ideas_counters_and_checks_work_on_three_nodes(town, nodes):
    for number in range(60):
        town.press(number, town.subjects[number % 12], Choice(1 + number % 2))
    town.send(1, town.subjects[0], "Más luz.")
    held = []
    for port in nodes.ports:
        with Redis(port=port) as node:
            held.append({key.split(b":")[0] for key in node.keys("*")})
    assert sum(map(len, held)) == len(set().union(*held)), "a shard is on two nodes"
    assert sum(1 for each in held if each) > 1, "all shards are on one node"
    now = town.snapshot.picture().now()
    assert undrained_before(town.resources, now) == 61
    assert town.drain.once() == 61
    assert town.counters() == town.tallies()
    assert sum(each.waiting for each in lag(town.resources)) == 0
    with town.resources.database.reading() as session:
        assert counters.rebuild(session, town.door.streams) == 12
    assert verify(town.resources).drift == []
    assert trim(town.resources, now) >= 0


def test_presses_of_a_dead_node_go_straight_to_sql(town, nodes):
    town.press(0, town.subjects[0], Choice.LIKE)
    nodes.running[1].kill()
    nodes.running[1].wait()
    for number in range(30):
        town.press(number, town.subjects[0], Choice.LIKE)
    with contextlib.suppress(RedisError):
        town.drain.once()
    nodes.start(nodes.ports[1])
    end = time.monotonic() + 20
    while sum(likes for likes, _ in town.tallies().values()) != 30:
        assert time.monotonic() < end
        with contextlib.suppress(RedisError):
            town.drain.once()
        time.sleep(0.2)


def test_a_dead_node_holds_up_no_copying_from_the_others(town, nodes):
    ledger, subject = town.resources.ledger, town.subjects[0]
    for number in range(100):
        town.press(number, subject, Choice.LIKE)
    streams = town.door.streams
    dead = ledger.get_node_from_key(streams.names()[0]).port  # the first that is asked
    held = {
        name: streams.state(name).length
        for name in streams.names()
        if ledger.get_node_from_key(name).port != dead
    }
    assert 0 < sum(held.values()) < 100
    gone = nodes.running[nodes.ports.index(dead)]
    gone.kill()
    gone.wait()
    stop = threading.Event()
    thread = threading.Thread(target=town.drain.run, args=(stop,))
    thread.start()
    try:
        eventually(lambda: town.tallies() == {subject: (sum(held.values()), 0)}, seconds=60)
    finally:
        stop.set()
        thread.join(30)


def test_a_cluster_that_is_not_there_is_a_known_error(settings):
    client = connect("redis+cluster://127.0.0.1:1", timeout=0.2)
    with pytest.raises(RedisError):
        client.xadd("{p00}:press", {"1": "x"})
    client.close()
