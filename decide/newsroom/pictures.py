"""Pictures of bulletins: decoded and encoded anew like every upload, never wider than a page."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from PIL import Image

from decide.catalog.photos import NAME, PhotoRefused, decoded, encoded
from decide.errors import NotFound
from decide.kernel.files import is_there, write_aside

SIDES = (1200, 900, 640)  # of the longer side, in points; smaller where detail weighs too much
WEIGHT = 120_000  # bytes
KINDS = {"webp": "WEBP", "jpg": "JPEG"}
TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}


@dataclass(frozen=True)
class Picture:
    """A picture that can be shown."""

    name: str
    width: int
    height: int


class Drawer:
    """The folder of pictures; the only owner of its names."""

    def __init__(self, files_folder: Path) -> None:
        """They lie in `bulletins`."""
        self._folder = files_folder / "bulletins"

    def receive(self, stream: IO[bytes]) -> Picture:
        """Keep an upload, nothing of it but its pixels. PhotoRefused says why not."""
        image = decoded(stream)
        made = smallest_need(image)
        name = hashlib.sha256(made["jpg"]).hexdigest()[:32]
        for ending, body in made.items():
            with write_aside(self._folder / f"{name}.{ending}") as part:
                part.write_bytes(body)
        return Picture(name, *image.size)

    def find(self, name: str, ending: str) -> Path:
        """Where a picture lies; NotFound."""
        path = self._folder / f"{name}.{ending}"
        if not NAME.fullmatch(name) or ending not in KINDS or not is_there(path):
            raise NotFound("Esa imagen no existe.")
        return path


def smallest_need(image: Image.Image) -> dict[str, bytes]:
    """Every kind under WEIGHT, in the largest size that allows it. `image` takes that size."""
    for side in SIDES:
        image.thumbnail((side, side), Image.Resampling.LANCZOS)
        made = {ending: light(image, kind) for ending, kind in KINDS.items()}
        if all(made.values()):
            return made
    raise PhotoRefused("La imagen tiene demasiado detalle. Use otra o redúzcala.")


def light(image: Image.Image, kind: str) -> bytes:
    """An image encoded under WEIGHT with as much quality as that allows; empty where none does."""
    bodies = (encoded(image, kind, quality) for quality in (78, 65, 50, 35))
    return next((body for body in bodies if len(body) <= WEIGHT), b"")
