"""How hard the citizens' door is being pushed, and what it asks of them meanwhile.

normal   nothing
alert    a proof from networks that have sent very much
siege    a proof from everybody

Staff set the level with a reason. A written rule raises it by itself and takes back only what it
raised itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.errors import Conflict, Refused
from decide.participation.models import Pressure, PressureSample

QUIET = timedelta(minutes=15)  # below the figure for so long, and the rule takes the level back
MINUTE = timedelta(minutes=1)
KEPT = timedelta(hours=1)
LONGEST_REASON = 500


class Level(StrEnum):
    """The three levels, from calm to worst."""

    NORMAL = "normal"
    ALERT = "alert"
    SIEGE = "siege"


# Iterations of each try a script makes: about a third of a second of a laptop, and one and a half.
COST = {Level.NORMAL: 0, Level.ALERT: 1_000, Level.SIEGE: 4_000}
ORDER = tuple(Level)


@dataclass(frozen=True)
class Standing:
    """The level now, and how it came to be."""

    level: Level
    automatic: bool
    since: datetime | None
    reason: str
    revision: int


@dataclass(frozen=True)
class Rule:
    """Answers in a minute, over all subjects, from which the program raises the level by itself."""

    alert: int
    siege: int

    def level(self, answers: int) -> Level:
        """What so many answers in a minute call for."""
        if answers >= self.siege:
            return Level.SIEGE
        return Level.ALERT if answers >= self.alert else Level.NORMAL


def standing(session: Session) -> Standing:
    """How it stands."""
    row = session.get(Pressure, 1)
    if row is None:
        return Standing(Level.NORMAL, automatic=False, since=None, reason="", revision=0)
    return Standing(Level(row.level), row.automatic, row.since, row.reason, row.revision)


def level(session: Session) -> Level:
    """The level alone: what every web worker asks once a second."""
    told = session.scalar(select(Pressure.level).where(Pressure.id == 1))
    return Level(told) if told else Level.NORMAL


def set_level(
    session: Session, wanted: str, *, reason: str, at: datetime, by: int | None, revision: int
) -> None:
    """Set the level by hand. Refused without a known level and a reason.

    Conflict when somebody changed it since `revision`.
    """
    if wanted not in ORDER:
        raise Refused("Elija un nivel de la lista.")
    if not reason.strip():
        raise Refused("Escriba el motivo. Queda en la bitácora.")
    row = _locked(session, at)
    if row.revision != revision:
        raise Conflict("Otra persona cambió el nivel. Revise cómo está ahora.")
    _move(session, row, Level(wanted), automatic=False, reason=reason.strip(), at=at, by=by)


def watch(session: Session, rule: Rule, *, arrived: int | None, at: datetime) -> Level:
    """Note how many answers have come in so far, and hold the rule against the last minute.

    `arrived`: entries that the log ever took; None while it is away. What came in, not what was
    copied: a drain that catches up is no attack.

    Raises the level at once, lowers what it raised itself after a quiet while. Returns the level.
    """
    if arrived is not None:
        session.merge(PressureSample(at=at, arrived=arrived))
    for old in session.scalars(select(PressureSample).where(PressureSample.at < at - KEPT)):
        session.delete(old)
    session.flush()
    row = _locked(session, at)
    held = Level(row.level)
    wanted = rule.level(busiest(session, at - MINUTE * 2, at))
    if ORDER.index(wanted) > ORDER.index(held):
        _move(session, row, wanted, automatic=True, reason=RAISED, at=at, by=None)
        return wanted
    if row.automatic and held is not Level.NORMAL and at - row.since >= QUIET:
        calm = rule.level(busiest(session, at - QUIET - MINUTE, at))
        if ORDER.index(calm) < ORDER.index(held):
            _move(session, row, calm, automatic=True, reason=LOWERED, at=at, by=None)
            return calm
    return held


def busiest(session: Session, since: datetime, until: datetime) -> int:
    """The most answers in a minute between two samples of that time; 0 with fewer than two."""
    samples = session.execute(
        select(PressureSample.at, PressureSample.arrived)
        .where(PressureSample.at >= since, PressureSample.at <= until)
        .order_by(PressureSample.at)
    ).all()
    rates = [
        (later.arrived - earlier.arrived) / max((later.at - earlier.at) / MINUTE, 1 / 6)
        for earlier, later in pairwise(samples)
    ]
    return max(0, round(max(rates, default=0)))


def _locked(session: Session, at: datetime) -> Pressure:
    row = session.scalars(select(Pressure).where(Pressure.id == 1).with_for_update()).one_or_none()
    if row is None:
        row = Pressure(
            id=1, level=Level.NORMAL.value, automatic=False, since=at, reason="", revision=0
        )
        session.add(row)
        session.flush()
    return row


def _move(
    session: Session,
    row: Pressure,
    wanted: Level,
    *,
    automatic: bool,
    reason: str,
    at: datetime,
    by: int | None,
) -> None:
    before = row.level
    row.level, row.automatic, row.reason = wanted.value, automatic, reason[:LONGEST_REASON]
    row.since, row.revision = at, row.revision + 1
    audit.record(
        session,
        "pressure.set",
        at=at,
        by=by,
        subject=("pressure", 1),
        before={"level": before},
        after={"level": wanted.value, "automatic": automatic},
        reason=row.reason,
    )


RAISED = "La regla automática: llegaron muchas respuestas en un minuto."
LOWERED = "La regla automática: pasaron quince minutos tranquilos."
