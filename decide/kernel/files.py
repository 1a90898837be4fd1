"""Files that appear whole or not at all, and the store that may stand behind their folder.

With a store the folder is a memory: a file is in the store before it is in its place, and what is
not there is fetched. Rooms ask `is_there` instead of the disk and `remove` instead of unlinking.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Protocol


class Behind(Protocol):
    """What a store must do (see `kernel.store`)."""

    def put(self, name: str, path: Path) -> None:
        """Keep a file, whole or not at all."""

    def fetch(self, name: str, target: Path) -> bool:
        """Write what is kept into `target`; False when nothing is."""

    def delete(self, name: str) -> None:
        """Forget a name."""

    def names(self, folder: str) -> Iterator[tuple[str, datetime]]:
        """(name, when it was kept) of everything below `folder`."""


# As a file system is mounted: a fact about a folder in this process, not about each writer.
_mounted: dict[Path, Behind] = {}


def mount(folder: Path, store: Behind | None) -> None:
    """Put a store behind a folder, or take it away (None)."""
    _mounted.pop(folder.absolute(), None)
    if store is not None:
        _mounted[folder.absolute()] = store


def behind(path: Path) -> tuple[Behind, str] | None:
    """The store behind a path and its name there; None where the disk is all there is."""
    whole = path.absolute()
    for folder, store in _mounted.items():
        if whole.is_relative_to(folder):
            return store, whole.relative_to(folder).as_posix()
    return None


@contextmanager
def write_aside(target: Path, *, shared: bool = True) -> Iterator[Path]:
    """Yield a `.part` path beside `target`; on success fsync it and rename, on failure remove it.

    A reader of `target` sees the old file or the complete new one, also after a power cut. A store
    behind the folder has it first, unless it is not `shared`. Of several writers, threads or hosts,
    each has a part of its own and the last one stays.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{token_hex(6)}.part")
    try:
        yield part
        sync(part)
        kept = behind(target) if shared else None
        if kept is not None:
            store, name = kept
            store.put(name, part)
        part.replace(target)
        sync(target.parent)
    finally:
        part.unlink(missing_ok=True)


def is_there(path: Path, *, changing: bool = False) -> bool:
    """Whether a file is there, fetched from the store if only the store has it.

    `changing`: its content may be replaced under the same name, so the store is asked every time.
    """
    if path.is_file() and not changing:
        return True
    kept = behind(path)
    if kept is None:
        return path.is_file()
    store, name = kept
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{token_hex(6)}.part")
    try:
        if not store.fetch(name, part):
            path.unlink(missing_ok=True)
            return False
        sync(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return True


def remove(path: Path) -> None:
    """Forget a file, in the store too; nothing happens when it is gone already."""
    kept = behind(path)
    if kept is not None:
        store, name = kept
        store.delete(name)
    path.unlink(missing_ok=True)


def remove_older(folder: Path, edge: datetime) -> None:
    """Forget every file directly in a folder that was kept before `edge`."""
    old = {path for path in folder.glob("*.*") if written_at(path) < edge}
    kept = behind(folder)
    if kept is not None:
        store, name = kept
        old |= {folder / Path(each).name for each, at in store.names(name) if at < edge}
    for path in old:
        remove(path)


def all_in(folder: Path, pattern: str) -> list[Path]:
    """Files of a folder whose names match, fetched if need be; sorted."""
    found = set(folder.glob(pattern)) if folder.is_dir() else set()
    kept = behind(folder)
    if kept is not None:
        store, name = kept
        names = (folder / Path(each).relative_to(name) for each, _ in store.names(name))
        found |= {path for path in names if path.match(pattern) and path.parent == folder}
    return sorted(path for path in found if is_there(path))


def fetch_all(folder: Path) -> None:
    """Bring everything that the store has into the folder, for a copy of it."""
    kept = behind(folder)
    if kept is not None:
        for name, _ in list(kept[0].names("")):
            is_there(folder / name)


def written_at(path: Path) -> datetime:
    """When a file was last written."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def sync(path: Path) -> None:
    """Force a file's or a folder's state to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
