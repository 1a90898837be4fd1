"""Asking for what was imported."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from decide.errors import NotFound
from decide.imports.history import run_of
from decide.imports.models import ImportRun
from decide.imports.plan import Run


def runs(session: Session, *, start: int = 0, size: int = 50) -> tuple[Run, ...]:
    """Some of the committed imports, newest first."""
    rows = select(ImportRun).order_by(ImportRun.id.desc()).offset(start).limit(size)
    return tuple(run_of(row) for row in session.scalars(rows))


def count(session: Session) -> int:
    """How many there are."""
    return session.scalar(select(func.count()).select_from(ImportRun)) or 0


def run(session: Session, number: int) -> Run:
    """One committed import; NotFound."""
    row = session.get(ImportRun, number)
    if row is None:
        raise NotFound("Esa importación no existe.")
    return run_of(row)
