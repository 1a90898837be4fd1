"""Pictures of what a desk publishes: decoded and encoded anew, never wider than a page.

A picture goes nowhere without words for who cannot see it.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from PIL import Image as Pixels

from decide.catalog.photos import NAME, PhotoRefused, decoded, encoded
from decide.desk.fields import LONGEST_ALT, SHORTEST_ALT, FieldRefused, tidy
from decide.errors import NotFound
from decide.kernel.files import is_there, write_aside

SIDES = (1200, 900, 640)  # of the longer side, in points; smaller where detail weighs too much
SMALLEST = (240, 120)  # a wide drawing is no portrait
WEIGHT = 120_000  # bytes
KINDS = {"webp": "WEBP", "jpg": "JPEG"}
TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}


@dataclass(frozen=True)
class Picture:
    """A picture that can be shown."""

    name: str
    width: int
    height: int


@dataclass(frozen=True)
class Image:
    """A picture with its words."""

    name: str
    width: int
    height: int
    alt: str
    caption: str


class Drawer:
    """The folder of pictures of one desk; the only owner of its names."""

    def __init__(self, files_folder: Path, desk: str) -> None:
        """They lie in the folder that is called like the desk: `bulletins`, `texts`."""
        self._folder = files_folder / desk

    def receive(self, stream: IO[bytes]) -> Picture:
        """Keep an upload, nothing of it but its pixels. PhotoRefused says why not."""
        image = decoded(stream, SMALLEST)
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


def smallest_need(image: Pixels.Image) -> dict[str, bytes]:
    """Every kind under WEIGHT, in the largest size that allows it. `image` takes that size."""
    for side in SIDES:
        image.thumbnail((side, side), Pixels.Resampling.LANCZOS)
        made = {ending: light(image, kind) for ending, kind in KINDS.items()}
        if all(made.values()):
            return made
    raise PhotoRefused("La imagen tiene demasiado detalle. Use otra o redúzcala.")


def light(image: Pixels.Image, kind: str) -> bytes:
    """An image encoded under WEIGHT with as much quality as that allows; empty where none does."""
    bodies = (encoded(image, kind, quality) for quality in (78, 65, 50, 35))
    return next((body for body in bodies if len(body) <= WEIGHT), b"")


def described(picture: Picture, *, alt: str, caption: str) -> dict[str, Any]:
    """A picture as a version keeps it. FieldRefused without words for who cannot see it."""
    words, below = tidy(alt), tidy(caption)
    if not SHORTEST_ALT <= len(words) <= LONGEST_ALT:
        raise FieldRefused(
            "alt",
            f"Diga qué se ve en la imagen, en {SHORTEST_ALT} a {LONGEST_ALT} caracteres.",
        )
    if len(below) > LONGEST_ALT:
        raise FieldRefused("caption", f"Escriba el pie en hasta {LONGEST_ALT} caracteres.")
    return {
        "name": picture.name, "width": picture.width, "height": picture.height,
        "alt": words, "caption": below,
    }  # fmt: skip


def added(images: list[dict[str, Any]], told: dict[str, Any], *, most: int) -> list[dict[str, Any]]:
    """The pictures of a version with one more; the same one again changes its words."""
    others = [each for each in images if each["name"] != told["name"]]
    if len(others) >= most:
        raise FieldRefused("file", f"Caben hasta {most} imágenes.")
    return [*others, told]


def image_of(told: dict[str, Any]) -> Image:
    """A picture of a version."""
    return Image(told["name"], told["width"], told["height"], told["alt"], told["caption"])
