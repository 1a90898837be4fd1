"""One copy as a folder: its list of contents, and whether all of it is still there."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from decide.backup import wal
from decide.backup.programs import BackupRefused, verify_base
from decide.kernel.files import digest, sync

LIST = "contents.json"


@dataclass(frozen=True)
class Contents:
    """What a set says of itself. `sums`: path below the set → SHA-256, of ledger and files."""

    taken_at: str
    first: str
    last: str
    key_mark: str
    sums: dict[str, str]


def sets_in(folder: Path) -> list[Path]:
    """The finished sets, oldest first."""
    kept = folder / "sets"
    return sorted(each for each in kept.glob("*Z") if each.is_dir()) if kept.is_dir() else []


def newest(folder: Path) -> Path:
    """The set to restore from; BackupRefused when there is none."""
    found = sets_in(folder)
    if not found:
        raise BackupRefused(f"En {folder} no hay ninguna copia terminada.")
    return found[-1]


def sums_of(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of the parts that have no list of their own."""
    return {
        str(file.relative_to(folder)): digest(file)
        for part in ("ledger", "files")
        for file in sorted((folder / part).rglob("*"))
        if file.is_file()
    }


def key_mark(process_key: str) -> str:
    """Tells one process key from another without telling it: it has 256 random bits."""
    return hashlib.sha256(b"decide backup\0" + process_key.encode()).hexdigest()[:16]


def write(folder: Path, contents: Contents) -> None:
    """Write the list; a set without it does not count."""
    file = folder / LIST
    file.write_text(json.dumps(asdict(contents), indent=1), encoding="utf-8")
    sync(file)


def read(folder: Path) -> Contents:
    """The list of a set; BackupRefused when it cannot be read."""
    try:
        return Contents(**json.loads((folder / LIST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise BackupRefused(f"La copia {folder.name} no está completa. Use otra.") from error


def check(folder: Path) -> list[Path]:
    """Look at everything in a set and at its WAL; the segments it needs, or BackupRefused."""
    contents = read(folder)
    verify_base(folder / "base")
    held = sums_of(folder)
    for path, wanted in contents.sums.items():
        if path not in held:
            raise BackupRefused(f"En la copia {folder.name} falta {path}. Use otra copia.")
        if held[path] != wanted:
            raise BackupRefused(
                f"En la copia {folder.name}, {path} no es lo que se copió: está dañado o cortado. "
                "Use otra copia."
            )
    archive = wal.archive_of(folder.parent.parent, contents.first, contents.last)
    return wal.chain(archive, contents.first, contents.last)
