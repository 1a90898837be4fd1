"""From the fields of a text to what the pages show, and back. Neither way ever fails.

Fields come from people, files and earlier programs: what is missing is empty, what nobody knows is
left out. Whether a text is fit to be shown says `rules.py`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from decide.desk.fields import tidy
from decide.desk.pictures import Image
from decide.editorial.entries import (
    Assignment,
    Entry,
    Guide,
    Home,
    Link,
    Organ,
    Step,
    Term,
    Text,
)
from decide.editorial.kinds import FIELDS, STEPS, STEPS_OF, Form, Kind, step_box

Fields = Mapping[str, str]
BOX = re.compile(r"step-([0-9]{1,2})-([a-z]+)")
BY_LINE = frozenset({Form.LINES, Form.TERMS, Form.LINKS})
ONE_LINE = frozenset({Form.LINE, Form.CATEGORY, Form.PICTURE})


def tidied(kind: Kind, typed: Fields) -> dict[str, str]:
    """What was typed, as it is kept: known boxes only, lines without blanks, no empty step."""
    found = {each.name: neat(each.form, typed.get(each.name, "")) for each in FIELDS[kind]}
    if typed.get("easy_checked"):
        found["easy_checked"] = "1"
    return found | steps_of(kind, typed)


def neat(form: Form, text: str) -> str:
    """One box, tidied by its form."""
    whole = tidy(text)
    if form in ONE_LINE:
        return " ".join(whole.split())
    if form in BY_LINE:
        return "\n".join(
            line for line in (" ".join(each.split()) for each in whole.split("\n")) if line
        )
    return "\n".join(line.rstrip() for line in whole.split("\n"))


def steps_of(kind: Kind, typed: Fields) -> dict[str, str]:
    """The steps that hold anything, numbered anew."""
    parts = STEPS.get(kind, ())
    numbers = sorted({int(found[1]) for name in typed if (found := BOX.fullmatch(name))})
    kept: dict[str, str] = {}
    count = 0
    for number in numbers:
        step = {
            each.name: neat(each.form, typed.get(step_box(number, each.name), "")) for each in parts
        }
        if any(value for name, value in step.items() if name != "picture"):
            count += 1
            kept |= {step_box(count, name): value for name, value in step.items()}
    return kept


def count_of_steps(fields: Fields) -> int:
    """How many steps a text has."""
    return max((int(found[1]) for name in fields if (found := BOX.fullmatch(name))), default=0)


def entry_of(kind: Kind, slug: str, fields: Fields, images: tuple[Image, ...] = ()) -> Entry:
    """What the pages show of the fields of a text."""
    return MADE[kind](slug, Told(fields), images)


class Told:
    """Fields that answer with nothing for what is not there."""

    def __init__(self, fields: Fields) -> None:
        """`fields` of one text."""
        self.fields = fields

    def __getitem__(self, name: str) -> str:
        """A box."""
        return self.fields.get(name, "")

    def lines(self, name: str) -> tuple[str, ...]:
        """A box of one thing a line."""
        return tuple(line for line in self[name].split("\n") if line.strip())

    def legal(self) -> str:
        """The article of law, when somebody confirmed it."""
        return self["legal"] if self["confirmed_by"] else ""

    def steps(self) -> tuple[Step, ...]:
        """All steps."""
        return tuple(
            Step(
                **{
                    part: self[step_box(number, part)]
                    for part in ("title", "text", "picture", "time")
                }
            )
            for number in range(1, count_of_steps(self.fields) + 1)
        )


def term_of(slug: str, told: Told, images: tuple[Image, ...]) -> Term:
    """A word."""
    return Term(
        slug, told["term"], told["category"], told["definition"], told["example"],
        told["so_what"], told.lines("related"), told["more"], told.legal(), images,
    )  # fmt: skip


def organ_of(slug: str, told: Told, _images: tuple[Image, ...]) -> Organ:
    """What is elected."""
    return Organ(
        slug, told["name"], told["also"], told["in_short"], told["who"], told["term"],
        told.lines("does"), told.lines("does_not"), told["my_vote"], told.lines("ask"),
        told.lines("terms"), told.lines("easy"), told.legal(),
    )  # fmt: skip


def guide_of(slug: str, told: Told, images: tuple[Image, ...]) -> Guide:
    """A guide."""
    return Guide(
        slug, told["title"], told["intro"], told["time"], told["remedy"],
        tuple(link_of(line) for line in told.lines("links")), told.steps(),
        told.lines("easy"), told.legal(), images,
    )  # fmt: skip


def text_of(slug: str, told: Told, images: tuple[Image, ...]) -> Text:
    """A text about the site, or a notice."""
    return Text(slug, told["title"], told["body"], told.lines("easy"), told.legal(), images)


def assignment_of(_slug: str, told: Told, _images: tuple[Image, ...]) -> Assignment:
    """How seats are assigned."""
    return Assignment(told["title"], told.lines("paragraphs"), told.lines("easy"))


def home_of(slug: str, told: Told, _images: tuple[Image, ...]) -> Home:
    """The first page."""
    return Home(
        slug, told["title"], told["lead"], told["heading"], told.steps()[: STEPS_OF[Kind.HOME]]
    )


MADE: Mapping[Kind, Callable[[str, Told, tuple[Image, ...]], Entry]] = {
    Kind.TERM: term_of,
    Kind.ORGAN: organ_of,
    Kind.ASSIGNMENT: assignment_of,
    Kind.GUIDE: guide_of,
    Kind.TEXT: text_of,
    Kind.HOME: home_of,
}


def link_of(line: str) -> Link:
    """“Nombre | https://…”."""
    name, _bar, address = (part.strip() for part in line.partition("|"))
    return Link(name or address, address)


def fields_of(kind: Kind, entry: Entry) -> dict[str, str]:
    """The fields of a shipped text: what its form would hold."""
    found = {each.name: written(getattr(entry, each.name, "")) for each in FIELDS[kind]}
    parts = STEPS.get(kind, ())
    steps: tuple[Step, ...] = getattr(entry, "steps", ())
    for number, step in enumerate(steps, 1):
        found |= {step_box(number, each.name): getattr(step, each.name) for each in parts}
    return found


def written(value: Any) -> str:
    """A value as a box holds it."""
    if isinstance(value, tuple):
        return "\n".join(written(each) for each in value)
    if isinstance(value, Link):
        return f"{value.name} | {value.address}" if value.address else value.name
    return str(value)
