"""What a page shows is noted by itself, and what was touched is compared with it."""

from dataclasses import replace
from threading import Thread

import pytest
from sqlalchemy import Column, Integer, MetaData, Table

from decide.kernel.notes import ANY, VOUCHED, Noting, Touches, collecting, note, only, vouch

START = Touches("era", 10, {ANY: 10})


def test_only_what_was_touched_later_spoils_a_page():
    touches = START.with_these(13, [(11, "a"), (12, "b"), (13, "a")])
    assert touches.spared({"c"}, 10)
    assert touches.spared({"a"}, 13)
    assert not touches.spared({"a"}, 12)
    assert touches.spared({"b"}, 12)
    assert not touches.spared({"b", "c"}, 11)
    assert not touches.spared({ANY}, 12)
    assert not touches.spared(set(), 9), "who looked too long ago knows nothing"
    assert not touches.spared(set(), 14), "nor does who is ahead"


@pytest.mark.parametrize(
    ("rows", "spoiled"),
    [
        ([], 12),
        ([(11, "a")], 12),
        ([(12, "a")], 11),
        ([(11, "a"), (12, "b")], 10),
        ([(11, ANY), (12, "b")], 11),
    ],
)
def test_a_number_that_says_nothing_may_have_touched_anything(rows, spoiled):
    assert START.with_these(12, rows).latest[ANY] == spoiled


def test_touches_of_long_ago_stay_known():
    touches = START.with_these(11, [(11, "a")]).with_these(12, [(12, "b")])
    assert touches.latest == {ANY: 10, "a": 11, "b": 12}


def test_of_too_many_only_the_last_are_remembered():
    known = {f"subject:{number}": number for number in range(11, 21_100)}
    touches = replace(START, latest=START.latest | known, number=21_099)
    after = touches.with_these(21_100, [(21_100, "a")])
    assert len(after.latest) == 1001
    assert not after.spared({"never"}, 20_000)
    assert after.spared({"never"}, 20_500)
    assert not after.spared({"subject:20600"}, 20_599)


def test_notes_reach_everybody_who_collects_and_nobody_else():
    note("before")
    with collecting() as outer:
        note("a")
        with collecting() as inner:
            vouch()
            note("b")
        other = Thread(target=note, args=("elsewhere",))
        other.start()
        other.join()
    note("after")
    assert inner == {"b", VOUCHED}
    assert outer == {"a", "b"}


class Context:
    def __init__(self, **options):
        self.execution_options = options


def test_a_statement_notes_the_tables_that_it_names():
    metadata = MetaData()
    for name in ("candidacy", "subject_version", "phase", "drain_cursor"):
        Table(name, metadata, Column("id", Integer))
    noting = Noting(metadata)

    def noted(statement, **options):
        with collecting() as found:
            noting(None, None, statement, (), Context(**options), False)
        return found

    assert noted("SELECT 1") == noted("SELECT x FROM phase") == set()
    assert noted("SELECT a FROM Candidacy JOIN subject_version AS s") == {"candidacy", "subject"}
    assert noted("SELECT * FROM candidacy, drain_cursor") == {"candidacy", ANY}
    part = only(("subject_version",), "subject:7")
    assert noted("FROM candidacy, subject_version", only=part) == {"candidacy", "subject:7"}
