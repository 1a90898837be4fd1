"""Reads the shipped content once into values that never change; a broken link stops the reading."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from decide.geography.search import plain

FOLDER = Path(__file__).parent / "content"


class EditorialError(Exception):
    """A content file contradicts itself; the message names the entry."""


@dataclass(frozen=True)
class Term:
    """A word of the Quitadudas. `so_what` answers “¿y a mí qué?”."""

    slug: str
    term: str
    category: str
    definition: str
    example: str
    so_what: str
    related: tuple[str, ...]


@dataclass(frozen=True)
class Organ:
    """What is elected: who forms it, what it does and does not, and what a vote changes."""

    slug: str
    name: str
    also: str
    in_short: str
    who: str
    term: str
    does: tuple[str, ...]
    does_not: tuple[str, ...]
    my_vote: str
    ask: tuple[str, ...]
    terms: tuple[str, ...]
    easy: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One step of a guide; `picture` names its drawing."""

    title: str
    text: str
    picture: str


@dataclass(frozen=True)
class Guide:
    """How to do one thing, from beginning to end."""

    slug: str
    title: str
    intro: str
    time: str
    remedy: str
    links: tuple[str, ...]
    steps: tuple[Step, ...]
    easy: tuple[str, ...]


@dataclass(frozen=True)
class Passage:
    """A heading and what stands below it."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Text:
    """A text about the site itself, with its twin in lectura fácil (one idea a line)."""

    slug: str
    title: str
    passages: tuple[Passage, ...]
    easy: tuple[str, ...]

    def filled(self, words: Mapping[str, str]) -> "Text":
        """The text with the authority's own data in place of {authority} and the like."""
        return replace(
            self,
            title=self.title.format_map(words),
            passages=tuple(
                Passage(
                    each.heading.format_map(words),
                    tuple(paragraph.format_map(words) for paragraph in each.paragraphs),
                )
                for each in self.passages
            ),
            easy=tuple(line.format_map(words) for line in self.easy),
        )


@dataclass(frozen=True)
class Assignment:
    """How seats are assigned, in general."""

    title: str
    paragraphs: tuple[str, ...]
    easy: tuple[str, ...]


@dataclass(frozen=True)
class Library:
    """Everything, by its slug; terms in the order of the alphabet."""

    terms: Mapping[str, Term]
    organs: Mapping[str, Organ]
    guides: Mapping[str, Guide]
    texts: Mapping[str, Text]
    assignment: Assignment


Entry = TypeVar("Entry", Term, Organ, Guide, Text)


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
    )
    check_links(found)
    return found


def organ(told: dict[str, Any]) -> Organ:
    """One entry of organs.toml."""
    return Organ(**tuples(told))


def guide(told: dict[str, Any]) -> Guide:
    """One entry of guides.toml."""
    steps = tuple(Step(**each) for each in told["step"])
    rest = {name: value for name, value in told.items() if name != "step"}
    return Guide(steps=steps, **tuples(rest))


def text(told: dict[str, Any]) -> Text:
    """One entry of legal.toml."""
    return Text(
        slug=told["slug"],
        title=told["title"],
        passages=tuple(
            Passage(each["heading"], tuple(each["paragraphs"])) for each in told["section"]
        ),
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


def by_slug(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Entries by their slug; two with the same one are an error."""
    found: dict[str, Entry] = {}
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
