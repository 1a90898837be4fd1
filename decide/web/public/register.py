"""What the citizens' pages keep in memory of the catalog, read anew when it is touched."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from flask import current_app
from markupsafe import Markup

from decide.catalog import directory as catalog
from decide.catalog import search
from decide.catalog.directory import Directory
from decide.catalog.queries_candidacies import FilterWords
from decide.catalog.queries_candidacies import filter_words as read_filter_words
from decide.catalog.search import Titles
from decide.geography.queries import MunicipalityLine, municipalities
from decide.kernel.db import Session
from decide.kernel.notes import Touches, collecting, note
from decide.web.shared.context import reading, snapshot

T = TypeVar("T")
KEY = "register"


@dataclass(frozen=True)
class Copy(Generic[T]):
    """A thing as it was under some number of the touches, and what it shows."""

    thing: T
    era: str
    number: int
    tags: frozenset[str]

    def is_good(self, touches: Touches) -> bool:
        """Whether nothing of what it shows has been touched since."""
        return self.era == touches.era and touches.spared(self.tags, self.number)


class Held(Generic[T]):
    """One thing until it is touched; whoever finds it old reads it, the others wait."""

    def __init__(self, read: Callable[[], T]) -> None:
        """`read` gives it as it is; what it notes is noted for every page that uses it."""
        self._read = read
        self._lock = Lock()
        self._held: Copy[T] | None = None

    def now(self) -> T:
        """The thing as it is under the process' picture, or as it was later."""
        touches = snapshot().picture().touches
        held = self._held
        if held is None or not held.is_good(touches):
            with self._lock:
                held = self._held
                if held is None or not held.is_good(touches):
                    with collecting() as noted:
                        thing = self._read()
                    held = Copy(thing, touches.era, touches.number, frozenset(noted))
                    self._held = held
        note(*held.tags)
        return held.thing


def asked(read: Callable[[Session], T]) -> Held[T]:
    """A thing that the database gives."""

    def ask() -> T:
        with reading() as session:
            return read(session)

    return Held(ask)


@dataclass(frozen=True)
class Register:
    """All that is held, in each process once."""

    people: Held[Directory]
    directory: Held[Directory]
    filter_words: Held[FilterWords]
    titles: Held[Titles]
    municipalities: Held[tuple[MunicipalityLine, ...]]
    lines: Held[dict[tuple[str, int], Markup]]  # of the list, as HTML, by root and candidacy


def register() -> Register:
    """The register of this process."""
    held: Register | None = current_app.extensions.get(KEY)
    if held is None:
        told = asked(catalog.told)
        held = current_app.extensions[KEY] = Register(
            people=asked(catalog.registered),
            directory=Held(lambda: people().retold(told.now())),
            filter_words=asked(read_filter_words),
            titles=asked(search.titles),
            municipalities=asked(municipalities),
            lines=Held(no_lines),
        )
    return held


def no_lines() -> dict[tuple[str, int], Markup]:
    """Lines are written again when the register is another."""
    people()
    return {}


def people() -> Directory:
    """Every candidacy as registered: without what was published, so a page cannot show that."""
    return register().people.now()


def directory() -> Directory:
    """Every candidacy as it stands, with what was published."""
    return register().directory.now()


def filter_words() -> FilterWords:
    """What the filters of the list offer."""
    return register().filter_words.now()


def titles() -> Titles:
    """The words in the titles of what can be read."""
    return register().titles.now()


def all_municipalities() -> tuple[MunicipalityLine, ...]:
    """The 125 municipalities."""
    return register().municipalities.now()
