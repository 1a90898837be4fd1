"""What the worker runs: writing one large file, and the sweep that restarts what nobody works on.

The file's entries, the run and the state DONE are one transaction: killed in the middle, nothing
was written and the sweep begins anew; killed after, it is done. It is never written twice.
"""

import time
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from decide.errors import DecideError, NotFound
from decide.imports import actions, tasks
from decide.imports.models import ImportTask, TaskState
from decide.imports.uploads import Uploads
from decide.kernel.db import patient
from decide.kernel.handed import silent, taken
from decide.kernel.jobs import job
from decide.kernel.log import logger
from decide.kernel.resources import Resources

SILENT = timedelta(seconds=20)  # without a word for so long: nobody works on it
BEAT = 0.5  # seconds between two writings of the progress
READ = 70  # percent when all rows have been read; the rest is the writing
LAST_ATTEMPT = 5
MOVING = (TaskState.QUEUED, TaskState.RUNNING)
ROOM = 0x1397  # first half of the lock's name; the task's number is the second

log = logger("imports")


@job
def write(resources: Resources, task_id: int) -> None:
    """Write a file. DONE, or FAILED with its reason while the exception goes up."""
    with resources.database.transaction() as session:
        held = taken(session, ROOM, task_id)
        token = begun(resources, task_id) if held else None
        if token is None:
            log.info("import.left", task_id=task_id, taken=held)
            return
        try:
            written(resources, session, task_id, token)
        except Exception as error:
            session.rollback()
            failed(resources, task_id, error)
            raise
    Uploads(resources.settings.files_folder).drop(token)


def begun(resources: Resources, task_id: int) -> str | None:
    """Mark the task RUNNING, in a transaction of its own; None when there is nothing to do."""
    with resources.database.transaction() as session:
        row = session.get(ImportTask, task_id, with_for_update=True)
        if row is None or row.state not in MOVING:
            return None
        at = resources.clock.now(session)
        if row.state is TaskState.QUEUED:
            tasks.move(row, TaskState.RUNNING, at=at)
        row.touched_at, row.progress = at, 0
        return row.token


def written(resources: Resources, session: Session, task_id: int, token: str) -> None:
    """Check the file once more and write it, the run and the task's end together."""
    patient(session)
    upload = Uploads(resources.settings.files_folder).find(token)
    tell = Teller(resources, task_id)
    row = session.get_one(ImportTask, task_id)
    with upload.opened() as stream:
        plan = actions.dry_run(
            session,
            upload.layout,
            stream,
            upload.file_name,
            progress=lambda share: tell(share * READ // 100),
        )
    tell(READ)
    at = resources.clock.now(session)
    run = actions.commit(session, plan, at=at, by=row.account_id)
    session.refresh(row, with_for_update=True)
    tasks.move(row, TaskState.DONE, at=at)
    row.progress, row.run_id = 100, run.id
    log.info("import.written", task_id=task_id, rows=plan.rows)


class Teller:
    """Writes the progress, which is also the heartbeat, now and then."""

    def __init__(self, resources: Resources, task_id: int) -> None:
        """About one task."""
        self._resources, self._id, self._last = resources, task_id, 0.0

    def __call__(self, share: int) -> None:
        """Say how far, in percent."""
        if time.monotonic() - self._last < BEAT:
            return
        self._last = time.monotonic()
        with self._resources.database.transaction() as session:
            session.execute(
                update(ImportTask)
                .where(ImportTask.id == self._id, ImportTask.state == TaskState.RUNNING)
                .values(progress=share, touched_at=self._resources.clock.now(session))
            )


def failed(resources: Resources, task_id: int, error: Exception) -> None:
    """Mark the task FAILED, with a sentence for people."""
    log.error("import.failed", task_id=task_id, kind=type(error).__name__)
    told = isinstance(error, DecideError)
    with resources.database.transaction() as session:
        row = session.get(ImportTask, task_id, with_for_update=True)
        if row is not None and row.state is TaskState.RUNNING:
            tasks.move(row, TaskState.FAILED, at=resources.clock.now(session))
            row.failure = str(error) if told else "Algo falló al escribir. No se importó nada."


@job
def sweep(resources: Resources, _beat: int) -> None:
    """Send again every task that should move and that neither worker nor queue holds."""
    with resources.database.transaction() as session:
        now = resources.clock.now(session)
        for row in silent(session, ImportTask, MOVING, since=now - SILENT):
            restart(resources, session, row)


def restart(resources: Resources, session: Session, row: ImportTask) -> None:
    """Begin a silent task anew, unless a worker lives with it or it only waits for its turn."""
    if not taken(session, ROOM, row.id):
        return
    now = resources.clock.now(session)
    if row.state is TaskState.QUEUED:
        if not resources.jobs.is_known(tasks.WRITE, row.id, attempt=row.attempt):
            tasks.send(session, resources.jobs, row)  # the queue has lost it
        return
    try:
        Uploads(resources.settings.files_folder).find(row.token)
    except NotFound as gone:
        tasks.move(row, TaskState.FAILED, at=now)
        row.failure = str(gone)
        return
    if row.attempt >= LAST_ATTEMPT:
        tasks.move(row, TaskState.FAILED, at=now)
        row.failure = "Se interrumpió varias veces. No se importó nada. Avise a informática."
        return
    tasks.again(row, at=now)
    tasks.send(session, resources.jobs, row)
    log.warning("import.restarted", task_id=row.id, attempt=row.attempt)
