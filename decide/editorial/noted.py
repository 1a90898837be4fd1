"""The texts of the site as pages read them: whoever looks at one notes it, and at no other.

The tags are `text:KIND:SLUG` for one text in all its languages, `text:KIND` for all of a kind (as a
list of them shows), and a few for what is neither. Which of them a change bears is found by
comparing what is shown before and after it.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from decide.editorial import published as plain
from decide.editorial.entries import ASSIGNMENT, Library
from decide.editorial.kinds import Key, Kind
from decide.kernel.notes import ANY, note

V = TypeVar("V")

BY_SLUG = {
    "terms": Kind.TERM,
    "organs": Kind.ORGAN,
    "guides": Kind.GUIDE,
    "texts": Kind.TEXT,
    "homes": Kind.HOME,
}
BY_KEY = ("changed", "old_easy", "translations")
WHOLE = ("notices", "has_notices", "mark")


class Shelf(Mapping[str, V]):
    """The texts of one kind."""

    def __init__(self, kind: Kind, texts: Mapping[str, V]) -> None:
        """Note what is read of `texts`."""
        self._kind = kind
        self._texts = texts

    def __getitem__(self, slug: str) -> V:
        """One of them, or that there is none."""
        note(tag_of(self._kind, slug))
        return self._texts[slug]

    def __iter__(self) -> Iterator[str]:
        """All of them, in their order."""
        note(tag_of(self._kind))
        return iter(self._texts)

    def __len__(self) -> int:
        """How many there are."""
        note(tag_of(self._kind))
        return len(self._texts)


class Keys(AbstractSet[Key]):
    """Some texts of any kind, by key."""

    def __init__(self, keys: AbstractSet[Key]) -> None:
        """Note which of `keys` are asked for."""
        self._keys = keys

    @classmethod
    def _from_iterable(cls, keys: Iterable[Any]) -> AbstractSet[Any]:
        """What sets make of each other: a plain one, and now."""
        return frozenset(keys)

    def __contains__(self, key: object) -> bool:
        """Whether one is among them."""
        if isinstance(key, Key):
            note(tag_of(key.kind, key.slug))
        return key in self._keys

    def __iter__(self) -> Iterator[Key]:
        """All of them: whatever happens to any text may change which they are."""
        note(*map(tag_of, Kind))
        return iter(self._keys)

    def __len__(self) -> int:
        """How many they are."""
        note(*map(tag_of, Kind))
        return len(self._keys)


class ByKey(Keys, Mapping[Key, V]):
    """Something for some texts of any kind."""

    def __init__(self, known: Mapping[Key, V]) -> None:
        """Note which of `known` are asked for."""
        super().__init__(known.keys())
        self._known = known

    def __getitem__(self, key: Key) -> V:
        """What there is for one."""
        note(tag_of(key.kind, key.slug))
        return self._known[key]


class Noted(Library):
    """A library that notes what is read of it."""

    def __getattribute__(self, name: str) -> Any:
        """Note what is read whole; shelves note by themselves."""
        if name in WHOLE:
            note(f"text.{name}")
            return getattr(super().__getattribute__("__dict__")["_plain"], name)
        if name == "assignment":
            note(tag_of(Kind.ASSIGNMENT), tag_of(Kind.ASSIGNMENT, ASSIGNMENT))
        return super().__getattribute__(name)


def noted(library: Library) -> Noted:
    """The same library, noting."""
    known = {each.name: getattr(library, each.name) for each in fields(library)}
    for name, kind in BY_SLUG.items():
        known[name] = Shelf(kind, known[name])
    known["changed"], known["old_easy"] = Keys(known["changed"]), Keys(known["old_easy"])
    known["translations"] = ByKey(known["translations"])
    made = Noted(**known)
    made.__dict__["_plain"] = library
    return made


def published(session: Session) -> Noted:
    """Everything that is shown now; one statement."""
    return noted(plain.published(session))


def changes(before: object, after: object) -> set[str]:
    """The tags of everything that differs between two libraries."""
    if not isinstance(before, Noted) or not isinstance(after, Noted):
        return {ANY}
    old, new = before.__dict__["_plain"], after.__dict__["_plain"]
    if old.mark == new.mark:
        return set()
    found: set[str] = {f"text.{name}" for name in WHOLE if getattr(old, name) != getattr(new, name)}
    touched: set[tuple[Kind, str]] = set()
    for name, kind in BY_SLUG.items():
        touched |= {(kind, slug) for slug in different(getattr(old, name), getattr(new, name))}
        if list(getattr(old, name)) != list(getattr(new, name)):  # also another order
            found.add(tag_of(kind))
    if old.assignment != new.assignment:
        touched.add((Kind.ASSIGNMENT, ASSIGNMENT))
    keys = different(old.translations, new.translations)
    keys |= (old.changed ^ new.changed) | (old.old_easy ^ new.old_easy)
    touched |= {(key.kind, key.slug) for key in keys}
    for kind, slug in touched:
        found |= {tag_of(kind), tag_of(kind, slug)}
    return found


def different(old: Mapping[Any, object], new: Mapping[Any, object]) -> set[Any]:
    """Keys under which the two do not hold the same."""
    nothing = object()
    return {
        key for key in old.keys() | new.keys() if old.get(key, nothing) != new.get(key, nothing)
    }


def tag_of(kind: Kind, slug: str = "") -> str:
    """The tag of one text, or of all of a kind."""
    return f"text:{kind}:{slug}" if slug else f"text:{kind}"
