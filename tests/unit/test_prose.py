"""Light Markdown: what it gives form to, and that nothing else comes through (decision 0066)."""

from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from decide.catalog.texts import ProfileText, ProposalText, TextRefused
from decide.web.shared import prose as module
from decide.web.shared.prose import SAFE, prose

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java\tscript:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)",
    "[a](//example.mx)",
    "[a](/partido/salir)",
    "[a](https://ieem.org.mx@malo.example/)",
    "[a](https://malo.example\\@ieem.org.mx)",
    "[a](https://127.0.0.1/)",
    "[a](https://[::1]/)",
    '[a](https://b.mx "x" onmouseover="alert(1)")',
    "[a](<https://b.mx onclick=alert(1)>)",
    '[a](https://b.mx/"onclick="alert(1))',
    "![a](https://b.mx/a.png)",
    "<https://b.mx>",
    "[a][b]\n\n[b]: javascript:alert(1)",
    "**<b onclick=alert(1)>x</b>**",
    "`<script>alert(1)</script>`",
    '<a href="javascript:alert(1)">x</a>',
    "<!--><script>alert(1)</script>-->",
    "[<script>alert(1)</script>](https://b.mx)",
    "[a](https://b.mx)<iframe srcdoc='<script>alert(1)</script>'>",
    "</p></div><style>*{display:none}</style>",
)
PIECES = st.sampled_from(
    ["*", "**", "_", "[", "]", "(", ")", "- ", "1. ", "\n", "\n\n", "\\", "<", ">", '"', "&", "!",
     "`", "#", "javascript:", "https://b.mx", "a", "ñ", " ", "    ", "onclick=", "&#106;", ":"]
)  # fmt: skip


class Seen(HTMLParser):
    """Tags, links and words of a piece of HTML."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.links, self.words = [], [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, frozenset(dict(attributes))))
        self.links += [value for name, value in attributes if name == "href"]

    def handle_data(self, data):
        self.words += data


ALLOWED = {(tag, frozenset()) for tag in ("p", "br", "strong", "em", "ul", "ol", "li")}
ALLOWED |= {("ol", frozenset({"start"})), ("a", frozenset({"href", "rel"}))}
HARMLESS = {("a", frozenset({"rel"}))}  # an address that was taken away


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("uno\ndos\n\ntres", "<p>uno<br>dos</p><p>tres</p>"),
        ("**a** y *b*", "<p><strong>a</strong> y <em>b</em></p>"),
        ("- a\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        ("1. a\n2. b", "<ol><li><p>a</p></li><li><p>b</p></li></ol>"),
        ("- - a\n- 1. b", "<ul><li><p>- a</p></li><li><p>1. b</p></li></ul>"),
        ("# a\n> b\n| c |\n---", "<p># a<br>&gt; b<br>| c |<br>---</p>"),
        ("2 * 3 * 4 < 5 & 6", "<p>2 * 3 * 4 &lt; 5 &amp; 6</p>"),
    ],
)
def test_it_gives_form_to_these_and_leaves_the_rest_as_typed(typed, shown):
    assert prose(typed, "light") == shown


def test_a_link_says_where_it_leads():
    rel = 'rel="nofollow noopener external ugc"'
    assert prose("[El plan](https://ejemplo.mx/plan?a=1)", "light") == (
        f'<p><a href="https://ejemplo.mx/plan?a=1" {rel}>El plan</a> (ejemplo.mx)</p>'
    )
    assert prose("[ejemplo.mx](https://ejemplo.mx)", "light").count("ejemplo.mx") == 2
    # Letters that look like others are shown as what they are.
    assert "(xn--" in prose("[IEEM](https://іeem.org.mx)", "light")


def test_a_text_from_before_looks_as_it_did():
    text = "Con **asteriscos**\n- y guiones\n\n[a](https://b.mx) <b>"
    assert prose(text, "") == (
        "<p>Con **asteriscos**\n- y guiones</p><p>[a](https://b.mx) &lt;b&gt;</p>"
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_comes_through(text):
    seen = Seen(prose(text, "light"))
    assert set(seen.tags) <= ALLOWED
    assert all(SAFE.fullmatch(each) for each in seen.links)


def test_the_sanitiser_holds_when_the_parser_lets_everything_pass(monkeypatch):
    parser = module.MarkdownIt("commonmark", {"html": True})
    parser.validateLink = lambda url: True
    monkeypatch.setattr(module, "MARKDOWN", parser)
    for text in HOSTILE:
        seen = Seen(module._light.__wrapped__(text))
        assert set(seen.tags) <= ALLOWED | HARMLESS, text
        # A way within the site is no danger to the reader; a script would be.
        assert not any("script" in each or "data:" in each for each in seen.links), text


@given(st.lists(PIECES, max_size=60).map("".join))
@example("- " * 800)
@example("[" * 1600)
@example("*" * 1600)
@example("1. " * 500)
def test_no_word_is_lost_and_no_tag_is_new(text):
    seen = Seen(prose(text, "light"))
    assert set(seen.tags) <= ALLOWED
    assert all(SAFE.fullmatch(each) for each in seen.links)
    assert sum(map(text.count, "añ")) <= sum(map(seen.words.count, "añ")) + sum(
        each.count("a") + each.count("xn--") + each.count("%C3%B1") for each in seen.links
    )


def test_the_marks_count_as_characters():
    ProposalText("", "Luz", "*" * 1600, markup="light").cleaned()
    with pytest.raises(TextRefused, match="Le sobra"):
        ProposalText("", "Luz", "**" + "a" * 1598 + "**", markup="light").cleaned()


def test_what_a_text_is_written_in_makes_it_no_other_text():
    assert ProposalText("", "Luz", "a") == ProposalText("", "Luz", "a", markup="light")
    assert ProfileText(motive="a") == ProfileText(motive="a", markup="light")
    assert ProfileText(markup="light").is_empty()
