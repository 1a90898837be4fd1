"""Large files are written by the worker: order, watch, begin again. The row is the outbox."""

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from decide.errors import NotFound
from decide.imports.models import ImportTask, TaskState
from decide.imports.uploads import Upload
from decide.kernel.jobs import Jobs

WRITE = "decide.imports.jobs.write"
STEPS = {
    TaskState.QUEUED: {TaskState.RUNNING},
    TaskState.RUNNING: {TaskState.DONE, TaskState.FAILED, TaskState.QUEUED},
    TaskState.DONE: set(),
    TaskState.FAILED: {TaskState.QUEUED},
}


class WrongStep(Exception):
    """A task cannot go from one state to the other: a fault of the program."""


@dataclass(frozen=True)
class TaskLine:
    """A task as its page shows it."""

    token: str
    file_name: str
    state: str
    progress: int
    attempt: int
    ordered_at: datetime
    touched_at: datetime
    failure: str | None
    run_id: int | None

    @property
    def is_moving(self) -> bool:
        """Whether its page has something new to tell soon."""
        return self.state in (TaskState.QUEUED, TaskState.RUNNING)


def order(session: Session, jobs: Jobs, upload: Upload, *, at: datetime, by: int | None) -> None:
    """Have a kept file written. Ordering twice is harmless; a failed one begins again."""
    fresh = {
        "token": upload.token,
        "file_name": upload.file_name,
        "state": TaskState.QUEUED,
        "progress": 0,
        "attempt": 1,
        "ordered_at": at,
        "touched_at": at,
        "account_id": by,
    }
    session.execute(
        upsert(ImportTask).values(fresh).on_conflict_do_nothing(index_elements=["token"])
    )
    row = locked(session, upload.token)
    if row.state is TaskState.FAILED:
        again(row, at=at)
    send(session, jobs, row)


def send(session: Session, jobs: Jobs, row: ImportTask) -> None:
    """Send the job once this transaction has been committed."""
    if row.state is TaskState.QUEUED:
        jobs.send_after(session, WRITE, row.id, attempt=row.attempt)


def again(row: ImportTask, *, at: datetime) -> None:
    """Back to the queue as a new attempt."""
    move(row, TaskState.QUEUED, at=at)
    row.attempt += 1
    row.progress, row.failure = 0, None


def move(row: ImportTask, state: TaskState, *, at: datetime) -> None:
    """Take a step of STEPS; WrongStep otherwise."""
    if state not in STEPS[row.state]:
        raise WrongStep(f"{row.state} → {state}")
    row.state, row.touched_at = state, at


def locked(session: Session, token: str) -> ImportTask:
    """The task of an upload, held until the transaction ends; NotFound."""
    row = session.scalars(
        select(ImportTask).where(ImportTask.token == token).with_for_update()
    ).one_or_none()
    return row or missing()


def task(session: Session, token: str) -> TaskLine | None:
    """The task of an upload, or None."""
    row = session.scalars(select(ImportTask).where(ImportTask.token == token)).one_or_none()
    return line(row) if row else None


def moving(session: Session) -> tuple[TaskLine, ...]:
    """Tasks that wait or run."""
    asked = select(ImportTask).where(ImportTask.state.in_((TaskState.QUEUED, TaskState.RUNNING)))
    return tuple(line(row) for row in session.scalars(asked.order_by(ImportTask.id)))


def count_moving(session: Session) -> int:
    """How many wait or run."""
    asked = select(func.count()).select_from(ImportTask)
    wanted = ImportTask.state.in_((TaskState.QUEUED, TaskState.RUNNING))
    return session.scalar(asked.where(wanted)) or 0


def line(row: ImportTask) -> TaskLine:
    """A row for pages."""
    return TaskLine(
        token=row.token,
        file_name=row.file_name,
        state=row.state.value,
        progress=row.progress,
        attempt=row.attempt,
        ordered_at=row.ordered_at,
        touched_at=row.touched_at,
        failure=row.failure,
        run_id=row.run_id,
    )


def missing() -> NoReturn:
    """There is no such task."""
    raise NotFound("Ese trabajo ya no está. Suba el archivo otra vez.")
