"""The files that prove an activity: kept as they came, given back only as downloads."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from decide.errors import NotFound, Refused
from decide.kernel.files import is_there, write_aside

LARGEST = 16 * 2**20
# What a file begins with, and the ending under which it is given back.
KINDS: dict[bytes, str] = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}


@dataclass(frozen=True)
class KeptFile:
    """A file in its place."""

    ending: str
    sha256: str
    size: int


class EvidenceShelf:
    """The folder of evidence; the only owner of its names."""

    def __init__(self, files_folder: Path) -> None:
        """Files lie in `evidence` below the service's files, each under its hash."""
        self._folder = files_folder / "evidence"

    def keep(self, stream: IO[bytes]) -> KeptFile:
        """Keep a file. Refused for another kind or size."""
        body = stream.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise Refused("El archivo pesa demasiado. Súbalo de hasta 16 MB.")
        ending = next((kind for start, kind in KINDS.items() if body.startswith(start)), None)
        if ending is None:
            raise Refused("La evidencia debe ser un PDF o una imagen JPG o PNG.")
        digest = hashlib.sha256(body).hexdigest()
        with write_aside(self._folder / digest) as part:
            part.write_bytes(body)
        return KeptFile(ending, digest, len(body))

    def find(self, digest: str) -> Path:
        """Where a file lies; NotFound."""
        path = self._folder / digest
        if not is_there(path):
            raise NotFound("Esa evidencia no está aquí.")
        return path
