"""How fast pages are where people are: Web Vitals as counts in few steps, by kind of page.

A browser tells four numbers when it leaves a page. Only the step that each falls into is counted:
no time, no device, and never which page of an actor it was.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from decide.statistics.disclosure import disclosed

SPEED = "speed"  # the kind under which the steps are counted among the visits
OVER = "over"  # the step above the last one


@dataclass(frozen=True)
class Measure:
    """One of the four. `steps` are upper ends; up to `good` a page counts as good."""

    name: str
    steps: tuple[float, ...]
    good: float


MEASURES: Mapping[str, Measure] = {
    each.name: each
    for each in (
        Measure("lcp", (1000, 1500, 2000, 2500, 3000, 4000, 6000, 10000), 2500),
        Measure("cls", (0.01, 0.05, 0.1, 0.15, 0.25, 0.5), 0.1),
        Measure("inp", (50, 100, 150, 200, 300, 500, 1000), 200),
        Measure("ttfb", (100, 200, 400, 800, 1200, 1800, 3000), 800),
    )
}


@dataclass(frozen=True)
class Speed:
    """One measure on one kind of page: the step in which three of four visits end, and the good.

    `three_quarters` is None where that is above the last step. `good` is a share of a hundred;
    `count` is told by the rules of disclosure.
    """

    kind: str
    measure: str
    count: int | None
    three_quarters: float | None
    good: int


def steps_of(told: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(measure, step) of every number that a browser told; what is none is passed over."""
    for name, measure in MEASURES.items():
        try:
            value = float(told.get(name, ""))
        except ValueError:
            continue
        if math.isfinite(value) and value >= 0:
            yield name, step_of(measure, value)


def step_of(measure: Measure, value: float) -> str:
    """The step that a value falls into, by its upper end."""
    return next((f"{step:g}" for step in measure.steps if value <= step), OVER)


def item_of(kind: str, measure: str, step: str) -> str:
    """How a step is kept among the visits."""
    return f"{kind} {measure} {step}"


def speeds(counts: Mapping[str, int], *, fewest: int) -> tuple[Speed, ...]:
    """From items and how often each was counted; kinds of pages in the alphabet of their keys."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for item, count in counts.items():
        kind, name, step = item.split(" ")
        found.setdefault((kind, name), {})[step] = count
    return tuple(
        speed_of(kind, MEASURES[name], steps)
        for kind, name in sorted(found)
        for steps in [found[kind, name]]
        if sum(steps.values()) >= fewest
    )


def speed_of(kind: str, measure: Measure, steps: Mapping[str, int]) -> Speed:
    """What the steps of one measure tell."""
    total = sum(steps.values())
    so_far, three_quarters, good = 0, None, 0
    for step in measure.steps:
        count = steps.get(f"{step:g}", 0)
        so_far += count
        good += count if step <= measure.good else 0
        if three_quarters is None and 4 * so_far >= 3 * total:
            three_quarters = step
    return Speed(kind, measure.name, disclosed(total), three_quarters, round(100 * good / total))
