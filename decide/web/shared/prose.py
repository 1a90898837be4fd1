"""What actors write, as HTML: light Markdown, the same few forms for everybody (decision 0066).

Paragraphs, line breaks, **bold**, *italic*, flat lists and links; anything else stays as typed. The
whole goes through a sanitiser at the end, which would take away what should not have come so far.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a"}
ATTRIBUTES: dict[str, set[str]] = {"a": {"href"}, "ol": {"start"}, "*": set()}
SCHEMES = {"http", "https"}
# No weight in search engines, and no hold of the page that was left.
REL = "nofollow noopener external ugc"
# A whole address whose host can be read: no user before it, no number instead of a name.
SAFE = re.compile(
    r"https?://([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]+(:[0-9]{1,5})?([/?#].*)?",
    re.IGNORECASE,
)
MARKER = r"(?:[-*+]|[0-9]{1,9}[.)])"
ITEM = re.compile(rf"({MARKER}[ ]+)(.*)")
NESTED = re.compile(rf"({MARKER})(?=[ ]|$)")
KEPT = 2048  # texts; a page shows some dozens


def prose(text: str, markup: str) -> Markup:
    """HTML of a text. `markup` is "light", or empty for a text from before: it stays as it was."""
    return _light(text) if markup else _plain(text)


def _plain(text: str) -> Markup:
    return Markup().join(Markup("<p>{}</p>").format(each) for each in text.split("\n\n"))


@lru_cache(maxsize=KEPT)
def _light(text: str) -> Markup:
    tokens = MARKDOWN.parse("\n".join(map(_flat, text.split("\n"))))
    for token in tokens:
        token.hidden = False  # each item of a list is a paragraph: the same space everywhere
        if token.children:
            token.children = list(_told(token.children))
    html = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel=REL,
        strip_comments=True,
    )
    # Every line break of the text is a <br> by now; what is left stands between tags.
    return Markup(clean.replace("\n", ""))  # noqa: S704 # the sanitiser's own


def _flat(line: str) -> str:
    """A line without indentation, and a list's item whose own beginning is no second list.

    Lists in lists help nobody on a telephone, and hundreds of them would stop the program.
    """
    line = line.strip()
    item = ITEM.fullmatch(line)
    if item is None:
        return line
    inner = NESTED.match(item[2].lstrip())
    if inner is None:
        return line
    rest = item[2].lstrip()
    return f"{item[1]}{inner[1][:-1]}\\{inner[1][-1]}{rest[inner.end() :]}"


def _told(children: list[Token]) -> Iterator[Token]:
    """The same with the host after every link whose words do not name it."""
    host, words = "", ""
    for token in children:
        if token.type == "link_open":
            host, words = urlsplit(str(token.attrGet("href"))).hostname or "", ""
        yield token
        words += token.content
        if token.type == "link_close" and host not in words.lower():
            yield Token("text", "", 0, content=f" ({host})")


def _parser() -> MarkdownIt:
    """The parser with nothing but the forms of the decision."""
    made = MarkdownIt("zero", {"breaks": True, "html": False})
    made.enable(["list", "newline", "escape", "emphasis", "link"])
    made.validateLink = lambda url: SAFE.fullmatch(url) is not None  # type: ignore[method-assign]
    return made


MARKDOWN = _parser()
