"""The register in memory: narrowing, order, and names as people write them."""

from dataclasses import replace

import pytest

from decide.catalog.directory import Directory, Entry, Told, folded
from decide.catalog.queries import ActorRef, ContestRef
from decide.catalog.queries_candidacies import CandidacyFilter

FARO = ActorRef(1, "FARO", "party", "PF", "Partido Faro", "faro", None)
TELAR = ActorRef(2, "TELAR", "party", "PT", "Partido Telar", "telar", None)
TEST = ActorRef(9, "PRUEBA", "party", "PP", "Partido de prueba", "prueba", None)
TOLUCA = ContestRef(1, "A106", "ayuntamiento", 106, "Toluca")
SECOND = ContestRef(2, "D02", "district", 2, "Toluca de Lerdo")
PEOPLE = (
    # id, owner, substitute, gender, age, post, head, actor, contest
    (1, "María Núñez Ortega", "Inés Vega", "woman", 41, "deputation", True, FARO, SECOND),
    (2, "José Peña Cruz", None, "man", 29, "deputation", True, TELAR, SECOND),
    (3, "Ana Gutiérrez", "Luz González Ávila", "woman", None, "presidency", True, FARO, TOLUCA),
    (4, "Zoé Yáñez 100%", None, None, 60, "councillor", False, FARO, TOLUCA),
    (5, "María Peña González", None, "woman", 30, "presidency", True, TELAR, TOLUCA),
    (6, "María González", None, "woman", 30, "presidency", True, TEST, TOLUCA),
)
TOLD = {
    1: Told("aa.jpg", "ingenieria civil"),
    3: Told("", ""),
    5: Told("", "maestria en derecho, antes licenciatura"),
}


def entry(key, owner, substitute, gender, age, post, head, actor, contest):
    names = folded(f"{owner} {substitute or ''}")
    order = sorted(folded(person[1]) for person in PEOPLE).index(folded(owner)) + 1
    return Entry(
        key, post, 1, head, owner, gender, age, substitute, names, order, actor, contest
    )  # fmt: skip


@pytest.fixture(scope="module")
def directory():
    return Directory([entry(*each) for each in PEOPLE], TOLD, actors=(FARO, TELAR))


def found(directory, **wanted):
    return [line.id for line in directory.every(CandidacyFilter(**wanted))]


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({}, [1, 2, 3, 4, 5, 6]),
        ({"by_name": True}, [3, 2, 6, 1, 5, 4]),
        ({"contest_kind": "district"}, [1, 2]),
        ({"district": 2}, [1, 2]),
        ({"municipality": 106}, [3, 4, 5, 6]),
        ({"municipality": 2}, []),  # the number of a district is no municipality
        ({"actor": "faro", "municipality": 106}, [3, 4]),
        ({"actor": "nobody"}, []),
        ({"post": "presidency", "gender": "woman"}, [3, 5, 6]),
        ({"ages": (18, 29)}, [2]),
        ({"ages": (30, 44), "by_name": True}, [6, 1, 5]),
        ({"ages": (60, 200)}, [4]),
        ({"schooling": "higher"}, [1, 5]),
        ({"schooling": "postgraduate"}, [5]),
        ({"schooling": "basic"}, []),
        ({"published": True}, [1, 3, 5]),
        ({"published": True, "municipality": 106}, [3, 5]),
        ({"name": "nunez"}, [1]),
        ({"name": "PEÑA maría"}, [5]),
        ({"name": "avila"}, [3]),  # a substitute
        ({"name": "%"}, [4]),
        ({"name": "_"}, []),
    ],
)
def test_each_filter_keeps_what_it_says_in_the_order_asked_for(directory, wanted, ids):
    assert found(directory, **wanted) == ids


def test_a_page_tells_how_long_the_whole_is(directory):
    page = directory.page(CandidacyFilter(), page=2, size=4)
    assert ([line.id for line in page.lines], page.total) == ([5, 6], 6)
    assert directory.page(CandidacyFilter(), page=9, size=4).lines == ()


def test_a_line_says_what_was_published(directory):
    lines = {line.id: line for line in directory.every(CandidacyFilter())}
    assert (lines[1].published, lines[1].photo) == (True, "aa.jpg")
    assert (lines[2].published, lines[2].photo) == (False, "")
    newer = directory.retold({2: Told("bb.jpg", "secundaria")})
    assert found(newer, published=True) == [2]
    assert found(newer, schooling="basic") == [2]
    assert found(directory, published=True) == [1, 3, 5]


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("maria", [1, 5]),
        ("María Peña", [5]),
        ("peña maria", [5]),
        ("gonsales", [5, 3]),  # owners before substitutes
        ("gutierres", [3]),
        ("yanes", [4]),
        ("jose penia", [2]),
        ("gonz", [5, 3]),  # a beginning
        ("xxxx", []),
        ("maria 17", []),
        ("", []),
        ("%%%", []),
    ],
)
def test_a_name_is_found_as_people_write_it_and_the_test_actor_never(directory, typed, ids):
    assert [line.id for line in directory.named(typed, most=5)] == ids


def test_no_more_are_named_than_asked_for_and_nobody_twice():
    twins = [
        replace(
            entry(*PEOPLE[0]), id=key, owner="Ana Luna", substitute="Ana Luna",
            names="ana luna ana luna",
        )
        for key in range(1, 9)
    ]  # fmt: skip
    directory = Directory(twins, {}, actors=(FARO,))
    assert [line.id for line in directory.named("ana luna", most=5)] == [1, 2, 3, 4, 5]
