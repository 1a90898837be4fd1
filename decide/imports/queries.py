"""Asking for what was imported."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.errors import NotFound
from decide.imports.history import run_of
from decide.imports.models import ImportRun
from decide.imports.plan import Run


def runs(session: Session, *, limit: int = 50) -> tuple[Run, ...]:
    """The last committed imports, newest first."""
    rows = select(ImportRun).order_by(ImportRun.id.desc()).limit(limit)
    return tuple(run_of(row) for row in session.scalars(rows))


def run(session: Session, number: int) -> Run:
    """One committed import; NotFound."""
    row = session.get(ImportRun, number)
    if row is None:
        raise NotFound("Esa importación no existe.")
    return run_of(row)
