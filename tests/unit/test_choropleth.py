"""Maps of results: every sign can be read on its colour, and every share has its step."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from decide.web.public.choropleth import SHADES, ink_on, letter, luminance, steps_of


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@given(st.integers(0, 2**24 - 1))
def test_a_sign_can_be_read_on_any_colour_of_an_actor(number):
    colour = f"#{number:06x}"
    assert contrast(colour, ink_on(colour)) >= 4.5


def test_the_shades_of_turnout_go_from_light_to_dark_and_carry_their_numbers():
    assert [luminance(each) for each in SHADES] == sorted(map(luminance, SHADES), reverse=True)
    assert all(contrast(each, ink_on(each)) >= 4.5 for each in SHADES)
    assert contrast(SHADES[0], SHADES[-1]) >= 3


@given(st.lists(st.floats(0, 100), min_size=1, max_size=20))
def test_every_share_falls_into_a_step(shares):
    steps = steps_of(shares)
    assert steps[0][0] <= min(shares)
    assert max(shares) <= steps[-1][1]
    assert all(before[1] == after[0] for before, after in itertools.pairwise(steps))


def test_without_shares_there_are_no_steps_and_letters_go_on_after_z():
    assert steps_of([]) == ()
    assert [letter(place) for place in (0, 25, 26, 27, 52)] == ["A", "Z", "AA", "AB", "BA"]
