"""Editions: all files of a data set, made at one instant, that appear together or not at all.

open/<set>/<edition>/           one edition: every table in every format, and datapackage.json
open/<set>/current              the name of the edition that is served
open/<set>/snapshots/<day>.zip  the first edition of a day, kept

While the content changes a new edition is made at most every few minutes, by the worker or, when
none has been for long, by whoever asks.
"""

import json
import shutil
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import Any

from decide.catalog.queries import content_revision
from decide.kernel.files import all_in, is_there, sync, write_aside
from decide.kernel.resources import Resources
from decide.opendata.definitions import DataSet
from decide.opendata.formats import Format, written
from decide.opendata.package import OpenFile, Publisher, described

DESCRIPTOR = "datapackage.json"
POINTER = "current"
SNAPSHOTS = "snapshots"
KEPT = 3  # editions that stay on the disk, for who is still reading an older one
BEGINNING = (1980, 1, 1, 0, 0, 0)  # the only date that a ZIP tells: the same files, the same bytes

making = Lock()


@dataclass(frozen=True)
class Edition:
    """One edition on the disk."""

    folder: Path
    revision: int
    made_at: datetime
    package: dict[str, Any]
    files: tuple[OpenFile, ...]

    @property
    def version(self) -> str:
        """As datapackage.json tells it."""
        return str(self.package["version"])

    def path(self, name: str) -> Path:
        """Where a file of this edition is."""
        return self.folder / name

    def file(self, table: str, form: Format) -> OpenFile:
        """One of its files."""
        return next(each for each in self.files if (each.table, each.form) == (table, form))


@dataclass(frozen=True)
class Snapshot:
    """The kept files of one day."""

    day: date
    path: Path
    size: int


def edition_of(resources: Resources, chosen: DataSet) -> Edition:
    """The edition to serve: the current one while it is fresh enough, else a new one."""
    shelf = resources.settings.files_folder / "open" / chosen.name
    known = current(shelf)
    with resources.database.reading() as session:
        revision = content_revision(session)
        now = resources.clock.now(session)
    if known and (known.revision == revision or is_fresh(known, now, resources)):
        return known
    with making:
        again = current(shelf)
        if again and (again.revision == revision or is_fresh(again, now, resources)):
            return again
        return make(resources, chosen, shelf)


def is_fresh(known: Edition, now: datetime, resources: Resources) -> bool:
    """Whether an edition is so young that a change may still wait for the next."""
    return now - known.made_at < timedelta(minutes=resources.settings.open_data_minutes)


def current(shelf: Path) -> Edition | None:
    """The edition that the pointer names; None before the first."""
    try:
        folder = shelf / (shelf / POINTER).read_text(encoding="utf-8").strip()
        package = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    made = datetime.strptime(package["created"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    files = tuple(
        OpenFile(
            Path(each["path"]).stem,
            Format(each["format"]),
            each["bytes"],
            each["hash"].removeprefix("sha256:"),
        )
        for each in package["resources"]
    )
    return Edition(folder, int(folder.name.partition("-")[0]), made, package, files)


def make(resources: Resources, chosen: DataSet, shelf: Path) -> Edition:
    """Write a new edition and point to it; all its rows are of one instant."""
    settings = resources.settings
    aside = shelf / f".{token_hex(8)}.part"
    aside.mkdir(parents=True)
    try:
        with resources.database.reading() as session:
            revision = content_revision(session)
            now = resources.clock.now(session)
            files: list[OpenFile] = []
            for table in chosen.tables:
                rows = list(table.rows(session))
                for form in Format:
                    body = written(table, rows, form)
                    files.append(OpenFile(table.name, form, len(body), sha256(body).hexdigest()))
                    (aside / files[-1].name).write_bytes(body)
        publisher = Publisher(settings.authority, settings.public_url)
        package = described(chosen, files, publisher, now)
        (aside / DESCRIPTOR).write_text(
            json.dumps(package, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )
        for path in aside.iterdir():
            sync(path)
        folder = shelf / f"{revision}-{token_hex(4)}"
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    with write_aside(shelf / POINTER, shared=False) as part:  # each host makes its own
        part.write_text(folder.name, encoding="utf-8")
    forget_old(shelf, folder)
    return Edition(folder, revision, now, package, tuple(files))


def forget_old(shelf: Path, newest: Path) -> None:
    """Remove editions that nobody reads any more."""
    folders = [each for each in shelf.iterdir() if each.is_dir() and each.name != SNAPSHOTS]
    old = sorted(folders, key=lambda each: (each == newest, each.stat().st_mtime))
    for folder in old[:-KEPT]:
        shutil.rmtree(folder, ignore_errors=True)


def keep_snapshot(resources: Resources, chosen: DataSet, day: date) -> bool:
    """Keep the day's first edition as one ZIP; False when it has been kept already."""
    shelf = resources.settings.files_folder / "open" / chosen.name
    target = shelf / SNAPSHOTS / f"{day.isoformat()}.zip"
    if is_there(target):
        return False
    edition = edition_of(resources, chosen)
    with write_aside(target) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as out:
        for name in (DESCRIPTOR, *(each.name for each in edition.files)):
            entry = zipfile.ZipInfo(name, BEGINNING)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            out.writestr(entry, edition.path(name).read_bytes())
    return True


def snapshots(resources: Resources, chosen: DataSet) -> tuple[Snapshot, ...]:
    """The days that were kept, newest first."""
    folder = resources.settings.files_folder / "open" / chosen.name / SNAPSHOTS
    paths = reversed(all_in(folder, "????-??-??.zip"))
    return tuple(
        Snapshot(date.fromisoformat(path.stem), path, path.stat().st_size) for path in paths
    )
