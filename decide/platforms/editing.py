"""Changing a list of sections: join, cut, leave out. Plain values in, plain values out."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

CUT = re.compile(r"^\s*-{3,}\s*$", re.MULTILINE)  # a line of hyphens says where to cut
MOST = 80  # sections of a platform
UNTITLED = "Sin título"


@dataclass(frozen=True)
class Section:
    """One section as somebody corrects it."""

    title: str
    topic: str
    text: str
    page: int = 0

    def told(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)


def joined(sections: Sequence[Section], place: int) -> list[Section]:
    """The section at `place` goes to the end of the one before it, its title as a paragraph."""
    if not 0 < place < len(sections):
        return list(sections)
    before, here = sections[place - 1], sections[place]
    text = "\n\n".join(each for each in (before.text, here.title, here.text) if each.strip())
    whole = Section(before.title, before.topic or here.topic, text, before.page)
    return [*sections[: place - 1], whole, *sections[place + 1 :]]


def cut(sections: Sequence[Section], place: int) -> list[Section]:
    """The section at `place` in parts, at each line of hyphens; the first line titles a part."""
    if not 0 <= place < len(sections):
        return list(sections)
    here = sections[place]
    first, *others = CUT.split(here.text)
    parts = [Section(here.title, here.topic, first.strip(), here.page)]
    for other in others:
        title, _, text = other.strip().partition("\n")
        parts.append(Section(title.strip() or UNTITLED, here.topic, text.strip(), here.page))
    return [*sections[:place], *parts, *sections[place + 1 :]]


def left_out(sections: Sequence[Section], place: int) -> list[Section]:
    """Without the section at `place`."""
    return [each for number, each in enumerate(sections) if number != place]


def raised(sections: Sequence[Section], place: int) -> list[Section]:
    """The section at `place` one place up."""
    if not 0 < place < len(sections):
        return list(sections)
    return [
        *sections[: place - 1], sections[place], sections[place - 1], *sections[place + 1 :]
    ]  # fmt: skip


DEEDS = {"join": joined, "cut": cut, "drop": left_out, "raise": raised}
