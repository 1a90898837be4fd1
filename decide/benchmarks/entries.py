"""A question and an answer as lists tell them, and what a scale is."""

from dataclasses import dataclass
from enum import StrEnum

SEPARATOR = "/"
LONGEST = 600
FEWEST_STEPS, MOST_STEPS = 2, 6
HEAVIEST = 100
NOT_APPLICABLE = "No aplica"


class BenchmarkState(StrEnum):
    """A draft is worked on by the office; a published one is what everybody reads."""

    DRAFT = "draft"
    PUBLISHED = "published"


class StepState(StrEnum):
    """Where an action of the improvement plan stands."""

    PLANNED = "planned"
    STARTED = "started"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True)
class QuestionEntry:
    """One question of a year. `scale` holds its answers from worst to best: "No/En parte/Sí"."""

    year: int
    code: str
    section: str
    text: str
    weight: int
    scale: str

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two entries the same question."""
        return (str(self.year), self.code)

    @property
    def steps(self) -> tuple[str, ...]:
        """The answers that can be given, from worst to best."""
        return steps_of(self.scale)


@dataclass(frozen=True)
class AnswerEntry:
    """What one question says of one portal; `level` None is a question that does not apply."""

    year: int
    portal: str
    name: str
    address: str
    own: bool
    code: str
    level: int | None
    note: str = ""
    link: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two entries the same answer."""
        return (str(self.year), self.portal, self.code)


def steps_of(scale: str) -> tuple[str, ...]:
    """“No / Sí” as its answers; blank parts do not count."""
    return tuple(part for each in scale.split(SEPARATOR) if (part := " ".join(each.split())))


def place_of(code: str) -> int:
    """Where a code stands: “2.10” after “2.9”. Codes have at most two numbers."""
    whole, _, part = code.partition(".")
    return int(whole) * 1000 + int(part or 0)
