"""The ledger against a dictionary: any mix of presses, repetitions, both ways, drains, versions.

Three hundred steps; ten thousand by `make faults`.
"""

import os
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_against_model
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from decide.participation import counters, store
from decide.participation.choices import Choice
from decide.participation.drain import Drain
from decide.participation.keys import press_id_of
from decide.participation.verify import verify
from tests.ledger import Town, device
from tests.owner import as_owner

STEPS = 10_000 if os.environ.get("FAULTS") == "long" else 300
DEVICES, SUBJECTS = 5, 3

devices = st.integers(1, DEVICES)
subjects = st.integers(0, SUBJECTS - 1)
choices = st.sampled_from(Choice)


class Ledger(RuleBasedStateMachine):
    """What is true is a dictionary: (device, subject) → (version, choice)."""

    town: Town

    def __init__(self):
        super().__init__()
        with as_owner(self.town.resources) as session:
            session.execute(text("TRUNCATE reaction, tally, drain_cursor"))
            session.execute(text("UPDATE subject SET version = 1"))
        self.town.door.streams.redis.flushdb()
        self.town.snapshot.renew()
        self.versions = [1] * SUBJECTS
        self.said = {}
        self.sent = []

    @rule(who=devices, what=subjects, choice=choices, old=st.booleans())
    def press(self, who, what, choice, old):
        version = 1 if old else self.versions[what]
        self.town.press(who, self.town.subjects[what], choice, version=version)
        self.said[who, what] = (version, choice)

    @rule(who=devices, what=subjects, choice=choices)
    def press_while_the_log_is_away(self, who, what, choice):
        door = self.town.door
        real, door.streams = door.streams, SimpleNamespace(add_press=self._away)
        try:
            self.town.press(who, self.town.subjects[what], choice, version=self.versions[what])
        finally:
            door.streams = real
            door.log_rest.worked()
        self.said[who, what] = (self.versions[what], choice)

    @staticmethod
    def _away(_press):
        from redis.exceptions import ConnectionError as Away

        raise Away

    @rule(back=st.integers(0, 30), times=st.integers(1, 3))
    def repeat_something_from_the_log(self, back, times):
        """A captured entry, sent once more as it was: it must never win over a later word."""
        streams = self.town.door.streams
        for name in streams.names()[: streams.shards]:
            for _, (field, packed) in streams.after(name, "0-0", 1000)[-back - 1 : -back or None]:
                for _ in range(times):
                    streams.redis.xadd(name, {field: packed})

    @rule(batch=st.sampled_from([1, 3, 5000]))
    def drain(self, batch):
        Drain(self.town.resources, batch=batch).once()

    @precondition(lambda self: min(self.versions) < 4)
    @rule(what=subjects)
    def publish_a_new_version(self, what):
        self.versions[what] += 1
        with self.town.resources.database.transaction() as session:
            session.execute(
                text("UPDATE subject SET version = :version, changed_at = now() WHERE id = :id"),
                {"version": self.versions[what], "id": self.town.subjects[what]},
            )
        self.town.snapshot.renew()

    @rule()
    def compare(self):
        self.town.drain.once()
        found = {
            (subject, press_id.bytes): (version, choice)
            for subject, press_id, version, choice in self.town.rows(
                "SELECT subject_id, press_id, version, choice FROM reaction"
            )
        }
        keys = self.town.door.keys
        assert found == {
            (
                self.town.subjects[what],
                press_id_of(keys, device(who).identity, self.town.subjects[what]),
            ): said
            for (who, what), said in self.said.items()
        }
        with self.town.resources.database.reading() as session:
            counters.rebuild(session, self.town.door.streams)
        assert verify(self.town.resources).drift == []

    @invariant()
    def never_two_rows_of_one_device_on_one_subject(self):
        assert self.town.rows(
            "SELECT 1 FROM reaction GROUP BY subject_id, press_id HAVING count(*) > 1"
        ) == []  # fmt: skip

    def teardown(self):
        self.compare()


@pytest.fixture
def town(settings):
    from dataclasses import replace

    from decide.kernel.resources import open_resources

    resources = open_resources(replace(settings, presses_per_hour=10**9, snapshot_seconds=3600.0))
    made = Town(resources, SUBJECTS)
    made.press(1, made.subjects[0], Choice.NONE)
    yield made
    made.close()
    resources.close()


def run(town, steps, examples):
    machine = type("LedgerOfThisTest", (Ledger,), {"town": town})
    run_against_model(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
            phases=[Phase.generate],
        ),
    )


@pytest.mark.faults
def test_the_ledger_behaves_like_a_dictionary(town):
    run(town, steps=min(STEPS, 100), examples=max(1, STEPS // 100))


def test_without_its_unique_key_the_ledger_stops_at_the_first_press(town):
    with as_owner(town.resources) as session:
        session.execute(text("ALTER TABLE reaction DROP CONSTRAINT pk_reaction"))
    with pytest.raises(ProgrammingError, match="ON CONFLICT"):
        town.drain.once()
    assert town.rows("SELECT sum(copied) FROM drain_cursor") == [(0,)]


CONFLICT = """ON CONFLICT (subject_id, press_id) DO UPDATE
        SET version = excluded.version, choice = excluded.choice, pressed_at = excluded.pressed_at,
            circumstance = excluded.circumstance
        WHERE excluded.pressed_at >= held.pressed_at"""
SABOTAGE = {
    "the unique key": (CONFLICT, ""),
    "the rule that an older press never wins": ("WHERE excluded.pressed_at >= held.pressed_at", ""),
    "the word that the row had before": ("WHERE old_version IS NOT NULL", "WHERE false"),
    "the version that was seen": ("SET version = excluded.version, ", "SET "),
}


@pytest.mark.parametrize("missing", SABOTAGE)
def test_the_model_notices_when_something_is_gone(town, monkeypatch, missing):
    """The proof that the first test can fail."""
    whole, part = SABOTAGE[missing]
    statement = store._PRESSES.text
    assert whole in statement
    monkeypatch.setattr(store, "_PRESSES", text(statement.replace(whole, part)))
    if missing == "the unique key":
        with as_owner(town.resources) as session:
            session.execute(text("ALTER TABLE reaction DROP CONSTRAINT pk_reaction"))
    with pytest.raises(AssertionError):
        run(town, steps=80, examples=20)
