"""Reading the territory that the product ships (see facts/SOURCES.md)."""

import csv
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "facts"


class FactsError(Exception):
    """A shipped file contradicts itself; the message names file and line."""


@dataclass(frozen=True)
class Seats:
    """Seats of one ayuntamiento, by principle: relative majority (mr) and proportional (rp)."""

    presidencies: int
    syndics_mr: int
    syndics_rp: int
    councillors_mr: int
    councillors_rp: int

    @property
    def slate(self) -> int:
        """Posts in a slate: those of relative majority."""
        return self.presidencies + self.syndics_mr + self.councillors_mr

    @property
    def total(self) -> int:
        """Members of the ayuntamiento."""
        return self.slate + self.syndics_rp + self.councillors_rp


@dataclass(frozen=True)
class MunicipalityFact:
    """A municipality as the files know it."""

    number: int
    inegi_key: int
    name: str
    official_name: str
    population: int
    seats: Seats


@dataclass(frozen=True)
class PartFact:
    """The sections of one municipality that lie in one district."""

    district: int
    municipality: int
    sections: tuple[int, ...]
    whole: bool


@dataclass(frozen=True)
class Source:
    """Where some of the facts come from."""

    what: str
    source: str


@dataclass(frozen=True)
class Territory:
    """All of it; every tuple is ordered by number."""

    name: str
    map_year: int
    sections_year: int
    sources: tuple[Source, ...]
    municipalities: tuple[MunicipalityFact, ...]
    districts: tuple[tuple[int, str], ...]  # number, cabecera
    parts: tuple[PartFact, ...]

    def sections(self) -> Iterator[tuple[int, int, int]]:
        """(section, district, municipality), by section."""
        return iter(
            sorted(
                (section, part.district, part.municipality)
                for part in self.parts
                for section in part.sections
            )
        )


def shipped(folder: Path = FOLDER) -> Territory:
    """Read the shipped territory; raises FactsError when a file contradicts itself or another."""
    about = tomllib.loads((folder / "territory.toml").read_text(encoding="utf-8"))
    municipalities = tuple(municipality(row) for row in rows(folder / "municipalities.csv"))
    districts = tuple((int(row["number"]), row["seat"]) for row in rows(folder / "districts.csv"))
    parts = parts_of(folder / "sections.txt")
    for kind, named, placed in (
        (
            "municipality",
            {each.number for each in municipalities},
            {part.municipality for part in parts},
        ),
        ("district", {number for number, _ in districts}, {part.district for part in parts}),
    ):
        if named != placed:
            raise FactsError(f"sections.txt and the {kind} file disagree: {sorted(named ^ placed)}")
    return Territory(
        name=about["name"],
        map_year=about["map_year"],
        sections_year=about["sections_year"],
        sources=tuple(Source(each["what"], each["source"]) for each in about["sources"]),
        municipalities=municipalities,
        districts=districts,
        parts=parts,
    )


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The lines of a CSV file of this folder."""
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def municipality(row: dict[str, str]) -> MunicipalityFact:
    """One line of municipalities.csv."""
    return MunicipalityFact(
        number=int(row["number"]),
        inegi_key=int(row["inegi_key"]),
        name=row["name"],
        official_name=row["official_name"],
        population=int(row["population"]),
        seats=Seats(
            int(row["presidencies"]),
            int(row["syndics_mr"]),
            int(row["syndics_rp"]),
            int(row["councillors_mr"]),
            int(row["councillors_rp"]),
        ),
    )


def parts_of(path: Path) -> tuple[PartFact, ...]:
    """The lines of sections.txt; a section named twice is an error."""
    found: dict[tuple[int, int], tuple[int, ...]] = {}
    seen: set[int] = set()
    for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not text or text.startswith("#"):
            continue
        place, _, ranges = text.partition(":")
        district, municipality = (int(number) for number in place.split())
        sections = tuple(numbers(ranges))
        twice = seen.intersection(sections)
        if twice or (district, municipality) in found or not sections:
            raise FactsError(
                f"{path.name}, line {line}: {sorted(twice) or place} stands twice, or empty"
            )
        seen.update(sections)
        found[district, municipality] = sections
    districts_of = Counter(municipality for _, municipality in found)
    return tuple(
        PartFact(district, municipality, sections, districts_of[municipality] == 1)
        for (district, municipality), sections in sorted(found.items())
    )


def numbers(ranges: str) -> Iterator[int]:
    """ "1-3 7" → 1, 2, 3, 7."""
    for each in ranges.split():
        first, _, last = each.partition("-")
        yield from range(int(first), int(last or first) + 1)
