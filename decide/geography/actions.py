"""Writing the territory."""

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.errors import Refused
from decide.geography.facts import Territory
from decide.geography.models import District, DistrictPart, Municipality, Section
from decide.kernel.db import Base

TerritoryTable = type[Municipality] | type[District] | type[DistrictPart] | type[Section]
Rows = dict[TerritoryTable, list[dict[str, object]]]


class OtherTerritory(Refused):
    """The database holds a territory that differs from the one to load."""


def load_territory(session: Session, facts: Territory, *, at: datetime, by: int | None) -> bool:
    """Write the territory into an empty database; True when something was written.

    Repeating changes nothing. Refused when another territory is there: districts, contests and
    candidacies hang on it, so a new map needs its own process.
    """
    wanted = tables_of(facts)
    if session.scalar(select(func.count()).select_from(Municipality)):
        if wanted != stored(session):
            raise OtherTerritory(
                "La base ya tiene otro territorio. Use una base nueva para un mapa distinto."
            )
        return False
    for table, rows in wanted.items():
        session.execute(insert(table), rows)
    audit.record(
        session,
        "territory.loaded",
        at=at,
        by=by,
        subject=("territory", None),
        after={
            "map_year": facts.map_year,
            "sections_year": facts.sections_year,
            **{table.__tablename__: len(rows) for table, rows in wanted.items()},
        },
    )
    return True


def tables_of(facts: Territory) -> Rows:
    """The rows of each table, in the order in which they may be inserted."""
    in_municipality: dict[int, int] = {}
    in_district: dict[int, int] = {}
    for part in facts.parts:
        count = len(part.sections)
        in_municipality[part.municipality] = in_municipality.get(part.municipality, 0) + count
        in_district[part.district] = in_district.get(part.district, 0) + count
    return {
        Municipality: [
            {
                "number": each.number,
                "inegi_key": each.inegi_key,
                "name": each.name,
                "official_name": each.official_name,
                "population": each.population,
                "sections": in_municipality[each.number],
                "presidencies": each.seats.presidencies,
                "syndics_mr": each.seats.syndics_mr,
                "syndics_rp": each.seats.syndics_rp,
                "councillors_mr": each.seats.councillors_mr,
                "councillors_rp": each.seats.councillors_rp,
            }
            for each in facts.municipalities
        ],
        District: [
            {
                "number": number,
                "map_year": facts.map_year,
                "seat": seat,
                "sections": in_district[number],
            }
            for number, seat in facts.districts
        ],
        DistrictPart: [
            {
                "district_number": part.district,
                "municipality_number": part.municipality,
                "whole": part.whole,
                "sections": len(part.sections),
            }
            for part in facts.parts
        ],
        Section: [
            {"number": section, "district_number": district, "municipality_number": municipality}
            for section, district, municipality in facts.sections()
        ],
    }


def stored(session: Session) -> Rows:
    """What the database holds now, in the same shape and order."""
    found: Rows = {}
    for table in (Municipality, District, DistrictPart, Section):
        shape = Base.metadata.tables[table.__tablename__]
        ordered = select(*shape.columns).order_by(*shape.primary_key.columns)
        found[table] = [dict(row) for row in session.execute(ordered).mappings()]
    return found
