"""Atom feeds (RFC 4287): stable ids, no counts, the same text for the same content."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as Tree

SPACE = "http://www.w3.org/2005/Atom"
UNSEEN = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))
BEGINNING = datetime(2021, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One piece of news; `path` is the page about it and `key` what never changes.

    `html` is the text with its form, where it has one.
    """

    key: str
    title: str
    text: str
    author: str
    path: str
    updated: datetime
    html: str = ""


def feed(site: str, path: str, title: str, author: str, entries: Sequence[Entry]) -> bytes:
    """A feed at `site` + `path`. `site` is an address without a final slash."""
    Tree.register_namespace("", SPACE)
    root = Tree.Element(f"{{{SPACE}}}feed", {"xml:lang": "es"})
    add(root, "id", f"{site}{path}")
    add(root, "title", title)
    add(root, "updated", instant(max((each.updated for each in entries), default=BEGINNING)))
    add(add(root, "author"), "name", author)
    add(root, "link", rel="self", type="application/atom+xml", href=f"{site}{path}")
    add(root, "link", rel="alternate", type="text/html", href=f"{site}/")
    for each in entries:
        entry = add(root, "entry")
        add(entry, "id", f"{site}/id/{each.key}")
        add(entry, "title", each.title)
        add(entry, "updated", instant(each.updated))
        add(add(entry, "author"), "name", each.author)
        add(entry, "link", rel="alternate", href=f"{site}{each.path}?utm_medium=feed")
        add(entry, "content", each.html or each.text, type="html" if each.html else "text")
    body: bytes = Tree.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def add(parent: Tree.Element, name: str, text: str = "", **told: str) -> Tree.Element:
    """A child with a text that XML can carry."""
    child = Tree.SubElement(parent, f"{{{SPACE}}}{name}", told)
    child.text = text.translate(UNSEEN) or None
    return child


def instant(at: datetime) -> str:
    """RFC 3339 in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
