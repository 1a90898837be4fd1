"""Markdown to HTML, for everything that somebody writes with a little form. One renderer for all.

What comes out holds no script, no style, no picture and no HTML that was typed: the reader makes
HTML of a few marks only, and a second, independent look keeps only the elements named here.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

# Emphasis, lists and links: for texts beside others, which must all look alike (decision 0070).
LIGHT = ("emphasis", "list", "newline", "escape", "link")
# Whole articles: headings, quotations and rulers too.
FULL = (*LIGHT, "entity", "heading", "lheading", "autolink", "blockquote", "hr")

LIGHT_ELEMENTS = {"p", "br", "em", "strong", "ul", "ol", "li", "a"}
FULL_ELEMENTS = LIGHT_ELEMENTS | {"h2", "h3", "h4", "blockquote", "hr"}
ATTRIBUTES: dict[str, set[str]] = {"a": {"href"}, "ol": {"start"}, "*": set()}
SCHEMES = {"https", "http", "mailto", "tel"}
# No weight in search engines, and no hold of the page that was left.
FOREIGN = "nofollow noopener external ugc"
# A whole address whose host can be read: no user before it, no number instead of a name.
SAFE = re.compile(
    r"https?://([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]+(:[0-9]{1,5})?([/?#].*)?",
    re.IGNORECASE,
)
MARKER = r"(?:[-*+]|[0-9]{1,9}[.)])"
ITEM = re.compile(rf"({MARKER}[ ]+)(.*)")
NESTED = re.compile(rf"({MARKER})(?=[ ]|$)")
KEPT = 2048  # texts whose HTML is remembered; a page shows some dozens
LOWEST = 4  # a page's own headings end at h1; deeper ones than h4 help nobody


def reader(rules: tuple[str, ...], **options: bool) -> MarkdownIt:
    """A parser with these rules and no others."""
    return MarkdownIt("zero", options).enable(list(rules))


ARTICLES = reader(FULL)
TEXTS = reader(LIGHT, breaks=True)
TEXTS.validateLink = lambda url: SAFE.fullmatch(url) is not None  # type: ignore[method-assign]


@lru_cache(maxsize=KEPT)
def light(text: str) -> str:
    """Paragraphs, line breaks, bold, italics, flat lists and links; the rest stays as typed."""
    tokens = TEXTS.parse("\n".join(map(flat, text.split("\n"))))
    for token in tokens:
        token.hidden = False  # each item of a list is a paragraph: the same space everywhere
        if token.children:
            token.children = list(with_hosts(token.children))
    html = nh3.clean(
        TEXTS.renderer.render(tokens, TEXTS.options, {}),
        tags=LIGHT_ELEMENTS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel=FOREIGN,
    )
    # Every line break of the text is a <br> by now; what is left stands between tags.
    return html.replace("\n", "")


@lru_cache(maxsize=KEPT)
def article(text: str) -> str:
    """A text with headings (from h2 on), links, quotations and rulers."""
    tokens = ARTICLES.parse(text)
    for each in tokens:
        lower(each)
    html: str = nh3.clean(
        ARTICLES.renderer.render(tokens, ARTICLES.options, {}),
        tags=FULL_ELEMENTS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener nofollow",
    )
    return html


def flat(line: str) -> str:
    """A line without indentation, and a list's item whose own beginning is no second list.

    Lists in lists help nobody on a telephone, and hundreds of them would stop the parser.
    """
    line = line.strip()
    item = ITEM.fullmatch(line)
    if item is None:
        return line
    rest = item[2].lstrip()
    inner = NESTED.match(rest)
    if inner is None:
        return line
    return f"{item[1]}{inner[1][:-1]}\\{inner[1][-1]}{rest[inner.end() :]}"


def with_hosts(children: list[Token]) -> Iterator[Token]:
    """The same with the host after every link whose words do not name it."""
    host, words = "", ""
    for token in children:
        if token.type == "link_open":
            host, words = urlsplit(str(token.attrGet("href"))).hostname or "", ""
        yield token
        words += token.content
        if token.type == "link_close" and host not in words.lower():
            yield Token("text", "", 0, content=f" ({host})")


def lower(token: Token) -> None:
    """A heading one step down: the page has its own h1."""
    if token.type in ("heading_open", "heading_close"):
        token.tag = f"h{min(int(token.tag[1:]) + 1, LOWEST)}"
