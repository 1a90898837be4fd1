"""Asking for real shapes: all of a kind for the map of the state, or one for its page."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.geography.models import Shape, ShapeFile

MUNICIPALITY, DISTRICT = "municipality", "district"


@dataclass(frozen=True)
class StateMap:
    """The whole state: SVG path of each place by its number."""

    width: int
    height: int
    paths: dict[int, str]


@dataclass(frozen=True)
class Outline:
    """One place alone."""

    path: str
    box: str


@dataclass(frozen=True)
class ShapeSource:
    """Where the shapes in use come from."""

    kind: str
    file_name: str
    sha256: str
    recorded_at: datetime


def state_map(session: Session, kind: str) -> StateMap | None:
    """The imported map of a kind; None while there is none. One statement."""
    rows = session.execute(
        select(ShapeFile.width, ShapeFile.height, Shape.number, Shape.small)
        .join(Shape, Shape.kind == ShapeFile.kind)
        .where(ShapeFile.kind == kind)
        .order_by(Shape.number)
    ).all()
    if not rows:
        return None
    return StateMap(rows[0].width, rows[0].height, {row.number: row.small for row in rows})


def outline(session: Session, kind: str, number: int) -> Outline | None:
    """One place's shape; None while there is none. One statement."""
    row = session.execute(
        select(Shape.large, Shape.box).where(Shape.kind == kind, Shape.number == number)
    ).one_or_none()
    return None if row is None else Outline(row.large, row.box)


def sources(session: Session) -> dict[str, ShapeSource]:
    """The files in use, by kind."""
    rows = session.execute(
        select(
            ShapeFile.kind, ShapeFile.file_name, ShapeFile.sha256, ShapeFile.recorded_at
        ).order_by(ShapeFile.kind)
    )
    return {row.kind: ShapeSource(*row) for row in rows}
