"""Maps of results: every place says in a letter or a number what its colour says too.

Colours alone tell nothing to many people, nor on grey paper; the same map is a table beside it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, floor
from string import ascii_uppercase

from decide.results import figures
from decide.results.queries import ContestResult
from decide.web.public.maps import TileDrawn

STEPS = 5
# From few to many, one hue: each is told from its neighbours by its lightness.
SHADES = ("#f2f8f7", "#bcdcd8", "#79b3ae", "#3c7f80", "#114b4e")
NONE = "#ffffff"  # without a winner or without figures
# Options without a colour of their own, told from one another by lightness, in registration order.
GREYS = ("#8a948f", "#d3dad6", "#56625c", "#b4bdb8")
DARK, LIGHT = "#000000", "#ffffff"


@dataclass(frozen=True)
class Mark:
    """How one place is drawn; `told` is read with its name."""

    sign: str
    fill: str
    ink: str
    told: str


@dataclass(frozen=True)
class Class:
    """A line of the legend: what a sign means and in how many places it stands."""

    sign: str
    fill: str
    ink: str
    label: str
    places: int
    least: int = 0  # of a step, in points of a hundred
    most: int = 0


@dataclass(frozen=True)
class Painted:
    """A tile with its mark."""

    drawn: TileDrawn
    mark: Mark


@dataclass(frozen=True)
class Theme:
    """A map and its legend."""

    tiles: tuple[Painted, ...]
    marks: Mapping[int, Mark]
    legend: tuple[Class, ...]


def winners(results: Mapping[int, ContestResult], tiles: Iterable[TileDrawn]) -> Theme:
    """Who won where. Letters stand in registration order, whoever won more."""
    won = Counter(each.winner.option for each in results.values() if each.winner)
    legend: dict[str, Class] = {}
    grey = 0
    for option in figures.options(results.values()):
        if option.won:
            fill = option.line.who.colour if option.line.who else None
            if fill is None:
                fill, grey = GREYS[grey % len(GREYS)], grey + 1
            legend[option.line.option] = Class(
                letter(len(legend)), fill, ink_on(fill), option.line.label, won[option.line.option]
            )
    marks = {}
    for number, each in results.items():
        known = legend[each.winner.option] if each.winner else None
        marks[number] = Mark(known.sign, known.fill, known.ink, known.label) if known else blank()
    return Theme(painted(tiles, marks), marks, tuple(legend.values()))


def turnout(results: Mapping[int, ContestResult], tiles: Iterable[TileDrawn]) -> Theme:
    """How many of a hundred voted, in five steps of equal width."""
    shares = {number: each.turnout for number, each in results.items() if each.turnout is not None}
    steps = steps_of(shares.values())
    counts: Counter[int] = Counter()
    marks = {}
    for number in results:
        share = shares.get(number)
        if share is None:
            marks[number] = blank()
            continue
        step = next(place for place, (_, most) in enumerate(steps) if share <= most)
        counts[step] += 1
        fill = SHADES[step]
        marks[number] = Mark(f"{share:.0f}", fill, ink_on(fill), f"{share:.2f}")
    legend = tuple(
        Class("", SHADES[place], ink_on(SHADES[place]), "", counts[place], least, most)
        for place, (least, most) in enumerate(steps)
    )
    return Theme(painted(tiles, marks), marks, legend)


def steps_of(shares: Iterable[float]) -> tuple[tuple[int, int], ...]:
    """Five steps of whole points that hold every share; none without shares."""
    listed = tuple(shares)
    if not listed:
        return ()
    least = floor(min(listed))
    width = max(1, ceil((max(listed) - least) / STEPS))
    return tuple((least + width * place, least + width * (place + 1)) for place in range(STEPS))


def painted(tiles: Iterable[TileDrawn], marks: Mapping[int, Mark]) -> tuple[Painted, ...]:
    """Every tile; one without a result is blank."""
    return tuple(Painted(each, marks.get(each.tile.number) or blank()) for each in tiles)


def blank() -> Mark:
    """A place without a winner or without figures."""
    return Mark("–", NONE, DARK, "")


def letter(place: int) -> str:
    """A, B, … Z, AA, AB …"""
    first, last = divmod(place, len(ascii_uppercase))
    return (ascii_uppercase[first - 1] if first else "") + ascii_uppercase[last]


def ink_on(fill: str) -> str:
    """Black or white, whichever reads better; the better one has always 4.5:1 or more."""
    light = luminance(fill)
    return DARK if (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) else LIGHT


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb", as WCAG defines it."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
