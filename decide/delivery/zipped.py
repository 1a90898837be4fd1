"""One ZIP out of a folder's files, with the same bytes every time."""

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

PLAIN_FILE = 0o100644 << 16
UNIX = 3
PIECE = 1 << 20
PRESSED = ".xlsx"  # compressed in itself
# Half of a package are hashes, which nothing presses; harder tries cost three times as long for a
# tenth of the size.
LEVEL = 1


def write(target: Path, files: Sequence[Path], *, stamp: datetime) -> None:
    """Put `files` into `target` in the given order; every one bears the time `stamp`."""
    when = (stamp.year, stamp.month, stamp.day, stamp.hour, stamp.minute, stamp.second)
    with ZipFile(target, "w") as archive:
        for path in files:
            entry = ZipInfo(path.name, when)
            entry.compress_type = ZIP_STORED if path.suffix == PRESSED else ZIP_DEFLATED
            # An entry that brings its own time is not asked in any other way.
            entry._compresslevel = LEVEL  # type: ignore[attr-defined]
            entry.create_system = UNIX
            entry.external_attr = PLAIN_FILE
            entry.file_size = path.stat().st_size  # decides about ZIP64 before a byte is written
            with path.open("rb") as source, archive.open(entry, "w") as piece:
                shutil.copyfileobj(source, piece, PIECE)
