"""A consistent copy of the ledger's append-only folder, while it is being written.

As Redis documents it: no rewriting while the files are taken (hard links, so that it is short),
then the copy is made from the links. What was still being written at the very end is cut off the
copy: a record that is not whole was acknowledged to nobody when the copy began.
"""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from redis import Redis

from decide.backup.programs import BackupRefused
from decide.kernel.append_only import cut_torn_end

REWRITE = "auto-aof-rewrite-percentage"
PATIENCE = 600.0  # seconds for a rewriting that runs to end


def copy(ledger: Redis, into: Path, folder: Path | None) -> None:
    """Copy the append-only folder to `into`; `folder` says where it is if not where Redis says."""
    source = (folder or Path(told(ledger, "dir"))) / told(ledger, "appenddirname")
    if not source.is_dir():
        raise BackupRefused(
            f"No se encuentra el registro en {source}. Indique su carpeta con --ledger."
        )
    links = source.parent / f".copia-{os.getpid()}"
    try:
        with no_rewriting(ledger):
            taken = linked(source, links) or source
            if taken is source:
                shutil.copytree(source, into)
        if taken is links:
            shutil.copytree(links, into)
    finally:
        shutil.rmtree(links, ignore_errors=True)
    for cut in (cut_torn_end(into), *into.parent.glob("*.cut-*")):
        if isinstance(cut, Path):
            cut.unlink()


def linked(source: Path, links: Path) -> Path | None:
    """Hard links to all files of `source` in `links`; None where links cannot be made."""
    try:
        links.mkdir(mode=0o700)
        for file in source.iterdir():
            os.link(file, links / file.name)
    except OSError:
        return None
    return links


@contextmanager
def no_rewriting(ledger: Redis) -> Iterator[None]:
    """No rewriting begins inside, and none is under way."""
    former = told(ledger, REWRITE)
    ledger.config_set(REWRITE, 0)
    try:
        deadline = time.monotonic() + PATIENCE
        while is_rewriting(ledger):
            if time.monotonic() > deadline:
                raise BackupRefused("El registro lleva diez minutos reescribiéndose. Repita luego.")
            time.sleep(0.05)
        yield
    finally:
        ledger.config_set(REWRITE, former)


def is_rewriting(ledger: Redis) -> bool:
    """Whether the server rewrites its files, or is about to."""
    known = ledger.info("persistence")
    return bool(known["aof_rewrite_in_progress"] or known["aof_rewrite_scheduled"])


def told(ledger: Redis, name: str) -> str:
    """One setting of the server."""
    known = cast("dict[Any, Any]", ledger.config_get(name))
    for key, value in known.items():
        if (key.decode() if isinstance(key, bytes) else key) == name:
            return value.decode() if isinstance(value, bytes) else str(value)
    raise BackupRefused(f"El registro no dice su ajuste «{name}».")
