"""Photographs of an actor's candidates, many at once: a ZIP whose files are named by their keys.

Each becomes a draft in the middle cut, through the same album and action as the form for one. A
file that cannot be taken holds up no other, and bringing the same ZIP again changes nothing.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO

from sqlalchemy.orm import Session

from decide.catalog import own
from decide.catalog.actions import must_be_editable
from decide.catalog.actions_profiles import save_profile
from decide.catalog.own import OwnHead
from decide.catalog.owner import Owner
from decide.catalog.photos import CUTS, LARGEST_FILE, Album, PhotoRefused
from decide.imports.limits import MIB, Unreadable
from decide.kernel.zips import BROKEN

MOST = 40  # photographs of one file: each takes about a quarter of a second
MOST_ENTRIES = 200
UNPACKED = 64 * MIB
CUT = CUTS[1]


@dataclass(frozen=True)
class Picture:
    """A file of the ZIP that was understood, under the name that it will be shown by."""

    head: OwnHead
    photo: str


@dataclass(frozen=True)
class Trouble:
    """A file of the ZIP that was not taken, and what to do."""

    file_name: str
    sentence: str


@dataclass(frozen=True)
class Brought:
    """What a ZIP brings."""

    pictures: tuple[Picture, ...]
    troubles: tuple[Trouble, ...]


def read(own_heads: tuple[OwnHead, ...], album: Album, stream: IO[bytes]) -> Brought:
    """Take every photograph into the album. Unreadable when it is no ZIP, or too large a one."""
    heads = {head.contest.key: head for head in own_heads}
    pictures: list[Picture] = []
    troubles: list[Trouble] = []
    try:
        with zipfile.ZipFile(stream) as archive:
            for name, body in bodies(archive):
                head = heads.get(PurePosixPath(name).stem.casefold())
                told = taken(head, body, album, pictures)
                if isinstance(told, Picture):
                    pictures.append(told)
                else:
                    troubles.append(Trouble(PurePosixPath(name).name[:80], told))
    except (*BROKEN, RuntimeError) as error:  # or a password
        raise no_zip() from error
    return Brought(tuple(pictures), tuple(troubles))


def taken(head: OwnHead | None, body: bytes, album: Album, before: list[Picture]) -> Picture | str:
    """One photograph in the album, or the sentence that says why not."""
    if head is None:
        return "El nombre no es la clave de una candidatura suya. Cópiela de la plantilla."
    if any(each.head.id == head.id for each in before):
        return f"{head.name} ya tiene otra fotografía en este archivo. Deje una."
    try:
        return Picture(head, album.finish(album.receive(io.BytesIO(body)), CUT))
    except PhotoRefused as refusal:
        return str(refusal)


def bodies(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file. What counts is what comes out, not what the ZIP claims."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_ENTRIES:
        raise too_many()
    wanted = [entry for entry in entries if not is_clutter(entry.filename)]
    if len(wanted) > MOST:
        raise too_many()
    if not wanted:
        raise Unreadable("El archivo ZIP está vacío.", "Ponga en él las fotografías.")
    left = UNPACKED
    for entry in wanted:
        with archive.open(entry) as stream:
            body = stream.read(min(LARGEST_FILE + 1, left + 1))
        left -= len(body)
        if left < 0:
            raise Unreadable(
                "El archivo ZIP se hace demasiado grande al abrirlo.",
                "Divídalo en varios, o reduzca las fotografías.",
            )
        yield entry.filename, body


def is_clutter(name: str) -> bool:
    """Files that computers add by themselves."""
    path = PurePosixPath(name)
    return path.name.startswith(".") or "__MACOSX" in path.parts or path.name == "Thumbs.db"


def no_zip() -> Unreadable:
    """The file is damaged, locked, or something else."""
    return Unreadable(
        "Ese archivo no es un ZIP que podamos abrir.",
        "Comprima las fotografías en un ZIP sin contraseña.",
    )


def too_many() -> Unreadable:
    """More photographs than one file may bring."""
    return Unreadable(
        f"El archivo trae más de {MOST} fotografías.", f"Divídalo en varios, de {MOST} cada uno."
    )


def keep(session: Session, owner: Owner, brought: Brought, *, at: datetime, by: int) -> int:
    """Put the photographs into the working copies; gives how many changed.

    A description that somebody wrote stays; otherwise it says whose portrait it is. Raise Refused
    when the calendar does not let actors write, StaleProfile when somebody writes at this moment.
    """
    must_be_editable(session, at)
    kept = own.all_profiles(session, owner)
    changed = 0
    for picture in brought.pictures:
        profile = kept[picture.head.id]
        if profile.text.photo == picture.photo:
            continue
        alt = profile.text.photo_alt or f"Retrato de {picture.head.name}."
        save_profile(
            session, owner, picture.head.id,
            replace(profile.text, photo=picture.photo, photo_alt=alt),
            revision=profile.revision, at=at, by=by,
        )  # fmt: skip
        changed += 1
    return changed
