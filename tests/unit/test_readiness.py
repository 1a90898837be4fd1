"""The board of readiness: what stops a phase, what does not, whose task, each need told once."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from decide.calendar.commitment import PROCESS_2021, commitment_windows
from decide.calendar.queries import ProcessFacts
from decide.calendar.rules import Area
from decide.readiness.board import Place, State, Who, board
from decide.readiness.facts import Facts

ZONE = ZoneInfo("America/Mexico_City")
WHOLE = Facts(
    process=ProcessFacts("em.2021", "Proceso 2021", PROCESS_2021.election_day),
    windows=commitment_windows(PROCESS_2021, ZONE),
    municipalities=125, districts=45, sections=6530, without_seats=(), contests=171,
    parties=11, alliances=264, without_platform=(), without_blocks=(), candidacies=900,
    empty_contests=(), publishers=12, without_account=(), not_activated=(), not_handed=0,
    administrators=2, seal_keys=1, without_result=(),
)  # fmt: skip
NOTHING = Facts(
    process=None, windows=(), municipalities=0, districts=0, sections=0, without_seats=(),
    contests=0, parties=0, alliances=0, without_platform=(), without_blocks=(), candidacies=0,
    empty_contests=(), publishers=0, without_account=(), not_activated=(), not_handed=0,
    administrators=1, seal_keys=0, without_result=(),
)  # fmt: skip


def states(facts):
    return {need.key: need.state for need in board(facts).needs}


def test_a_process_that_lacks_nothing_has_nothing_to_do():
    whole = board(WHOLE)
    assert set(states(WHOLE).values()) == {State.DONE}
    assert whole.next_step(PROCESS_2021.election_day) is None
    assert whole.unready(WHOLE.windows[0].opens_at) == ()


def test_an_empty_database_begins_with_the_process():
    empty = board(NOTHING)
    assert [stage.title for stage in empty.stages] == ["Antes de todo"]
    step = empty.next_step(PROCESS_2021.election_day)
    assert (step.key, step.place) == ("process", Place.PROCESS)
    assert states(NOTHING)["calendar"] is State.MISSING


def test_nobody_is_sent_to_load_results_before_election_day():
    every = tuple(f"Ayuntamiento {number}" for number in range(170))
    campaign = board(replace(WHOLE, without_result=every))
    assert campaign.missing == 1
    assert campaign.next_step(PROCESS_2021.election_day - timedelta(days=1)) is None
    assert campaign.next_step(PROCESS_2021.election_day).key == "results"


def test_every_need_is_told_once_at_the_first_phase_that_cannot_open_without_it():
    keys = [need.key for need in board(WHOLE).needs]
    assert len(keys) == len(set(keys))
    where = {need.key: stage.title for stage in board(WHOLE).stages for need in stage.needs}
    assert where["platforms"] == "Plataformas electorales"
    assert where["candidacies"] == "Campañas"
    assert where["results"] == "Resultados y entrega"


@pytest.mark.parametrize(
    ("field", "some", "all_of", "key"),
    [
        ("without_platform", ("PAN",), tuple("ABCDEFGHIJK"), "platforms"),
        ("empty_contests", ("Toluca",), ("x",) * 170, "candidacies"),
        ("without_account", ("PAN",), ("x",) * 12, "accounts"),
        ("without_result", ("Toluca",), ("x",) * 170, "results"),
    ],
)
def test_a_few_without_it_do_not_stop_a_phase_and_all_of_them_do(field, some, all_of, key):
    assert states(replace(WHOLE, **{field: some}))[key] is State.PARTLY
    assert states(replace(WHOLE, **{field: all_of}))[key] is State.MISSING


def test_names_are_told_up_to_a_few_and_then_counted():
    many = tuple(f"Municipio {number}" for number in range(20))
    need = next(n for n in board(replace(WHOLE, empty_contests=many)).needs if n.state != "done")
    assert "Municipio 5 y 14 más" in need.text
    assert "Municipio 6" not in need.text


def test_actors_that_have_not_activated_are_their_own_task_and_stop_nothing():
    facts = replace(WHOLE, not_activated=("x",) * 12)
    need = next(need for need in board(facts).needs if need.key == "activated")
    assert (need.state, need.who) == (State.PARTLY, Who.ACTORS)


def test_a_phase_asks_only_for_what_it_shows():
    bare = replace(WHOLE.windows[0], visible=frozenset({Area.GUIDE}), takes_part=frozenset())
    facts = replace(WHOLE, windows=(bare,), parties=0, without_platform=())
    assert "platforms" not in states(facts)
