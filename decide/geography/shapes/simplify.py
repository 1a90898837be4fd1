"""Drawing shapes with few points: a border that neighbours share is simplified once, for both.

Points are put on a grid, rings are cut where three places meet, and each piece loses the points
that matter least (Visvalingam: those that span the smallest triangle with their neighbours).
"""

import heapq
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Grid = tuple[int, int]
Piece = tuple[Grid, ...]
Degrees = tuple[float, float]


@dataclass(frozen=True)
class Sheet:
    """The paper: how degrees become whole numbers of a drawing `width` wide."""

    west: float
    north: float
    scale: float
    squeeze: float  # a degree of longitude is shorter than one of latitude
    width: int
    height: int

    @classmethod
    def around(cls, rings: Iterable[Iterable[Degrees]], width: int) -> "Sheet":
        """The sheet that just holds all rings."""
        points = [point for ring in rings for point in ring]
        west, east = min(x for x, _ in points), max(x for x, _ in points)
        south, north = min(y for _, y in points), max(y for _, y in points)
        squeeze = math.cos(math.radians((south + north) / 2))
        scale = width / ((east - west) * squeeze or 1)
        return cls(west, north, scale, squeeze, width, math.ceil((north - south) * scale))

    def place(self, point: Degrees) -> Grid:
        """Where a point lies on the sheet."""
        x, y = point
        return (
            round((x - self.west) * self.squeeze * self.scale),
            round((self.north - y) * self.scale),
        )


class Borders:
    """All rings of a map as pieces of border, each with what its points weigh."""

    def __init__(self, places: Mapping[int, Iterable[Iterable[Degrees]]], sheet: Sheet) -> None:
        """`places` maps a number to its rings."""
        self.rings = {
            number: [
                ring for ring in (cleaned(sheet.place(p) for p in raw) for raw in rings) if ring
            ]
            for number, rings in places.items()
        }
        corners = meeting(ring for rings in self.rings.values() for ring in rings)
        self.weights: dict[Piece, list[float]] = {}
        self.pieces: dict[int, list[list[tuple[Piece, bool]]]] = {}
        for number, rings in self.rings.items():
            self.pieces[number] = [
                [self._known(piece) for piece in cut(ring, corners)] for ring in rings
            ]

    def _known(self, piece: Piece) -> tuple[Piece, bool]:
        """The piece as kept, and whether it is walked backwards."""
        back = piece[::-1]
        kept, turned = (piece, False) if piece <= back else (back, True)
        if kept not in self.weights:
            self.weights[kept] = weights(kept)
        return kept, turned

    def path(self, number: int, least: float) -> str:
        """An SVG path of one place with the points that weigh at least `least`."""
        return "".join(self._ring(pieces, least) for pieces in self.pieces[number])

    def _ring(self, pieces: list[tuple[Piece, bool]], least: float) -> str:
        points: list[Grid] = []
        for kept, turned in pieces:
            line = [p for p, w in zip(kept, self.weights[kept], strict=True) if w >= least]
            line = line[::-1] if turned else line
            points += line[1:] if points else line
        if points and points[0] == points[-1]:
            points.pop()
        return drawn(points) if len(points) > 2 else ""

    def within(self, numbers: Iterable[int], most: int) -> dict[int, str]:
        """Paths of several places that together are at most `most` letters long."""
        wanted = list(numbers)
        least = 0.0
        while True:
            paths = {number: self.path(number, least) for number in wanted}
            if sum(map(len, paths.values())) <= most or least > 1e12:
                # A place too small for this drawing keeps its shape: nothing may vanish.
                return {n: path or self.path(n, 0.0) for n, path in paths.items()}
            least = least * 1.5 or 0.5


def cleaned(points: Iterable[Grid]) -> list[Grid]:
    """A ring without its closing point, repetitions and spikes; empty when nothing is left."""
    ring: list[Grid] = []
    for point in points:
        if ring and point == ring[-1]:
            continue
        if len(ring) > 1 and point == ring[-2]:  # there and back again
            ring.pop()
            continue
        ring.append(point)
    while len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    return ring if len(ring) > 2 else []


def meeting(rings: Iterable[list[Grid]]) -> set[Grid]:
    """The points where pieces end: there the two neighbours are not the same in every ring."""
    beside: dict[Grid, frozenset[Grid]] = {}
    corners: set[Grid] = set()
    for ring in rings:
        for place, point in enumerate(ring):
            pair = frozenset((ring[place - 1], ring[(place + 1) % len(ring)]))
            if beside.setdefault(point, pair) != pair:
                corners.add(point)
    return corners


def cut(ring: list[Grid], corners: set[Grid]) -> list[Piece]:
    """A ring as pieces from corner to corner; without a corner, one closed piece."""
    starts = [place for place, point in enumerate(ring) if point in corners]
    if not starts:
        first = ring.index(min(ring))
        starts = [first]
    turned = ring[starts[0] :] + ring[: starts[0] + 1]
    pieces, begun = [], 0
    for place in range(1, len(turned)):
        if turned[place] in corners or place == len(turned) - 1:
            pieces.append(tuple(turned[begun : place + 1]))
            begun = place
    return pieces


def weights(piece: Piece) -> list[float]:
    """What each point weighs; the ends of a piece and three points of a closed one always stay."""
    found = [math.inf] * len(piece)
    before, after = list(range(-1, len(piece) - 1)), list(range(1, len(piece) + 1))
    stays = 2 if piece[0] == piece[-1] else 0
    queue = [(triangle(piece, at - 1, at, at + 1), at) for at in range(1, len(piece) - 1)]
    heapq.heapify(queue)
    current = {at: area for area, at in queue}
    largest = 0.0
    while len(current) > stays:
        area, at = heapq.heappop(queue)
        if current.get(at) != area:
            continue
        largest = max(largest, area)
        found[at] = largest
        del current[at]
        left, right = before[at], after[at]
        after[left], before[right] = right, left
        for each in (left, right):
            if each in current:
                current[each] = triangle(piece, before[each], each, after[each])
                heapq.heappush(queue, (current[each], each))
    return found


def triangle(piece: Piece, a: int, b: int, c: int) -> float:
    """Twice the area that a point spans with its neighbours."""
    (ax, ay), (bx, by), (cx, cy) = piece[a], piece[b], piece[c]
    return float(abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)))


def drawn(points: list[Grid]) -> str:
    """A closed ring as a short SVG path: where it begins, then steps."""
    (x, y), steps = points[0], []
    for px, py in points[1:]:
        steps.append(f"{px - x}{' ' if py >= y else ''}{py - y}")
        x, y = px, py
    told = steps[0] + "".join(each if each[0] == "-" else f" {each}" for each in steps[1:])
    return f"M{points[0][0]} {points[0][1]}l{told}z"
