"""What the citizens' pages keep in memory of the catalog, read anew when the content moves."""

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
from decide.web.shared.context import reading, snapshot

T = TypeVar("T")
KEY = "register"


class Held(Generic[T]):
    """One thing as it was under some revision; whoever finds it old reads it, the others wait."""

    def __init__(self, read: Callable[[Session, T | None], T]) -> None:
        """`read` is given what was held before, if anything."""
        self._read = read
        self._lock = Lock()
        self._held: tuple[int, T] | None = None

    def now(self, revision: int) -> T:
        """The thing under this revision or a later one."""
        held = self._held
        if held is None or held[0] != revision:
            with self._lock:
                held = self._held
                if held is None or held[0] != revision:
                    with reading() as session:
                        fresh = self._read(session, held[1] if held else None)
                    held = self._held = (revision, fresh)
        return held[1]


@dataclass(frozen=True)
class Register:
    """All that is held, in each process once."""

    directory: Held[Directory]
    filter_words: Held[FilterWords]
    titles: Held[Titles]
    municipalities: Held[tuple[MunicipalityLine, ...]]
    lines: Held[dict[tuple[str, int], Markup]]  # of the list, as HTML, by root and candidacy


def register() -> Register:
    """The register of this process."""
    held: Register | None = current_app.extensions.get(KEY)
    if held is None:
        held = current_app.extensions[KEY] = Register(
            directory=Held(lambda session, _: catalog.read(session)),
            filter_words=Held(lambda session, _: read_filter_words(session)),
            titles=Held(lambda session, _: search.titles(session)),
            municipalities=Held(lambda session, _: municipalities(session)),
            lines=Held(lambda _session, _: {}),
        )
    return held


def directory() -> Directory:
    """Every candidacy as it stands."""
    return register().directory.now(snapshot().revision)


def filter_words() -> FilterWords:
    """What the filters of the list offer."""
    return register().filter_words.now(snapshot().revision)


def titles() -> Titles:
    """The words in the titles of what can be read."""
    return register().titles.now(snapshot().revision)


def all_municipalities() -> tuple[MunicipalityLine, ...]:
    """The 125 municipalities."""
    return register().municipalities.now(snapshot().revision)
