"""Words and drawings of the yearly benchmark that office and public page share."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from decide.benchmarks.entries import StepState
from decide.benchmarks.queries import Whole

WIDTH = 360  # of both drawings
BAR, HEAD, BETWEEN = 14, 22, 12  # heights of a bar, of a section's name, and the space below it
NAMES = 26  # room for the number of a portal, left of its bar
FIGURE = 38  # room for the figure, right of it
TALL, FLOOR, LEFT = 180, 150, 30  # the chart of years: its height, its base line, its left edge
MOST_BARS = 8


@dataclass(frozen=True)
class Bar:
    """One bar; `told` is its figure in words, "–" where there is none."""

    x: float
    y: float
    width: float
    height: float
    label: str
    told: str
    own: bool


@dataclass(frozen=True)
class Group:
    """The bars of a section, below its name."""

    title: str
    y: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Chart:
    """A drawing with its size."""

    width: int
    height: float
    groups: tuple[Group, ...]


def told_score(score: float | None) -> str:
    """“78.4”; a dash where nothing was answered."""
    return "–" if score is None else f"{score:.1f}"


def numbers(count: int) -> list[str]:
    """A sign for each portal, as in the legend."""
    return [str(place + 1) for place in range(count)]


def comparison(told: Whole) -> Chart:
    """Bars of every portal in every section, the own one first; 100 is the full width."""
    signs = numbers(len(told.portals))
    room = WIDTH - NAMES - FIGURE
    groups, y = [], 0.0
    for section in told.sections:
        bars = []
        for place, portal in enumerate(told.portals):
            score = portal.score.sections.get(section)
            bars.append(
                Bar(
                    NAMES,
                    y + HEAD + place * (BAR + 3),
                    room * (score or 0) / 100,
                    BAR,
                    signs[place],
                    told_score(score),
                    portal.own,
                )
            )
        groups.append(Group(section, y + 15, tuple(bars)))
        y += HEAD + len(told.portals) * (BAR + 3) + BETWEEN
    return Chart(WIDTH, y, tuple(groups))


def yearly(totals: Sequence[tuple[int, float]]) -> Chart:
    """A column for each of the last years, from 0 to 100."""
    shown = totals[-MOST_BARS:]
    room = (WIDTH - LEFT) / max(len(shown), 1)
    wide = min(44.0, room * 0.6)
    bars = tuple(
        Bar(
            LEFT + room * place + (room - wide) / 2,
            FLOOR - 1.3 * total,
            wide,
            1.3 * total,
            str(year),
            told_score(total),
            True,
        )
        for place, (year, total) in enumerate(shown)
    )
    return Chart(WIDTH, TALL, (Group("", 0, bars),))


def step_words(state: str) -> str:
    """Where an action of the plan stands, in a word."""
    words: dict[str, str] = {
        StepState.PLANNED: _("Por iniciar"),
        StepState.STARTED: _("En marcha"),
        StepState.DONE: _("Cumplida"),
        StepState.DROPPED: _("Descartada"),
    }
    return words[state]
