"""The lists that the product knows, in the order in which they are imported."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from decide.errors import NotFound
from decide.imports.layout import Layout
from decide.imports.layouts import (
    actors,
    alliances,
    benchmark,
    blocks,
    candidacies,
    commitment,
    earlier,
    elected,
    ine,
    platforms,
    polling_stations,
    results,
    results_districts,
    territory,
)
from decide.results import queries_earlier

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
    results_districts.DISTRICTS,
    polling_stations.STATIONS,
    elected.DEPUTIES,
    elected.PRESIDENTS,
    commitment.ACTIVITIES,
    benchmark.QUESTIONS,
    benchmark.ANSWERS,
)
BY_KEY = {layout.key: layout for layout in LAYOUTS}


# Lists of processes of the past have the headers of others, so that only a person can say which.
OF_THE_PAST = {layout.key: layout for layout in earlier.EARLIER}


def by_key(key: str) -> Layout:
    """The layout with this key; NotFound otherwise."""
    found = find(key)
    if found is None:
        known = ", ".join((*BY_KEY, *(f"{each}@AÑO" for each in OF_THE_PAST)))
        raise NotFound(f"No hay una lista «{key}». Las que hay son: {known}.")
    return found


def find(key: str) -> Layout | None:
    """The layout with this key, or None. `anterior-casillas@2015` is that of one past process."""
    base, _, process = key.partition(earlier.MARK)
    if process and base in OF_THE_PAST:
        return earlier.of_process(OF_THE_PAST[base], process)
    return BY_KEY.get(key)


def choices(session: Session) -> list[Layout]:
    """All lists that a person can choose now: the known ones, and those of each past process."""
    past = [
        earlier.of_process(layout, process.key)
        for process in queries_earlier.processes(session)
        for layout in earlier.EARLIER
    ]
    return [*LAYOUTS, *past]


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
