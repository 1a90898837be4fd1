"""Reads the shipped content once into values that never change; a broken link stops the reading."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from decide.editorial.entries import (
    Assignment,
    Guide,
    Home,
    Library,
    Link,
    Organ,
    Step,
    Term,
    Text,
)
from decide.geography.search import plain

FOLDER = Path(__file__).parent / "content"


class EditorialError(Exception):
    """A content file contradicts itself; the message names the entry."""


Named = TypeVar("Named", Term, Organ, Guide, Text, Home)


@cache
def library(folder: Path = FOLDER) -> Library:
    """Read all content. Raises EditorialError for a link to a term that is not there."""
    terms = by_slug(Term(**tuples(told)) for told in table(folder, "glossary", "term"))
    organs = by_slug(organ(told) for told in table(folder, "organs", "organ"))
    found = Library(
        terms=dict(sorted(terms.items(), key=lambda item: alphabetical(item[1].term))),
        organs=organs,
        guides=by_slug(guide(told) for told in table(folder, "guides", "guide")),
        texts=by_slug(text(told) for told in table(folder, "legal", "text")),
        assignment=Assignment(**tuples(whole(folder, "organs")["assignment"])),
        homes=by_slug(home(told) for told in table(folder, "home", "home")),
    )
    check_links(found)
    return found


def organ(told: dict[str, Any]) -> Organ:
    """One entry of organs.toml."""
    return Organ(**tuples(told))


def guide(told: dict[str, Any]) -> Guide:
    """One entry of guides.toml."""
    steps = tuple(Step(**each) for each in told["step"])
    links = tuple(Link(name) for name in told["links"])
    rest = {name: value for name, value in told.items() if name not in ("step", "links")}
    return Guide(steps=steps, links=links, **tuples(rest))


def home(told: dict[str, Any]) -> Home:
    """One entry of home.toml."""
    steps = tuple(Step(**each) for each in told["step"])
    return Home(steps=steps, **{name: value for name, value in told.items() if name != "step"})


def text(told: dict[str, Any]) -> Text:
    """One entry of legal.toml."""
    passages = (
        "\n\n".join((f"# {each['heading']}", *each["paragraphs"])) for each in told["section"]
    )
    return Text(
        slug=told["slug"],
        title=told["title"],
        body="\n\n".join(passages),
        easy=tuple(told["easy"]["lines"]),
    )


def check_links(found: Library) -> None:
    """Raise EditorialError when an entry points to a term that nobody wrote."""
    links = [(each.slug, each.related) for each in found.terms.values()]
    links += [(each.slug, each.terms) for each in found.organs.values()]
    for slug, named in links:
        missing = [each for each in named if each not in found.terms]
        if missing:
            raise EditorialError(f"{slug}: no term is called {missing[0]!r}")


def by_slug(entries: Iterable[Named]) -> dict[str, Named]:
    """Entries by their slug; two with the same one are an error."""
    found: dict[str, Named] = {}
    for each in entries:
        if each.slug in found:
            raise EditorialError(f"two entries are called {each.slug!r}")
        found[each.slug] = each
    return found


def table(folder: Path, name: str, entry: str) -> list[dict[str, Any]]:
    """The entries of a content file."""
    entries: list[dict[str, Any]] = whole(folder, name)[entry]
    return entries


def whole(folder: Path, name: str) -> dict[str, Any]:
    """A content file as it stands."""
    return tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))


def tuples(told: Mapping[str, Any]) -> dict[str, Any]:
    """`told` with its lists as tuples, which cannot change."""
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in told.items()
    }


def alphabetical(words: str) -> str:
    """By what a Spanish reader sorts: accents do not count, ñ stands after n."""
    return plain(words.replace("ñ", "nzz").replace("Ñ", "Nzz"))
