"""The dissemination plan: what was planned and done, and what each effort brought."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.errors import Conflict, NotFound, Refused
from decide.outreach.kinds import (
    LONGEST_AREA,
    LONGEST_EVIDENCE,
    LONGEST_LINK,
    LONGEST_TITLE,
    ActivityKind,
    ActivityState,
)
from decide.outreach.models import Activity
from decide.statistics import efforts
from decide.statistics.efforts import Day

NUL = "\x00"  # PostgreSQL keeps it in no text


class PlanRefused(Refused):
    """What was typed cannot stay so; `field` says where."""

    def __init__(self, field: str, sentence: str) -> None:
        """`sentence` says what to do."""
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a form brings."""

    kind: ActivityKind
    title: str
    area: str
    planned_on: date
    done_on: date | None = None
    evidence: str = ""
    evidence_link: str = ""


@dataclass(frozen=True)
class Line:
    """An activity and the visits that its links brought so far.

    `opinions` and `ideas` are shares of the totals of each closed day, in proportion to visits:
    nobody is followed from a link to a press. They are None where too few actors take part.
    """

    id: int
    kind: str
    title: str
    area: str
    planned_on: date
    done_on: date | None
    evidence: str
    evidence_link: str
    revision: int
    state: str
    visits: int
    opinions: int | None
    ideas: int | None


def lines(session: Session, *, today: date) -> tuple[Line, ...]:
    """The whole plan by date; five statements, whatever its length."""
    rows = session.scalars(select(Activity).order_by(Activity.planned_on, Activity.id)).all()
    brought = efforts.visits(session)
    days = efforts.days(session)
    return tuple(line_of(row, brought.get(row.id, {}), days, today) for row in rows)


def line(session: Session, activity_id: int, *, today: date) -> Line:
    """One activity; NotFound."""
    row = session.get(Activity, activity_id)
    if row is None:
        raise NotFound("Esa actividad no está en el plan.")
    visits = efforts.visits(session).get(activity_id, {})
    return line_of(row, visits, efforts.days(session), today)


def line_of(
    row: Activity, visits: Mapping[date, int], days: Mapping[date, Day], today: date
) -> Line:
    """A row with what it brought."""
    return Line(
        id=row.id,
        kind=row.kind.value,
        title=row.title,
        area=row.area,
        planned_on=row.planned_on,
        done_on=row.done_on,
        evidence=row.evidence,
        evidence_link=row.evidence_link,
        revision=row.revision,
        state=state_of(row, today).value,
        visits=sum(visits.values()),
        opinions=share(visits, {day: told.reactions for day, told in days.items()}, days),
        ideas=share(visits, {day: told.ideas for day, told in days.items()}, days),
    )


def share(
    visits: Mapping[date, int], totals: Mapping[date, int | None], days: Mapping[date, Day]
) -> int | None:
    """Each day's total times the effort's part of that day's visits; None where totals are."""
    if any(total is None for total in totals.values()):
        return None
    parts = (
        (totals[day] or 0) * min(1.0, count / days[day].views)
        for day, count in visits.items()
        if day in days and days[day].views
    )
    return round(sum(parts))


def state_of(row: Activity, today: date) -> ActivityState:
    """Done, still to come, or late."""
    if row.done_on is not None:
        return ActivityState.DONE
    return ActivityState.LATE if row.planned_on < today else ActivityState.PLANNED


def by_kind(plan: tuple[Line, ...]) -> dict[str, tuple[int, int, int]]:
    """For each kind: planned, done, visits."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for each in plan:
        sums = found[each.kind]
        sums[0] += 1
        sums[1] += each.done_on is not None
        sums[2] += each.visits
    return {
        kind.value: (found[kind.value][0], found[kind.value][1], found[kind.value][2])
        for kind in ActivityKind
        if kind.value in found
    }


def save(
    session: Session,
    activity_id: int | None,
    plan: Plan,
    *,
    revision: int,
    at: datetime,
    by: int | None,
) -> int:
    """Add or change an activity; gives its id. PlanRefused, Conflict or NotFound."""
    told = checked(plan)
    if activity_id is None:
        row = Activity(revision=0)
        session.add(row)
    else:
        found = session.get(Activity, activity_id, with_for_update=True)
        if found is None:
            raise NotFound("Esa actividad no está en el plan.")
        if found.revision != revision:
            raise Conflict("Otra persona cambió esta actividad mientras usted escribía.")
        row = found
    row.kind, row.title, row.area = told.kind, told.title, told.area
    row.planned_on, row.done_on = told.planned_on, told.done_on
    row.evidence, row.evidence_link = told.evidence, told.evidence_link
    row.revision, row.changed_at = row.revision + 1, at
    session.flush()
    audit.record(
        session,
        "activity.saved",
        at=at,
        by=by,
        subject=("activity", row.id),
        after={
            "kind": told.kind.value,
            "planned_on": told.planned_on.isoformat(),
            "done_on": told.done_on.isoformat() if told.done_on else None,
        },
    )
    return row.id


def checked(plan: Plan) -> Plan:
    """The plan, tidied; PlanRefused for the first field that is missing, too long or no address."""
    told = Plan(
        kind=plan.kind,
        title=tidy(plan.title),
        area=tidy(plan.area),
        planned_on=plan.planned_on,
        done_on=plan.done_on,
        evidence=tidy(plan.evidence),
        evidence_link=tidy(plan.evidence_link),
    )
    for field, text, most, sentence in (
        ("title", told.title, LONGEST_TITLE, "Escriba qué es la actividad."),
        ("area", told.area, LONGEST_AREA, "Escriba qué área es responsable."),
    ):
        if not text:
            raise PlanRefused(field, sentence)
        if len(text) > most:
            raise PlanRefused(field, f"Escriba hasta {most} caracteres.")
    if len(told.evidence) > LONGEST_EVIDENCE:
        raise PlanRefused("evidence", f"Escriba hasta {LONGEST_EVIDENCE} caracteres.")
    if told.done_on is not None and not told.evidence:
        raise PlanRefused("evidence", "Diga con qué se comprueba que se hizo.")
    if told.evidence_link and not is_address(told.evidence_link):
        raise PlanRefused("evidence_link", "Escriba la dirección completa, con https://.")
    return told


def is_address(text: str) -> bool:
    """Whether a text is an address of the web that a page may link to."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return len(text) <= LONGEST_LINK and parts.scheme in ("http", "https") and bool(parts.netloc)


def tidy(text: str) -> str:
    """As typed, with one kind of line end and nothing around it."""
    return text.replace(NUL, "").replace("\r\n", "\n").replace("\r", "\n").strip()
