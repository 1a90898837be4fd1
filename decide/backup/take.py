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
from decide.errors import DecideError
from decide.kernel.files import fetch_all, sync
from decide.kernel.log import logger
from decide.kernel.redis import RedisError
from decide.settings import Settings

KEPT = 7  # sets
PAUSE = 5.0  # seconds before fetching is tried again, or a set that failed for the first time
LONGEST_PAUSE = 600.0  # seconds between two sets that fail: each begins with a whole base copy

log = logger("backup")


def take(settings: Settings, ledger: Redis, folder: Path, *, at_ledger: Path | None = None) -> Path:
    """Copy everything but the keys into a new set below `folder`; returns it.

    Raises BackupRefused, or what its parts raise. What a copy that fails had made is removed, and
    so is what one that was killed left: a folder of copies is for one program at a time.
    """
    if settings.redis_url.startswith("redis+cluster"):
        raise BackupRefused("El registro está en varios nodos: copie la carpeta de cada uno.")
    source = Source(settings.database_url)
    (folder / "wal").mkdir(parents=True, exist_ok=True)
    remove_unfinished(folder)
    try:
        whole = taken(settings, ledger, source, folder, at_ledger)
    except BaseException:
        remove_unfinished(folder)  # a base copy each: tries would fill the disk
        raise
    log.info("backup.taken", copy=whole.name)
    return whole


def remove_unfinished(folder: Path) -> None:
    """Remove the sets that were begun and not finished."""
    for part in (folder / "sets").glob("*.part"):
        shutil.rmtree(part, ignore_errors=True)


def taken(
    settings: Settings, ledger: Redis, source: Source, folder: Path, at_ledger: Path | None
) -> Path:
    """A new finished set below `folder`."""
    archive = folder / "wal"
    begun = datetime.now(UTC)
    # The order of these lines is what makes the copy whole: see the room's doorplate.
    if source.keep_slot():
        wal.put_aside(archive, begun)
    part = folder / "sets" / f"{begun:%Y%m%dT%H%M%S}.part"
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
    """Take a set every so many seconds, and between them fetch the WAL as it is written.

    Whatever fails is said in a line of the log and tried again, ever later while it keeps failing.
    """
    failures = 0
    while not stop.is_set():
        try:
            take(settings, ledger, folder, at_ledger=at_ledger)
            forget_old(folder)
            failures = 0
            until = monotonic() + every
            while not stop.is_set() and monotonic() < until:
                fetch_until(Source(settings.database_url), folder / "wal", stop, until)
        except (DecideError, OSError, psycopg.Error, RedisError) as error:
            pause = min(LONGEST_PAUSE, PAUSE * 2**failures)
            failures += 1
            # A refusal is a sentence for whoever reads the log; others are told by their kind.
            why = str(error) if isinstance(error, DecideError) else ""
            log.error("backup.failed", kind=type(error).__name__, why=why, again_in=pause)
            stop.wait(pause)


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
    for archive in wal.archives(folder):
        for name, file in wal.held(archive).items():
            if name < first:
                file.unlink()
        if archive != folder / "wal" and not wal.held(archive):
            shutil.rmtree(archive)
