"""Presses that cross together: each gets its own answer, and nobody is left at the quay."""

import socket
import threading
import time

import pytest
from hiredis import pack_command
from redis.exceptions import ConnectionError as Away
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as TooSlow

from decide.participation.ferry import Ferry
from decide.participation.wire import Elsewhere, Wire

OK = b"+OK\r\n"


def say(*parts):
    return pack_command(parts)


class Harbour:
    """A server that shows what arrives in one piece, and answers when the test says."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.boats, self.arrived = [], threading.Semaphore(0)
        self.answers, self.may_answer = [], threading.Semaphore(0)
        threading.Thread(target=self.serve, daemon=True).start()

    @property
    def address(self):
        return f"redis://127.0.0.1:{self.listener.getsockname()[1]}/0"

    def serve(self):
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            with line:
                while piece := line.recv(65536):
                    self.boats.append(piece.count(b"PING"))
                    self.arrived.release()
                    self.may_answer.acquire()
                    answer = self.answers.pop(0) if self.answers else OK * self.boats[-1]
                    if answer is None:
                        break
                    line.sendall(answer)

    def boat_is_here(self):
        assert self.arrived.acquire(timeout=60)

    def answer(self, *answers):
        self.answers += answers
        self.may_answer.release()


@pytest.fixture
def harbour():
    made = Harbour()
    yield made
    made.listener.shutdown(socket.SHUT_RDWR)
    made.listener.close()
    for _ in range(10):
        made.may_answer.release()


class Citizens:
    """Threads that each ask once; `told` is what each was told."""

    def __init__(self, ferry):
        self.ferry, self.told, self.threads = ferry, [], []

    def come(self, how_many, command=None):
        before = len(self.ferry._waiting)
        at_sea = self.ferry._at_sea
        for _ in range(how_many):
            thread = threading.Thread(target=self.ask, args=(command or say("PING"),))
            thread.start()
            self.threads.append(thread)
        while at_sea and len(self.ferry._waiting) < before + how_many:
            time.sleep(0.001)

    def ask(self, command):
        try:
            self.told.append(self.ferry.ask(command))
        except Exception as error:
            self.told.append(type(error))

    def all_told(self):
        for thread in self.threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in self.threads)
        self.ferry._wire.close()
        return self.told


def test_who_comes_while_a_boat_is_at_sea_crosses_in_the_next_one(harbour):
    citizens = Citizens(Ferry(Wire(harbour.address, timeout=60.0)))
    citizens.come(1)
    harbour.boat_is_here()
    citizens.come(7)
    assert citizens.told == []  # nobody is told anything before the log has answered
    harbour.answer()
    harbour.boat_is_here()
    citizens.threads[0].join(10)
    assert citizens.told == [b"OK"]
    harbour.answer()
    assert citizens.all_told() == [b"OK"] * 8
    assert harbour.boats == [1, 7]


def test_a_refusal_is_only_for_the_one_it_was_meant_for(harbour):
    citizens = Citizens(Ferry(Wire(harbour.address, timeout=60.0)))
    citizens.come(1)
    harbour.boat_is_here()
    citizens.come(3)
    harbour.answer()
    harbour.boat_is_here()
    harbour.answer(OK + b"-MISCONF disk\r\n" + b"-MOVED 1 127.0.0.1:1\r\n")
    told = citizens.all_told()
    assert sorted(map(str, told)) == sorted(map(str, [b"OK", b"OK", ResponseError, Elsewhere]))


def test_a_boat_that_sinks_goes_once_more_with_all_aboard(harbour):
    citizens = Citizens(Ferry(Wire(harbour.address, timeout=60.0)))
    citizens.come(1)
    harbour.boat_is_here()
    citizens.come(4)
    harbour.answer()
    harbour.boat_is_here()
    harbour.answer(None)  # the server died after it read them
    harbour.boat_is_here()
    harbour.answer()
    assert citizens.all_told() == [b"OK"] * 5
    assert harbour.boats == [1, 4, 4]


def test_when_the_log_is_silent_those_who_wait_for_the_boat_wait_no_second_time(harbour):
    citizens = Citizens(Ferry(Wire(harbour.address, timeout=3.0)))
    citizens.come(1)
    harbour.boat_is_here()
    citizens.come(5)
    assert citizens.all_told() == [TooSlow] * 6
    assert harbour.boats == [1]


def test_the_ferry_sails_again_after_the_log_was_away(valkey):
    wire = Wire("redis://127.0.0.1:1/0", timeout=20.0)
    ferry = Ferry(wire)
    for _ in range(2):
        with pytest.raises(Away):
            ferry.ask(say("PING"))
    wire._where = Wire(valkey.url(0), timeout=20.0)._where
    assert ferry.ask(say("PING")) == b"PONG"
    wire.close()


def test_many_at_once_each_get_their_own_answer(valkey):
    wire = Wire(valkey.url(0), timeout=60.0)
    ferry = Ferry(wire)
    wrong = []

    def ask(thread):
        for turn in range(200):
            words = f"{thread}/{turn}".encode()
            if ferry.ask(say("ECHO", words)) != words:
                wrong.append(words)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    assert not any(thread.is_alive() for thread in threads)
    wire.close()
