"""What waits for a second person, and what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from decide.changes.models import Change
from decide.changes.states import ChangeState, Kind
from decide.errors import NotFound

SHOWN = 50


@dataclass(frozen=True)
class ChangeLine:
    """A proposal as the pages show it."""

    id: int
    kind: Kind
    about: str
    title: str
    told: Mapping[str, Any]
    reason: str
    state: ChangeState
    proposed_by: int
    proposed_at: datetime
    decided_by: int | None
    decided_at: datetime | None


def changes(session: Session) -> tuple[ChangeLine, ...]:
    """The newest ones; those that wait come first."""
    rows = session.scalars(
        select(Change).order_by(Change.state != ChangeState.PROPOSED, Change.id.desc()).limit(SHOWN)
    )
    return tuple(line(row) for row in rows)


def change(session: Session, change_id: int) -> ChangeLine:
    """One of them; NotFound."""
    row = session.get(Change, change_id)
    if row is None:
        raise NotFound("Ese cambio no existe.")
    return line(row)


def waiting(session: Session, person: int) -> int:
    """How many wait for this person: those that others proposed."""
    asked = select(func.count()).where(
        Change.state == ChangeState.PROPOSED, Change.proposed_by != person
    )
    return session.scalar(asked) or 0


def open_about(session: Session, kind: Kind, about: str) -> int | None:
    """The number of the proposal about a thing that waits; None for none."""
    return session.scalar(
        select(Change.id).where(
            Change.kind == kind, Change.about == about, Change.state == ChangeState.PROPOSED
        )
    )


def open_ones(session: Session, kind: Kind) -> Mapping[str, int]:
    """The number of the proposal that waits, for each thing that has one."""
    rows = session.execute(
        select(Change.about, Change.id).where(
            Change.kind == kind, Change.state == ChangeState.PROPOSED
        )
    )
    return {about: number for about, number in rows}  # noqa: C416 # rows are no pairs for mypy


def line(row: Change) -> ChangeLine:
    """A row as a value."""
    return ChangeLine(
        row.id, row.kind, row.about, row.title, row.told, row.reason, row.state,
        row.proposed_by, row.proposed_at, row.decided_by, row.decided_at,
    )  # fmt: skip
