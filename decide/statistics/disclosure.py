"""What of a count may be published. Written as code so that every page and file obeys the same.

1. Nothing that concerns one actor, candidacy or proposal: such counts do not exist (`pages`).
2. Only days that are over: nobody can watch what one action adds.
3. Every figure is rounded to tens; below ten the figure is not told.
4. Opinions and ideas only as sums over all actors, and only while at least three take part.
   Who takes part is told by what they published, never by what they received.
"""

STEP = 10
SMALLEST = 10
FEWEST_ACTORS = 3


def disclosed(count: int) -> int | None:
    """A count as it may be told: to the nearest ten, halves up; None below ten."""
    if count < SMALLEST:
        return None
    return (count + STEP // 2) // STEP * STEP


def enough(actors: int) -> bool:
    """Whether a sum over this many actors hides what each of them received."""
    return actors >= FEWEST_ACTORS
