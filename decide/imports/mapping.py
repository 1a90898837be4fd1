"""Which column of a file stands for which of ours: guessed, corrected by a person, remembered.

What was corrected is kept by the file's header, so the next file of the same source needs nothing.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.errors import Refused
from decide.imports import layouts, tables
from decide.imports.layout import Layout, names_known
from decide.imports.models import ImportMapping

SAMPLES = 3
NONE = 0  # the file has no such column


class MappingRefused(Refused):
    """A choice of columns cannot be; `column` is the name of ours."""

    def __init__(self, column: str, sentence: str) -> None:
        """Keep which column and why."""
        super().__init__(sentence)
        self.column = column


@dataclass(frozen=True)
class Head:
    """The beginning of a file: its columns, each with the first values in it."""

    header: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]


def head(stream: BinaryIO, layout: Layout | None) -> Head:
    """Look at a file; Unreadable when it is none."""
    known = layout.known if layout else names_known(layouts.LAYOUTS)
    table = tables.read(stream, known=known)
    samples = (
        tuple([row.cells[place] for row in table.rows if row.cells[place]][:SAMPLES])
        for place in range(len(table.header))
    )
    return Head(table.header, tuple(samples))


def guessed(layout: Layout, header: Sequence[str]) -> dict[str, int]:
    """The number of the file's column for each of ours, 0 where none or several may be meant."""
    return {
        name: places[0] + 1 if len(places) == 1 else NONE
        for name, places in layout.guess(header).items()
    }


def kept(session: Session, layout: str, header: Sequence[str]) -> Mapping[str, int] | None:
    """What a person said about this source; None when nobody did."""
    return session.scalar(
        select(ImportMapping.places).where(
            ImportMapping.layout == layout, ImportMapping.header_sha256 == digest(header)
        )
    )


def keep(
    session: Session,
    layout: Layout,
    header: Sequence[str],
    places: Mapping[str, int],
    *,
    at: datetime,
    by: int | None,
) -> None:
    """Remember a choice for this source; MappingRefused when it cannot be."""
    check(layout, header, places)
    row = {
        "layout": layout.key,
        "header_sha256": digest(header),
        "places": {column.name: places[column.name] for column in layout.columns},
        "saved_at": at,
        "account_id": by,
    }
    changed = {name: row[name] for name in ("places", "saved_at", "account_id")}
    made = session.scalar(
        upsert(ImportMapping)
        .values(row)
        .on_conflict_do_update(index_elements=["layout", "header_sha256"], set_=changed)
        .returning(ImportMapping.id)
    )
    audit.record(
        session,
        "import_mapping.kept",
        at=at,
        by=by,
        subject=("import_mapping", made),
        after={"layout": layout.key},
    )


def check(layout: Layout, header: Sequence[str], places: Mapping[str, int]) -> None:
    """Raise MappingRefused for a missing column, one that the file has not, or one twice."""
    taken: dict[int, str] = {}
    for column in layout.columns:
        number = places.get(column.name, NONE)
        if number == NONE:
            if column.required:
                raise MappingRefused(
                    column.name, f"Diga qué columna del archivo es «{column.header}»."
                )
            continue
        if not 1 <= number <= len(header):
            raise MappingRefused(column.name, "Esa columna no está en el archivo.")
        if number in taken:
            raise MappingRefused(
                column.name, f"Esa columna ya está puesta en «{taken[number]}». Elija otra."
            )
        taken[number] = column.header


def digest(header: Sequence[str]) -> str:
    """A header as one value."""
    return hashlib.sha256(json.dumps(list(header)).encode()).hexdigest()
