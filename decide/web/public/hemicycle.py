"""Where the seats of an assembly stand in a drawing: half rings, filled from left to right."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from decide.results.queries_elected import Bench, ElectedLine

WIDTH, HEIGHT = 360, 196  # of the drawing; its floor is below the last seats
CENTRE = WIDTH / 2
FLOOR = 180.0
INNER, OUTER = 66.0, 152.0
RING = 20.0  # between two half rings
LABEL = OUTER + 18.0
GAP = 0.032  # radians left free between two parties, so that colour is not all that parts them


@dataclass(frozen=True)
class Seat:
    """One circle. `listed` is drawn as a ring: a seat won from a list."""

    x: float
    y: float
    listed: bool
    title: str


@dataclass(frozen=True)
class Wedge:
    """The seats of one party, and where its number stands."""

    number: int
    bench: Bench
    seats: tuple[Seat, ...]
    x: float
    y: float


def wedges(benches: Sequence[Bench]) -> tuple[Wedge, ...]:
    """The drawing, parties in the order given, seats of majority before those of a list."""
    total = sum(len(bench.lines) for bench in benches)
    places = spots(total)
    gaps = max(len(benches) - 1, 0)
    found: list[Wedge] = []
    start = 0
    for number, bench in enumerate(benches, start=1):
        mine = places[start : start + len(bench.lines)]
        start += len(bench.lines)
        # Everybody moves aside by their share of the gaps; the half circle stays one.
        turned = [(squeezed(angle, gaps, number - 1), radius) for angle, radius in mine]
        middle = sum(angle for angle, _ in turned) / len(turned)
        seats = tuple(
            Seat(*point(angle, radius), line.principle == "proportional", line.person)
            for (angle, radius), line in zip(turned, in_order(bench.lines), strict=True)
        )
        found.append(Wedge(number, bench, seats, *point(middle, LABEL)))
    return tuple(found)


def in_order(lines: Sequence[ElectedLine]) -> list[ElectedLine]:
    """Seats of majority first."""
    return sorted(lines, key=lambda line: line.principle == "proportional")


def spots(total: int) -> list[tuple[float, float]]:
    """`total` places (angle from the left, radius), spread evenly, sorted by angle."""
    radii = [INNER + RING * ring for ring in range(int((OUTER - INNER) // RING) + 1)]
    shares = [total * radius / sum(radii) for radius in radii]
    counts = [int(share) for share in shares]
    rest = sorted(range(len(radii)), key=lambda ring: counts[ring] - shares[ring])
    for ring in rest[: total - sum(counts)]:
        counts[ring] += 1
    places = [
        (pi * (seat + 0.5) / count, radius)
        for radius, count in zip(radii, counts, strict=True)
        for seat in range(count)
    ]
    return sorted(places)


def squeezed(angle: float, gaps: int, before: int) -> float:
    """An angle of the full half circle in one that leaves room for `gaps`."""
    return angle * (1 - gaps * GAP / pi) + before * GAP


def point(angle: float, radius: float) -> tuple[float, float]:
    """Coordinates of the drawing; angle 0 is at the left."""
    return round(CENTRE - radius * cos(angle), 1), round(FLOOR - radius * sin(angle), 1)
