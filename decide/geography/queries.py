"""Asking for the territory. Every list is ordered and takes a fixed number of statements."""

from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from decide.errors import NotFound
from decide.geography import search
from decide.geography.facts import Seats
from decide.geography.models import District, DistrictPart, Municipality, Section, Shape
from decide.geography.queries_shapes import DISTRICT, MUNICIPALITY, Outline
from decide.geography.sections import typed_section, unknown_section

PlaceRow = TypeVar("PlaceRow", Municipality, District)


@dataclass(frozen=True)
class MunicipalityLine:
    """A municipality in a list."""

    number: int
    inegi_key: int
    name: str
    population: int
    sections: int
    districts: tuple[int, ...]

    @property
    def split(self) -> bool:
        """Whether it lies in more than one district."""
        return len(self.districts) > 1


@dataclass(frozen=True)
class DistrictLine:
    """A district in a list."""

    number: int
    seat: str
    map_year: int
    sections: int
    municipalities: int


@dataclass(frozen=True)
class DistrictOfMunicipality:
    """A district seen from one of its municipalities: how much of the municipality it holds."""

    number: int
    seat: str
    whole: bool
    sections: int


@dataclass(frozen=True)
class MunicipalityOfDistrict:
    """A municipality, or a part of it, seen from a district."""

    number: int
    name: str
    whole: bool
    sections: int
    population: int  # of the whole municipality
    all_sections: int  # of the whole municipality

    @property
    def share(self) -> float:
        """About how many of its people live in the district: told by the sections, as of 2020."""
        return self.population * self.sections / self.all_sections


@dataclass(frozen=True)
class MunicipalityPage:
    """A municipality with its districts."""

    number: int
    inegi_key: int
    name: str
    official_name: str
    population: int
    sections: int
    seats: Seats
    districts: tuple[DistrictOfMunicipality, ...]
    outline: Outline | None = None

    @property
    def split(self) -> bool:
        """Whether it lies in more than one district."""
        return len(self.districts) > 1


@dataclass(frozen=True)
class DistrictPage:
    """A district with its municipalities."""

    number: int
    seat: str
    map_year: int
    sections: int
    municipalities: tuple[MunicipalityOfDistrict, ...]
    outline: Outline | None = None

    @property
    def estimated(self) -> bool:
        """Whether some municipality lies here only in part: then nobody counted these people."""
        return not all(each.whole for each in self.municipalities)

    @property
    def population(self) -> int:
        """Counted where every municipality is whole, else estimated to the nearest thousand."""
        if self.estimated:
            return int(round(sum(each.share for each in self.municipalities), -3))
        return sum(each.population for each in self.municipalities)


@dataclass(frozen=True)
class Place:
    """Where a section votes."""

    section: int
    district: int
    district_seat: str
    municipality: int
    municipality_name: str


def municipalities(session: Session) -> tuple[MunicipalityLine, ...]:
    """All municipalities by number, in one statement."""
    districts = func.array_agg(DistrictPart.district_number)
    lines = (
        select(
            Municipality.number,
            Municipality.inegi_key,
            Municipality.name,
            Municipality.population,
            Municipality.sections,
            districts,
        )
        .join(DistrictPart, DistrictPart.municipality_number == Municipality.number)
        .group_by(Municipality.number)
        .order_by(Municipality.number)
    )
    return tuple(
        MunicipalityLine(number, inegi_key, name, population, sections, tuple(sorted(within)))
        for number, inegi_key, name, population, sections, within in session.execute(lines)
    )


def split_municipalities(session: Session) -> tuple[MunicipalityLine, ...]:
    """The municipalities that lie in more than one district."""
    return tuple(each for each in municipalities(session) if each.split)


def districts(session: Session) -> tuple[DistrictLine, ...]:
    """All districts by number, in one statement."""
    lines = (
        select(District.number, District.seat, District.map_year, District.sections, func.count())
        .join(DistrictPart, DistrictPart.district_number == District.number)
        .group_by(District.number)
        .order_by(District.number)
    )
    return tuple(DistrictLine(*row) for row in session.execute(lines))


def municipality(session: Session, number: int) -> MunicipalityPage:
    """One municipality by the INE's number; NotFound otherwise."""
    row, shape = with_outline(session, Municipality, MUNICIPALITY, number)
    if row is None:
        raise NotFound("Ese municipio no existe. Los números del INE van del 1 al 125.")
    return MunicipalityPage(
        number=row.number,
        inegi_key=row.inegi_key,
        name=row.name,
        official_name=row.official_name,
        population=row.population,
        sections=row.sections,
        seats=seats_of(row),
        districts=tuple(
            DistrictOfMunicipality(*each)
            for each in session.execute(
                select(District.number, District.seat, DistrictPart.whole, DistrictPart.sections)
                .join(DistrictPart, DistrictPart.district_number == District.number)
                .where(DistrictPart.municipality_number == number)
                .order_by(District.number)
            )
        ),
        outline=shape,
    )


def district(session: Session, number: int) -> DistrictPage:
    """One district; NotFound otherwise."""
    row, shape = with_outline(session, District, DISTRICT, number)
    if row is None:
        raise NotFound("Ese distrito no existe. Los distritos locales van del 1 al 45.")
    parts = (
        select(
            Municipality.number,
            Municipality.name,
            DistrictPart.whole,
            DistrictPart.sections,
            Municipality.population,
            Municipality.sections,
        )
        .join(DistrictPart, DistrictPart.municipality_number == Municipality.number)
        .where(DistrictPart.district_number == number)
        .order_by(Municipality.number)
    )
    return DistrictPage(
        number=row.number,
        seat=row.seat,
        map_year=row.map_year,
        sections=row.sections,
        municipalities=tuple(MunicipalityOfDistrict(*each) for each in session.execute(parts)),
        outline=shape,
    )


def with_outline(
    session: Session, table: type[PlaceRow], kind: str, number: int
) -> tuple[PlaceRow, Outline | None] | tuple[None, None]:
    """A municipality or district and its real shape, if one was imported; one statement."""
    own = and_(Shape.kind == kind, Shape.number == table.number)
    rows = select(table, Shape.large, Shape.box).outerjoin(Shape, own).where(table.number == number)
    found = session.execute(rows).one_or_none()
    if found is None:
        return None, None
    row, large, box = found
    return row, None if large is None else Outline(large, box)


def place_of_section(session: Session, section: str | int) -> Place:
    """Where a section votes; `section` may be what a person typed.

    Raises MistypedSection or UnknownSection, whose sentences say what to check.
    """
    number = typed_section(section) if isinstance(section, str) else section
    found = session.execute(
        select(District.number, District.seat, Municipality.number, Municipality.name)
        .select_from(Section)
        .join(District, District.number == Section.district_number)
        .join(Municipality, Municipality.number == Section.municipality_number)
        .where(Section.number == number)
    ).one_or_none()
    if found is None:
        first, last = session.execute(
            select(func.min(Section.number), func.max(Section.number))
        ).one()
        raise unknown_section(number, first or 1, last or 9999)
    return Place(number, *found)


def find_municipalities(session: Session, text: str) -> tuple[MunicipalityLine, ...]:
    """Municipalities whose name fits what was typed, best first; tolerant of accents and slips."""
    known = municipalities(session)
    return tuple(known[place] for place in search.best(text, [each.name for each in known]))


def section_table(session: Session) -> tuple[tuple[int, int, int, int], ...]:
    """All sections as runs (first, last, district, municipality), for a look-up without a request.

    About 500 runs; a browser finds a section by bisection.
    """
    runs: list[tuple[int, int, int, int]] = []
    rows = select(Section.number, Section.district_number, Section.municipality_number)
    for number, within, of in session.execute(rows.order_by(Section.number)):
        if runs and runs[-1][1:] == (number - 1, within, of):
            runs[-1] = (runs[-1][0], number, within, of)
        else:
            runs.append((number, number, within, of))
    return tuple(runs)


def seats_of(row: Municipality) -> Seats:
    """The seats of a municipality's ayuntamiento."""
    return Seats(
        row.presidencies, row.syndics_mr, row.syndics_rp, row.councillors_mr, row.councillors_rp
    )
