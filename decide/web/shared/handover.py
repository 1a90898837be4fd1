"""Handing a package over: streamed, bound to the request that asked, kept by nobody on the way."""

from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, send_file
from flask_babel import format_decimal
from flask_babel import gettext as _

from decide.delivery import encryption, phrases, queries
from decide.delivery.folder import Shelf
from decide.delivery.queries import DeliveryLine
from decide.errors import NotFound
from decide.kernel.db import Session
from decide.kernel.files import digest
from decide.web.shared.context import resources

UNITS = ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB"))


def mount(door: Blueprint) -> None:
    """Give the templates the words of this file as filters."""
    for each in (size_words, state_words, hash_words):
        door.add_app_template_filter(each)


def located(line: DeliveryLine) -> Path:
    """Where a package lies; NotFound while there is none.

    Ask before the download is written down: one that cannot begin is none.
    """
    return queries.file_of(Shelf(resources().settings.files_folder), line)


def encrypted_copy(session: Session, line: DeliveryLine) -> Path:
    """Where the copy lies that the phrase of the newest letter opens; NotFound."""
    return phrases.copy_of(session, Shelf(resources().settings.files_folder), line)


def is_intact(line: DeliveryLine) -> bool:
    """Whether the file on the disk is, byte for byte, the one that passed the verifier."""
    try:
        path = located(line)
        known = path.stat()
        return _digest(path, known.st_mtime_ns, known.st_size) == line.sha256
    except (NotFound, OSError):
        return False


@lru_cache(maxsize=64)
def _digest(path: Path, _changed: int, _size: int) -> str:
    """A file's hash, computed once for as long as it is not written again."""
    return digest(path)


def handed(path: Path, line: DeliveryLine, *, key: str = "") -> Response:
    """The package as a download that no cache may keep; encrypted to a public key when given.

    `path` may be the copy that a phrase opens.
    """
    closed = bool(key) or path.suffix == encryption.ENDING
    answer = send_file(
        encryption.encrypted_to(path, key) if key else path,
        mimetype="application/octet-stream" if closed else "application/zip",
        as_attachment=True,
        download_name=line.file_name + (encryption.ENDING if closed else ""),
        conditional=False,
        etag=False,
        last_modified=None,
    )
    answer.headers["Cache-Control"] = "no-store"
    answer.headers.pop("Last-Modified", None)
    return answer


def size_words(size: int) -> str:
    """A file's size as people say it: “3.2 MB”."""
    for unit, name in UNITS:
        if size >= unit:
            return f"{format_decimal(round(size / unit, 1))} {name}"
    return f"{size} B"


def state_words(line: DeliveryLine) -> str:
    """Where a delivery stands, honestly: a second attempt is called one."""
    again = line.attempt > 1
    words: dict[str, str] = {
        "ordered": _("Reintentando: en cola") if again else _("En cola"),
        "building": _("Reintentando: en preparación") if again else _("En preparación"),
        "ready": _("Lista"),
        "failed": _("Detenida"),
    }
    return words[line.state]


def hash_words(digest: str) -> str:
    """A hash in groups of eight, so that two people can compare it aloud."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))
