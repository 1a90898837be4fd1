"""Asking the glossary: by letter, by category, by what somebody types."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from decide.catalog.sound import sounded
from decide.editorial.entries import Guide, Library, Term, Text
from decide.geography.search import near, plain

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
    """Terms that fit what was typed, best first: by name, by likeness, then by explanation."""
    wanted = sounded(typed)
    if not wanted:
        return ()
    terms = tuple(library.terms.values())
    names = _heard(tuple(each.term for each in terms))
    scores = near(wanted, names) | {
        place: best
        for place, name in enumerate(names)
        if (best := 200.0 if name.startswith(wanted) else 150.0 * (f" {wanted}" in name))
    }
    named = [terms[place] for place in sorted(scores, key=lambda at: (-scores[at], at))[:MOST]]
    words = plain(typed).split()
    told = [
        each
        for each in terms
        if each not in named
        and all(word in plain(f"{each.definition} {each.example}") for word in words)
    ]
    return (*named, *told)


@lru_cache(maxsize=4)  # the same terms are asked for at every search
def _heard(terms: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(sounded, terms))


def find_guides(library: Library, typed: str) -> tuple[Guide, ...]:
    """Guides whose title or beginning holds all the typed words."""
    words = [word for word in plain(typed).split() if len(word) > 2]
    return tuple(
        each
        for each in library.guides.values()
        if words and all(word in plain(f"{each.title} {each.intro}") for word in words)
    )


def find_notices(library: Library, typed: str) -> tuple[Text, ...]:
    """Notices that hold all the typed words."""
    words = [word for word in plain(typed).split() if len(word) > 2]
    return tuple(
        each
        for each in (library.texts[slug] for slug in library.notices)
        if words and all(word in plain(f"{each.title} {each.body}") for word in words)
    )


def related(library: Library, term: Term) -> tuple[Term, ...]:
    """The terms that a term points to, as far as they are shown."""
    return tuple(library.terms[slug] for slug in term.related if slug in library.terms)
