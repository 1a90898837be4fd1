"""Share cards and posters: drawn by typst from words alone, the same layout for everybody."""

import io
from dataclasses import asdict, dataclass
from pathlib import Path

import segno
from PIL import Image

from decide.kernel import typeset

PAPER = Path(__file__).parent / "paper"
COLOURS = 32
POINTS = 72  # to the inch: the card is 1200 by 630 points, and so many pixels
SIZES = {"carta": "us-letter", "a4": "a4", "a3": "a3"}


@dataclass(frozen=True)
class Words:
    """What stands on a card or poster, above and as its title."""

    over: str
    title: str
    text: str = ""


@dataclass(frozen=True)
class Sender:
    """Whose it is."""

    site: str
    authority: str


def card(words: Words, sender: Sender) -> bytes:
    """A PNG of 1200 by 630 for whoever shows a link."""
    data = {
        "over": words.over,
        "title": words.title,
        "site": sender.site,
        "authority": sender.authority,
    }
    drawn = typeset.pictures(PAPER / "card.typ", data, dots=POINTS)[0]
    return in_few_colours(drawn)


def in_few_colours(picture: bytes) -> bytes:
    """The same PNG with a palette: a third of the bytes, and nobody sees the difference."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as drawn:
        drawn.convert("RGB").quantize(COLOURS, Image.Quantize.FASTOCTREE).save(
            out, "PNG", optimize=True
        )
    return out.getvalue()


def poster_words(words: Words, sender: Sender, address: str, size: str) -> dict[str, str]:
    """What a poster's template reads; `address` is printed and stands in the code."""
    return {
        "over": words.over,
        "title": words.title,
        "text": words.text,
        "site": sender.site,
        "authority": sender.authority,
        "address": address,
        "paper": SIZES[size],
        "qr": code_of(address).decode(),
    }


def code_of(address: str) -> bytes:
    """An address as a QR code, drawn in SVG."""
    code = io.BytesIO()
    segno.make(address, error="m").save(
        code, kind="svg", border=4, scale=4, dark="#000", light="#fff", xmldecl=False
    )
    return code.getvalue()


def square(words: Words, sender: Sender, address: str) -> bytes:
    """The poster as a PNG of 1080 by 1080, for networks that show squares."""
    data = {**asdict(words), **asdict(sender), "address": address, "qr": code_of(address).decode()}
    return in_few_colours(typeset.pictures(PAPER / "square.typ", data, dots=POINTS)[0])


def poster(words: Words, sender: Sender, address: str, size: str) -> bytes:
    """A PDF in one of SIZES."""
    return typeset.pdf(PAPER / "poster.typ", poster_words(words, sender, address, size))
