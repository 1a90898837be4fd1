"""The table of all deeds of two people: who may propose, who may confirm, and what then happens.

Whoever adds a deed adds a line here; the page “Confirmaciones” of the office shows this table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from decide.accounts.roles import Role
from decide.benchmarks import actions as benchmarks
from decide.calendar.actions import move_phase, show_statistics
from decide.changes.states import Kind
from decide.editorial import actions as editorial
from decide.editorial.kinds import Key
from decide.editorial.kinds import Kind as TextKind

Told = Mapping[str, Any]


@dataclass(frozen=True)
class Proposed:
    """What the second person confirms, as the deed needs it."""

    about: str
    told: Told
    reason: str
    by: int
    second: int


@dataclass(frozen=True)
class Deed:
    """A kind of change: the roles that may confirm it, and the deed itself.

    They may also propose it; `proposers` are roles that may do only that.
    """

    roles: frozenset[Role]
    perform: Callable[[Session, Proposed, datetime], None]
    proposers: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class Elsewhere:
    """A deed of two people whose own room keeps its states, with the view that shows them."""

    key: str
    roles: frozenset[Role]
    view: str


def moved(session: Session, wanted: Proposed, at: datetime) -> None:
    """Move a phase to the dates that were proposed; refused as by the calendar itself."""
    move_phase(
        session,
        wanted.about,
        opens_at=datetime.fromisoformat(wanted.told["after"]["opens_at"]),
        closes_at=instant(wanted.told["after"]["closes_at"]),
        seen=(
            datetime.fromisoformat(wanted.told["before"]["opens_at"]),
            instant(wanted.told["before"]["closes_at"]),
        ),
        at=at,
        by=wanted.by,
        second=wanted.second,
        reason=wanted.reason,
    )


def benchmark_published(session: Session, wanted: Proposed, at: datetime) -> None:
    """Let everybody read the benchmark of a year; refused while it is incomplete."""
    benchmarks.publish(session, int(wanted.about), at=at, by=wanted.second, reason=wanted.reason)


def benchmark_reopened(session: Session, wanted: Proposed, at: datetime) -> None:
    """Take the benchmark of a year back to correct it."""
    benchmarks.reopen(session, int(wanted.about), at=at, by=wanted.second, reason=wanted.reason)


def published(session: Session, wanted: Proposed, at: datetime) -> None:
    """Show a text as it was proposed, now or at its hour; refused when it is another by now."""
    editorial.approve(
        session,
        text_key(wanted.about),
        revision=wanted.told["revision"],
        due_at=instant(wanted.told["due_at"]),
        at=at,
        by=wanted.by,
        second=wanted.second,
        reason=wanted.reason,
    )


def statistics_shown(session: Session, wanted: Proposed, at: datetime) -> None:
    """Show the statistics of the tool already before the results, or no longer."""
    show_statistics(
        session,
        early=wanted.told["after"]["early"],
        at=at,
        by=wanted.by,
        second=wanted.second,
        reason=wanted.reason,
    )


def text_key(about: str) -> Key:
    """“es/term/planilla” as the key of a text."""
    language, kind, slug = about.split("/", 2)
    return Key(TextKind(kind), slug, language)


def instant(text: str | None) -> datetime | None:
    """A date of a proposal; None for none."""
    return datetime.fromisoformat(text) if text else None


BENCHMARKERS = frozenset({Role.ADMINISTRATOR})
DEEDS: Mapping[Kind, Deed] = {
    Kind.MOVE_PHASE: Deed(frozenset({Role.ADMINISTRATOR}), moved),
    Kind.PUBLISH_BENCHMARK: Deed(BENCHMARKERS, benchmark_published),
    Kind.REOPEN_BENCHMARK: Deed(BENCHMARKERS, benchmark_reopened),
    Kind.PUBLISH_TEXT: Deed(
        frozenset({Role.ADMINISTRATOR}), published, proposers=frozenset({Role.WRITER})
    ),
    Kind.SHOW_STATISTICS: Deed(frozenset({Role.ADMINISTRATOR}), statistics_shown),
}
# Their effect is made by a job and can be taken back, so they have more states than a change.
ELSEWHERE = (
    Elsewhere("invalidation", frozenset({Role.ADMINISTRATOR}), "staff.invalidations"),
)  # fmt: skip
