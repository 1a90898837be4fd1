"""Which municipality or district each shape is: by key and name, never by a bare number.

The INE and INEGI number the municipalities differently and only 29 numbers agree, so a number alone
says nothing; a key of five digits (15001–15125) or a name does.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from decide.geography.queries import DistrictLine, MunicipalityLine
from decide.geography.shapes.reading import Drawn

INEGI_KEY = re.compile(r"15\d{3}\Z")
DISTRICT_COLUMN = re.compile(r"distrito|^d(is)?t(o|rito)?_?l|^dl$")


@dataclass(frozen=True)
class Matched:
    """Which shapes are whose; `missing` and `extra` are named as the user knows them."""

    shapes: Mapping[int, tuple[Drawn, ...]]
    missing: tuple[str, ...]
    extra: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every place of the catalogue has its shape and nothing is left over."""
        return not (self.missing or self.extra)


def municipalities(shapes: Iterable[Drawn], known: Iterable[MunicipalityLine]) -> Matched:
    """By INEGI's key or by name; a shape whose key and name disagree is left over."""
    lines = list(known)
    by_key = {str(each.inegi_key): each.number for each in lines}
    by_name = {folded(each.name): each.number for each in lines}

    def number(told: Mapping[str, object]) -> int | None:
        words = [str(value).strip() for value in told.values() if value not in (None, "")]
        keys = {by_key[word] for word in words if INEGI_KEY.match(word) and word in by_key}
        names = {by_name[folded(word)] for word in words if folded(word) in by_name}
        meant = keys | names
        return meant.pop() if len(meant) == 1 else None

    return sorted_out(shapes, number, {each.number: each.name for each in lines})


def districts(shapes: Iterable[Drawn], known: Iterable[DistrictLine]) -> Matched:
    """By the column that speaks of districts."""
    lines = {each.number: f"{each.number}, {each.seat}" for each in known}

    def number(told: Mapping[str, object]) -> int | None:
        for column, value in told.items():
            digits = str(value).strip().removesuffix(".0")
            if DISTRICT_COLUMN.search(folded(column)) and digits.isdecimal():
                return int(digits) if int(digits) in lines else None
        return None

    return sorted_out(shapes, number, lines)


def sorted_out(shapes: Iterable[Drawn], number: object, names: Mapping[int, str]) -> Matched:
    """Shapes by the place they mean; a place may come in several pieces."""
    found: dict[int, tuple[Drawn, ...]] = {}
    extra = []
    for each in shapes:
        meant = number(each.told)  # type: ignore[operator]
        if meant is None:
            extra.append(shown(each.told))
        else:
            found[meant] = (*found.get(meant, ()), each)
    missing = tuple(name for place, name in sorted(names.items()) if place not in found)
    return Matched(found, missing, tuple(extra))


def shown(told: Mapping[str, object]) -> str:
    """What a shape says of itself, short enough for a message."""
    words = [str(value) for value in told.values() if value not in (None, "")]
    return " · ".join(words)[:80] or "sin nombre"


def folded(text: str) -> str:
    """Without accents, capitals and punctuation."""
    bare = unicodedata.normalize("NFKD", str(text)).encode("ascii", "ignore").decode().casefold()
    return " ".join(re.findall(r"[a-z0-9_]+", bare))
