"""The board of readiness: what stops a phase, what does not, whose task, each need told once."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from decide.calendar.commitment import PROCESS_2021, commitment_windows
from decide.calendar.queries import ProcessFacts
from decide.calendar.rules import Area
from decide.readiness.board import STEPS, Place, State, Who, board
from decide.readiness.facts import Facts

ZONE = ZoneInfo("America/Mexico_City")
WHOLE = Facts(
    process=ProcessFacts("em.2021", "Proceso 2021", PROCESS_2021.election_day),
    windows=commitment_windows(PROCESS_2021, ZONE),
    municipalities=125, districts=45, sections=6530, without_seats=(), contests=171,
    parties=11, alliances=264, without_platform=(), without_blocks=(), candidacies=900,
    empty_contests=(), publishers=12, without_account=(), not_activated=(), not_handed=0,
    administrators=2, seal_keys=1, without_result=(),
    municipal_map=True, district_map=True, platforms=22, without_file=(), platform_drafts=0,
    text_drafts=0,
)  # fmt: skip
NOTHING = Facts(
    process=None, windows=(), municipalities=0, districts=0, sections=0, without_seats=(),
    contests=0, parties=0, alliances=0, without_platform=(), without_blocks=(), candidacies=0,
    empty_contests=(), publishers=0, without_account=(), not_activated=(), not_handed=0,
    administrators=1, seal_keys=0, without_result=(),
    municipal_map=False, district_map=False, platforms=0, without_file=(), platform_drafts=0,
    text_drafts=0,
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


def test_every_step_is_told_in_order_before_there_is_any_phase_and_after():
    for facts in (NOTHING, WHOLE):
        assert [step.title for step in board(facts).steps] == [title for title, _keys in STEPS]
    assert len(STEPS) == 12
    empty = {step.title: step for step in board(NOTHING).steps}
    for title in ("Territorio", "Actores políticos", "Candidaturas", "Accesos y cartas"):
        assert empty[title].state is State.MISSING, title
    assert {step.state for step in board(WHOLE).steps} == {State.DONE}


def test_a_step_of_several_needs_is_told_as_the_most_urgent_one():
    def platforms(**changed):
        steps = board(replace(WHOLE, **changed)).steps
        return next(step for step in steps if step.title == "Plataformas electorales")

    assert platforms().state is State.DONE
    late = platforms(without_file=("PAN",))
    assert (late.state, late.place) == (State.PARTLY, Place.PLATFORMS)
    none = platforms(without_file=("PAN",), without_platform=tuple("ABCDEFGHIJK"))
    assert (none.state, none.place) == (State.MISSING, Place.PLATFORMS)
    assert "Faltan plataformas" in none.text


@pytest.mark.parametrize(
    ("changed", "key", "place", "who", "words"),
    [
        ({"municipal_map": False}, "cartography", Place.SHAPES, Who.IMPORT, "mapa oficial de mun"),
        ({"district_map": False}, "cartography", Place.SHAPES, Who.IMPORT, "oficial de distritos"),
        ({"text_drafts": 1}, "texts", Place.TEXTS, Who.WRITING, "Un texto tiene un borrador"),
        ({"text_drafts": 3}, "texts", Place.TEXTS, Who.WRITING, "3 textos tienen un borrador"),
        (
            {"without_file": ("PAN", "PRI")}, "platform_files", Place.PLATFORMS, Who.IMPORT,
            "Falta el PDF de: PAN, PRI.",
        ),
        ({"platform_drafts": 2}, "platform_files", Place.PLATFORMS, Who.IMPORT, "2 borradores"),
        ({"platforms": 0}, "platform_files", Place.PLATFORMS, Who.IMPORT, "Todavía no hay"),
    ],
)  # fmt: skip
def test_maps_texts_and_documents_are_told_and_stop_nothing(changed, key, place, who, words):
    told = board(replace(WHOLE, **changed))
    need = next(need for need in told.needs if need.key == key)
    assert (need.state, need.place, need.who) == (State.PARTLY, place, who)
    assert words in need.text
    assert told.missing == 0
