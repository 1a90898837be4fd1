"""Taking a copy, once or for as long as the service runs."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from time import monotonic

import psycopg
from redis import Redis

from decide.backup import ledger as ledger_copy
from decide.backup import sets, wal
from decide.backup.programs import BackupRefused, Source
from decide.kernel.files import fetch_all, sync
from decide.kernel.log import logger
from decide.settings import Settings

KEPT = 7  # sets
PAUSE = 5.0  # seconds before fetching is tried again

log = logger("backup")


def take(settings: Settings, ledger: Redis, folder: Path, *, at_ledger: Path | None = None) -> Path:
    """Copy everything but the keys into a new set below `folder`; returns it.

    Raises BackupRefused; a copy that was interrupted leaves only a folder that does not count.
    """
    if settings.redis_url.startswith("redis+cluster"):
        raise BackupRefused("El registro está en varios nodos: copie la carpeta de cada uno.")
    source = Source(settings.database_url)
    archive = folder / "wal"
    archive.mkdir(parents=True, exist_ok=True)
    # The order of these lines is what makes the copy whole: see the room's doorplate.
    source.keep_slot()
    begun = datetime.now(UTC)
    part = folder / "sets" / f"{begun:%Y%m%dT%H%M%S}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    source.base(part / "base")
    ledger_copy.copy(ledger, part / "ledger", at_ledger)
    fetch_all(settings.files_folder)
    shutil.copytree(settings.files_folder, part / "files") if settings.files_folder.is_dir() else (
        part / "files"
    ).mkdir()
    until, last = position(source)
    source.fetch(archive, until)
    sets.write(
        part,
        sets.Contents(
            taken_at=begun.isoformat(timespec="seconds"),
            first=wal.first_of(part / "base"),
            last=last,
            key_mark=sets.key_mark(settings.process_key),
            sums=sets.sums_of(part),
        ),
    )
    whole = part.rename(part.with_name(f"{part.stem}Z"))
    sync(whole.parent)
    log.info("backup.taken", copy=whole.name)
    return whole


def position(source: Source) -> tuple[str, str]:
    """The last byte that the server has on its disk, and the segment that holds it."""
    with psycopg.connect(source.full_address) as connection:
        row = connection.execute(
            "SELECT lsn::text, pg_walfile_name(lsn) FROM (SELECT pg_current_wal_flush_lsn() - 1)"
            " AS flushed (lsn)"
        ).fetchone()
    if row is None:
        raise BackupRefused("PostgreSQL no dice hasta dónde escribió.")
    return str(row[0]), str(row[1])


def follow(
    settings: Settings, ledger: Redis, folder: Path, stop: Event, *,
    every: float, at_ledger: Path | None = None,
) -> None:  # fmt: skip
    """Take a set every so many seconds, and between them fetch the WAL as it is written."""
    while not stop.is_set():
        try:
            take(settings, ledger, folder, at_ledger=at_ledger)
            forget_old(folder)
        except (BackupRefused, OSError, psycopg.Error) as error:
            log.error("backup.failed", kind=type(error).__name__)
            stop.wait(PAUSE)
            continue
        until = monotonic() + every
        while not stop.is_set() and monotonic() < until:
            fetch_until(Source(settings.database_url), folder / "wal", stop, until)


def fetch_until(source: Source, archive: Path, stop: Event, until: float) -> None:
    """Fetch WAL until the moment, the stop, or the end of the program that fetches it."""
    name, *arguments = source.receiving(archive)
    command = [str(source.programs / name), *arguments, "-d", source.address, "-w", "--no-loop"]
    with subprocess.Popen(  # noqa: S603 - our own argument list, no shell
        command, env=source.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as fetching:
        while fetching.poll() is None and monotonic() < until and not stop.wait(0.2):
            pass
        if fetching.poll() is not None and not stop.is_set():
            log.warning("backup.wal_away")
            stop.wait(PAUSE)
        fetching.terminate()


def forget_old(folder: Path, *, kept: int = KEPT) -> None:
    """Remove all but the newest sets, and the WAL that none of them needs."""
    found = sets.sets_in(folder)
    for old in found[:-kept]:
        shutil.rmtree(old)
    first = min((sets.read(each).first for each in found[-kept:]), default="")
    for name, file in wal.held(folder / "wal").items():
        if name < first:
            file.unlink()
