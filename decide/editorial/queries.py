"""Asking the glossary: by letter, by category, by what somebody types."""

from collections.abc import Iterable
from dataclasses import dataclass

from decide.editorial.reading import Library, Term
from decide.geography.search import CLOSE, alike, plain

MOST = 12


@dataclass(frozen=True)
class Letter:
    """The terms that begin with one letter."""

    letter: str
    terms: tuple[Term, ...]


def categories(library: Library) -> tuple[str, ...]:
    """All categories in the order of the alphabet; the one about this site last."""
    found = {each.category for each in library.terms.values()}
    return tuple(sorted(found, key=lambda name: (name == "decide", plain(name))))


def in_category(library: Library, category: str) -> tuple[Term, ...]:
    """The terms of a category, alphabetical; empty for one that does not exist."""
    return tuple(each for each in library.terms.values() if each.category == category)


def by_letter(terms: Iterable[Term]) -> tuple[Letter, ...]:
    """Alphabetical terms grouped by their first letter."""
    groups: dict[str, list[Term]] = {}
    for each in terms:
        groups.setdefault(plain(each.term)[:1].upper(), []).append(each)
    return tuple(Letter(letter, tuple(found)) for letter, found in groups.items())


def find(library: Library, typed: str) -> tuple[Term, ...]:
    """Terms that fit what was typed, best first: by name, then by explanation, then by likeness."""
    wanted = plain(typed)
    if not wanted:
        return ()
    terms = tuple(library.terms.values())
    named = [each for each in terms if wanted in plain(each.term)]
    told = [
        each
        for each in terms
        if each not in named
        and all(word in plain(f"{each.definition} {each.example}") for word in wanted.split())
    ]
    if named or told:
        return tuple(sorted(named, key=lambda each: not plain(each.term).startswith(wanted)) + told)
    scores = {each.slug: alike(wanted, plain(each.term)) for each in terms}
    close = [each for each in terms if scores[each.slug] >= CLOSE]
    return tuple(sorted(close, key=lambda each: -scores[each.slug])[:MOST])


def related(library: Library, term: Term) -> tuple[Term, ...]:
    """The terms that a term points to."""
    return tuple(library.terms[slug] for slug in term.related)
