"""What a page shows, noted while it is made: so that it is made anew for that and nothing else.

Nothing needs to remember to note: every statement notes the tables that it names, by itself. A
statement that shows only part of a table may say so (`ONLY`), and then notes that part's tag. What
the database's triggers write into `content_touch` are the same tags (migration 0043). A table whose
changes nobody tells counts as ANY: whatever shows it is made anew after each change of anything.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import MetaData

ANY = "everything"
VOUCHED = "vouched for"
ONLY = "only"  # the option of a statement: table → tags that stand in its place
# Tables that tell of their changes by their own name.
TELLING = frozenset(
    {
        *("municipality", "district", "district_part", "section", "shape_file", "shape"),
        *("political_actor", "alliance_member", "contest", "alliance", "candidacy"),
        *("profile", "subject", "proposal", "competitiveness_block", "block_place"),
        *("platform", "platform_section", "platform_file"),
        *("result", "result_vote", "result_station", "elected"),
        *("earlier_process", "earlier_result", "earlier_vote"),
        *("seal", "bulletin", "bulletin_version", "commitment_activity", "commitment_evidence"),
        *("benchmark", "benchmark_question", "benchmark_portal", "benchmark_answer"),
        "benchmark_step",
    }
)
# A version is shown through its subject; the calendar touches everything in any case.
DEFAULT: dict[str, tuple[str, ...]] = {table: (table,) for table in TELLING} | {
    "subject_version": ("subject",),
    "electoral_process": (),
    "phase": (),
}
UNTOLD = (ANY,)
WORD = re.compile(r"[a-z_]+")

MOST = 20_000  # tags that a process remembers; beyond them only those of the last numbers
REMEMBERED = 1000

collected: ContextVar[set[str] | None] = ContextVar("collected", default=None)


@dataclass(frozen=True)
class Touches:
    """What has been touched lately: the last number of each tag. Never changes."""

    era: str  # of the database's history: numbers of another mean nothing here
    number: int
    latest: Mapping[str, int]

    def spared(self, tags: Iterable[str], since: int) -> bool:
        """Whether nothing after number `since` bears one of the tags."""
        if since == self.number:
            return True
        if not self.latest[ANY] <= since < self.number or ANY in tags:
            return False
        return all(self.latest.get(tag, 0) <= since for tag in tags)

    def with_these(self, number: int, rows: Iterable[tuple[int, str]]) -> "Touches":
        """The next ones; a number that no row speaks of may have touched anything."""
        latest, spoken = dict(self.latest), set()
        for each, tag in rows:
            spoken.add(each)
            latest[tag] = max(each, latest.get(tag, 0))
        silent = number
        while silent in spoken:
            silent -= 1
        latest[ANY] = max(latest[ANY], silent if silent > self.number else 0)
        if len(latest) > MOST:
            oldest = max(latest[ANY], number - REMEMBERED)
            latest = {tag: each for tag, each in latest.items() if each > oldest} | {ANY: oldest}
        return Touches(self.era, number, latest)


def note(*tags: str) -> None:
    """The page that is being made shows these."""
    noted = collected.get()
    if noted is not None:
        noted.update(tags)


def vouch() -> None:
    """The page that is being made is one whose notes are complete."""
    note(VOUCHED)


@contextmanager
def collecting() -> Iterator[set[str]]:
    """What is noted meanwhile; whoever collects around it is told, too."""
    found: set[str] = set()
    token = collected.set(found)
    try:
        yield found
    finally:
        collected.reset(token)
        note(*found - {VOUCHED})


@contextmanager
def unnoted() -> Iterator[None]:
    """What is read meanwhile is no part of the page that is being made."""
    token = collected.set(None)
    try:
        yield
    finally:
        collected.reset(token)


class Noting:
    """Notes the tables of every statement of an engine, while somebody collects."""

    def __init__(self, metadata: MetaData) -> None:
        """`metadata` knows the tables, once all rooms are imported."""
        self._metadata = metadata
        self._tables_in = lru_cache(maxsize=4096)(self._found_in)

    def __call__(
        self,
        _connection: Any,
        _cursor: Any,
        statement: str,
        _parameters: Any,
        context: Any,
        _many: bool,
    ) -> None:
        """What SQLAlchemy calls before a statement."""
        noted = collected.get()
        if noted is None:
            return
        only = context.execution_options.get(ONLY, {}) if context is not None else {}
        for table in self._tables_in(statement):
            noted.update(only.get(table) or DEFAULT.get(table, UNTOLD))

    def _found_in(self, statement: str) -> frozenset[str]:
        return frozenset(WORD.findall(statement.lower())) & self._metadata.tables.keys()


def only(tables: Iterable[str], tag: str) -> dict[str, tuple[str, ...]]:
    """The part of an ONLY that says one tag in place of these tables."""
    return dict.fromkeys(tables, (tag,))
