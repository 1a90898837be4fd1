"""Places and results as GeoJSON (RFC 7946): one point for each place, with what is known of it.

The product ships no boundaries, only the middle of each place in degrees to two decimals; whoever
has the official shapes joins them by number.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from decide.geography import queries as geography
from decide.geography.facts import FOLDER
from decide.geography.facts import rows as lines_of
from decide.opendata.definitions import Row
from decide.opendata.formats import in_json
from decide.opendata.results import result_rows

MEDIA_TYPE = "application/geo+json"
Place = tuple[str, int]
NOTE = "Cada punto es la mitad aproximada del lugar, no su límite."


@cache
def middles() -> Mapping[Place, tuple[float, float]]:
    """(kind, number) → longitude and latitude, as shipped."""
    return {
        (line["kind"], int(line["number"])): (float(line["lon"]), float(line["lat"]))
        for line in lines_of(FOLDER / "positions.csv")
    }


def places(session: Session) -> bytes:
    """All municipalities and districts."""
    told = [
        *(
            (("municipality", each.number), {"municipio": each.number, "nombre": each.name})
            for each in geography.municipalities(session)
        ),
        *(
            (("district", each.number), {"distrito": each.number, "cabecera": each.seat})
            for each in geography.districts(session)
        ),
    ]
    return collection(told)


def results(session: Session) -> bytes:
    """The newest result of every contest that has a place."""
    told = []
    for row in result_rows(session):
        place = ("municipality", row.municipio) if row.municipio else ("district", row.distrito)
        told.append((place, values(row)))
    return collection(told)


def values(row: Row) -> dict[str, Any]:
    """A row as the JSON file tells it."""
    return {each.name: in_json(getattr(row, each.name)) for each in fields(row)}


def collection(told: Iterable[tuple[tuple[str, int | None], dict[str, Any]]]) -> bytes:
    """A FeatureCollection with one feature in each line; a place without a point has none."""
    known = middles()
    lines = []
    for (kind, number), properties in told:
        point = known.get((kind, number or 0))
        geometry = {"type": "Point", "coordinates": list(point)} if point else None
        feature = {"type": "Feature", "geometry": geometry, "properties": properties}
        lines.append(json.dumps(feature, ensure_ascii=False))
    head = f'{{"type": "FeatureCollection", "note": {json.dumps(NOTE, ensure_ascii=False)}, '
    return (head + '"features": [\n' + ",\n".join(lines) + "\n]}\n").encode()
