"""Mending the end of Valkey's append-only file after a power cut.

Each change is on disk before it is acknowledged, so a record that is torn at the very end of the
last file was acknowledged to nobody and may go. Anything else is damage and stays for a person to
look at. The server could cut by itself (`aof-load-truncated yes`), but it also cuts where a
flipped bit in the middle swallows the rest; its check tool misreads the base file. So we look
ourselves, and keep what we cut.
"""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from decide.errors import Unavailable
from decide.kernel.files import sync

LARGEST_CUT = 1 << 20  # one torn record or transaction; ours are below a kilobyte
RECORD_START = re.compile(rb"\*[1-9]\d{0,6}\r\n\$")


class DamagedLog(Unavailable):
    """The append-only file is broken elsewhere than at its end; nothing was changed."""


class _Torn(Exception):
    """The record that begins here is not whole."""


@dataclass(frozen=True)
class Cut:
    """What was removed: from which file, from which byte on, how many, and where they are kept."""

    file: Path
    offset: int
    removed: int
    kept: Path


def cut_torn_end(folder: Path, *, at: datetime | None = None) -> Cut | None:
    """Remove a torn last record from the append-only files in `folder`; None when all is whole.

    The server must be stopped. Raises DamagedLog when the damage is not a torn end.
    """
    file = last_file(folder)
    with file.open("rb") as stream:
        whole, read = scan(stream)
        stream.seek(read)
        torn = stream.read(LARGEST_CUT + 1)
        removed = stream.seek(0, os.SEEK_END) - whole
        if removed == 0:
            return None
        refuse_damage(file, torn, read, removed)
        stream.seek(whole)
        remains = stream.read()
    moment = (at or datetime.now(UTC)).strftime("%Y%m%dT%H%M%S")
    kept = folder.parent / f"{file.name}.cut-{moment}"
    kept.write_bytes(remains)
    sync(kept)
    sync(kept.parent)
    os.truncate(file, whole)
    sync(file)
    return Cut(file, whole, removed, kept)


def last_file(folder: Path) -> Path:
    """The file that was being written, as the manifest names it; raises DamagedLog without one."""
    try:
        manifest = (folder / "appendonly.aof.manifest").read_text()
    except OSError as error:
        raise DamagedLog(f"No se puede leer el índice del registro en {folder}.") from error
    names = re.findall(r"^file (\S+) seq \d+ type i", manifest, re.MULTILINE)
    if not names:
        raise DamagedLog(f"El registro de {folder} no tiene archivo en curso.")
    return folder / str(names[-1])


def scan(stream: BinaryIO) -> tuple[int, int]:
    """Read records up to the first that is not whole.

    Returns (end of the last record outside an open transaction, end of the last whole record).
    """
    whole = read = 0
    transaction = False
    while True:
        try:
            name = record(stream)
        except _Torn:
            return whole, read
        read = stream.tell()
        if name == b"MULTI":
            transaction = True
        elif name == b"EXEC":
            transaction = False
        if not transaction:
            whole = read


def record(stream: BinaryIO) -> bytes:
    """Read one record and return its command in upper case; raises _Torn."""
    line = stream.readline(65_536)
    if line.startswith(b"#") and line.endswith(b"\n"):
        return b"#"  # an annotation
    words = number(line, b"*")
    name = b""
    for position in range(words):
        length = number(stream.readline(64), b"$")
        word = stream.read(length + 2)
        if len(word) != length + 2 or not word.endswith(b"\r\n"):
            raise _Torn
        if position == 0:
            name = word[:-2].upper()
    return name


def number(line: bytes, mark: bytes) -> int:
    """The count in a line such as `*3\\r\\n` or `$12\\r\\n`; raises _Torn."""
    digits = line[1:-2]
    if not (line.startswith(mark) and line.endswith(b"\r\n") and digits.isdigit()):
        raise _Torn
    return int(digits)


def refuse_damage(file: Path, torn: bytes, read: int, removed: int) -> None:
    """Raise DamagedLog unless `torn`, from byte `read` on, looks like an unfinished write."""
    if not torn.strip(b"\0"):
        return  # space that the file system had given to a write that never came
    if removed > LARGEST_CUT or any(
        is_whole(torn[match.start() :]) for match in RECORD_START.finditer(torn, 1)
    ):
        raise DamagedLog(
            f"El registro {file} está dañado en el byte {read}, y no solo al final. "
            "No se cambió nada. Recupere el archivo de un respaldo."
        )


def is_whole(data: bytes) -> bool:
    """Whether `data` begins with one whole record."""
    try:
        record(BytesIO(data))
    except _Torn:
        return False
    return True
