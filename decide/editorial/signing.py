"""Texts told in Lengua de Señas Mexicana: a video of each, with captions and a transcript.

We ship none: people sign, in the authority's name. `flask decide sign` puts a video in its place
once it is whole; from then on the page of that text shows it.
"""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from decide.errors import NotFound, Refused, Sentence

FOLDER = "senas"
VIDEO, CAPTIONS, TRANSCRIPT = "mp4", "vtt", "txt"
TYPES = {VIDEO: "video/mp4", CAPTIONS: "text/vtt; charset=utf-8"}
LARGEST = 40 * 2**20  # bytes of a video: prepaid data is dear
SLUG = re.compile(r"[a-z]+(-[a-z]+)*")
TIMES = re.compile(
    r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})[ \t]+-->[ \t]+"
    r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})(?:[ \t].*)?"
)


class Unfit(Refused):
    """A video cannot be shown so; the sentence says what it lacks."""


@dataclass(frozen=True)
class Signed:
    """What a page shows: `name` stands in the addresses, the transcript is read on the page."""

    name: str
    kilobytes: int
    transcript: tuple[str, ...]


def signed(files_folder: Path, slug: str) -> Signed | None:
    """The video of a text; None while there is none."""
    video, captions, transcript = (_place(files_folder, slug, end) for end in _ENDINGS)
    if not (video.is_file() and captions.is_file() and transcript.is_file()):
        return None
    told = transcript.read_text("utf-8")
    return Signed(slug, -(-video.stat().st_size // 1000), paragraphs(told))


def found(files_folder: Path, slug: str, ending: str) -> Path:
    """The file of a video or of its captions; NotFound unless the video is shown."""
    if ending not in TYPES or not SLUG.fullmatch(slug) or signed(files_folder, slug) is None:
        raise NotFound("Ese video no existe.")
    return _place(files_folder, slug, ending)


def keep(files_folder: Path, slug: str, *, video: Path, captions: Path, transcript: Path) -> None:
    """Put a video in its place, the video last: a page never shows half of it. Unfit otherwise."""
    checked(video.read_bytes()[:12], video.stat().st_size)
    cues(captions.read_text("utf-8-sig"))
    if not paragraphs(transcript.read_text("utf-8-sig")):
        raise Unfit("La transcripción está vacía. Escriba lo que se dice en el video.")
    (files_folder / FOLDER).mkdir(parents=True, exist_ok=True)
    for ending, source in ((TRANSCRIPT, transcript), (CAPTIONS, captions), (VIDEO, video)):
        place = _place(files_folder, slug, ending)
        aside = place.with_suffix(".part")
        shutil.copyfile(source, aside)
        aside.replace(place)


def checked(beginning: bytes, size: int) -> None:
    """Unfit unless it begins as an MP4 does and is no larger than a phone should fetch."""
    if beginning[4:8] != b"ftyp":
        raise Unfit("El video no es un archivo MP4. Guárdelo como MP4 con códec H.264.")
    if size > LARGEST:
        raise Unfit(
            Sentence(
                "El video pesa %(n)s MB y el máximo es %(most)s. Comprímalo o divídalo.",
                n=size // 2**20,
                most=LARGEST // 2**20,
            )
        )


def cues(text: str) -> tuple[tuple[float, float, str], ...]:
    """Captions as (from, to, words) in seconds; Unfit unless they are WebVTT in order of time."""
    head, *blocks = re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").strip())
    if not re.match(r"WEBVTT(?:[ \t\n]|$)", head):
        raise Unfit("Los subtítulos no son WebVTT: la primera línea debe decir WEBVTT.")
    told: list[tuple[float, float, str]] = []
    for block in blocks:
        if block.startswith(("NOTE", "STYLE", "REGION")):
            continue
        lines = block.split("\n")
        at = next((n for n, line in enumerate(lines[:2]) if "-->" in line), None)
        times = TIMES.fullmatch(lines[at].strip()) if at is not None else None
        words = " ".join(lines[at + 1 :]).strip() if at is not None else ""
        place = len(told) + 1
        if times is None or not words:
            raise Unfit(Sentence("Al subtítulo %(n)s le faltan sus tiempos o su texto.", n=place))
        begins, ends = _seconds(times.groups()[:4]), _seconds(times.groups()[4:])
        if ends <= begins or (told and begins < told[-1][0]):
            raise Unfit(Sentence("El subtítulo %(n)s no va en orden de tiempo.", n=place))
        told.append((begins, ends, words))
    if not told:
        raise Unfit("El archivo de subtítulos no tiene ninguno.")
    return tuple(told)


def paragraphs(text: str) -> tuple[str, ...]:
    """A transcript's paragraphs, parted by empty lines."""
    return tuple(" ".join(each.split()) for each in re.split(r"\n\s*\n", text) if each.strip())


_ENDINGS = (VIDEO, CAPTIONS, TRANSCRIPT)


def _place(files_folder: Path, slug: str, ending: str) -> Path:
    return files_folder / FOLDER / f"{slug}.{ending}"


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000
