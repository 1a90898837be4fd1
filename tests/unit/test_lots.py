"""Order by lot: fair, and the same for whoever knows its number."""

import string

import pytest

from decide.web.public.lots import LOTS, by_lot, lot_in, new_lot

PARTIES = string.ascii_uppercase[:8]
# Of a χ² distribution with 49 degrees of freedom only one in a hundred thousand lies above.
UNFAIR = 99.9


def test_every_actor_stands_at_every_place_equally_often():
    """The χ² of all lots; it would be met by chance once in 100,000 tables."""
    seen = {party: [0] * len(PARTIES) for party in PARTIES}
    for lot in range(LOTS):
        for place, party in enumerate(by_lot(PARTIES, lot, str)):
            seen[party][place] += 1
    expected = LOTS / len(PARTIES)
    chi = sum((times - expected) ** 2 / expected for row in seen.values() for times in row)
    assert chi < UNFAIR


def test_who_stands_first_says_nothing_about_who_stands_second():
    pairs = {}
    for lot in range(LOTS):
        first, second, *_ = by_lot(PARTIES, lot, str)
        pairs[first, second] = pairs.get((first, second), 0) + 1
    expected = LOTS / (8 * 7)
    assert len(pairs) == 8 * 7
    assert sum((times - expected) ** 2 / expected for times in pairs.values()) < 110.0


def test_the_same_lot_gives_the_same_order_for_ever():
    assert "".join(by_lot(PARTIES, 4821, str)) == "".join(by_lot(reversed(PARTIES), 4821, str))
    assert "".join(by_lot("ABCD", 7, str)) == "BCAD"


def test_leaving_one_out_changes_nothing_for_the_others():
    whole = by_lot(PARTIES, 99, str)
    assert by_lot([each for each in PARTIES if each != "C"], 99, str) == [
        each for each in whole if each != "C"
    ]


@pytest.mark.parametrize("text", ["", "-1", "1e3", "99999", "٣", "abc"])
def test_an_address_may_name_nonsense(text):
    assert lot_in(text) is None


def test_a_new_lot_can_be_named_in_an_address():
    assert all(lot_in(str(new_lot())) is not None for _ in range(200))
