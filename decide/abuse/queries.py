"""What is marked: for a delivery row by row, for staff in totals only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from decide.abuse.models import IdeaMark, Marking, Review
from decide.abuse.states import MarkingState
from decide.errors import NotFound

BATCH = 2_000
LATELY = 14
FEWEST = 3  # actors that a count must be about, before anybody sees it
HIDDEN = -1

_HELD = """
  AND r.pressed_at >= m.since AND r.pressed_at < m.until AND r.choice > 0
  AND (m.choice IS NULL OR r.choice = m.choice)
  AND (NOT m.new_only OR (r.circumstance >> 2 & 3) = 1)
  AND (NOT m.crowded_only OR (r.circumstance & 3) >= 2)
"""
# The rule's markings stand for good; those of people count as they stood at one instant.
_STANDING = """
  AND (m.day <= :last_day OR m.applied_at <= :decided
       AND (m.reverted_at IS NULL OR m.reverted_at > :decided))
"""
_COUNTS = text(f"""
SELECT subject_id, version, (pressed_at AT TIME ZONE :zone)::date AS day,
       count(*) FILTER (WHERE choice = 1), count(*) FILTER (WHERE choice = 2)
FROM (
    SELECT r.subject_id, r.press_id, r.version, r.choice, r.pressed_at
    FROM marking m JOIN reaction r ON r.subject_id = m.subject_id {_HELD}
    WHERE r.subject_id = ANY(:subjects) AND r.pressed_at < :cutoff {_STANDING}
    UNION
    SELECT r.subject_id, r.press_id, r.version, r.choice, r.pressed_at
    FROM marking m JOIN reaction r ON m.subject_id IS NULL {_HELD}
    WHERE r.subject_id = ANY(:subjects) AND r.pressed_at < :cutoff {_STANDING}
) AS marked
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
""")  # noqa: S608 - our own constants
_ABOUT = text(f"""
SELECT m.id, m.day, m.test, m.subject_id, m.since, m.until, m.choice, m.new_only, m.crowded_only,
       m.p, m.added, m.reason
FROM marking m
WHERE (m.subject_id IS NULL OR m.subject_id = ANY(:subjects)) AND m.since < :cutoff {_STANDING}
ORDER BY m.since, m.subject_id, m.id
""")  # noqa: S608 - our own constants
_DRY_RUN = text(f"""
SELECT count(*), count(DISTINCT s.actor_id)
FROM marking m JOIN reaction r ON (m.subject_id IS NULL OR r.subject_id = m.subject_id) {_HELD}
JOIN subject s ON s.id = r.subject_id
WHERE m.id = :marking
""")  # noqa: S608 - our own constants


@dataclass(frozen=True)
class MarkedCount:
    """Marked choices on one version of a subject on one day."""

    subject: int
    version: int
    day: date
    likes: int
    dislikes: int


@dataclass(frozen=True)
class MarkingRow:
    """A marking in a delivery: which answers it is about, and why."""

    id: int
    day: date | None
    test: str | None
    subject: int | None
    since: datetime
    until: datetime
    choice: int | None
    new_only: bool
    crowded_only: bool
    p: float | None
    added: int | None
    reason: str


@dataclass(frozen=True)
class ReviewedDay:
    """A day's review as staff see it: totals over everybody."""

    day: date
    reviewed_at: datetime
    answers: int
    markings: int
    ideas: int


@dataclass(frozen=True)
class Invalidation:
    """A marking that people make."""

    id: int
    state: MarkingState
    subject_id: int | None
    since: datetime
    until: datetime
    choice: int | None
    new_only: bool
    crowded_only: bool
    reason: str
    counted: int
    proposed_by: int
    proposed_at: datetime
    approved_by: int | None
    applied_at: datetime | None
    reverted_at: datetime | None


def marked_counts(
    session: Session,
    subjects: list[int],
    *,
    cutoff: datetime,
    decided: datetime,
    last_day: date,
    zone: str,
) -> Iterator[MarkedCount]:
    """Marked choices that stood at the cut-off, by subject, version and day; an answer once."""
    values = {
        "subjects": subjects, "cutoff": cutoff, "decided": decided, "last_day": last_day,
        "zone": zone,
    }  # fmt: skip
    for row in session.execute(_COUNTS, values, execution_options={"yield_per": BATCH}):
        yield MarkedCount(*row)


def markings_of(
    session: Session, subjects: list[int], *, cutoff: datetime, decided: datetime, last_day: date
) -> list[MarkingRow]:
    """The markings that reach these subjects, oldest first."""
    values = {"subjects": subjects, "cutoff": cutoff, "decided": decided, "last_day": last_day}
    return [MarkingRow(*row) for row in session.execute(_ABOUT, values)]


def reviews(session: Session, *, limit: int = LATELY) -> list[ReviewedDay]:
    """The latest reviews, newest first; totals only, nothing about one actor."""
    markings = (
        select(func.count()).where(Marking.day == Review.day).correlate(Review).scalar_subquery()
    )
    ideas = (
        select(func.count()).where(IdeaMark.day == Review.day).correlate(Review).scalar_subquery()
    )
    rows = session.execute(
        select(Review.day, Review.reviewed_at, Review.answers, markings, ideas)
        .order_by(Review.day.desc())
        .limit(limit)
    )
    return [ReviewedDay(*row) for row in rows]


def invalidations(session: Session, *, start: int = 0, size: int = 100) -> list[Invalidation]:
    """Some of the markings of people, newest first."""
    rows = select(Marking).where(Marking.day.is_(None)).order_by(Marking.id.desc())
    return [line(row) for row in session.scalars(rows.offset(start).limit(size))]


def count(session: Session) -> int:
    """How many people have made."""
    asked = select(func.count()).select_from(Marking).where(Marking.day.is_(None))
    return session.scalar(asked) or 0


def invalidation(session: Session, marking_id: int) -> Invalidation:
    """One of them; NotFound."""
    row = session.get(Marking, marking_id)
    if row is None or row.day is not None:
        raise NotFound("Esa anulación no existe.")
    return line(row)


def held(session: Session, marking_id: int) -> int:
    """How many answers a marking holds now; HIDDEN where that would tell of one actor or two."""
    answers, actors = session.execute(_DRY_RUN, {"marking": marking_id}).one()
    return int(answers) if actors >= FEWEST else HIDDEN


def line(row: Marking) -> Invalidation:
    """A row as what it says."""
    return Invalidation(
        id=row.id,
        state=row.state,
        subject_id=row.subject_id,
        since=row.since,
        until=row.until,
        choice=row.choice,
        new_only=row.new_only,
        crowded_only=row.crowded_only,
        reason=row.reason,
        counted=row.counted,
        proposed_by=row.proposed_by or 0,
        proposed_at=row.proposed_at,
        approved_by=row.approved_by,
        applied_at=row.applied_at,
        reverted_at=row.reverted_at,
    )
