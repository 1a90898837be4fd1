"""Nothing acknowledged is lost or doubled, whichever process is killed in the middle (R1).

Citizens press and write by HTTP and repeat the same press until it is acknowledged; meanwhile web,
drain, Valkey, PostgreSQL and the RQ worker with its horse are killed with SIGKILL and started
again, over and over.
Fifteen seconds long; half an hour by `make faults`; FAULT_SECONDS sets it, and FAULT_KILLS how many
deaths there must be at least.
"""

import os
import random
import threading
import time

import pytest

from decide.participation.choices import Choice
from decide.participation.device import verify as device_of
from decide.participation.drain import Drain
from decide.participation.folio import hash_of, parse
from decide.participation.keys import keys_of, press_id_of
from decide.participation.verify import verify
from tests import figures
from tests.killable import Citizen, Service
from tests.ledger import subjects_of_one_party

pytestmark = pytest.mark.faults

LONG = os.environ.get("FAULTS") == "long"
SECONDS = float(os.environ.get("FAULT_SECONDS") or (1_800 if LONG else 15))
KILLS = int(os.environ.get("FAULT_KILLS") or (500 if LONG else 0))
CITIZENS, DEVICES = 6, 4
VICTIMS = ("worker of web", "drain", "valkey", "postgres", "web", "worker", "horse")
LETTERS = "abcdefghijklmnop"
WORDS = {"like": Choice.LIKE, "dislike": Choice.DISLIKE, "none": Choice.NONE}


class Crowd(threading.Thread):
    """A thread that is several citizens; `said` and `written` hold only what was acknowledged."""

    def __init__(self, service, subjects, seed, stop):
        super().__init__()
        self.chance = random.Random(seed)
        self.citizens = [Citizen(service) for _ in range(DEVICES)]
        self.subjects, self.seed, self.stop = subjects, seed, stop
        self.said, self.written = {}, {}
        self.error = None
        self.acknowledged = 0

    def run(self):
        try:
            while not self.stop.is_set():
                self.act()
        except Exception as error:
            self.error = error
        finally:
            for citizen in self.citizens:
                citizen.hang_up()

    def act(self):
        who = self.chance.randrange(DEVICES)
        what = self.chance.choice(self.subjects)
        citizen = self.citizens[who]
        if self.chance.random() < 0.1:
            # Letters only: ten digits in a row would be taken for a telephone.
            words = f"Idea {self.seed}-{who}-{''.join(self.chance.choices(LETTERS, k=12))}"
            self.written[citizen.write(what, words)] = words
        else:
            choice = self.chance.choice(list(WORDS))
            citizen.press(what, choice)
            self.said[citizen.cookie, what] = WORDS[choice]
        self.acknowledged += 1
        time.sleep(0.005)


def killing(service, seconds, victims, chance, kills=0):
    """Kill a part, leave it dead for a moment, start it again; returns how often each died."""
    deaths, turn = dict.fromkeys(victims, 0), 10**9
    end = time.monotonic() + seconds
    while time.monotonic() < end or not all(deaths.values()) or sum(deaths.values()) < kills:
        if LONG and sum(deaths.values()) % 20 == 0:
            figures.write("R1 so far", deaths=deaths, left=round(end - time.monotonic()))
        service.tend()
        victim = min(victims, key=lambda each: (deaths[each], chance.random()))
        time.sleep(chance.uniform(0.1, 0.7))
        if victim == "horse":
            turn += 1
            service.resources.jobs.send("decide.seals.jobs.seal_due", turn)
        died = service.kill(victim)
        time.sleep(chance.uniform(0.0, 0.7))
        service.revive(victim)
        deaths[victim] += died
    return deaths


def survived(place, seconds, victims=VICTIMS, web="decide.wsgi:application", kills=0):
    """Let a crowd press while parts are killed, and compare; returns the figures."""
    with Service(place, web=web) as service:
        subjects = subjects_of_one_party(service.resources, 5)
        service.start("web", "drain", *({"worker"} & set(victims)))
        stop = threading.Event()
        crowds = [Crowd(service, subjects, seed, stop) for seed in range(CITIZENS)]
        for crowd in crowds:
            crowd.start()
        deaths = killing(service, seconds, victims, random.Random(7), kills)
        service.wait_for_web()
        time.sleep(1.0)
        stop.set()
        for crowd in crowds:
            crowd.join(60)
        assert [crowd.error for crowd in crowds if crowd.error] == []
        assert not any(crowd.is_alive() for crowd in crowds)
        service.kill("drain")
        Drain(service.resources).once()
        compare(service, crowds)
        return {
            "acknowledged": sum(crowd.acknowledged for crowd in crowds),
            "tries": sum(citizen.tries for crowd in crowds for citizen in crowd.citizens),
            "deaths": deaths,
        }


def test_what_was_acknowledged_survives_the_death_of_every_part(place):
    found = survived(place, SECONDS, kills=KILLS)
    figures.write("R1", **found)
    # Between two deaths something was on its way, however slow the machine.
    assert found["acknowledged"] > 10 * sum(found["deaths"].values())


def test_the_comparison_goes_red_when_a_press_is_acknowledged_before_it_is_kept(place):
    with pytest.raises(AssertionError, match="differ from what was acknowledged"):
        survived(place, 8.0, ("worker of web", "web"), "tests.sabotage:answers_first")


def compare(service, crowds):
    """Rows are exactly what was acknowledged, and everything agrees."""
    keys = keys_of(service.settings.process_key)
    expected = {
        (what, press_id_of(keys, device_of(keys, cookie.split("=", 1)[1]).identity, what)): choice
        for crowd in crowds
        for (cookie, what), choice in crowd.said.items()
    }
    with service.resources.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT subject_id, press_id, choice FROM reaction")
        held = {(subject, press_id.bytes): choice for subject, press_id, choice in rows}
        ideas = {
            bytes(folio_hash): text
            for folio_hash, text in connection.exec_driver_sql("SELECT folio_hash, text FROM idea")
        }
    assert held == expected, "rows differ from what was acknowledged"
    assert ideas == {
        hash_of(parse(folio)): words for crowd in crowds for folio, words in crowd.written.items()
    }, "ideas differ from what was acknowledged"
    from decide.participation import counters
    from decide.participation.streams import Streams

    with service.resources.database.reading() as session:
        counters.rebuild(session, Streams(service.resources.ledger, service.settings.ledger_shards))
    assert verify(service.resources).drift == []
