"""Reading a file without writing (dry run), and writing what the dry run planned (commit)."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.delivery.spreadsheet import inert, original
from decide.errors import Conflict, Refused
from decide.imports import layouts, tables
from decide.imports import mapping as mappings
from decide.imports.cells import plain
from decide.imports.history import keep_changes, run_of, take_turn
from decide.imports.layout import Fields, Layout, names_known
from decide.imports.limits import Unreadable
from decide.imports.models import ImportRun
from decide.imports.plan import Change, Entry, Plan, Problem, Run
from decide.imports.tables import Row, Table

SHOWN_HEADERS = 30
STEP = 500  # rows between two words about the progress
Progress = Callable[[int], None]


def nobody(_share: int) -> None:
    """Nobody watches the progress."""


class NothingToImport(Refused):
    """The plan has problems, or no layout; nothing was written."""


class AlreadyImported(Refused):
    """This very file was imported before, and it would change nothing."""


def dry_run(
    session: Session,
    layout: str | None,
    stream: BinaryIO,
    file_name: str,
    *,
    mapping: Mapping[str, str | int] | None = None,
    progress: Progress = nobody,
) -> Plan:
    """What importing a file would do. Writes nothing; a fault of the file is a problem of the plan.

    `layout` is a key of `layouts`, or None to recognise it by the header. `mapping` says which
    header of the file, or which column by its number from 1, stands for a column of the layout;
    without it, what is kept for this source counts. `progress` is told the share of rows read, in
    percent. Raises NotFound for an unknown layout.
    """
    wanted = layouts.by_key(layout) if layout else None
    sha256 = digest(stream)
    key, title = (wanted.key, wanted.title) if wanted else ("", "")
    empty = Plan(key, title, file_name, sha256, 0)
    known = wanted.known if wanted else names_known(layouts.LAYOUTS)
    known |= {plain(told) for told in (mapping or {}).values() if isinstance(told, str)}
    try:
        table = unmasked(tables.read(stream, known=known))
    except Unreadable as error:
        return replace(empty, problems=(Problem(None, None, file_name, error.what, error.remedy),))
    chosen = wanted or layouts.recognised(table.header) or layouts.nearest(table.header)
    plan = replace(empty, rows=len(table.rows), header=table.header)
    if chosen is None:
        return replace(plan, problems=(unrecognised(table),))
    plan = replace(plan, layout=chosen.key, title=chosen.title)
    told = mapping or told_places(session, chosen, table.header)
    places, problems = placed(chosen, table, told)
    if problems:
        return replace(plan, problems=tuple(problems))
    return compared(session, chosen, table, places, plan, progress)


def unmasked(table: Table) -> Table:
    """A table without the apostrophes that our own files put before what a spreadsheet would run.

    Rows that were refused come back as such a file; mended, they must say what they said before.
    """
    rows = tuple(
        Row(row.number, unmasked_cells(row.cells))
        if any(cell.startswith("'") for cell in row.cells)
        else row
        for row in table.rows
    )
    return replace(table, header=unmasked_cells(table.header), rows=rows)


def unmasked_cells(cells: Sequence[str]) -> tuple[str, ...]:
    """Each cell as it was before `inert`; an apostrophe that `inert` did not write stays."""
    return tuple(original(cell) if inert(original(cell)) == cell else cell for cell in cells)


def told_places(session: Session, layout: Layout, header: Sequence[str]) -> dict[str, str | int]:
    """What a person said about the columns of this source; empty when nobody did."""
    return dict(mappings.kept(session, layout.key, header) or {})


def digest(stream: BinaryIO) -> str:
    """SHA-256 of a stream, in hexadecimal."""
    stream.seek(0)
    sha256 = hashlib.sha256()
    while piece := stream.read(1 << 20):
        sha256.update(piece)
    return sha256.hexdigest()


def unrecognised(table: Table) -> Problem:
    """The header is none that we know."""
    if len(table.header) == 1:
        what = "El archivo quedó en una sola columna."
        remedy = "Guárdelo en Excel como «CSV UTF-8» o «Libro de Excel (.xlsx)»."
    else:
        what = "No reconocemos esta lista por sus columnas."
        remedy = "Diga qué lista es, o use los encabezados de la guía de formatos."
    return Problem(table.header_row, None, shown(table.header), what, remedy)


def shown(header: Sequence[str]) -> str:
    """A header in one line."""
    more = ", …" if len(header) > SHOWN_HEADERS else ""
    return ", ".join(header[:SHOWN_HEADERS]) + more


def placed(
    layout: Layout, table: Table, mapping: Mapping[str, str | int]
) -> tuple[dict[str, int], list[Problem]]:
    """At which cell each column stands, and a problem for each that is missing or doubled."""
    guess = layout.guess(table.header)
    places: dict[str, int] = {}
    problems: list[Problem] = []
    if len(table.header) == 1 and len(layout.columns) > 1:
        return places, [unrecognised(table)]
    for column in layout.columns:
        told = mapping.get(column.name)
        if isinstance(told, int):
            stands = [told - 1] if 1 <= told <= len(table.header) else []
        elif told is not None:
            stands = [place for place, header in enumerate(table.header) if header == told]
        else:
            stands = guess[column.name]
        if len(stands) > 1:
            problems.append(
                Problem(
                    table.header_row,
                    column.header,
                    table.header[stands[0]],
                    f"La columna «{column.header}» está {len(stands)} veces.",
                    "Deje una sola, o cambie el nombre de las otras.",
                )
            )
        elif stands:
            places[column.name] = stands[0]
        elif column.required:
            problems.append(
                Problem(
                    table.header_row,
                    column.header,
                    shown(table.header),
                    f"Falta la columna «{column.header}».",
                    f"Su archivo trae: {shown(table.header)}. Agréguela o corrija su nombre.",
                )
            )
    return places, problems


@dataclass
class Reading:
    """What came out of the rows so far."""

    entries: dict[tuple[str, ...], tuple[int, Entry]]
    problems: list[Problem]

    def take(self, number: int, entry: Entry) -> int | None:
        """Keep an entry; gives the row that said the same before, if one did."""
        before = self.entries.setdefault(entry.key, (number, entry))
        return None if before[0] == number else before[0]


def compared(
    session: Session,
    layout: Layout,
    table: Table,
    places: Mapping[str, int],
    plan: Plan,
    progress: Progress = nobody,
) -> Plan:
    """The plan of a file whose columns are all found."""
    reader = layout.open(session)
    reading = Reading({}, [])
    for count, row in enumerate(table.rows):
        if count % STEP == 0:
            progress(100 * count // len(table.rows))
        fields = Fields(row.number, row.cells, places, table.header)
        spoilt = too_wide(row, table, reading.problems) or fields.broken()
        entry = None if spoilt else reader.read(fields)
        if entry is not None and not fields.faults:
            twin = reading.take(row.number, entry)
            if twin is not None:
                fields.fault(
                    layout.cite,
                    f"Es {layout.one} que la fila {twin}.",
                    "Deje una sola de las dos filas.",
                )
        reading.problems += fields.faults
    finding = reader.finish()
    for number, entry in finding.entries:
        reading.take(number, entry)
    reading.problems += finding.problems
    reading.problems.sort(key=lambda problem: problem.row or 0)
    return sorted_out(session, layout, table, places, reading, finding.notes, plan)


def too_wide(row: Row, table: Table, problems: list[Problem]) -> bool:
    """Whether a row has more cells than the header; then a problem says so."""
    width = len(table.header)
    if len(row.cells) <= width:
        return False
    problems.append(
        Problem(
            row.number,
            None,
            row.cells[width],
            f"La fila trae {len(row.cells)} celdas y el encabezado {width}.",
            "Revise si un texto con comas va sin comillas, o borre lo que sobra.",
        )
    )
    return True


def sorted_out(
    session: Session,
    layout: Layout,
    table: Table,
    places: Mapping[str, int],
    reading: Reading,
    notes: Sequence[str],
    plan: Plan,
) -> Plan:
    """Entries parted into those to create, to change and to leave alone."""
    current = layout.shelf.current(session)
    create, change = [], []
    for number, entry in reading.entries.values():
        before = current.get(entry.key)
        if before is None:
            create.append(Change(number, None, entry))
        elif before != entry:
            change.append(Change(number, before, entry))
    bad = {problem.row for problem in reading.problems}
    return replace(
        plan,
        create=tuple(create),
        change=tuple(change),
        unchanged=len(reading.entries) - len(create) - len(change),
        problems=tuple(reading.problems),
        notes=(*notes, *remarks(table, places, takes_rest=layout.takes_rest)),
        imported_at=imported_at(session, layout.key, plan.sha256),
        bad_rows=tuple((row.number, row.cells) for row in table.rows if row.number in bad),
    )


def remarks(table: Table, places: Mapping[str, int], *, takes_rest: bool) -> list[str]:
    """What was read past, so that nothing is dropped in silence."""
    notes = []
    if table.sheet:
        notes.append(f"Se leyó la hoja «{table.sheet}».")
    if table.header_row > 1:
        notes.append(f"El encabezado está en la fila {table.header_row}.")
    ignored = [header for place, header in enumerate(table.header) if place not in places.values()]
    if ignored and not takes_rest:
        notes.append(f"No se leyeron estas columnas: {shown(ignored)}.")
    for row in table.asides[:SHOWN_HEADERS]:
        text_of_row = next(cell for cell in row.cells if cell)
        notes.append(f"La fila {row.number} es una nota y no se leyó: «{text_of_row[:80]}».")
    return notes


def imported_at(session: Session, layout: str, sha256: str) -> datetime | None:
    """When this very file was last committed."""
    return session.scalar(
        select(func.max(ImportRun.committed_at)).where(
            ImportRun.layout == layout,
            ImportRun.sha256 == sha256,
            ImportRun.undone_at.is_(None),
        )
    )


def commit(session: Session, plan: Plan, *, at: datetime, by: int | None) -> Run:
    """Write what a dry run planned, all of it or nothing; the caller owns the transaction.

    Raises NothingToImport when the plan has problems, AlreadyImported for the same file again,
    Conflict when what it compared with has changed since.
    """
    if not plan.good:
        raise NothingToImport(
            "No se importó nada, porque el archivo tiene errores. Corríjalos y vuelva a intentar."
        )
    if plan.repeated:
        raise AlreadyImported("Este archivo ya se importó y no cambia nada.")
    layout = layouts.by_key(plan.layout)
    take_turn(session)
    current = layout.shelf.current(session)
    for each in (*plan.create, *plan.change):
        if current.get(each.after.key) != each.before:
            raise Conflict("Los datos cambiaron después de revisar el archivo. Revíselo otra vez.")
    entries = [each.after for each in (*plan.create, *plan.change)]
    layout.shelf.write(session, entries, at=at, by=by)
    summary = {
        "created": len(plan.create),
        "changed": len(plan.change),
        "unchanged": plan.unchanged,
    }
    row = ImportRun(
        layout=plan.layout,
        file_name=plan.file_name,
        sha256=plan.sha256,
        rows=plan.rows,
        summary=summary,
        committed_at=at,
        account_id=by,
    )
    session.add(row)
    session.flush()
    if layout.shelf.entry is not None:
        keep_changes(session, layout.shelf.entry, row.id, (*plan.create, *plan.change))
    audit.record(
        session,
        "import.committed",
        at=at,
        by=by,
        subject=("import_run", row.id),
        after={"layout": plan.layout, "sha256": plan.sha256, "rows": plan.rows, **summary},
    )
    return run_of(row)
