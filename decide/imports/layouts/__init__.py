"""The lists that the product knows, in the order in which they are imported."""

from collections.abc import Sequence

from decide.errors import NotFound
from decide.imports.layout import Layout
from decide.imports.layouts import (
    actors,
    alliances,
    benchmark,
    blocks,
    candidacies,
    commitment,
    elected,
    ine,
    platforms,
    polling_stations,
    results,
    territory,
)

LAYOUTS: tuple[Layout, ...] = (
    territory.MUNICIPALITIES,
    territory.DISTRICTS,
    territory.COMPOSITION,
    territory.SECTIONS,
    territory.SEATS,
    actors.ACTORS,
    alliances.MUNICIPAL,
    alliances.DISTRICT,
    platforms.PLATFORMS,
    blocks.MUNICIPAL,
    blocks.DISTRICT,
    candidacies.SLATES,
    ine.PERSONS,
    results.RESULTS,
    polling_stations.STATIONS,
    elected.DEPUTIES,
    elected.PRESIDENTS,
    commitment.ACTIVITIES,
    benchmark.QUESTIONS,
    benchmark.ANSWERS,
)
BY_KEY = {layout.key: layout for layout in LAYOUTS}


def by_key(key: str) -> Layout:
    """The layout with this key; NotFound otherwise."""
    if key not in BY_KEY:
        raise NotFound(f"No hay una lista «{key}». Las que hay son: {', '.join(BY_KEY)}.")
    return BY_KEY[key]


def recognised(header: Sequence[str]) -> Layout | None:
    """The layout whose required columns are all there; of several, the one that knows most.

    None when no layout is complete.
    """
    fit = [layout for layout in LAYOUTS if not missing(layout, header)]
    return max(fit, key=lambda layout: found(layout, header), default=None)


def nearest(header: Sequence[str]) -> Layout | None:
    """The layout that an incomplete header most resembles: at least half of what it requires."""

    def share(layout: Layout) -> float:
        required = sum(column.required for column in layout.columns)
        return 1 - len(missing(layout, header)) / required

    best = max(LAYOUTS, key=lambda layout: (share(layout), found(layout, header)))
    return best if share(best) >= 0.5 else None


def missing(layout: Layout, header: Sequence[str]) -> list[str]:
    """Headers that a layout requires and the file lacks."""
    guess = layout.guess(header)
    return [
        column.header for column in layout.columns if column.required and not guess[column.name]
    ]


def found(layout: Layout, header: Sequence[str]) -> int:
    """How many of a layout's columns the file has."""
    return sum(bool(places) for places in layout.guess(header).values())
