"""Computes where the tiles of the map stand: `python -m decide.geography.cartogram_layout`.

Points are pushed apart until each has room, then given to the cells of a honeycomb so that the sum
of squared ways is least (the Hungarian method). Points of the hole take part: it stays open.
The same positions always give the same map.
"""

import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from decide.geography.cartogram import DISTRICT, HOLE, MUNICIPALITY
from decide.geography.facts import FOLDER, rows

Point = tuple[float, float]
Key = tuple[str, int]

FLATTEN = 0.9438  # cosine of 19.3° of latitude: a degree of longitude is that much shorter
ROW = 0.8660254037844386  # height of a row when neighbours are one apart
ROUNDS = 300
PULL = 0.02  # of the way home that a point goes back in each round
PUSH = 0.25  # of the overlap that two points give way
COLUMNS = {MUNICIPALITY: 12, DISTRICT: 7}  # so that a tile can be touched at 360 pixels
ROOM = {MUNICIPALITY: 1.25, DISTRICT: 1.0}  # area before pushing, in tiles for each point
HOLES = {MUNICIPALITY: 7, DISTRICT: 3}  # points of the hole that take part


def layout(kind: str, folder: Path = FOLDER) -> dict[Key, tuple[int, int]]:
    """Column and row of every tile of a kind, and of the hole's points."""
    points = positions(kind, folder)
    apart = pushed_apart(list(points.values()), ROOM[kind])
    left, top = (min(point[axis] for point in apart) for axis in (0, 1))
    right, bottom = (max(point[axis] for point in apart) for axis in (0, 1))
    step = (right - left) / (COLUMNS[kind] - 1)
    deep = int((bottom - top) / (step * ROW) + 1.5)
    cells = [(column, row) for row in range(-1, deep + 1) for column in range(COLUMNS[kind])]
    centres = [
        (left + (column + (row % 2) / 2 - 0.25) * step, top + row * ROW * step)
        for column, row in cells
    ]
    ways = [[(x - cx) ** 2 + (y - cy) ** 2 for cx, cy in centres] for x, y in apart]
    return {key: cells[cell] for key, cell in zip(points, assigned(ways), strict=True)}


def positions(kind: str, folder: Path = FOLDER) -> dict[Key, Point]:
    """Real positions on a plane, south down, in a fixed order."""
    found = {
        (row["kind"], int(row["number"])): (float(row["lon"]) * FLATTEN, -float(row["lat"]))
        for row in rows(folder / "positions.csv")
    }
    wanted = [key for key in found if key[0] == kind]
    wanted += [key for key in found if key[0] == HOLE and key[1] <= HOLES[kind]]
    return {key: found[key] for key in sorted(wanted)}


def pushed_apart(points: Sequence[Point], room: float) -> list[Point]:
    """The points with one unit between neighbours, each still near its place."""
    left, top = (min(point[axis] for point in points) for axis in (0, 1))
    right, bottom = (max(point[axis] for point in points) for axis in (0, 1))
    scale: float = (len(points) * ROW * room / ((right - left) * (bottom - top))) ** 0.5
    home = [((x - left) * scale, (y - top) * scale) for x, y in points]
    now = list(home)
    for _ in range(ROUNDS):
        now = one_round(now, home)
    return now


def one_round(now: list[Point], home: Sequence[Point]) -> list[Point]:
    """Every point a little way home and away from those that are too close."""
    moves = [[(hx - x) * PULL, (hy - y) * PULL] for (x, y), (hx, hy) in zip(now, home, strict=True)]
    for one, (x, y) in enumerate(now):
        for other in range(one):
            dx, dy = x - now[other][0], y - now[other][1]
            square = dx * dx + dy * dy
            if square >= 1:
                continue
            distance = square**0.5 or 0.001
            force = (1 - distance) * PUSH / distance
            moves[one][0] += dx * force
            moves[one][1] += dy * force
            moves[other][0] -= dx * force
            moves[other][1] -= dy * force
    return [(x + dx, y + dy) for (x, y), (dx, dy) in zip(now, moves, strict=True)]


def assigned(costs: Sequence[Sequence[float]]) -> list[int]:
    """For each row the column that makes the sum of costs least, no column twice."""
    market = Market(costs)
    for row in range(1, len(costs) + 1):
        market.seat(row)
    found = [0] * len(costs)
    for column, row in enumerate(market.holder[1:]):
        if row:
            found[row - 1] = column
    return found


class Market:
    """The Hungarian method by shortest augmenting paths (Jonker and Volgenant).

    Rows and columns count from 1; in `holder` and `came_from` 0 stands for “none”.
    """

    def __init__(self, costs: Sequence[Sequence[float]]) -> None:
        """Nobody has a column yet."""
        self._costs = costs
        self._width = len(costs[0])
        self._row_price = [0.0] * (len(costs) + 1)
        self._column_price = [0.0] * (self._width + 1)
        self.holder = [0] * (self._width + 1)

    def seat(self, row: int) -> None:
        """Give `row` a column, moving others along the cheapest path."""
        self.holder[0] = row
        came_from = [0] * (self._width + 1)
        cheapest = [float("inf")] * (self._width + 1)
        settled: list[int] = []
        waiting = list(range(1, self._width + 1))
        at = 0
        while not settled or self.holder[at]:
            settled.append(at)
            self._offer(at, waiting, cheapest, came_from)
            nearest = min(waiting, key=cheapest.__getitem__)
            self._pay(cheapest[nearest], settled, waiting, cheapest)
            waiting.remove(nearest)
            at = nearest
        while at:
            self.holder[at] = self.holder[came_from[at]]
            at = came_from[at]

    def _offer(
        self, at: int, waiting: list[int], cheapest: list[float], came_from: list[int]
    ) -> None:
        held = self.holder[at]
        costs, base = self._costs[held - 1], self._row_price[held]
        for column in waiting:
            price = costs[column - 1] - base - self._column_price[column]
            if price < cheapest[column]:
                cheapest[column], came_from[column] = price, at

    def _pay(
        self, step: float, settled: list[int], waiting: list[int], cheapest: list[float]
    ) -> None:
        for column in settled:
            self._row_price[self.holder[column]] += step
            self._column_price[column] -= step
        for column in waiting:
            cheapest[column] -= step


def write(stream: TextIO) -> None:
    """The file facts/cartogram.csv."""
    lines = csv.writer(stream, lineterminator="\n")
    lines.writerow(("map", "kind", "number", "column", "row"))
    for kind in (MUNICIPALITY, DISTRICT):
        for (what, number), (column, row) in layout(kind).items():
            lines.writerow((kind, what, number, column, row))


if __name__ == "__main__":
    write(sys.stdout)
