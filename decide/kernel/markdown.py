"""Markdown to HTML, for everything that somebody writes with a little form. One renderer for all.

What comes out holds no script, no style, no picture and no HTML that was typed: the reader makes
HTML of a few marks only, and a second, independent look keeps only the elements named here.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

# A few words of emphasis and lists: for texts beside others, which must all look alike.
LIGHT = ("emphasis", "list", "newline", "escape", "entity")
# Whole articles: headings, quotations, links and rulers too.
FULL = (*LIGHT, "heading", "lheading", "link", "autolink", "blockquote", "hr")

LIGHT_ELEMENTS = {"p", "br", "em", "strong", "ul", "ol", "li"}
FULL_ELEMENTS = LIGHT_ELEMENTS | {"h2", "h3", "h4", "a", "blockquote", "hr"}
# The manuals, which we write ourselves: tables, code and pictures besides.
MANUAL = (*FULL, "table", "backticks", "fence", "image")
MANUAL_ELEMENTS = FULL_ELEMENTS | {
    "table", "thead", "tbody", "tr", "th", "td", "code", "pre", "img",
}  # fmt: skip
SCHEMES = {"https", "http", "mailto", "tel"}
BESIDE_DOCS = "../static/"  # how docs/ names a picture
KEPT = 500  # texts whose HTML is remembered
LOWEST = 4  # a page's own headings end at h1; deeper ones than h4 help nobody


def light(text: str) -> str:
    """Paragraphs, lists, bold and italics; headings and links stay as they were typed."""
    return made(text, full=False)


def article(text: str) -> str:
    """The same with headings (from h2 on), links, quotations and rulers."""
    return made(text, full=True)


@lru_cache(maxsize=KEPT)
def made(text: str, *, full: bool) -> str:
    """Safe HTML of a text; the same text gives the same bytes."""
    reader = MarkdownIt("zero").enable(list(FULL if full else LIGHT))
    tokens = reader.parse(text)
    for each in tokens:
        lower(each)
    html: str = nh3.clean(
        reader.renderer.render(tokens, reader.options, {}),
        tags=FULL_ELEMENTS if full else LIGHT_ELEMENTS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        link_rel="noopener nofollow",
    )
    return html


def manual(text: str, picture: Callable[[str], str]) -> str:
    """HTML of a part of a manual. `picture` gives the address of one by its path below static/.

    Links to other documents beside it lead nowhere on a page: their words stay.
    """
    reader = MarkdownIt("zero").enable(list(MANUAL))
    tokens = reader.parse(text)
    for each in tokens:
        lower(each)
        for inner in each.children or ():
            if inner.type == "image":
                path = str(inner.attrs["src"])
                inner.attrs["src"] = picture(path.removeprefix(BESIDE_DOCS))
        if each.children:
            each.children = list(leading_somewhere(each.children))
    html: str = nh3.clean(
        reader.renderer.render(tokens, reader.options, {}),
        tags=MANUAL_ELEMENTS,
        attributes={"a": {"href"}, "ol": {"start"}, "img": {"src", "alt"}},
        url_schemes=SCHEMES,
    )
    return html


def leading_somewhere(tokens: Iterable[Token]) -> Iterator[Token]:
    """Without the links to a file beside the manual."""
    dead = False
    for each in tokens:
        if each.type == "link_open":
            dead = not str(each.attrs["href"]).startswith(("https:", "http:", "/"))
        if not (dead and each.type in ("link_open", "link_close")):
            yield each


def lower(token: Token) -> None:
    """A heading one step down: the page has its own h1."""
    if token.type in ("heading_open", "heading_close"):
        token.tag = f"h{min(int(token.tag[1:]) + 1, LOWEST)}"
