"""Photographs of candidates: whatever is uploaded is decoded, cut to 4:5 and encoded anew.

Nothing of an uploaded file survives but its pixels: no position, no camera, no second file hidden
in it. All photographs end in the same box and under the same weight, whoever sends them.
"""

import hashlib
import io
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from PIL import Image, ImageOps

from decide.errors import NotFound, Refused
from decide.kernel.files import is_there, write_aside

LARGEST_FILE = 12 * 2**20
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
# A plain JPEG is decoded at a fraction of its size, so it may be large; all others need the memory
# of the whole, and a progressive one the time of the whole for each of its scans.
MOST_PIXELS = 24_000_000
MOST_PIXELS_PLAIN_JPEG = 89_000_000
MOST_SCANS = 40
SMALLEST = (240, 300)
MASTER = 1600  # the longer side of what is kept until a cut has been chosen
BOX = (480, 600)
SMALLER_BOXES = ((320, 400), (240, 300), (160, 200))
WEIGHT = 15_000  # bytes
KINDS = {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG"}
TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}
NAME = re.compile(r"[0-9a-f]{32}")


class PhotoRefused(Refused):
    """The file is no photograph we can take; the sentence says why."""


@dataclass(frozen=True)
class Cut:
    """A way to cut a photograph: how near, and where along the free side (0 = top or left)."""

    key: str
    zoom: float
    along: float


CUTS: tuple[Cut, ...] = (
    Cut("completa-arriba", 1.0, 0.0),
    Cut("completa-centro", 1.0, 0.5),
    Cut("completa-abajo", 1.0, 1.0),
    Cut("cerca-arriba", 0.7, 0.1),
    Cut("cerca-centro", 0.7, 0.4),
    Cut("cerca-abajo", 0.7, 0.7),
)
BY_KEY = {cut.key: cut for cut in CUTS}


class Album:
    """The folder of photographs; the only owner of its names."""

    def __init__(self, files_folder: Path) -> None:
        """Masters wait in `photos/masters`, finished photographs lie in `photos`."""
        self._folder = files_folder / "photos"

    def receive(self, stream: IO[bytes]) -> str:
        """Keep an upload until its cut has been chosen; gives its token. PhotoRefused otherwise."""
        image = decoded(stream)
        token = secrets.token_hex(16)
        body = io.BytesIO()
        image.save(body, "JPEG", quality=88)
        with write_aside(self._folder / "masters" / f"{token}.jpg") as part:
            part.write_bytes(body.getvalue())
        return token

    def previews(self, token: str) -> dict[str, bytes]:
        """What each cut would show, as small WebP."""
        master = self._master(token)
        return {cut.key: encoded(cut_out(master, cut, (192, 240)), "WEBP", 60) for cut in CUTS}

    def finish(self, token: str, cut: Cut) -> str:
        """Cut and encode a received photograph; gives the name under which it can be shown."""
        image = cut_out(self._master(token), cut, BOX)
        made = {ending: light(image, kind) for ending, kind in KINDS.items()}
        name = hashlib.sha256(made["jpg"]).hexdigest()[:32]
        for ending, body in made.items():
            with write_aside(self._folder / f"{name}.{ending}") as part:
                part.write_bytes(body)
        return name

    def find(self, name: str, ending: str) -> Path:
        """Where a finished photograph lies; NotFound."""
        path = self._folder / f"{name}.{ending}"
        if not NAME.fullmatch(name) or ending not in KINDS or not is_there(path):
            raise NotFound("Esa fotografía no existe.")
        return path

    def _master(self, token: str) -> Image.Image:
        path = self._folder / "masters" / f"{token}.jpg"
        if not NAME.fullmatch(token) or not is_there(path):
            raise NotFound("Esa fotografía ya no está. Súbala otra vez.")
        with Image.open(path, formats=("JPEG",)) as image:
            image.load()
            return image.convert("RGB")


def decoded(stream: IO[bytes], smallest: tuple[int, int] = SMALLEST) -> Image.Image:
    """The pixels of an upload, upright, on white, no larger than needed. PhotoRefused otherwise."""
    body = stream.read(LARGEST_FILE + 1)
    if len(body) > LARGEST_FILE:
        raise PhotoRefused("La fotografía pesa demasiado. Súbala de hasta 12 MB.")
    try:
        with Image.open(io.BytesIO(body), formats=FORMATS) as image:
            check_size(image, smallest, scans=body.count(b"\xff\xda"))
            image.draft("RGB", (MASTER, MASTER))
            image.load()
            return upright(image)
    except PhotoRefused:
        raise
    except Image.DecompressionBombError as error:
        raise PhotoRefused(too_large()) from error
    except (OSError, ValueError, SyntaxError, Warning, EOFError, TypeError, KeyError) as error:
        raise PhotoRefused(
            "Ese archivo no es una fotografía que podamos leer. Use JPG, PNG o WebP."
        ) from error


def check_size(image: Image.Image, smallest: tuple[int, int], *, scans: int) -> None:
    """Refuse by what the header says, before any pixel is decoded."""
    width, height = image.size
    plain_jpeg = image.format == "JPEG" and "progressive" not in image.info
    most = MOST_PIXELS_PLAIN_JPEG if plain_jpeg else MOST_PIXELS
    if width * height > most or (image.format == "JPEG" and scans > MOST_SCANS):
        raise PhotoRefused(too_large())
    if width < smallest[0] or height < smallest[1]:
        raise PhotoRefused(
            f"La imagen es muy pequeña. Debe medir al menos {smallest[0]} × {smallest[1]} puntos."
        )
    if max(width, height) > 12 * min(width, height):
        raise PhotoRefused("La imagen es demasiado larga o angosta. Recórtela.")


def too_large() -> str:
    """The sentence about too many pixels."""
    return "La fotografía mide demasiados puntos. Redúzcala y súbala otra vez."


def upright(image: Image.Image) -> Image.Image:
    """As the photographer held the camera, on white paper, at most MASTER long."""
    image.thumbnail((MASTER, MASTER), Image.Resampling.LANCZOS)
    turned = ImageOps.exif_transpose(image)
    if turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info:
        paper = Image.new("RGBA", turned.size, "white")
        paper.alpha_composite(turned.convert("RGBA"))
        turned = paper
    plain = turned.convert("RGB")
    bare = Image.new("RGB", plain.size)
    bare.paste(plain)
    return bare


def cut_out(image: Image.Image, cut: Cut, box: tuple[int, int]) -> Image.Image:
    """The part of an image that a cut shows, in the size of the box."""
    width, height = image.size
    side = min(width, height * 4 / 5) * cut.zoom
    part = (side, side * 5 / 4)
    tall = height * 4 / 5 >= width
    free_x, free_y = width - part[0], height - part[1]
    left = free_x / 2 if tall or cut.zoom < 1 else free_x * cut.along
    top = free_y * cut.along if tall or cut.zoom < 1 else free_y / 2
    area = (left, top, left + part[0], top + part[1])
    return image.resize(box, Image.Resampling.LANCZOS, box=area)


def light(image: Image.Image, kind: str) -> bytes:
    """An image encoded under WEIGHT: first with less quality, then smaller."""
    for box in (BOX, *SMALLER_BOXES):
        sized = image if box == BOX else image.resize(box, Image.Resampling.LANCZOS)
        for quality in (70, 45, 25, 12):
            body = encoded(sized, kind, quality)
            if len(body) <= WEIGHT:
                return body
    raise PhotoRefused("La fotografía tiene demasiado detalle. Use otra.")


def encoded(image: Image.Image, kind: str, quality: int) -> bytes:
    """An image as bytes, without any note about where it comes from."""
    out = io.BytesIO()
    if kind == "JPEG":
        image.save(out, kind, quality=quality, optimize=True, progressive=True)
    elif kind == "AVIF":
        image.save(out, kind, quality=quality, speed=9)
    else:
        image.save(out, kind, quality=quality)
    return out.getvalue()
