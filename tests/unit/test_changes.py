"""What changed between two versions of a text."""

from hypothesis import given
from hypothesis import strategies as st

from decide.catalog.changes import Change, Piece, changes

TEXTS = st.text(alphabet="añ, .\n", max_size=60)


def test_words_are_the_pieces():
    assert changes("Haremos dos pozos.", "Haremos tres pozos.") == (
        Piece(Change.SAME, "Haremos "),
        Piece(Change.GONE, "dos"),
        Piece(Change.ADDED, "tres"),
        Piece(Change.SAME, " pozos."),
    )


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_pieces(before, after):
    pieces = changes(before, after)
    assert "".join(each.text for each in pieces if each.change is not Change.ADDED) == before
    assert "".join(each.text for each in pieces if each.change is not Change.GONE) == after
