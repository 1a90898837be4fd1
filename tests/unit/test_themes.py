"""Groups of ideas that resemble one another."""

import sqlite3

import pytest

from decide.delivery import themes
from decide.delivery.structure import SHAPES


@pytest.fixture
def base():
    connection = sqlite3.connect(":memory:")
    for shape in SHAPES:
        connection.execute(shape.ddl())
    yield connection
    connection.close()


def say(base, texts, **more):
    for number, text in enumerate(texts, start=1):
        base.execute(
            "INSERT INTO idea (idea, asunto, version, tipo, dia, retirada, texto, repetida_de)"
            " VALUES (?, 1, 1, 'idea', '2021-05-01', ?, ?, ?)",
            (number, more.get("withdrawn", 0), text, more.get("repeated")),
        )


def groups(base):
    themes.write(base)
    return base.execute("SELECT etiqueta, ideas FROM grupo ORDER BY grupo").fetchall()


TEXTS = (
    *(f"Reparen las fugas de agua en la calle {n}" for n in "abcdefgh"),
    *(f"Más luz en la parada del camión {n}" for n in "abcde"),
    "Un parque con árboles", "Becas", "Nada que ver",
)  # fmt: skip


def test_ideas_about_the_same_thing_come_together(base):
    say(base, TEXTS)
    found = groups(base)
    assert [count for _, count in found] == [8, 5]
    assert "agua" in found[0][0]
    assert {"camión", "parada"} & set(found[1][0].split(", "))


def test_three_ideas_are_a_group_and_two_are_none(base):
    say(base, [*TEXTS, *(f"Transporte nocturno {n}" for n in "abc"), "Pozo seco a", "Pozo seco b"])
    assert [count for _, count in groups(base)] == [8, 5, 3]


def test_the_same_ideas_give_the_same_groups(base):
    say(base, TEXTS)
    first = groups(base)
    base.execute("DELETE FROM grupo")
    base.execute("DELETE FROM idea_en_grupo")
    assert groups(base) == first


def test_every_idea_of_a_group_uses_its_word_and_none_is_in_two(base):
    say(base, TEXTS)
    groups(base)
    rows = base.execute(
        "SELECT etiqueta, texto, peso FROM idea_en_grupo JOIN grupo USING (grupo)"
        " JOIN idea USING (idea)"
    ).fetchall()
    assert len(rows) == 13
    for label, text, weight in rows:
        assert weight >= 1
        assert any(themes.plain(word) in themes.plain(text) for word in label.split(", "))


@pytest.mark.parametrize("more", [{"withdrawn": 1}, {"repeated": 1}])
def test_withdrawn_and_repeated_ideas_make_no_group(base, more):
    say(base, TEXTS, **more)
    assert groups(base) == []


def test_no_ideas_and_no_words_make_no_group(base):
    assert groups(base) == []
    say(base, ["...", "👍", "sí"])
    assert groups(base) == []
