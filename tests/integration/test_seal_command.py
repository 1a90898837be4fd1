"""The commands about seals, keys and the test actor: what an operator types and reads."""

import dataclasses

import pytest
from click.testing import CliRunner

from decide.catalog.models import PoliticalActor
from decide.cli import decide
from tests.delivery_world import own_world, spoken_world  # noqa: F401


@pytest.fixture
def typed(settings, world, monkeypatch):
    """Type a command; gives exit code and what it says."""
    knobs = dataclasses.replace(settings, database_url=world["url"])
    for each in dataclasses.fields(knobs):
        monkeypatch.setenv(each.name.upper(), str(getattr(knobs, each.name)))

    def run(*words):
        result = CliRunner().invoke(decide, list(words))
        return result.exit_code, result.output.strip()

    return run


def test_keys_are_made_listed_and_retired_but_the_last_one_stays(typed, world):
    code, first = typed("seal", "key", "create", "ieem/2021")
    assert (code, first.split("+")[0]) == (0, "ieem/2021")
    assert typed("seal", "key", "retire", first.split("+")[1])[0] != 0, "nobody could seal any more"
    _, second = typed("seal", "key", "create", "ieem/2021-b")
    assert typed("seal", "key", "list") == (0, f"{first}\n{second}")
    code, said = typed("seal", "key", "retire", first.split("+")[1])
    assert (code, said) == (0, f"Retirada: {first}")
    assert typed("seal", "key", "create", "con espacio")[0] != 0
    code, _ = typed("seal", "due")
    assert code == 0
    (note,) = world["sql"].execute("SELECT note FROM seal ORDER BY number LIMIT 1").fetchone()
    assert "— ieem/2021-b " in note
    assert "— ieem/2021 " not in note, "a retired key signs no new head"


def test_the_test_actor_is_registered_once(typed, world):
    world["sql"].execute("DELETE FROM political_actor WHERE is_test")
    for _ in range(2):
        code, said = typed("delivery", "test-actor")
        assert code == 0, said
        assert "/partido-de-prueba" in said
    rows = (
        world["sql"]
        .execute(f"SELECT key FROM {PoliticalActor.__tablename__} WHERE is_test")
        .fetchall()
    )
    assert rows == [("PRUEBA",)]
