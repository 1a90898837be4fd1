"""Posters in batches: order, watch, begin again, find. The row is the worker's outbox.

QUEUED ──> RUNNING ──> READY
   ^          ├──> FAILED
   └──────────┴──────┘   a new attempt, by the sweep or by staff
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, defer

from decide.audit import actions as audit
from decide.errors import NotFound, Refused
from decide.kernel.files import is_there
from decide.kernel.jobs import Jobs
from decide.outreach.kinds import BatchState
from decide.outreach.models import PosterBatch
from decide.outreach.pictures import SIZES, Sender
from decide.outreach.sheets import About, Sheet, sheets

MAKE = "decide.outreach.jobs.make"
SQUARE = "cuadro"
FORMS = (*SIZES, SQUARE)
SHOWN = 30
MOVING = (BatchState.QUEUED, BatchState.RUNNING)
STEPS: Mapping[BatchState, frozenset[BatchState]] = {
    BatchState.QUEUED: frozenset({BatchState.RUNNING, BatchState.FAILED}),
    BatchState.RUNNING: frozenset({BatchState.READY, BatchState.FAILED, BatchState.QUEUED}),
    BatchState.READY: frozenset(),
    BatchState.FAILED: frozenset({BatchState.QUEUED}),
}


class WrongStep(Refused):
    """The batch cannot take this step now."""


@dataclass(frozen=True)
class BatchLine:
    """A batch as its page shows it: `made` of `total` posters are written."""

    id: int
    about: str
    form: str
    state: str
    made: int
    total: int
    ordered_at: datetime
    ordered_by: int | None
    touched_at: datetime
    failure: str | None
    sha256: str | None
    size: int | None

    @property
    def is_moving(self) -> bool:
        """Whether its page has something new to tell soon."""
        return self.state in MOVING

    @property
    def file_name(self) -> str:
        """What its file is called for whoever downloads it."""
        return f"carteles-{self.about}-{self.form}.zip"


def order(
    session: Session, jobs: Jobs, about: str, form: str, sender: Sender, site: str,
    *, at: datetime, by: int | None,
) -> int:  # fmt: skip
    """Have all posters of a kind made; gives the batch's id. Refused for what nobody offers.

    Asked for again while it is under way (a double click, a second person), it is the same batch.
    """
    if about not in set(About):
        raise Refused("Elija de qué son los carteles.")
    if form not in FORMS:
        raise Refused("Elija el tamaño de los carteles.")
    if (going := under_way(session, about, form)) is not None:
        return going
    found = sheets(session, About(about))
    if not found:
        raise Refused("Todavía no hay de qué hacer esos carteles. Cárguelos en Importaciones.")
    row = PosterBatch(
        about=About(about), form=form, state=BatchState.QUEUED, made=0, total=len(found),
        attempt=1, ordered_at=at, ordered_by=by, touched_at=at, facts=facts(found, sender, site),
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(
        session, "posters.ordered", at=at, by=by, subject=("poster_batch", row.id),
        after={"about": about, "form": form, "count": row.total},
    )  # fmt: skip
    send(session, jobs, row)
    return row.id


def under_way(session: Session, about: str, form: str) -> int | None:
    """The batch of this kind that is being made, if any; two orders at once wait for each other."""
    session.execute(text("LOCK TABLE poster_batch IN SHARE ROW EXCLUSIVE MODE"))
    return session.scalar(
        select(PosterBatch.id).where(
            PosterBatch.about == About(about),
            PosterBatch.form == form,
            PosterBatch.state.in_(MOVING),
        )
    )


def facts(found: tuple[Sheet, ...], sender: Sender, site: str) -> dict[str, Any]:
    """All that the posters of a batch say; they are Spanish, as paper is."""
    return {
        "sender": asdict(sender),
        "sheets": [
            {
                "name": each.name,
                "over": str(each.words.over),
                "title": str(each.words.title),
                "text": str(each.words.text),
                "address": f"{site}{each.path}",
            }
            for each in found
        ],
    }


def send(session: Session, jobs: Jobs, row: PosterBatch) -> None:
    """Send the job once this transaction has been committed."""
    jobs.send_after(session, MAKE, row.id, attempt=row.attempt)


def retry(session: Session, jobs: Jobs, number: int, *, at: datetime) -> None:
    """Begin a failed batch anew; WrongStep for any other."""
    row = locked(session, number)
    again(row, at=at)
    send(session, jobs, row)


def again(row: PosterBatch, *, at: datetime) -> None:
    """Back to the queue as a new attempt."""
    move(row, BatchState.QUEUED, at=at)
    row.attempt += 1
    row.made, row.failure = 0, None


def move(row: PosterBatch, state: BatchState, *, at: datetime) -> None:
    """Take a step of STEPS; WrongStep otherwise."""
    if state not in STEPS[row.state]:
        raise WrongStep("Esos carteles ya no se pueden pedir otra vez. Recargue la página.")
    row.state, row.touched_at = state, at


def locked(session: Session, number: int) -> PosterBatch:
    """A batch, held until the transaction ends; NotFound."""
    row = session.get(PosterBatch, number, with_for_update=True)
    if row is None:
        raise NotFound("Esos carteles no se han pedido.")
    return row


def batches(session: Session, *, start: int = 0, size: int = SHOWN) -> tuple[BatchLine, ...]:
    """Some, the newest first."""
    asked = select(PosterBatch).options(defer(PosterBatch.facts)).order_by(PosterBatch.id.desc())
    return tuple(line(row) for row in session.scalars(asked.offset(start).limit(size)))


def count(session: Session) -> int:
    """How many were ordered."""
    return session.scalar(select(func.count()).select_from(PosterBatch)) or 0


def batch(session: Session, number: int) -> BatchLine:
    """One; NotFound."""
    row = session.get(PosterBatch, number, options=[defer(PosterBatch.facts)])
    if row is None:
        raise NotFound("Esos carteles no se han pedido.")
    return line(row)


def line(row: PosterBatch) -> BatchLine:
    """A row for pages."""
    return BatchLine(
        row.id, row.about.value, row.form, row.state.value, row.made, row.total, row.ordered_at,
        row.ordered_by, row.touched_at, row.failure, row.sha256, row.bytes,
    )  # fmt: skip


def folder_of(files_folder: Path) -> Path:
    """Where the files of all batches lie."""
    return files_folder / "posters"


def place_of(files_folder: Path, number: int) -> Path:
    """Where a batch's file lies, or will: the only owner of the name."""
    return folder_of(files_folder) / f"{number}.zip"


def file_of(files_folder: Path, found: BatchLine) -> Path:
    """A batch's file; NotFound while there is none."""
    path = place_of(files_folder, found.id)
    if found.state != BatchState.READY or not is_there(path):
        raise NotFound("Ese archivo todavía no está listo.")
    return path
