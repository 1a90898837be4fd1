"""The operator's recount: silent when all agree, exit 1 and the place when not."""

from dataclasses import fields

import pytest
from click.testing import CliRunner

from decide.cli import decide
from decide.participation.choices import Choice
from tests.ledger import Town


@pytest.fixture
def town(resources):
    made = Town(resources)
    yield made
    made.close()


@pytest.fixture
def command(settings):
    environ = {each.name.upper(): str(getattr(settings, each.name)) for each in fields(settings)}
    return lambda *words: CliRunner(env=environ).invoke(decide, words)


def test_a_true_ledger_verifies_and_a_wrong_counter_is_named_and_repaired(town, command, valkey):
    subject = town.subjects[0]
    town.press(1, subject, Choice.LIKE)
    town.drain.once()
    assert command("ledger", "verify").exit_code == 0

    town.door.streams.set_tallies([(subject, 7, 7)])
    found = command("ledger", "verify")
    assert found.exit_code == 1
    assert f"subject {subject}" in found.output

    assert command("ledger", "rebuild").exit_code == 0
    assert command("ledger", "verify").exit_code == 0
