"""One Redis command over a plain socket: passwords, restarts, silence, a cluster's answer."""

import socket
import threading
import time

import pytest
from hiredis import pack_command
from redis import Redis
from redis.exceptions import ConnectionError as Away
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as TooSlow

from decide.kernel.cluster import SCHEME
from decide.kernel.embedded import EmbeddedValkey
from decide.participation.wire import Elsewhere, Wire

PING = pack_command((b"PING",))


def say(*parts):
    return pack_command(parts)


@pytest.fixture
def server():
    """A server of one connection at a time that answers what the test says."""
    listener = socket.create_server(("127.0.0.1", 0))
    answers = []

    def serve():
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line:
                while line.recv(4096) and answers:
                    answer = answers.pop(0)
                    if answer is None:
                        break
                    line.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0", answers
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def test_an_answer_of_any_length_comes_whole(valkey):
    wire = Wire(valkey.url(0), timeout=20.0)
    value = b"x" * 1_000_000
    assert wire.ask(say("SET", "big", value)) == b"OK"
    assert wire.ask(say("GET", "big")) == value
    assert wire.ask(say("GET", "absent")) is None
    wire.close()


def test_the_number_of_the_database_is_obeyed(valkey):
    wire = Wire(valkey.url(1), timeout=20.0)
    wire.ask(say("SET", "here", "1"))
    wire.close()
    with Redis.from_url(valkey.url(1)) as one, Redis.from_url(valkey.url(0)) as other:
        assert one.get("here") == b"1"
        assert other.get("here") is None


def test_a_password_is_given_and_a_wrong_one_is_an_error(tmp_path):
    # A server of its own: a test that is killed here must leave no password to the others.
    with EmbeddedValkey(tmp_path, durable=False) as server:
        with Redis.from_url(server.url(0)) as client:
            client.config_set("requirepass", "pasa")
        address = f"unix://:pasa@{server.socket}?db=0"
        wire = Wire(address, timeout=20.0)
        assert wire.ask(PING) == b"PONG"
        wire.close()
        with pytest.raises(ResponseError):
            Wire(address.replace("pasa", "otra"), timeout=20.0).ask(PING)


def test_a_restarted_server_is_found_again_by_the_same_call(tmp_path):
    with EmbeddedValkey(tmp_path, durable=False) as server:
        wire = Wire(server.url(0), timeout=20.0)
        assert wire.ask(PING) == b"PONG"
        server.stop()
        server.start()
        assert wire.ask(PING) == b"PONG"
        server.stop()
        with pytest.raises(Away):
            wire.ask(PING)
        wire.close()


def test_a_silent_server_is_left_after_the_time_given(server):
    address, _ = server
    wire = Wire(address, timeout=0.2)
    begun = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as mute:
        mute_wire = Wire(f"redis://127.0.0.1:{mute.getsockname()[1]}/0", timeout=0.2)
        with pytest.raises(TooSlow):
            mute_wire.ask(PING)
    assert time.monotonic() - begun < 10
    wire.close()


def test_a_connection_cut_between_two_commands_costs_nothing(server):
    address, answers = server
    wire = Wire(address, timeout=20.0)
    answers += [b"+PONG\r\n", None, b"+PONG\r\n"]
    assert wire.ask(PING) == b"PONG"
    assert wire.ask(PING) == b"PONG"
    wire.close()


def test_an_error_is_an_error_and_the_connection_lives_on(valkey):
    wire = Wire(valkey.url(0), timeout=20.0)
    with pytest.raises(ResponseError):
        wire.ask(say("NOSUCH"))
    assert wire.ask(PING) == b"PONG"
    wire.close()


def test_the_word_of_a_cluster_node_is_told_apart(server):
    address, answers = server
    wire = Wire(address, timeout=20.0)
    answers += [b"-MOVED 866 127.0.0.1:7001\r\n"]
    with pytest.raises(Elsewhere):
        wire.ask(PING)
    wire.close()


def test_an_address_with_tls_or_of_a_cluster_is_left_to_the_library():
    assert Wire.can("redis://h/0")
    assert Wire.can("unix:///x?db=1")
    assert not Wire.can("rediss://h/0")
    assert not Wire.can(f"{SCHEME}h:7001,h:7002")
