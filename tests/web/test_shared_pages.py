"""Pages that processes share: one renders, the others find; and no Redis is ever needed for it."""

import contextlib
import socket
from dataclasses import replace
from time import monotonic

import pytest
from flask import request_started
from redis import Redis

from decide.app import create_app
from decide.kernel import slots
from decide.kernel.clock import FrozenClock
from decide.kernel.embedded import EmbeddedValkey
from decide.kernel.slots import LARGEST, MAC, Slots, may_share
from decide.web.shared.context import KEY
from tests import factories

PATHS = (
    "/", "/candidaturas", "/municipios/107", "/actores/lucero", "/temas/agua", "/plataformas",
    "/quitadudas/planilla", "/distritos/2", "/comparar?lote=7", "/en/candidaturas",
)  # fmt: skip


class Process:
    """A web process, and which addresses it made."""

    def __init__(self, settings):
        self.app = create_app(settings, clock=FrozenClock(factories.CAMPAIGN))
        self.made = []
        request_started.connect(self._made, self.app)

    def _made(self, app, **_):
        from flask import request

        self.made.append(request.root_path + request.full_path.rstrip("?"))

    def get(self, path, **more):
        answer = self.app.test_client().get(path, **more)
        return answer.status_code, sorted(answer.headers.items()), answer.get_data()

    def close(self):
        self.app.extensions[KEY].resources.close()


@pytest.fixture(scope="module")
def queue_server(tmp_path_factory):
    """A queue's server of its own, as in production."""
    with EmbeddedValkey(tmp_path_factory.mktemp("queue"), durable=False) as server:
        yield server


@pytest.fixture
def settings(settings, queue_server):
    with Redis.from_url(queue_server.url(0)) as client:
        client.flushall()
    return replace(settings, queue_url=queue_server.url(0))


@pytest.fixture
def processes(settings, resources):
    with resources.database.transaction() as session:
        factories.small_world(session)
    running = []

    def start(**knobs):
        running.append(Process(replace(settings, **knobs)))
        return running[-1]

    yield start
    for each in running:
        each.close()


@pytest.fixture
def shared(settings):
    with Redis.from_url(settings.queue_url) as client:
        yield client


def test_what_one_process_rendered_the_other_finds_byte_for_byte(processes):
    first, second = processes(), processes()
    answers = {path: first.get(path) for path in PATHS}
    assert all(status == 200 for status, _, _ in answers.values())
    assert len(first.made) == len(PATHS)
    assert {path: second.get(path) for path in PATHS} == answers
    packed = {"Accept-Encoding": "gzip"}
    for path in PATHS:
        assert second.get(path, headers=packed) == first.get(path, headers=packed)
    assert second.made == []


def test_a_process_that_starts_later_finds_what_is_still_good(processes, resources):
    first = processes()
    assert first.get("/temas/agua")[0] == 200
    with resources.database.transaction() as session:
        factories.proposal(session, session.get(factories.Candidacy, 1), title="Nueva")
    second = processes()
    assert second.get("/temas/agua") == first.get("/temas/agua")
    assert second.made == []


def test_a_page_in_memory_asks_no_redis(processes, shared):
    process = processes()
    process.get("/candidaturas")
    before = shared.info("commandstats")
    for _ in range(20):
        process.get("/candidaturas")
    after = shared.info("commandstats")
    assert after["cmdstat_get"]["calls"] == before["cmdstat_get"]["calls"]


def test_what_somebody_else_wrote_there_is_not_served(processes, shared):
    first = processes()
    honest = {path: first.get(path) for path in PATHS}
    keys = shared.keys("page:*")
    assert len(keys) >= len(PATHS) - 1
    values = [shared.get(key) for key in keys]
    for number, key in enumerate(keys):
        value = bytearray(values[number])
        if number % 3 == 0:
            value[-1] ^= 1  # a flipped bit
            shared.set(key, bytes(value))
        elif number % 3 == 1:
            shared.set(key, values[number - 1])  # another page, well signed
        else:
            shared.set(key, b"\x00" * MAC + b'{"etag": "x"}\n<script>')
    second = processes()
    assert {path: second.get(path) for path in PATHS} == honest
    assert len(second.made) == len(PATHS)


@pytest.mark.parametrize(
    "other",
    [{"process_key": "another"}, {"help_phone": "800 000 00 00"}, {"demonstration": True}],
)
def test_a_process_with_other_settings_makes_its_own(processes, other):
    processes().get("/candidaturas")
    second = processes(**other)
    second.get("/candidaturas")
    assert second.made == ["/candidaturas"]


def test_a_queue_on_the_server_of_the_ledger_is_spared(processes, settings, valkey_server):
    assert may_share(settings)
    assert not may_share(replace(settings, shared_pages_mib=0))
    assert not may_share(replace(settings, page_cache_mib=0))
    assert not may_share(replace(settings, queue_url=valkey_server.url(1)))
    for one, other in (
        ("redis://a:6379/0", "redis://x:y@a:6379/1"),
        ("unix:///run/v?db=0", "unix:///run/v?db=1"),
    ):
        assert not may_share(replace(settings, redis_url=one, queue_url=other))


def test_another_program_makes_its_own(processes, monkeypatch):
    processes().get("/candidaturas")
    monkeypatch.setattr(slots, "program_mark", lambda: "another release")
    second = processes()
    second.get("/candidaturas")
    assert second.made == ["/candidaturas"]


def test_nothing_of_one_person_is_shared(processes, shared):
    process = processes()
    for path in ("/mis-opiniones", "/partido/entrar", "/oficina/entrar", "/no-existe", "/folios"):
        process.get(path)
    bodies = b"".join(shared.get(key) for key in shared.keys("page:*"))
    assert b"csrf_token" not in bodies
    assert b"Set-Cookie" not in bodies


@pytest.fixture
def hanging(monkeypatch):
    """A server that takes connections and never answers: the system takes them, nobody else."""
    monkeypatch.setattr(slots, "TIMEOUT", 0.05)  # as shipped; tests/conftest.py is more patient
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield server


def connections(server):
    """How many have come since this was asked last."""
    server.setblocking(False)
    count = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            server.accept()[0].close()
            count += 1
    return count


def test_a_redis_that_is_dead_or_hangs_costs_nothing_noticeable(settings, hanging, monkeypatch):
    monkeypatch.setattr(slots, "PAUSE", 60)
    free = socket.create_server(("127.0.0.1", 0))
    dead = free.getsockname()[1]
    free.close()
    for port in (hanging.getsockname()[1], dead):
        shelf = Slots(replace(settings, queue_url=f"redis://127.0.0.1:{port}/0"))
        twice = 0 if port == dead else 2  # the client tries again before it gives up
        begun = monotonic()
        for number in range(1000):
            assert shelf.get(f"/{number}") is None
            shelf.put(f"/{number}", b"x")
        # Each of the two thousand would have cost 50 ms; the machine may be busy.
        assert monotonic() - begun < 10
        assert connections(hanging) == twice, "asked once, then left alone"
        monkeypatch.setattr(shelf, "_away_until", 0.0)  # the pause is over
        shelf.get("/")
        assert connections(hanging) == twice, "and once more"
        shelf.close()


def test_pages_are_served_while_the_shared_redis_is_away(processes, hanging):
    process = processes(queue_url=f"redis://127.0.0.1:{hanging.getsockname()[1]}/0")
    for path in PATHS:
        assert process.get(path)[0] == 200


def test_the_shelf_has_a_measure(settings, shared):
    shelf = Slots(replace(settings, shared_pages_mib=1))
    for number in range(500):
        shelf.put(f"/{number}", b"x" * 1000)
    assert len(shared.keys("page:*")) <= 2**20 // LARGEST
    shelf.put("/large", b"x" * LARGEST)
    assert shelf.get("/large") is None
    assert all(0 < shared.ttl(key) <= slots.EXPIRY for key in shared.keys("page:*"))
    shelf.close()
