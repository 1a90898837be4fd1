"""Signed receipts: a scan or photograph, kept as it came and only ever given back as a download."""

import hashlib
from pathlib import Path
from typing import IO

from decide.errors import NotFound, Refused
from decide.kernel.files import is_there, write_aside

LARGEST = 8 * 2**20
# What a file begins with, and the ending it is given back under.
KINDS: dict[bytes, str] = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}


class Receipts:
    """The folder of receipts; the only owner of its names."""

    def __init__(self, files_folder: Path) -> None:
        """Receipts lie in `receipts` below the service's files, each under its hash."""
        self._folder = files_folder / "receipts"

    def keep(self, stream: IO[bytes]) -> tuple[str, str]:
        """Keep a receipt; gives its name and SHA-256. Refused for another kind or size of file."""
        body = stream.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise Refused("El acuse pesa demasiado. Súbalo de hasta 8 MB.")
        ending = next((kind for start, kind in KINDS.items() if body.startswith(start)), None)
        if ending is None:
            raise Refused("El acuse debe ser un PDF o una foto en JPG o PNG.")
        digest = hashlib.sha256(body).hexdigest()
        with write_aside(self._folder / digest) as part:
            part.write_bytes(body)
        return f"acuse.{ending}", digest

    def find(self, digest: str | None) -> Path:
        """Where a receipt lies; NotFound when there is none."""
        path = self._folder / (digest or "-")
        if not is_there(path):
            raise NotFound("Aquí no hay un acuse firmado.")
        return path
