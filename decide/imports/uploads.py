"""Files between their dry run and their commit: kept aside under a name nobody can guess."""

import json
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, BinaryIO

from decide.errors import NotFound
from decide.kernel.files import is_there, remove, remove_older, write_aside

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
KEPT = 24 * 3600  # seconds until an upload that nobody commits is thrown away
PIECE = 1 << 20


@dataclass(frozen=True)
class Upload:
    """One kept file; `layout` is None when it is to be recognised by its header."""

    token: str
    file_name: str
    layout: str | None
    path: Path

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """The file's content."""
        with self.path.open("rb") as stream:
            yield stream


class Uploads:
    """The folder of uploads; the only owner of its names."""

    def __init__(self, files_folder: Path) -> None:
        """Uploads lie in `uploads` below the service's files."""
        self._folder = files_folder / "uploads"

    def keep(self, stream: IO[bytes], file_name: str, layout: str | None) -> str:
        """Keep a file and give its token; forget what lay here for a day."""
        self._forget_old()
        token = secrets.token_urlsafe(16)
        with write_aside(self._folder / f"{token}.file") as part, part.open("wb") as kept:
            while piece := stream.read(PIECE):
                kept.write(piece)
        about = {"file_name": file_name[-200:], "layout": layout}
        with write_aside(self._folder / f"{token}.json") as part:
            part.write_text(json.dumps(about), encoding="utf-8")
        return token

    def find(self, token: str) -> Upload:
        """A kept file; NotFound when it was committed, discarded or is too old."""
        about = self._folder / f"{token}.json"
        if not TOKEN.fullmatch(token) or not is_there(about, changing=True):
            raise NotFound(
                "Ese archivo ya se importó, se descartó o pasó un día. Si falta, súbalo otra vez."
            )
        told = json.loads(about.read_text(encoding="utf-8"))
        file = self._folder / f"{token}.file"
        is_there(file)
        return Upload(token, told["file_name"], told["layout"], file)

    def relabel(self, token: str, layout: str) -> None:
        """Say which list a kept file is; NotFound as for `find`."""
        kept = self.find(token)
        about = {"file_name": kept.file_name, "layout": layout}
        with write_aside(self._folder / f"{token}.json") as part:
            part.write_text(json.dumps(about), encoding="utf-8")

    def drop(self, token: str) -> None:
        """Throw a file away; nothing happens when it is gone already."""
        if TOKEN.fullmatch(token):
            for suffix in ("json", "file"):
                remove(self._folder / f"{token}.{suffix}")

    def _forget_old(self) -> None:
        remove_older(self._folder, datetime.fromtimestamp(time.time() - KEPT, UTC))
