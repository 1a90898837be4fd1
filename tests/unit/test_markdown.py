"""Little form, no harm: what comes out of Markdown."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decide.kernel import markdown

ELEMENT = re.compile(r"</?([a-z0-9]+)")
EVIL = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://elsewhere.example/pixel.png)",
    '<a href="javascript:alert(1)" onclick="x">x</a>',
    "<style>*{display:none}</style>",
)


@pytest.mark.parametrize("text", EVIL)
@pytest.mark.parametrize("made", [markdown.light, markdown.article])
def test_nothing_typed_becomes_a_script_a_picture_or_a_dangerous_address(text, made):
    html = made(text)
    assert not re.search(r"<(script|img|style|iframe|svg)", html)
    assert not re.search(r'<a [^>]*href="(javascript|data):', html)


@given(st.text(alphabet="<>ab\"'=/ \n*_[]()#-!&;:1."))
def test_only_the_named_elements_come_out_whatever_is_typed(text):
    assert set(ELEMENT.findall(markdown.light(text))) <= markdown.LIGHT_ELEMENTS
    assert set(ELEMENT.findall(markdown.article(text))) <= markdown.FULL_ELEMENTS


def test_an_article_has_headings_below_the_page_s_own_and_links_that_pass_nothing_on():
    html = markdown.article("# Uno\n\n###### Seis\n\nVea [la guía](/guias/como-votar).\n\n> Dicho")
    assert "<h2>Uno</h2>" in html
    assert "<h4>Seis</h4>" in html
    assert '<a href="/guias/como-votar" rel="noopener nofollow">la guía</a>' in html
    assert "<blockquote>" in html


def test_a_light_text_keeps_lists_and_emphasis_and_nothing_larger():
    html = markdown.light("# Uno\n\n- **dos**\n- *tres*\n\n[x](https://a.example)")
    assert "<li><strong>dos</strong></li>" in html
    assert "<em>tres</em>" in html
    assert "<h2>" not in html
    assert "<a" not in html
