"""What the worker runs: making a batch of posters, and the sweep that restarts what stands still.

Everything comes from the row's frozen facts, so a batch that was killed and begun anew, or made
twice at once, has the same bytes.
"""

import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.orm import Session

from decide.errors import Unavailable
from decide.kernel.db import patient
from decide.kernel.files import digest, remove_older, write_aside
from decide.kernel.handed import silent, taken
from decide.kernel.jobs import job
from decide.kernel.log import logger
from decide.kernel.resources import Resources
from decide.outreach import batches
from decide.outreach.kinds import BatchState
from decide.outreach.models import PosterBatch
from decide.outreach.pictures import Sender, Words, poster, square

SILENT = timedelta(seconds=20)  # without a word for so long: nobody works on it
BEAT = 0.5  # seconds between two writings of the progress
LAST_ATTEMPT = 5
KEPT = timedelta(days=31)  # a day longer than the row that names the file
ROOM = 0xCA27  # first half of the lock's name; the batch's number is the second
PLAIN_FILE = 0o100644 << 16
UNIX = 3

log = logger("outreach")


@job
def make(resources: Resources, batch_id: int) -> None:
    """Make a batch. READY, or FAILED with its reason while the exception goes up."""
    with resources.database.transaction() as session:
        patient(session)  # the lock is held by this transaction, which waits while we draw
        begun = begin(resources, batch_id) if taken(session, ROOM, batch_id) else None
        if begun is None:
            log.info("posters.left", batch_id=batch_id)
            return
        try:
            path = written(resources, batch_id, begun)
        except Exception as error:
            failed(resources, batch_id, error)
            raise
        row = batches.locked(session, batch_id)
        batches.move(row, BatchState.READY, at=resources.clock.now(session))
        row.made, row.sha256, row.bytes = row.total, digest(path), path.stat().st_size
    log.info("posters.made", batch_id=batch_id)


def begin(resources: Resources, batch_id: int) -> dict[str, Any] | None:
    """Mark the batch RUNNING, in a transaction of its own; None when there is nothing to do."""
    with resources.database.transaction() as session:
        row = session.get(PosterBatch, batch_id, with_for_update=True)
        if row is None or row.state not in batches.MOVING:
            return None
        at = resources.clock.now(session)
        if row.state is BatchState.QUEUED:
            batches.move(row, BatchState.RUNNING, at=at)
        row.touched_at, row.made = at, 0
        zone = ZoneInfo(resources.settings.time_zone)
        return row.facts | {"form": row.form, "at": row.ordered_at.astimezone(zone)}


def written(resources: Resources, batch_id: int, told: dict[str, Any]) -> Path:
    """Draw every poster into the batch's file, whole or not at all."""
    target = batches.place_of(resources.settings.files_folder, batch_id)
    sender, beat = Sender(**told["sender"]), 0.0
    with write_aside(target) as part, ZipFile(part, "w") as archive:
        for made, each in enumerate(told["sheets"]):
            if time.monotonic() - beat >= BEAT:
                beat = time.monotonic()
                tell(resources, batch_id, made)
            name, body = drawn(each, sender, told["form"])
            archive.writestr(entry(name, told["at"]), body)
    return target


def drawn(told: dict[str, str], sender: Sender, form: str) -> tuple[str, bytes]:
    """One poster: the name of its file, and its bytes."""
    words = Words(told["over"], told["title"], told["text"])
    if form == batches.SQUARE:
        return f"{told['name']}.png", square(words, sender, told["address"])
    return f"{told['name']}.pdf", poster(words, sender, told["address"], form)


def entry(name: str, at: datetime) -> ZipInfo:
    """A file in the ZIP; PDF and PNG are compressed in themselves."""
    made = ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
    made.compress_type = ZIP_STORED
    made.create_system = UNIX
    made.external_attr = PLAIN_FILE
    return made


def tell(resources: Resources, batch_id: int, made: int) -> None:
    """Write how many are drawn, which is also the heartbeat."""
    with resources.database.transaction() as session:
        session.execute(
            update(PosterBatch)
            .where(PosterBatch.id == batch_id, PosterBatch.state == BatchState.RUNNING)
            .values(made=made, touched_at=resources.clock.now(session))
        )


def failed(resources: Resources, batch_id: int, error: Exception) -> None:
    """Mark the batch FAILED, with a sentence for people."""
    log.error("posters.failed", batch_id=batch_id, kind=type(error).__name__)
    with resources.database.transaction() as session:
        row = batches.locked(session, batch_id)
        if row.state is BatchState.RUNNING:
            batches.move(row, BatchState.FAILED, at=resources.clock.now(session))
            row.failure = (
                str(error)
                if isinstance(error, Unavailable)
                else "Algo falló al hacer los carteles. Inténtelo otra vez."
            )


@job
def sweep(resources: Resources, _turn: int) -> None:
    """Send again every batch that should move and that neither worker nor queue holds.

    Files of batches that are destroyed (`retention.rules`) go as well.
    """
    with resources.database.transaction() as session:
        now = resources.clock.now(session)
        for row in silent(session, PosterBatch, batches.MOVING, since=now - SILENT):
            if taken(session, ROOM, row.id):
                restart(resources, session, row, now)
    remove_older(batches.folder_of(resources.settings.files_folder), now - KEPT)


def restart(resources: Resources, session: Session, row: PosterBatch, now: datetime) -> None:
    """Begin anew what nobody makes, unless it only waits for its turn."""
    if row.state is BatchState.QUEUED:
        if not resources.jobs.is_known(batches.MAKE, row.id, attempt=row.attempt):
            batches.send(session, resources.jobs, row)  # the queue has lost it
        return
    if row.attempt >= LAST_ATTEMPT:
        batches.move(row, BatchState.FAILED, at=now)
        row.failure = "Se interrumpió varias veces. Avise a informática."
        return
    batches.again(row, at=now)
    batches.send(session, resources.jobs, row)
    log.warning("posters.restarted", batch_id=row.id, attempt=row.attempt)
