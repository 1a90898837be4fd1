"""The map of equal tiles: every municipality, and every district, one hexagon near its real place.

Where each tile stands is a shipped fact (facts/cartogram.csv), computed once from the real
positions (facts/positions.csv) by `cartogram_layout`. All tiles are of one size: real shapes would
show empty mountains large, and the places where most people vote too small to touch.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from decide.geography.facts import FOLDER, rows

MUNICIPALITY, DISTRICT, HOLE = "municipality", "district", "hole"
WIDTH = 26.0  # of a tile, in the drawing's units
HEIGHT = 30.0
STEP = 22.5  # from one row to the next: three quarters of the height
# Around a tile's centre, a little smaller than its cell, as an SVG path.
HEXAGON = "m0-14.3 12.3 7.2v14.2l-12.3 7.2-12.3-7.2v-14.2z"


@dataclass(frozen=True)
class Tile:
    """A hexagon and its centre in the drawing."""

    number: int
    x: float
    y: float


@dataclass(frozen=True)
class Cartogram:
    """All tiles of a kind. `hole` is the middle of the neighbour that the state surrounds."""

    width: float
    height: float
    tiles: tuple[Tile, ...]
    hole: tuple[float, float]
    outline: str  # of all tiles, as an SVG path


@cache
def cartogram(kind: str, folder: Path = FOLDER) -> Cartogram:
    """The map of MUNICIPALITY or DISTRICT, tiles by number."""
    cells = {
        (row["kind"], int(row["number"])): (int(row["column"]), int(row["row"]))
        for row in rows(folder / "cartogram.csv")
        if row["map"] == kind
    }
    top = min(row for _, row in cells.values())
    placed = {key: centre(column, row, top) for key, (column, row) in cells.items()}
    holes = [place for (what, _), place in placed.items() if what == HOLE]
    tiles = [Tile(number, *place) for (what, number), place in placed.items() if what != HOLE]
    return Cartogram(
        width=max(tile.x for tile in tiles) + WIDTH / 2,
        height=max(tile.y for tile in tiles) + HEIGHT / 2,
        tiles=tuple(sorted(tiles, key=lambda tile: tile.number)),
        hole=widest(holes),
        outline="".join(f"M{tile.x:g} {tile.y:g}{HEXAGON}" for tile in tiles),
    )


def widest(holes: list[tuple[float, float]]) -> tuple[float, float]:
    """The middle of the row in which the hole is widest: there a word fits."""
    by_row: dict[float, list[float]] = {}
    for x, y in holes:
        by_row.setdefault(y, []).append(x)
    y, row = max(by_row.items(), key=lambda item: (len(item[1]), item[0]))
    return sum(row) / len(row), y


def centre(column: int, row: int, top: int) -> tuple[float, float]:
    """Where a cell lies in the drawing; every other row is shifted by half a tile."""
    x = (column + (row % 2) / 2 + 0.5) * WIDTH
    return x, (row - top) * STEP + HEIGHT / 2
