"""Titles and descriptions as search engines show them whole."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from decide.web.shared.site import title_within, within


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Toluca · Decide", "Toluca · Decide"),
        (
            "Resultado del distrito 14, Jilotepec de Andrés Molina Enríquez · Decide",
            "Resultado del distrito 14, Jilotepec de Andrés Molina…",
        ),
        (
            "Resultado del distrito 1, Chalco de Díaz Covarrubias · Decide",
            "Resultado del distrito 1, Chalco de Díaz Covarrubias",
        ),
        ("a" * 61, "a" * 59 + "…"),
    ],
)  # fmt: skip
def test_a_long_title_loses_the_sites_name_first_and_then_whole_words(title, told):
    assert title_within(title, 60, "Decide") == told


@given(st.text(), st.integers(2, 200))
def test_no_text_comes_out_too_long_or_as_markup(text, longest):
    told = within(escape(text), longest)
    assert "<" not in told
    assert '"' not in told
    whole, shown = " ".join(text.split()), html.unescape(told)
    assert len(shown) <= longest
    assert shown == whole or (shown.endswith("…") and whole.startswith(shown[:-1]))
