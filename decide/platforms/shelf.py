"""Where the PDFs of platforms lie: the only owner of their names."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from decide.errors import NotFound, Refused
from decide.kernel.files import is_there, write_aside

LARGEST = 32 * 2**20
START = b"%PDF-"


@dataclass(frozen=True)
class KeptPdf:
    """A file in its place."""

    path: Path
    sha256: str
    size: int


class PlatformShelf:
    """The folder of platforms, each file under its hash."""

    def __init__(self, files_folder: Path) -> None:
        """Files lie in `platforms` below the service's files."""
        self._folder = files_folder / "platforms"

    def keep(self, stream: IO[bytes]) -> KeptPdf:
        """Keep a PDF as it came. Refused for another kind or size."""
        body = stream.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise Refused(f"El PDF pesa demasiado. Suba uno de hasta {LARGEST >> 20} MB.")
        if not body.startswith(START):
            raise Refused("El archivo no es un PDF. Guárdelo como PDF y súbalo otra vez.")
        digest = hashlib.sha256(body).hexdigest()
        path = self._folder / digest
        with write_aside(path) as part:
            part.write_bytes(body)
        return KeptPdf(path, digest, len(body))

    def find(self, digest: str) -> Path:
        """Where a file lies; NotFound."""
        path = self._folder / digest
        if not is_there(path):
            raise NotFound("Ese documento no está aquí.")
        return path
