"""Keeping processes of the past, and what they gave in each municipality."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.errors import Conflict, NotFound, Refused
from decide.results.entries import EarlierEntry
from decide.results.models import EarlierProcess, EarlierResult, EarlierVote

LONGEST_NAME = 160
LONGEST_SOURCE = 300
LONGEST_NOTE = 600
NUL = "\x00"  # PostgreSQL keeps it in no text


class EarlierRefused(Refused):
    """What was typed cannot stay so; `field` says where."""

    def __init__(self, field: str, sentence: str) -> None:
        """`sentence` says what to do."""
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class EarlierForm:
    """What a form says about a process of the past."""

    name: str
    election_day: date
    source: str
    note: str = ""


def save_process(
    session: Session,
    key: str | None,
    form: EarlierForm,
    *,
    today: date,
    revision: int,
    at: datetime,
    by: int | None,
) -> str:
    """Add a process, or change the one with this key; gives its key.

    Raises EarlierRefused, NotFound, or Conflict when somebody else changed it meanwhile.
    """
    told = checked(form, today)
    if key is None:
        row = EarlierProcess(key=free_key(session, told.election_day), revision=0)
        session.add(row)
    else:
        row = locked(session, key)
        if row.revision != revision:
            raise Conflict("Otra persona cambió este proceso mientras usted escribía.")
    row.name, row.election_day = told.name, told.election_day
    row.source, row.note = told.source, told.note
    row.revision, row.changed_at = row.revision + 1, at
    session.flush()
    audit.record(
        session, "earlier_process.saved", at=at, by=by, subject=("earlier_process", row.id),
        after={"key": row.key, "name": row.name, "election_day": row.election_day.isoformat()},
    )  # fmt: skip
    return row.key


def remove_process(session: Session, key: str, *, at: datetime, by: int | None) -> None:
    """Take away a process; Refused while it has results, because undoing an import needs it."""
    row = locked(session, key)
    if session.scalar(select(func.count()).where(EarlierResult.process_id == row.id)):
        raise Refused("Ese proceso tiene resultados. Deshaga primero su importación.")
    session.delete(row)
    audit.record(
        session, "earlier_process.removed", at=at, by=by, subject=("earlier_process", row.id),
        before={"key": row.key, "name": row.name},
    )  # fmt: skip


def checked(form: EarlierForm, today: date) -> EarlierForm:
    """The form, tidied; EarlierRefused for the first field that is missing or too long."""
    told = EarlierForm(
        tidy(form.name), form.election_day, tidy(form.source), form.note.replace(NUL, "").strip()
    )
    for field, text, longest, missing in (
        ("name", told.name, LONGEST_NAME, "Escriba cómo se llama el proceso."),
        ("source", told.source, LONGEST_SOURCE, "Escriba de dónde vienen los resultados."),
        ("note", told.note, LONGEST_NOTE, ""),
    ):
        if missing and not text:
            raise EarlierRefused(field, missing)
        if len(text) > longest:
            raise EarlierRefused(field, f"Use {longest} letras como máximo.")
    if told.election_day >= today:
        raise EarlierRefused("election_day", "Un proceso anterior ya pasó. Revise el año.")
    if told.election_day.year < 1900:
        raise EarlierRefused("election_day", "Escriba el año con cuatro cifras.")
    return told


def tidy(text: str) -> str:
    """One line without double spaces."""
    return " ".join(text.replace(NUL, "").split())


def free_key(session: Session, day: date) -> str:
    """The year; with a letter when another process had its election in the same year."""
    taken = set(session.scalars(select(EarlierProcess.key)))
    year = str(day.year)
    return next(
        key for key in (year, *(f"{year}-{number}" for number in range(2, 99))) if key not in taken
    )


def locked(session: Session, key: str) -> EarlierProcess:
    """A process, held until the transaction ends; NotFound."""
    row = session.scalars(
        select(EarlierProcess).where(EarlierProcess.key == key).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound("Ese proceso anterior no está registrado.")
    return row


def record(
    session: Session, entries: Sequence[EarlierEntry], *, at: datetime, by: int | None
) -> None:
    """Write what processes gave, in place of what stood there. A fixed number of statements."""
    if not entries:
        return
    numbers = dict(session.execute(select(EarlierProcess.key, EarlierProcess.id)).all())
    forget(session, entries)
    made = session.scalars(
        insert(EarlierResult).returning(EarlierResult.id, sort_by_parameter_order=True),
        [
            {
                "process_id": numbers[entry.process],
                "municipality_number": entry.municipality,
                "valid": entry.valid,
                "unregistered": entry.unregistered,
                "null_votes": entry.null_votes,
                "total": entry.total,
                "nominal_list": entry.nominal_list,
                "stations": entry.stations,
                "note": entry.note,
            }
            for entry in entries
        ],
    ).all()
    votes = [
        {
            "result_id": result,
            "position": vote.position,
            "label": vote.label,
            "votes": vote.votes,
        }
        for result, entry in zip(made, entries, strict=True)
        for vote in entry.votes
    ]
    if votes:
        session.execute(insert(EarlierVote), votes)
    written_down(session, "earlier_results.recorded", entries, at=at, by=by)


def withdraw(
    session: Session, entries: Sequence[EarlierEntry], *, at: datetime, by: int | None
) -> None:
    """Delete results: for a file imported by mistake."""
    forget(session, entries)
    written_down(session, "earlier_results.withdrawn", entries, at=at, by=by)


def forget(session: Session, entries: Sequence[EarlierEntry]) -> None:
    """Delete the rows of these municipalities, in two statements for each process."""
    for key in {entry.process for entry in entries}:
        places = [entry.municipality for entry in entries if entry.process == key]
        rows = (
            select(EarlierResult.id)
            .join(EarlierProcess, EarlierProcess.id == EarlierResult.process_id)
            .where(EarlierProcess.key == key, EarlierResult.municipality_number.in_(places))
        )
        session.execute(delete(EarlierVote).where(EarlierVote.result_id.in_(rows)))
        session.execute(delete(EarlierResult).where(EarlierResult.id.in_(rows)))


def written_down(
    session: Session, deed: str, entries: Sequence[EarlierEntry], *, at: datetime, by: int | None
) -> None:
    """One line of the trail for each process."""
    for key in sorted({entry.process for entry in entries}):
        rows = sum(entry.process == key for entry in entries)
        audit.record(
            session, deed, at=at, by=by, subject=("earlier_process", None),
            after={"key": key, "rows": rows},
        )  # fmt: skip
