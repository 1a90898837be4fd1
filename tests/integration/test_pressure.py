"""The pressure levels: who has to take trouble, that nothing else changes, and the written rule."""

import json
from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import timedelta

import pytest
from altcha import Challenge, Payload, solve_challenge
from redis import Redis
from sqlalchemy import text

from decide.errors import Conflict, Refused
from decide.participation import jobs, pressure
from decide.participation.choices import Choice
from decide.participation.circumstance import KNOWN, NEW, Circumstance, read
from decide.participation.keys import keys_of
from decide.participation.networks import Networks, network_of
from decide.participation.pressure import Level, Rule
from decide.participation.proof import (
    LIFE,
    PASS_LIFE,
    WAIT,
    WAITED,
    WORKED,
    Came,
    Proofs,
    ProofWanted,
    TooSoon,
    WrongProof,
)
from tests.ledger import Town, device

RULE = Rule(alert=1_000, siege=5_000)


@pytest.fixture
def town(resources):
    made = Town(resources)
    yield made
    made.close()


def push(town, level):
    with town.resources.database.transaction() as session:
        at = town.resources.clock.now(session)
        pressure.set_level(
            session, level, reason="Prueba", at=at, by=None,
            revision=pressure.standing(session).revision,
        )  # fmt: skip
    town.snapshot.renew()


def press(town, number, came, choice=Choice.LIKE):
    from decide.participation.actions import press as keep

    return keep(town.door, device(number), town.subjects[0], 1, choice, came)


def now_of(town):
    return town.snapshot.picture().now()


def solved(challenge):
    """What a script would send."""
    whole = Challenge.from_dict(challenge)
    return Payload(whole, solve_challenge(whole)).to_base64()


def pass_of(town, number, how=WORKED):
    return Came("10.0.0.1", f"x=1; p={town.door.proofs.give(device(number), now_of(town), how)}")


def test_in_calm_nobody_is_asked_and_a_press_is_one_command(town, valkey):
    with Redis.from_url(valkey.url(0)) as watcher:
        watcher.config_resetstat()  # the server has served other tests
        press(town, 1, Came("10.0.0.1"))
        between = watcher.info("commandstats")
        for number in range(2, 12):
            press(town, number, Came("10.0.0.1"))
        after = watcher.info("commandstats")
    more = {
        name: told["calls"] - between.get(name, {"calls": 0})["calls"]
        for name, told in after.items()
    }
    assert {name: calls for name, calls in more.items() if calls and "info" not in name} == {
        "cmdstat_xadd": 10
    }


def test_in_siege_everybody_is_asked_once_and_taking_back_is_free(town):
    push(town, Level.SIEGE)
    with pytest.raises(ProofWanted):
        press(town, 1, Came("10.0.0.1"))
    press(town, 1, Came("10.0.0.1"), Choice.NONE)
    came = pass_of(town, 1)
    press(town, 1, came)
    with pytest.raises(ProofWanted):
        press(town, 2, came)  # somebody else's pass
    assert town.drain.once() == 2
    assert town.tallies() == {town.subjects[0]: (1, 0)}


def test_in_alert_only_a_crowded_network_is_asked(resources):
    town = Town(replace(resources, settings=replace(resources.settings, answers_per_network=5)))
    push(town, Level.ALERT)
    for number in range(6):
        press(town, number, Came("203.0.113.9"))
    with pytest.raises(ProofWanted):
        press(town, 99, Came("203.0.113.200"))  # the same /24
    press(town, 99, Came("203.0.114.9"))
    press(town, 98, Came(""))
    town.close()


def test_an_idea_is_asked_for_like_a_press(town):
    push(town, Level.SIEGE)
    with pytest.raises(ProofWanted):
        town.send(1, town.subjects[0], "Más luz")
    town.send(1, town.subjects[0], "Más luz", came=pass_of(town, 1))


def test_the_circumstances_are_three_coarse_classes_and_reach_the_row(town):
    push(town, Level.SIEGE)
    for number in range(12):
        press(town, number, pass_of(town, number, WAITED))
    town.drain.once()
    found = sorted(read(row[0]) for row in town.rows("SELECT circumstance FROM reaction"))
    assert found == [Circumstance(0, KNOWN, WAITED)] * 10 + [Circumstance(1, KNOWN, WAITED)] * 2
    assert Circumstance(3, KNOWN, WAITED).packed() < 64
    assert read(0).age not in (NEW, KNOWN)  # what was pressed before this was kept


def proofs(settings, valkey):
    return Proofs(keys_of(settings.process_key), Redis.from_url(valkey.url(1)))


def test_a_solution_counts_once_for_its_device_and_its_ten_minutes(settings, valkey, town):
    own, at = proofs(settings, valkey), now_of(town)
    challenge = own.challenge(device(1), at, 10)
    solution = solved(challenge)
    with pytest.raises(WrongProof):
        own.solved(device(2), solution, at)
    with pytest.raises(WrongProof):
        own.solved(device(1), solution, at + timedelta(seconds=LIFE + 1))
    own.solved(device(1), solution, at)
    with pytest.raises(WrongProof):
        own.solved(device(1), solution, at)
    with Redis.from_url(valkey.url(1)) as queue:
        (name,) = queue.keys("proof:*")
        assert 0 < queue.ttl(name) <= LIFE


def test_what_is_proved_holds_from_its_first_second_to_its_last(settings, valkey, town):
    own, at = proofs(settings, valkey), now_of(town)
    own.solved(device(1), solved(own.challenge(device(1), at, 10)), at + timedelta(seconds=LIFE))
    page, given = own.page(device(1), at), own.give(device(1), at, WAITED)
    with pytest.raises(TooSoon):
        own.waited(device(1), page, at)
    own.waited(device(1), page, at + timedelta(seconds=LIFE))
    came = Came("", f"p={given}")
    assert own.holds(device(1), came, "p", at + timedelta(seconds=PASS_LIFE - 1)) == WAITED


def test_a_challenge_that_is_bound_to_no_instant_is_refused(settings, valkey, town):
    own, at = proofs(settings, valkey), now_of(town)
    told = json.loads(b64decode(solved(own.challenge(device(1), at, 10))))
    for bound in ({}, {"at": "x"}, {"at": None}, []):
        told["challenge"]["parameters"]["data"] = bound
        with pytest.raises(WrongProof):
            own.solved(device(1), b64encode(json.dumps(told).encode()).decode(), at)


def test_no_work_no_pass(settings, valkey, town):
    own, at = proofs(settings, valkey), now_of(town)
    challenge = own.challenge(device(1), at, 10)
    told = json.loads(b64decode(solved(challenge)))
    cheaper = json.loads(json.dumps(told))
    cheaper["challenge"]["parameters"]["keyPrefix"] = ""
    wrong = json.loads(json.dumps(told))
    wrong["solution"]["derivedKey"] = "00" * 32
    for forged in (cheaper, wrong, {}, {"challenge": {}, "solution": {}}):
        with pytest.raises(WrongProof):
            own.solved(device(1), b64encode(json.dumps(forged).encode()).decode(), at)
    for rubbish in ("", "ñ", "a" * 3_000, "AAAA"):
        with pytest.raises(WrongProof):
            own.solved(device(1), rubbish, at)


def test_the_page_without_script_wants_three_seconds_and_its_own_device(settings, valkey, town):
    own, at = proofs(settings, valkey), now_of(town)
    page = own.page(device(1), at)
    with pytest.raises(TooSoon):
        own.waited(device(1), page, at + timedelta(seconds=WAIT - 1))
    own.waited(device(1), page, at + timedelta(seconds=WAIT))
    for who, told, when in (
        (device(2), page, WAIT), (device(1), page, LIFE + 2), (device(1), page[:-2], WAIT),
        (device(1), "x", WAIT), (device(1), "ñ" * 28, WAIT),
    ):  # fmt: skip
        with pytest.raises(WrongProof):
            own.waited(who, told, at + timedelta(seconds=when))


def test_a_pass_ends_and_cannot_say_it_was_worked_for(settings, valkey, town):
    own, at = proofs(settings, valkey), now_of(town)
    waited = own.give(device(1), at, WAITED)

    def held(value, seconds=0.0, who=1):
        return own.holds(device(who), Came("", f"p={value}"), "p", at + timedelta(seconds=seconds))

    assert held(waited) == WAITED
    assert held("1" + waited[1:]) == 0
    assert held(waited, PASS_LIFE + 1) == 0
    assert held(waited, who=2) == 0
    assert held("") == held("3") == held("1ñ") == 0


def test_a_proof_is_taken_when_the_queue_is_away(settings, town):
    own = Proofs(keys_of("x"), Redis.from_url("redis://127.0.0.1:1"))
    at = now_of(town)
    own.solved(device(1), solved(own.challenge(device(1), at, 10)), at)


def test_networks_are_counted_without_their_name(monkeypatch):
    networks = Networks(3)
    crowd = [networks.count("203.0.113.7", 1) for _ in range(12)]
    assert crowd == [0] * 10 + [1] * 2
    more = [networks.count("203.0.113.7", 1) for _ in range(12, 202)]
    assert (more.count(1), more.count(2), more.count(3)) == (38, 150, 2)
    assert networks.count("203.0.114.7", 1) == 0
    assert networks.count("203.0.113.8", 2) == 0
    assert networks.is_crowded("203.0.113.99")
    assert not networks.is_crowded("203.0.114.7")
    share = Networks(3)
    crowded = [share.count("198.51.100.1", 1) or share.is_crowded("198.51.100.2") for _ in range(4)]
    assert crowded == [False] * 3 + [True], "three are its share"
    kept = [*networks._counts, *(mark for mark, _ in networks._here)]
    assert not any(b"203" in mark or bytes([203, 0, 113]) in mark for mark in kept)
    assert network_of("::ffff:203.0.113.7") == network_of("::ffff:203.0.113.9") != b""
    assert network_of("2001:db8::1") == network_of("2001:db8:0:ff::2")
    before = networks.mark("203.0.113.7")
    monkeypatch.setattr(networks, "_until", 0.0)
    assert networks.mark("203.0.113.7") != before  # the next day has another key
    assert not networks.is_crowded("203.0.113.99")


def test_a_level_needs_a_reason_and_a_fresh_look(town):
    with town.resources.database.transaction() as session:
        at = town.resources.clock.now(session)
        with pytest.raises(Refused):
            pressure.set_level(session, "calm", reason="x", at=at, by=None, revision=0)
        with pytest.raises(Refused):
            pressure.set_level(session, "alert", reason=" ", at=at, by=None, revision=0)
        pressure.set_level(session, "alert", reason="Enlace", at=at, by=None, revision=0)
        with pytest.raises(Conflict):
            pressure.set_level(session, "siege", reason="Enlace", at=at, by=None, revision=0)
        assert pressure.standing(session).revision == 1
        pressure.set_level(session, "normal", reason="Pasó", at=at, by=None, revision=1)
        assert pressure.standing(session).revision == 2
    deeds = town.rows("SELECT deed, before->>'level', after->>'level', reason FROM audit_entry")
    assert ("pressure.set", "normal", "alert", "Enlace") in deeds


def minutes_pass(town, *arrived):
    """One look of the rule per minute, after so many answers had come in in all."""
    with town.resources.database.transaction() as session:
        at = town.resources.clock.now(session)
        return [
            pressure.watch(session, RULE, arrived=count, at=at + timedelta(minutes=number)).value
            for number, count in enumerate(arrived)
        ]


def test_the_rule_raises_at_once_and_lowers_after_a_quiet_quarter(town):
    rising = [0, 100, 1_200, 7_000]
    quiet = [7_000 + 10 * minute for minute in range(1, 19)]
    levels = minutes_pass(town, *rising, *quiet)
    assert levels[:4] == ["normal", "normal", "alert", "siege"]
    assert levels[4:17] == ["siege"] * 13
    assert levels[-1] == "normal"


def test_the_rule_never_takes_back_what_a_person_set(town):
    push(town, Level.SIEGE)
    assert set(minutes_pass(town, *range(0, 400, 10))) == {"siege"}
    with town.resources.database.reading() as session:
        kept = session.execute(text("SELECT count(*) FROM pressure_sample")).scalar_one()
    assert kept < 63


def test_a_level_is_taken_back_though_the_log_is_away(town):
    assert minutes_pass(town, 0, 7_000, *[None] * 17)[1::16] == ["siege", "normal"]


def look(town, resources=None):
    """What the timetable does once a minute; what it noted, oldest first."""
    jobs.look_at_pressure.__wrapped__(resources or town.resources, 1)
    return town.rows("SELECT copied FROM pressure_sample ORDER BY at")


def test_a_drain_that_catches_up_is_no_attack(town):
    """The timetable notes what came in, whenever it is copied."""
    for number in range(7):
        town.press(number, town.subjects[0], Choice.LIKE)
    town.send(8, town.subjects[0], "Más luz.")
    assert look(town) == [(8,)]
    town.drain.once()
    town.drain.once()
    assert look(town) == [(8,), (8,)]


def test_while_the_log_is_away_nothing_is_noted_and_the_rule_goes_on(town):
    push(town, Level.ALERT)
    away = replace(town.resources, ledger=Redis(host="127.0.0.1", port=1, retry=None))
    assert look(town, away) == []
    assert look(town) == [(0,)]
