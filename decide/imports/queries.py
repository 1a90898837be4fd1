"""Asking for what was imported, and for the lists that can be."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.imports import layouts
from decide.imports.models import ImportRun
from decide.imports.plan import Run


def runs(session: Session, *, limit: int = 50) -> tuple[Run, ...]:
    """The last committed imports, newest first."""
    rows = select(ImportRun).order_by(ImportRun.id.desc()).limit(limit)
    return tuple(
        Run(
            id=row.id,
            layout=row.layout,
            title=layouts.BY_KEY[row.layout].title if row.layout in layouts.BY_KEY else row.layout,
            file_name=row.file_name,
            sha256=row.sha256,
            rows=row.rows,
            created=row.summary["created"],
            changed=row.summary["changed"],
            unchanged=row.summary["unchanged"],
            committed_at=row.committed_at,
            by=row.account_id,
        )
        for row in session.scalars(rows)
    )
