"""Taking official cartography in, and giving it up again for the map of equal tiles."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import BinaryIO

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.errors import Refused
from decide.geography import queries
from decide.geography.models import Shape, ShapeFile
from decide.geography.queries_shapes import DISTRICT, MUNICIPALITY
from decide.geography.shapes import matching
from decide.geography.shapes.matching import Matched
from decide.geography.shapes.reading import LARGEST, Cartography, read
from decide.geography.shapes.simplify import Borders, Sheet

# The drawing of the whole state: five kB compressed, so that its page stays within fourteen.
SMALL_WIDTH, SMALL_MOST = 3_600, 13_500
LARGE_WIDTH, LARGE_MOST = 40_000, 6_000


class Incomplete(Refused):
    """A map that lacks places of the catalogue, or holds others, cannot be used."""


@dataclass(frozen=True)
class ShapeReport:
    """What a file of shapes holds, checked against the catalogue; nothing is written yet."""

    kind: str
    file_name: str
    sha256: str
    map: Cartography
    matched: Matched


def check_shapes(session: Session, kind: str, stream: BinaryIO, file_name: str) -> ShapeReport:
    """Read a file and say which places it has, lacks or has too many; Refused if unreadable."""
    content = stream.read(LARGEST + 1)
    found = read(BytesIO(content))
    if kind == MUNICIPALITY:
        matched = matching.municipalities(found.shapes, queries.municipalities(session))
    elif kind == DISTRICT:
        matched = matching.districts(found.shapes, queries.districts(session))
    else:
        raise Refused("Elija si el mapa es de municipios o de distritos.")
    return ShapeReport(kind, file_name, hashlib.sha256(content).hexdigest(), found, matched)


def put_shapes(session: Session, report: ShapeReport, *, at: datetime, by: int | None) -> int:
    """Use the map of a report on all pages; gives how many places. Incomplete otherwise."""
    if not report.matched.complete:
        raise Incomplete("El mapa no tiene exactamente los lugares del catálogo. No se guardó.")
    places = {
        number: [ring for shape in shapes for ring in shape.rings]
        for number, shapes in report.matched.shapes.items()
    }
    whole = [ring for rings in places.values() for ring in rings]
    sheet = Sheet.around(whole, SMALL_WIDTH)
    small = Borders(places, sheet).within(places, SMALL_MOST)
    large = alone(places, Sheet.around(whole, LARGE_WIDTH))
    forget(session, report.kind)
    session.add(
        ShapeFile(
            kind=report.kind,
            file_name=report.file_name,
            sha256=report.sha256,
            width=sheet.width,
            height=sheet.height,
            recorded_at=at,
        )
    )
    session.flush()
    rows = [
        {
            "kind": report.kind,
            "number": n,
            "small": small[n],
            "large": large[n][0],
            "box": large[n][1],
        }
        for n in sorted(places)
    ]
    session.execute(insert(Shape), rows)
    audit.record(
        session,
        "shapes.put",
        at=at,
        by=by,
        subject=("shapes", None),
        after={"kind": report.kind, "sha256": report.sha256, "places": len(rows)},
    )
    return len(rows)


def remove_shapes(session: Session, kind: str, *, at: datetime, by: int | None) -> None:
    """Go back to the map of equal tiles."""
    forget(session, kind)
    audit.record(
        session, "shapes.removed", at=at, by=by, subject=("shapes", None), before={"kind": kind}
    )


def forget(session: Session, kind: str) -> None:
    """Delete the map of a kind."""
    session.execute(delete(Shape).where(Shape.kind == kind))
    session.execute(delete(ShapeFile).where(ShapeFile.kind == kind))


def alone(
    places: Mapping[int, list[list[tuple[float, float]]]], sheet: Sheet
) -> dict[int, tuple[str, str]]:
    """Each place by itself: its path and the viewBox that holds it with a little room."""
    borders = Borders(places, sheet)
    found = {}
    for number, rings in borders.rings.items():
        xs = [x for ring in rings for x, _ in ring]
        ys = [y for ring in rings for _, y in ring]
        wide, high = max(xs) - min(xs), max(ys) - min(ys)
        room = max(wide, high) // 40
        box = f"{min(xs) - room} {min(ys) - room} {wide + 2 * room} {high + 2 * room}"
        found[number] = (borders.within([number], LARGE_MOST)[number], box)
    return found
