"""Bars of hours and days, and the map of how far the actors are, ready for the templates.

Everything drawn here also stands in a table: a drawing is never the only place of a figure.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_datetime
from flask_babel import gettext as _

from decide.catalog.queries_completeness import Progress
from decide.geography.cartogram import MUNICIPALITY, cartogram
from decide.watch.board import Beat

WIDTH, HEIGHT = 288.0, 96.0  # of a drawing, in its own units
LEAST = 1.5  # height of a bar that is not zero, so that it can be seen
STUB = 0.75  # height of zero
GAP = 0.22  # of a bar's room
# From little to everything, one hue: each step is told from its neighbours by its lightness.
SHADES = ("#ffffff", "#d5e9e6", "#9cc9c4", "#5f9d9a", "#2f7273", "#114b4e")
DARK, LIGHT = "#000000", "#ffffff"


@dataclass(frozen=True)
class Bar:
    """One bar with what is said of it; the last one is not over yet."""

    x: float
    y: float
    width: float
    height: float
    told: str
    is_open: bool


@dataclass(frozen=True)
class Chart:
    """A row of bars. `most` is the highest, None when the figures may not be told."""

    title: str
    total: int | None
    newest: int | None
    most: int | None
    bars: tuple[Bar, ...]
    first: str
    last: str


@dataclass(frozen=True)
class Cell:
    """One tile of a map."""

    x: float
    y: float
    fill: str
    ink: str
    sign: str
    told: str


@dataclass(frozen=True)
class Step:
    """A line of the legend, and in how many places it stands."""

    fill: str
    label: str
    places: int


@dataclass(frozen=True)
class Tiles:
    """A map of equal tiles with its legend."""

    width: float
    height: float
    hole: tuple[float, float] | None
    cells: tuple[Cell, ...]
    legend: tuple[Step, ...]


def chart(title: str, beats: Iterable[Beat], figure: str, *, by_day: bool) -> Chart:
    """The bars of one figure ("visits", "presses", "ideas")."""
    listed = list(beats)
    values: list[int | None] = [getattr(each, figure) for each in listed]
    names = [name_of(each.begins, by_day=by_day) for each in listed]
    known = [value for value in values if value is not None]
    whole = len(known) == len(values)
    return Chart(
        title=title,
        total=sum(known) if whole else None,
        newest=known[-1] if whole else None,
        most=max(known, default=0) if whole else None,
        bars=tuple(bars_of(known, names)) if whole else (),
        first=names[0],
        last=names[-1],
    )


def bars_of(values: list[int], names: list[str]) -> Iterable[Bar]:
    """Bars as high as their share of the highest."""
    most = max(values, default=0) or 1
    room = WIDTH / len(values)
    for place, (value, name) in enumerate(zip(values, names, strict=True)):
        height = max(LEAST, round(value / most * HEIGHT, 2)) if value else STUB
        yield Bar(
            x=round(place * room + room * GAP / 2, 2),
            y=round(HEIGHT - height, 2),
            width=round(room * (1 - GAP), 2),
            height=height,
            told=f"{name}: {value:,}",
            is_open=place == len(values) - 1,
        )


def name_of(instant: datetime, *, by_day: bool) -> str:
    """“14:00” or “6 jun”."""
    return str(format_datetime(instant, "d MMM" if by_day else "HH:mm"))


def tiles(kind: str, found: Mapping[int, Progress], names: Mapping[int, str]) -> Tiles:
    """The map of a kind of place with what has been published in each."""
    laid = cartogram(kind)
    counted: Counter[int] = Counter()
    cells = []
    for tile in laid.tiles:
        share = found[tile.number].share if tile.number in found else None
        name = names.get(tile.number, str(tile.number))
        if share is None:
            cells.append(
                Cell(tile.x, tile.y, SHADES[0], DARK, "–", _("%(n)s: sin candidaturas", n=name))
            )
            continue
        step = step_of(share)
        counted[step] += 1
        told = _("%(name)s: %(share)s %%", name=name, share=share)
        cells.append(
            Cell(tile.x, tile.y, SHADES[step], LIGHT if step > 3 else DARK, str(share), told)
        )
    labels = (
        _("Nada publicado"), _("De 1 a 25 %"), _("De 26 a 50 %"), _("De 51 a 75 %"),
        _("De 76 a 99 %"), _("Completo"),
    )  # fmt: skip
    legend = tuple(
        Step(SHADES[step], str(label), counted[step]) for step, label in enumerate(labels)
    )
    # Between the few large tiles of the districts there is no room for the neighbour's name.
    hole = laid.hole if kind == MUNICIPALITY else None
    return Tiles(laid.width, laid.height, hole, tuple(cells), legend)


def step_of(share: int) -> int:
    """0 for nothing, 5 for everything, between them quarters."""
    if share in (0, 100):
        return 5 if share else 0
    return (share - 1) // 25 + 1
