"""The public commitment: a row for each activity, with its line of action, dates and proof."""

import re
from datetime import date

from sqlalchemy.orm import Session

from decide.commitments import actions, queries
from decide.commitments.entries import ActivityEntry
from decide.imports.layout import Column, Fields, Layout, NothingMore, Shelf

CODE = re.compile(r"[1-9]\d{0,2}(\.[1-9]\d{0,2})?")
TEXTS = ("line", "title", "objective", "verification", "area")
LONGEST = 600


class ActivityReader(NothingMore):
    """Rows (code, line, activity, objective, proof, area, four dates)."""

    def __init__(self, session: Session) -> None:
        """Needs nothing of the database."""

    def read(self, row: Fields) -> ActivityEntry | None:
        """The activity of a row, or None with a fault for each wrong cell."""
        code = row.needed("code")
        if code is not None and not CODE.fullmatch(code):
            row.fault("code", f"«{code}» no es una clave.", "Escriba un número como 2 o 2.1.")
        texts = {name: text_of(row, name) for name in TEXTS}
        planned = [needed_day(row, name) for name in ("planned_start", "planned_end")]
        actual = [day_of(row, name) for name in ("actual_start", "actual_end")]
        check_order(row, planned, actual)
        begins, ends = planned
        if row.faults or code is None or begins is None or ends is None:
            return None
        return ActivityEntry(code, **texts, planned_start=begins, planned_end=ends,
                             actual_start=actual[0], actual_end=actual[1])  # fmt: skip


def text_of(row: Fields, name: str) -> str:
    """A text that must be there and may not be endless."""
    told = row.needed(name) or ""
    if len(told) > LONGEST:
        row.fault(name, "El texto es demasiado largo.", f"Déjelo en {LONGEST} letras o menos.")
    return told


def needed_day(row: Fields, name: str) -> date | None:
    """A date that must be there."""
    return day_of(row, name) if row.needed(name) is not None else None


def day_of(row: Fields, name: str) -> date | None:
    """A date as a spreadsheet shows it, or as 06/06/2021; None when blank or with a fault."""
    told = row.text(name)
    found = day_of_text(told) if told else None
    if told and found is None:
        row.fault(name, f"«{told}» no es una fecha.", "Escríbala así: 2021-04-10.")
    return found


def day_of_text(told: str) -> date | None:
    """A date as a spreadsheet or a date box gives it, or as 06/06/2021; None when it is none."""
    parts = told.split("/")
    try:
        return date.fromisoformat("-".join(reversed(parts)) if len(parts) == 3 else told)
    except ValueError:
        return None


def check_order(row: Fields, planned: list[date | None], actual: list[date | None]) -> None:
    """An end comes after its beginning."""
    for (begins, ends), name in ((planned, "planned_end"), (actual, "actual_end")):
        if ends is not None and begins is None and name == "actual_end":
            row.fault(name, "Hay término real sin inicio real.", "Escriba también el inicio real.")
        elif begins is not None and ends is not None and ends < begins:
            row.fault(name, "El término es anterior al inicio.", "Corrija una de las dos fechas.")


ACTIVITIES = Layout(
    key="compromiso",
    title="Actividades del compromiso",
    about="Lo que la autoridad prometió: actividades, áreas, fechas y medios de verificación.",
    columns=(
        Column("code", "clave", ("clave_actividad", "num", "no")),
        Column("line", "linea", ("linea_de_accion", "eje")),
        Column("title", "actividad", ("accion",)),
        Column("objective", "objetivo"),
        Column("verification", "medio_verificacion", ("medio_de_verificacion", "verificacion")),
        Column("area", "area", ("area_responsable", "responsable")),
        Column("planned_start", "inicio_previsto", ("fecha_inicio", "inicio")),
        Column("planned_end", "termino_previsto", ("fecha_termino", "termino")),
        Column("actual_start", "inicio_real", required=False),
        Column("actual_end", "termino_real", required=False),
    ),
    cite="code",
    open=ActivityReader,
    shelf=Shelf(
        current=queries.entries, write=actions.register, remove=actions.remove, entry=ActivityEntry
    ),
    one="la misma actividad",
)  # fmt: skip
