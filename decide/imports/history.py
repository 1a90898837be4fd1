"""What imports changed: kept beside each run, shown, and taken back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.errors import Conflict, NotFound, Refused
from decide.imports import layouts
from decide.imports.models import ImportChange, ImportRun
from decide.imports.plan import Change, Difference, Entry, Run

LOCK = 0x14D9027  # any constant number, the same in every process


class NotTheLast(Refused):
    """A later import rests on this one."""


class CannotUndo(Refused):
    """This list only compares, or has been undone already."""


def take_turn(session: Session) -> None:
    """One import is written, or undone, at a time; until the transaction ends."""
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def keep_changes(session: Session, entry: type[Any], run: int, changes: Sequence[Change]) -> None:
    """Write what a run changed beside it. `entry` is the class of the entries."""
    if not changes:
        return
    adapter = TypeAdapter(entry)

    def told(value: Entry | None) -> dict[str, Any] | None:
        return None if value is None else adapter.dump_python(value, mode="json")

    session.execute(
        insert(ImportChange),
        [
            {
                "run_id": run,
                "position": position,
                "row": change.row,
                "before": told(change.before),
                "after": told(change.after),
            }
            for position, change in enumerate(changes)
        ],
    )


def undo(session: Session, run: int, *, at: datetime, by: int | None, reason: str) -> Run:
    """Take an import back: new entries go, changed ones become what they were.

    Raises NotFound for an unknown run, NotTheLast when a later one changed something, CannotUndo,
    Conflict when an entry was changed since, and what the room says when something hangs on one.
    """
    take_turn(session)
    row = session.get(ImportRun, run, with_for_update=True)
    if row is None:
        raise NotFound("Esa importación no existe.")
    shelf = layouts.by_key(row.layout).shelf
    if row.undone_at is not None:
        raise CannotUndo("Esa importación ya se deshizo.")
    if shelf.entry is None or shelf.remove is None:
        raise CannotUndo("Esa lista no se puede deshacer.")
    if later(session, row):
        raise NotTheLast("Hay una importación posterior. Deshaga primero la más reciente.")
    adapter: TypeAdapter[Any] = TypeAdapter(shelf.entry)
    changes = [
        (
            None if before is None else adapter.validate_python(before),
            adapter.validate_python(after),
        )
        for before, after in session.execute(
            select(ImportChange.before, ImportChange.after)
            .where(ImportChange.run_id == run)
            .order_by(ImportChange.position)
        )
    ]
    current = shelf.current(session)
    if any(current.get(after.key) != after for _, after in changes):
        raise Conflict("Alguien cambió después un dato de esa lista. Ya no se puede deshacer.")
    shelf.remove(session, [after for before, after in changes if before is None], at=at, by=by)
    shelf.write(session, [before for before, _ in changes if before is not None], at=at, by=by)
    row.undone_at = at
    session.flush()
    audit.record(
        session,
        "import.undone",
        at=at,
        by=by,
        subject=("import_run", run),
        before=dict(row.summary),
        reason=reason,
    )
    return run_of(row)


def later(session: Session, row: ImportRun) -> bool:
    """Whether an import after this one changed something and still stands."""
    after = select(ImportRun.summary).where(ImportRun.id > row.id, ImportRun.undone_at.is_(None))
    return any(each["created"] or each["changed"] for each in session.scalars(after))


def differences(session: Session, run: int, *, limit: int = 200) -> tuple[Difference, ...]:
    """What a run changed in entries that stood before, field by field."""
    rows = (
        select(ImportChange, ImportRun.layout)
        .join(ImportRun, ImportRun.id == ImportChange.run_id)
        .where(ImportChange.run_id == run, ImportChange.before.is_not(None))
        .order_by(ImportChange.position)
        .limit(limit)
    )
    found = []
    for change, layout in session.execute(rows):
        kind = layouts.by_key(layout).shelf.entry or dict
        entry: Entry = TypeAdapter(kind).validate_python(change.after)
        before = change.before or {}
        found += [
            Difference(change.row, entry.key, field, shown(before.get(field)), shown(value))
            for field, value in change.after.items()
            if before.get(field) != value
        ]
    return tuple(found)


def shown(value: object) -> str:
    """A field as text; blank when empty."""
    return "" if value is None else str(value)


def run_of(row: ImportRun) -> Run:
    """A run for pages."""
    known = layouts.find(row.layout)
    return Run(
        id=row.id,
        layout=row.layout,
        title=known.title if known else row.layout,
        file_name=row.file_name,
        sha256=row.sha256,
        rows=row.rows,
        created=row.summary["created"],
        changed=row.summary["changed"],
        unchanged=row.summary["unchanged"],
        committed_at=row.committed_at,
        by=row.account_id,
        undone_at=row.undone_at,
    )
