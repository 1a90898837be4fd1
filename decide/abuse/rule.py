"""The rule by which a day's answers are reviewed, version 1. Pure arithmetic on counts and times.

Each subject with at least 200 answers in a day is held against itself and against all others of
that day. Four questions are asked of it:

window   In some hours, did one choice come much more often than among all its other answers of the
         day? Asked of all answers of those hours, of those of devices that were new, and of those
         from crowded networks. Half of the room for error goes to the four fullest windows, for
         their fullness says nothing about choices.
kind     Over the whole day, do new devices (or crowded networks) choose otherwise than the rest,
         and more so than on other subjects?
night    Did new devices send far more of one choice from 0 to 6 h than that day's nights have?
rhythm   In its fullest hour, are the pauses between answers those of people (exponential), or of a
         clock?

A surge alone is never suspect: a debate or an interview brings one, with the usual choices. What
is unusual is measured in standard deviations, widened by how much subjects differ on that very day,
and turned into a probability. Of all questions of a day, Benjamini and Hochberg's procedure keeps
those that are wrong in one of a hundred cases at most; of these, only what amounts to a campaign is
marked, and of two that explain nearly the same, the one that marks fewer answers.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import asin, erfc, exp, sqrt
from statistics import median

VERSION = 1
LEAST = 200  # answers of a subject in a day, below which there is no campaign to find
SHARE = 0.01  # of what is found, this much may be wrong
ADDED, ADDED_SHARE = 60, 0.02  # answers too many, from which it amounts to a campaign
WINDOWS = ((1, 1), (2, 1), (4, 2))  # hours of a window, and between two beginnings
NIGHT = range(6)
FEW = 25  # answers in a window, below which a share says nothing
RHYTHM = 60  # answers in an hour, below which pauses say nothing
SPREAD = 0.05  # how much hours of a subject differ by themselves (negative binomial, 1/r)
OTHERS = 2_000  # answers on other subjects from which their nights tell something
MORE = 1.5  # a broader marking must explain so many times as much
FULLEST = 4  # windows that get half of the room for error
ENOUGH = 30  # subjects from which a day tells how much subjects differ
LILLIEFORS = 1.243  # Kolmogorov's tail when the mean is estimated from the same pauses (Stephens)
LIKE, DISLIKE = 1, 2
HOURS = 24


@dataclass(frozen=True)
class Cell:
    """What answers of one kind have in common."""

    hour: int
    choice: int
    new: bool
    crowded: bool


@dataclass(frozen=True)
class Where:
    """Which answers of a subject's day a question is about."""

    choice: int
    first_hour: int
    hours: int
    new: bool = False
    crowded: bool = False

    def holds(self, cell: Cell) -> bool:
        """Whether a cell belongs."""
        return (
            cell.choice == self.choice
            and self.first_hour <= cell.hour < self.first_hour + self.hours
            and (cell.new or not self.new)
            and (cell.crowded or not self.crowded)
        )


@dataclass(frozen=True)
class Doubt:
    """The strongest answer to one question about one subject."""

    subject_id: int
    test: str
    where: Where
    z: float
    added: float
    tries: int = 2  # among so many, so that each has its part of the room for error


@dataclass(frozen=True)
class Finding:
    """What the rule marks: answers of a subject's day that `where` describes."""

    subject_id: int
    test: str
    where: Where
    p: float
    added: int


@dataclass
class ItemDay:
    """One subject's day: counts by kind, and the seconds of the answers in its fullest hours."""

    subject_id: int
    cells: Counter[Cell] = field(default_factory=Counter)
    times: dict[tuple[int, int], list[float]] = field(default_factory=dict)  # (hour, choice)

    @property
    def total(self) -> int:
        """All answers of the day."""
        return self.cells.total()

    @property
    def hours(self) -> Counter[int]:
        """Answers by hour."""
        found = Counter[int]()
        for cell, count in self.cells.items():
            found[cell.hour] += count
        return found


def judge(items: Sequence[ItemDay]) -> list[Finding]:
    """What to mark of a day: all its subjects, also those with few answers."""
    hours = hours_of(items)
    asked = {item.subject_id: item for item in items if item.total >= LEAST}
    doubts: list[tuple[Doubt, float]] = []
    for question in (windows, kinds, nights):
        doubts += weighed([list(question(item, hours - item.hours)) for item in asked.values()])
    doubts += [(doubt, p) for item in asked.values() for doubt, p in rhythms(item)]
    found = [
        Finding(doubt.subject_id, doubt.test, doubt.where, p, round(doubt.added))
        for doubt, p in discovered(doubts)
        if doubt.added >= max(ADDED, ADDED_SHARE * asked[doubt.subject_id].total)
    ]
    return narrowest(found, asked)


def narrowest(found: Sequence[Finding], items: Mapping[int, ItemDay]) -> list[Finding]:
    """Without those that mark more answers of a subject's choice and explain little more."""
    kept: list[Finding] = []
    for each in sorted(found, key=lambda each: marked(items[each.subject_id], each.where)):
        same = [
            other
            for other in kept
            if (other.subject_id, other.where.choice) == (each.subject_id, each.where.choice)
        ]
        if each.added > MORE * sum(other.added for other in same):
            kept.append(each)
    return sorted(kept, key=lambda each: (each.subject_id, each.where.first_hour, each.test))


def marked(item: ItemDay, where: Where) -> int:
    """How many answers that is."""
    return sum(count for cell, count in item.cells.items() if where.holds(cell))


def hours_of(items: Iterable[ItemDay]) -> Counter[int]:
    """Answers of a day by hour, over all subjects."""
    return sum((item.hours for item in items), Counter[int]())


def fullest(item: ItemDay, day: Counter[int]) -> list[tuple[int, int]]:
    """(hour, choice) whose times `rhythms` wants: for each choice the hour most above the day's."""
    found = []
    for choice in (LIKE, DISLIKE):
        hours = Counter[int]()
        for cell, count in item.cells.items():
            if cell.choice == choice:
                hours[cell.hour] += count
        full = [hour for hour, count in hours.items() if count >= RHYTHM]
        if full:
            found.append((max(full, key=lambda hour: hours[hour] / (day[hour] + 1)), choice))
    return found


def windows(item: ItemDay, others: Counter[int]) -> Iterator[Doubt]:
    """One choice in some hours, of all, the new or the crowded, against all else of the day."""
    all_likes, all_dislikes = (
        sum(count for cell, count in item.cells.items() if cell.choice == choice)
        for choice in (LIKE, DISLIKE)
    )
    found: list[tuple[float, Doubt]] = []
    for new, crowded in ((False, False), (True, False), (False, True)):
        counts = [[0, 0, 0] for _ in range(HOURS)]
        for cell, count in item.cells.items():
            if (cell.new or not new) and (cell.crowded or not crowded):
                counts[cell.hour][cell.choice] += count
        for width, step in WINDOWS:
            for first in range(0, HOURS - width + 1, step):
                inside = counts[first : first + width]
                likes, dislikes = (sum(h[choice] for h in inside) for choice in (LIKE, DISLIKE))
                where = Where(LIKE, first, width, new, crowded)
                rest = (all_likes - likes, all_dislikes - dislikes)
                share = sum(others[first + n] for n in range(width)) / max(others.total(), 1)
                usual = share * sum(map(sum, counts))
                surge = (likes + dislikes - usual) / sqrt(usual + 1)
                found += [
                    (surge, doubt)
                    for doubt in compared(item, "window", where, (likes, dislikes), rest)
                ]
    found.sort(key=lambda pair: -pair[0])
    for place, (_, doubt) in enumerate(found):
        yield replace(doubt, tries=2 * FULLEST if place < FULLEST else 2 * len(found))


def kinds(item: ItemDay, _others: Counter[int]) -> Iterator[Doubt]:
    """Whether the new (or the crowded) choose otherwise than the rest, over the whole day."""
    for new, crowded in ((True, False), (False, True)):
        inside, outside = [0, 0], [0, 0]
        for cell, count in item.cells.items():
            side = inside if (cell.new and new) or (cell.crowded and crowded) else outside
            side[cell.choice - LIKE] += count
        where = Where(LIKE, 0, HOURS, new, crowded)
        yield from compared(item, "kind", where, tuple(inside), tuple(outside))


def compared(
    item: ItemDay, test: str, where: Where, inside: Sequence[int], outside: Sequence[int]
) -> Iterator[Doubt]:
    """(likes, dislikes) inside against those outside; nothing where there are too few."""
    if sum(inside) < FEW or sum(outside) < FEW:
        return
    z = apart(inside[0], sum(inside), outside[0], sum(outside))
    more, less = (0, 1) if z > 0 else (1, 0)
    # So many would have come beside the others, had these chosen as people did elsewhere.
    usual = inside[less] * outside[more] / max(outside[less], 1)
    told = replace(where, choice=DISLIKE if more else LIKE)
    yield Doubt(item.subject_id, test, told, abs(z), inside[more] - usual)


def nights(item: ItemDay, others: Counter[int]) -> Iterator[Doubt]:
    """New devices' answers at night against the share that nights have on other subjects."""
    if others.total() < OTHERS:
        return
    usual = sum(others[hour] for hour in NIGHT) / others.total()
    for choice in (LIKE, DISLIKE):
        total = night = 0
        for cell, count in item.cells.items():
            if cell.choice == choice and cell.new:
                total += count
                night += count * (cell.hour in NIGHT)
        expected = (total - night) * usual / (1 - usual)
        if total < FEW:
            continue
        z = (night - expected) / sqrt(expected + 1 + expected * expected * SPREAD / len(NIGHT))
        # What comes at night comes all day, when it comes from a clock.
        added = (night - expected) * HOURS / len(NIGHT)
        where = Where(choice, NIGHT.start, len(NIGHT), new=True)
        yield Doubt(item.subject_id, "night", where, z, added)


def rhythms(item: ItemDay) -> Iterator[tuple[Doubt, float]]:
    """Pauses within the fullest hours against the exponential law (Kolmogorov and Smirnov)."""
    for (hour, choice), times in item.times.items():
        ordered = sorted(times)
        pauses = sorted(later - earlier for earlier, later in pairwise(ordered))
        if len(pauses) < RHYTHM - 1:
            continue
        count, mean = len(pauses), sum(pauses) / len(pauses) or 1.0
        farthest = 0.0
        for place, pause in enumerate(pauses):
            law = 1 - exp(-pause / mean)
            farthest = max(farthest, (place + 1) / count - law, law - place / count)
        far = (farthest - 0.2 / count) * (sqrt(count) + 0.26 + 0.5 / sqrt(count))
        p = min(1.0, 2 * exp(-2 * (LILLIEFORS * far) ** 2))
        where = Where(choice, hour, 1)
        yield Doubt(item.subject_id, "rhythm", where, far, float(len(times))), p


def apart(a: int, of_a: int, b: int, of_b: int) -> float:
    """How far two shares are apart, in standard deviations (arcsine: even for small shares)."""
    angle = asin(sqrt((a + 0.375) / (of_a + 0.75))) - asin(sqrt((b + 0.375) / (of_b + 0.75)))
    return 2 * angle / sqrt(1 / of_a + 1 / of_b)


def weighed(asked: Sequence[Sequence[Doubt]]) -> Iterator[tuple[Doubt, float]]:
    """The strongest doubt of each subject with its probability, widened by how subjects differ."""
    everything = [abs(doubt.z) for doubts in asked for doubt in doubts]
    # The median of |z| is 0.6745 when nothing but chance is at work.
    wide = max(1.0, median(everything) / 0.6745) if len(asked) >= ENOUGH and everything else 1.0
    for doubts in asked:
        if doubts:
            told = [(doubt, doubt.tries * erfc(doubt.z / wide / sqrt(2))) for doubt in doubts]
            worst, p = min(told, key=lambda pair: pair[1])
            yield worst, min(1.0, p)


def discovered(doubts: Sequence[tuple[Doubt, float]]) -> list[tuple[Doubt, float]]:
    """Benjamini and Hochberg: the largest set of which at most `SHARE` is wrong."""
    ordered = sorted(doubts, key=lambda pair: pair[1])
    last = 0
    for place, (_, p) in enumerate(ordered, start=1):
        if p <= SHARE * place / len(ordered):
            last = place
    return ordered[:last]
