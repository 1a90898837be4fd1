"""What the head of a public page must say, for search engines and for whoever shares a link."""

import re
from html import unescape

SITE = "http://127.0.0.1:8000"
LONGEST_TITLE, LONGEST_DESCRIPTION, HEAVIEST_CARD = 60, 155, 60_000
FOUND = {
    "title": r"<title>([^<]+)</title>",
    "description": r'<meta name="description" content="([^"]+)"',
    "canonical": r'<link rel="canonical" href="([^"]+)"',
    "og:url": r'<meta property="og:url" content="([^"]+)"',
    "og:title": r'<meta property="og:title" content="([^"]+)"',
    "og:description": r'<meta property="og:description" content="([^"]+)"',
    "og:image": r'<meta property="og:image" content="([^"]+)"',
}


def said(html):
    """What the head of a page says; None for what it does not."""
    found = {name: re.search(pattern, html) for name, pattern in FOUND.items()}
    return {name: unescape(each[1]) if each else None for name, each in found.items()}


def shared(pages, kind_of, alike=()):
    """Titles and descriptions that pages of different kinds share.

    `pages` are (path, html), `kind_of(path)` tells a page's kind, and `alike` names sets of kinds
    of which one is a filter or a format of the other.
    """
    whose = {}
    for path, html in pages:
        told = said(html)
        for name in ("title", "description"):
            whose.setdefault((name, told[name]), {}).setdefault(kind_of(path), path)
    return {
        words: sorted(kinds.values())
        for words, kinds in whose.items()
        if len(kinds) > 1 and not any(set(kinds) <= set(each) for each in alike)
    }


def is_page(answer):
    """Whether an answer (status, headers, body) is a page that search engines may keep."""
    status, headers, body = answer
    kind = dict(headers).get("Content-Type", "")
    return status == 200 and kind.startswith("text/html") and b"noindex" not in body


def lacks(path, html, card):
    """What is wrong with the head of the page at `path`; `card(path)` gives a picture's bytes."""
    told = said(html)
    wrong = [name for name, value in told.items() if value is None]
    if wrong:
        return wrong
    if len(told["title"]) > LONGEST_TITLE:
        wrong.append(f"a title of {len(told['title'])} letters: {told['title']}")
    wrong.extend(
        f"{name} of {len(told[name])} letters"
        for name in ("description", "og:description")
        if len(told[name]) > LONGEST_DESCRIPTION
    )
    if not told["canonical"] == told["og:url"] == SITE + path.partition("?")[0]:
        wrong.append(f"canonical {told['canonical']}")
    picture = card(told["og:image"].removeprefix(SITE))
    if picture is None or not picture.startswith(b"\x89PNG") or len(picture) > HEAVIEST_CARD:
        wrong.append(f"card {told['og:image']}")
    return wrong
