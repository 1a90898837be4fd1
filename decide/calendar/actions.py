"""Setting the process and its phases."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.calendar.models import CalendarNotice, ElectoralProcess, Phase
from decide.calendar.rules import Area, Window
from decide.errors import Conflict, NotFound, Refused

# Longer than any web worker goes on with an old picture of the calendar.
NOTICE = timedelta(seconds=10)
# What opens or closes so soon, or has closed, is not moved by one person alone.
SOON = timedelta(hours=48)


class DateRefused(Refused):
    """A date of a phase breaks a rule; `field` is "opens" or "closes"."""

    def __init__(self, field: str, sentence: str) -> None:
        """Keep which date and why."""
        super().__init__(sentence)
        self.field = field


class SecondPersonNeeded(Refused):
    """The change touches what is near or already closed: somebody else must confirm it."""

    def __init__(self, title: str) -> None:
        """Keep the title of the phase, for the proposal."""
        super().__init__(
            "La etapa ya cerró o faltan menos de 48 horas. "
            "Este cambio lo debe confirmar otra persona."
        )
        self.title = title


class DatesMoved(Conflict):
    """The phase no longer has the dates that the change was proposed for."""


def set_process(
    session: Session, *, key: str, name: str, election_day: date, at: datetime, by: int | None
) -> None:
    """Name the process of this deployment; repeating changes it."""
    row = session.get(ElectoralProcess, 1) or ElectoralProcess(id=1)
    row.key, row.name, row.election_day = key, name, election_day
    session.add(row)
    audit.record(
        session,
        "process.set",
        at=at,
        by=by,
        subject=("process", 1),
        after={"key": key, "name": name, "election_day": election_day.isoformat()},
    )


def set_phases(
    session: Session, windows: Iterable[Window], *, at: datetime, by: int | None
) -> None:
    """Write the given phases, by key; phases not named stay. Refused for an unknown area."""
    known = {row.key: row for row in session.scalars(select(Phase))}
    # Two people decided that: a plan that is set again does not take it back.
    early = shows_early(row.visible for row in known.values())
    for window in windows:
        unknown = (window.visible | window.takes_part | window.editable) - set(Area)
        if unknown:
            raise Refused(
                f"La etapa «{window.key}» nombra áreas que no existen: "
                f"{', '.join(sorted(unknown))}."
            )
        row = known.get(window.key) or Phase(key=window.key)
        row.title, row.text = window.title, window.text
        row.opens_at, row.closes_at = window.opens_at, window.closes_at
        shown = window.visible
        if early and is_before_results(shown):
            shown |= {Area.STATISTIC}
        row.visible = sorted(shown)
        row.takes_part = sorted(window.takes_part)
        row.editable = sorted(window.editable)
        session.add(row)
        audit.record(
            session,
            "phase.set",
            at=at,
            by=by,
            subject=("phase", row.id),
            after={
                name: str(value)
                for name, value in asdict(window).items()
                if name in ("key", "opens_at", "closes_at")
            },
        )


def show_statistics(
    session: Session, *, early: bool, at: datetime, by: int, second: int, reason: str
) -> None:
    """Show the statistics of the tool from the first platforms on (`early`), or with the results.

    The plan shows them together with the results; those phases stay as they are. Refused when it
    stands so already.
    """
    rows = list(session.scalars(select(Phase).with_for_update()))
    before = [row for row in rows if is_before_results(row.visible)]
    if not before:
        raise Refused("El calendario no tiene etapas antes de los resultados.")
    if early == shows_early(row.visible for row in rows):
        raise Refused("Las estadísticas ya están así. No hay nada que cambiar.")
    for row in before:
        kept = set(row.visible) - {Area.STATISTIC}
        row.visible = sorted(kept | {Area.STATISTIC} if early else kept)
    audit.record(
        session,
        "statistics.shown" if early else "statistics.hidden",
        at=at,
        by=by,
        subject=("process", 1),
        after={"confirmed_by": second},
        reason=reason,
    )


def is_before_results(visible: Collection[str]) -> bool:
    """Whether a phase (by what it shows) has platforms and no results yet."""
    return Area.PLATFORM in visible and Area.RESULT not in visible


def shows_early(visible: Iterable[Iterable[str]]) -> bool:
    """Whether a phase (by what it shows) has the statistics and no results yet."""
    return any(Area.STATISTIC in each and Area.RESULT not in each for each in map(set, visible))


def move_phase(
    session: Session,
    key: str,
    *,
    opens_at: datetime,
    closes_at: datetime | None,
    seen: tuple[datetime, datetime | None] | None = None,
    at: datetime,
    by: int | None,
    second: int | None = None,
    reason: str,
) -> None:
    """Change the dates of one phase, from now on only, and announce it in public.

    DateRefused when it would close before it opens, or rewrite what citizens already saw: an
    answer that was accepted must not turn out to have come after the closing. SecondPersonNeeded
    when an instant within 48 hours is touched, or a closed phase opened again, and nobody else
    (`second`) confirmed. DatesMoved when the phase has other dates than those `seen`.
    """
    row = session.scalars(select(Phase).where(Phase.key == key).with_for_update()).one_or_none()
    if row is None:
        raise NotFound("Esa etapa no existe.")
    if seen is not None and seen != (row.opens_at, row.closes_at):
        raise DatesMoved("Las fechas cambiaron desde la propuesta. Descártela y haga otra.")
    check_dates(row, opens_at, closes_at, at)
    if (opens_at, closes_at) == (row.opens_at, row.closes_at):
        raise DateRefused("opens", "Son las mismas fechas. Cambie alguna o no guarde.")
    if is_soon(row, opens_at, closes_at, at) and second is None:
        raise SecondPersonNeeded(row.title)
    before = {"opens_at": str(row.opens_at), "closes_at": str(row.closes_at)}
    session.add(
        CalendarNotice(
            phase_key=key, title=row.title, announced_at=at, opened_at=row.opens_at,
            closed_at=row.closes_at, opens_at=opens_at, closes_at=closes_at, reason=reason,
        )
    )  # fmt: skip
    row.opens_at, row.closes_at = opens_at, closes_at
    after = {"opens_at": str(opens_at), "closes_at": str(closes_at)}
    audit.record(
        session,
        "phase.moved",
        at=at,
        by=by,
        subject=("phase", row.id),
        before=before,
        after=after if second is None else after | {"confirmed_by": second},
        reason=reason,
    )


def check_dates(row: Phase, opens_at: datetime, closes_at: datetime | None, at: datetime) -> None:
    """Raise DateRefused for dates that a phase cannot have from now on."""
    if closes_at is not None and closes_at <= opens_at:
        raise DateRefused("closes", "La etapa debe cerrar después de abrir. Revise las dos fechas.")
    if opens_at != row.opens_at and min(opens_at, row.opens_at) < at:
        raise DateRefused(
            "opens", "La apertura no puede estar en el pasado ni cambiar cuando ya pasó."
        )
    if closes_at != row.closes_at and closes_at is not None and closes_at < at + NOTICE:
        raise DateRefused(
            "closes",
            "El cierre no puede estar en el pasado. "
            f"Deje al menos {NOTICE.seconds} segundos desde ahora.",
        )


def is_soon(row: Phase, opens_at: datetime, closes_at: datetime | None, at: datetime) -> bool:
    """Whether the change touches an edge, old or new, that has passed or is within 48 hours.

    A closing that has passed is the nearest of all: another one opens the phase again at once.
    """
    touched: list[datetime | None] = []
    if opens_at != row.opens_at:
        touched += [row.opens_at, opens_at]
    if closes_at != row.closes_at:
        touched += [row.closes_at, closes_at]
    return any(edge < at + SOON for edge in touched if edge is not None)
