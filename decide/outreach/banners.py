"""Banners in the standard sizes of display advertising: one drawing per size, the same for all.

They say what the tool is and show no actor. SVG for the web, PNG where a system takes no SVG.
"""

from dataclasses import dataclass

from decide.kernel import typeset
from decide.outreach.pictures import PAPER, Sender, in_few_colours

DOTS = 144  # twice the points, so that letters stay sharp on a telephone
# Sizes in points, as the trade names them (IAB): width and height.
SIZES: dict[str, tuple[int, int]] = {
    "728x90": (728, 90),
    "970x250": (970, 250),
    "300x250": (300, 250),
    "336x280": (336, 280),
    "300x600": (300, 600),
    "160x600": (160, 600),
    "320x50": (320, 50),
    "320x100": (320, 100),
}


@dataclass(frozen=True)
class Call:
    """What a banner says: a short title, a line below where there is room, a word to press."""

    title: str
    text: str
    press: str


def told(call: Call, sender: Sender, size: str) -> dict[str, str | int]:
    """What the template reads."""
    width, height = SIZES[size]
    return {
        "title": call.title,
        "text": call.text,
        "press": call.press,
        "site": sender.site,
        "authority": sender.authority,
        "width": width,
        "height": height,
    }


def as_svg(call: Call, sender: Sender, size: str) -> bytes:
    """A drawing; KeyError for a size that is not in SIZES."""
    return typeset.drawing(PAPER / "banner.typ", told(call, sender, size))


def as_png(call: Call, sender: Sender, size: str) -> bytes:
    """The same as points, in few colours."""
    page = typeset.pictures(PAPER / "banner.typ", told(call, sender, size), dots=DOTS)[0]
    return in_few_colours(page)
