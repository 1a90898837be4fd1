"""Segments of the WAL archive: their names in order, and what is missing between two of them."""

from datetime import datetime
from pathlib import Path

from decide.backup.programs import BackupRefused

SEGMENT = 16 * 2**20
IN_A_LOG = 256  # segments of 16 MiB in one number of the middle part
UNFINISHED = ".partial"


def following(name: str) -> str:
    """The segment after `name` on the same timeline."""
    log, part = int(name[8:16], 16), int(name[16:24], 16) + 1
    if part == IN_A_LOG:
        log, part = log + 1, 0
    return f"{name[:8]}{log:08X}{part:08X}"


def is_segment(name: str) -> bool:
    """Whether a file's name is one of a segment, finished or not."""
    bare = name.removesuffix(UNFINISHED)
    return len(bare) == 24 and all(letter in "0123456789ABCDEF" for letter in bare)


def held(folder: Path) -> dict[str, Path]:
    """Segment → its file in an archive; the finished one where both are there."""
    files = sorted((each for each in folder.iterdir() if is_segment(each.name)), reverse=True)
    return {each.name.removesuffix(UNFINISHED): each for each in files}


def put_aside(archive: Path, at: datetime) -> None:
    """Begin a new archive beside `archive`, from which the sets until now still restore.

    The server forgot how far it was read. The program that fetches goes on behind the newest
    segment of its folder, which the server may not have any more.
    """
    if held(archive):
        archive.rename(archive.with_name(f"{archive.name}-{at:%Y%m%dT%H%M%SZ}"))
        archive.mkdir()


def archives(copies: Path) -> list[Path]:
    """The archive that is being written, and those put aside."""
    return [each for each in (copies / "wal", *sorted(copies.glob("wal-*"))) if each.is_dir()]


def archive_of(copies: Path, first: str, last: str) -> Path:
    """The archive that holds a set's segments: the one being written unless one put aside does."""
    for each in archives(copies):
        if {first, last} <= held(each).keys():
            return each
    return copies / "wal"


def first_of(base: Path) -> str:
    """The segment with which a base copy begins, as its label says."""
    for line in (base / "backup_label").read_text(encoding="utf-8").splitlines():
        if line.startswith("START WAL LOCATION") and "(file " in line:
            return line.partition("(file ")[2].rstrip(")")
    raise BackupRefused(f"La copia en {base} no dice dónde empieza. Use otra copia.")


def chain(folder: Path, first: str, last: str) -> list[Path]:
    """The files from `first` on, all there are; BackupRefused when one is missing or cut.

    Recovery would stop in silence at a gap, so a gap behind `last` is refused as well.
    """
    present = held(folder) if folder.is_dir() else {}
    newest = max((name for name in present if name[:8] == first[:8]), default=last)
    wanted, files = first, []
    while wanted <= max(last, newest):
        file = present.get(wanted)
        if file is None:
            raise BackupRefused(
                f"Falta el segmento {wanted} en {folder}. Sin él se perdería lo que pasó después. "
                "Búsquelo en otra copia, o use un respaldo posterior."
            )
        if file.stat().st_size != SEGMENT:
            raise BackupRefused(f"El segmento {file} está cortado. Búsquelo en otra copia.")
        files.append(file)
        wanted = following(wanted)
    return files
