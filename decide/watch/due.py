"""What waits for people of the office: how many of each thing, by when, and whether it is late."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from decide.accounts.queries import AccessLine, LetterState, access_lines
from decide.changes import queries as changes
from decide.listening.kinds import OPEN, SuggestionState
from decide.listening.models import ArcoRequest, Suggestion
from decide.readiness.board import board
from decide.readiness.facts import facts

_WITHOUT_RECEIPT = text(
    "SELECT count(*) FROM delivery d JOIN political_actor a ON a.id = d.actor_id"
    " WHERE d.state = 'ready' AND NOT a.is_test"
    " AND NOT EXISTS (SELECT FROM acknowledgement k WHERE k.delivery_id = d.id)"
    " AND NOT EXISTS (SELECT FROM delivery_handover h WHERE h.delivery_id = d.id"
    " AND h.scan_sha256 IS NOT NULL)"
    " AND NOT EXISTS (SELECT FROM delivery n WHERE n.actor_id = d.actor_id"
    " AND n.version > d.version)"
)
_MARKINGS = text("SELECT count(*) FROM marking WHERE state = 'proposed' AND proposed_by <> :person")


class Duty(StrEnum):
    """The kinds of what waits."""

    PHASES = "phases"  # something keeps a phase from opening
    CHANGES = "changes"  # of two people, for this person
    MARKINGS = "markings"
    REQUESTS = "requests"
    SUGGESTIONS = "suggestions"
    NO_LETTER = "no_letter"
    EXPIRED = "expired"
    NOT_HANDED = "not_handed"
    NOT_ACTIVATED = "not_activated"
    LETTER_RECEIPTS = "letter_receipts"
    RECEIPTS = "receipts"  # of deliveries


@dataclass(frozen=True)
class Due:
    """So many of a kind; `on` is the first day by which one is to be done."""

    duty: Duty
    count: int
    on: date | None = None
    late: bool = False


def due(session: Session, person: int, *, at: datetime, today: date) -> tuple[Due, ...]:
    """All that waits, what is late first; `person` is who looks."""
    found = (
        *of_phases(session, at, today),
        *of_people(session, person, today),
        *of_letters(session, at),
    )
    return tuple(sorted((each for each in found if each.count), key=lambda each: not each.late))


def of_phases(session: Session, at: datetime, today: date) -> Iterator[Due]:
    """What the board of readiness misses, by when the first such phase opens."""
    unready = board(facts(session)).unready(at)
    opening = [each.window.opens_at.date() for each in unready if each.window]
    first = min(opening, default=None)
    missing = sum(each.missing for each in unready)
    yield Due(Duty.PHASES, missing, first, late=bool(first and first <= today))


def of_people(session: Session, person: int, today: date) -> Iterator[Due]:
    """What others proposed, what citizens asked, what actors have not signed for."""
    yield Due(Duty.CHANGES, changes.waiting(session, person))
    yield Due(Duty.MARKINGS, session.execute(_MARKINGS, {"person": person}).scalar_one())
    count, first = session.execute(
        select(func.count(), func.min(ArcoRequest.due_on)).where(ArcoRequest.state.in_(OPEN))
    ).one()
    yield Due(Duty.REQUESTS, count, first, late=bool(first and first < today))
    asked = select(func.count()).where(Suggestion.state == SuggestionState.NEW)
    yield Due(Duty.SUGGESTIONS, session.scalar(asked) or 0)
    yield Due(Duty.RECEIPTS, session.execute(_WITHOUT_RECEIPT).scalar_one())


def of_letters(session: Session, at: datetime) -> Iterator[Due]:
    """Letters of the actors' people that somebody should print, hand over or follow up."""
    lines = [each for each in access_lines(session, at=at, actors_only=True) if each.active]
    waiting = [each for each in lines if not each.activated]
    yield Due(
        Duty.NO_LETTER, sum(each.letter in (LetterState.NONE, LetterState.VOID) for each in waiting)
    )
    yield Due(Duty.EXPIRED, sum(each.letter is LetterState.EXPIRED for each in waiting))
    valid = [each for each in waiting if each.letter is LetterState.VALID]
    yield Due(Duty.NOT_HANDED, sum(each.handed_on is None for each in valid))
    handed = [each for each in valid if each.handed_on]
    yield Due(Duty.NOT_ACTIVATED, len(handed), first_end(handed))
    yield Due(
        Duty.LETTER_RECEIPTS, sum(bool(each.handed_on and not each.receipt_name) for each in lines)
    )


def first_end(lines: list[AccessLine]) -> date | None:
    """The day on which the first of these letters ends."""
    return min((each.expires_at.date() for each in lines if each.expires_at), default=None)
