"""Holding the rule against a day, once its seal is made. Reviewing again gives the same."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from decide.abuse import rule
from decide.abuse.copies import LEAST, copied
from decide.abuse.models import IdeaMark, Marking, Review
from decide.abuse.rule import HOURS, Cell, Finding, ItemDay
from decide.abuse.states import MarkingState
from decide.audit import actions as audit
from decide.kernel.db import patient

BATCH = 5_000
LOCK = 0xAB05E

_CELLS = text("""
SELECT subject_id, extract(hour FROM pressed_at AT TIME ZONE :zone)::int, choice,
       (circumstance >> 2 & 3) = 1, (circumstance & 3) >= 2, count(*)
FROM reaction
WHERE pressed_at >= :since AND pressed_at < :until AND choice > 0
GROUP BY 1, 2, 3, 4, 5
""")
_TIMES = text("""
SELECT r.subject_id, asked.hour, r.choice, extract(epoch FROM r.pressed_at)
FROM unnest(CAST(:subjects AS bigint[]), CAST(:hours AS int[]), CAST(:choices AS smallint[]))
     AS asked (subject_id, hour, choice)
JOIN reaction r USING (subject_id, choice)
WHERE r.pressed_at >= :since AND r.pressed_at < :until
  AND extract(hour FROM r.pressed_at AT TIME ZONE :zone) = asked.hour
ORDER BY r.subject_id, r.pressed_at, r.press_id
""")
_IDEAS = text("""
SELECT subject_id, id, text FROM idea
WHERE received_on = :day AND withdrawn_at IS NULL
ORDER BY subject_id, id
""")


def review(session: Session, day: date, through: datetime, zone: ZoneInfo, *, at: datetime) -> int:
    """Mark what the rule finds in a day's answers received before `through`; how many findings.

    The same day and instant are reviewed once; a later instant replaces what an earlier one found.
    """
    # Two builders of deliveries may ask at once: the second one waits for the first one's day.
    patient(session)
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    known = session.get(Review, day)
    if known is not None and known.through >= through:
        return 0
    bounds = {"since": hour_of(day, 0, zone), "until": min(through, hour_of(day, HOURS, zone))}
    items = answers(session, bounds, zone)
    hours = rule.hours_of(items)
    add_times(session, items, hours, bounds, zone)
    findings = rule.judge(items)
    subjects = {item.subject_id: item for item in items}
    session.execute(delete(Marking).where(Marking.day == day))
    session.execute(delete(IdeaMark).where(IdeaMark.day == day))
    session.add_all(
        marking(each, day, zone, at, rule.marked(subjects[each.subject_id], each.where))
        for each in findings
    )
    marks = list(copies(session, day))
    session.add_all(marks)
    session.merge(
        Review(
            day=day, through=through, rule_version=rule.VERSION, reviewed_at=at,
            answers=hours.total(), subjects=len(items),
        )
    )  # fmt: skip
    audit.record(
        session, "review.made", at=at, by=None, subject=("review", None),
        after={"day": day.isoformat(), "rule": rule.VERSION,
               "markings": len(findings), "ideas": len(marks)},
    )  # fmt: skip
    return len(findings) + len(marks)


def answers(session: Session, bounds: dict[str, datetime], zone: ZoneInfo) -> list[ItemDay]:
    """Every subject's day, as counts."""
    items: dict[int, ItemDay] = {}
    rows = session.execute(
        _CELLS, {**bounds, "zone": zone.key}, execution_options={"yield_per": BATCH}
    )
    for subject, hour, choice, new, crowded, count in rows:
        item = items.setdefault(subject, ItemDay(subject))
        item.cells[Cell(hour, choice, new, crowded)] += count
    return [items[subject] for subject in sorted(items)]


def add_times(
    session: Session,
    items: Iterable[ItemDay],
    hours: Counter[int],
    bounds: dict[str, datetime],
    zone: ZoneInfo,
) -> None:
    """The instants that the rule asks for: a few hours of the subjects that have enough."""
    large = {item.subject_id: item for item in items if item.total >= rule.LEAST}
    wanted = [
        (subject, hour, choice)
        for subject, item in large.items()
        for hour, choice in rule.fullest(item, hours)
    ]
    if not wanted:
        return
    subjects, when, choices = (list(part) for part in zip(*wanted, strict=True))
    rows = session.execute(
        _TIMES,
        {**bounds, "zone": zone.key, "subjects": subjects, "hours": when, "choices": choices},
        execution_options={"yield_per": BATCH},
    )
    for subject, hour, choice, second in rows:
        large[subject].times.setdefault((hour, choice), []).append(float(second))


def copies(session: Session, day: date) -> Iterable[IdeaMark]:
    """The ideas of a day that nearly repeat one another, subject by subject."""
    texts: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    rows = session.execute(_IDEAS, {"day": day}, execution_options={"yield_per": BATCH})
    for subject, identity, words in rows:
        texts[subject].append((identity, words))
    for subject in sorted(texts):
        if len(texts[subject]) >= LEAST:
            for group in copied(texts[subject]):
                for identity in group:
                    yield IdeaMark(idea_id=identity, day=day, copies=len(group))


def marking(found: Finding, day: date, zone: ZoneInfo, at: datetime, counted: int) -> Marking:
    """A finding as the condition that it is."""
    where = found.where
    return Marking(
        state=MarkingState.APPLIED,
        subject_id=found.subject_id,
        since=hour_of(day, where.first_hour, zone),
        until=hour_of(day, where.first_hour + where.hours, zone),
        choice=where.choice,
        new_only=where.new,
        crowded_only=where.crowded,
        day=day,
        test=found.test,
        p=found.p,
        added=found.added,
        reason="",
        proposed_at=at,
        applied_at=at,
        counted=counted,
    )


def hour_of(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """The beginning of an hour of a local day; 24 is the next midnight."""
    if hour >= HOURS:
        return datetime.combine(day + timedelta(days=1), time(), zone)
    return datetime.combine(day, time(hour), zone)


def reviewed(session: Session) -> dict[date, datetime]:
    """The days that have been reviewed, and through which instant."""
    rows = session.execute(select(Review.day, Review.through))
    return {row.day: row.through for row in rows}
