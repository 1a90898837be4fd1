"""Open data of the tool's own use: what the rules of disclosure let out, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from decide.calendar.rules import Area
from decide.opendata.definitions import DataSet, Table, column
from decide.statistics.queries import Figure, report

ROUNDED = "Redondeado a decenas; vacío si son menos de diez."
GROUPS = {
    "hora": "hora del día, de 00 a 23",
    "pagina": "clase de página",
    "origen": "de dónde llegó la visita",
    "lugar": "m = municipio, d = distrito, con su número",
    "palabra": "palabra del Quitadudas",
    "descarga": "archivo descargado",
    "sin-resultado": "página cuya búsqueda no encontró nada",
}


@dataclass(frozen=True)
class DayRow:
    """One day that is over."""

    dia: date = column("Día", "Día completo, en la hora de la autoridad.")
    vistas: int | None = column("Páginas vistas", ROUNDED)
    visitantes: int | None = column("Visitantes", f"Estimación. {ROUNDED}")


@dataclass(frozen=True)
class ViewRow:
    """Views of all closed days under one key."""

    grupo: str = column("Grupo", "Por qué se agrupan las vistas.", GROUPS)
    clave: str = column("Clave", "Cuál del grupo.")
    vistas: int | None = column("Páginas vistas", ROUNDED)


def day_rows(session: Session) -> Iterator[DayRow]:
    """Days in their order."""
    found = report(session)
    for each in found.days if found else ():
        yield DayRow(each.day, each.views, each.visitors)


def view_rows(session: Session) -> Iterator[ViewRow]:
    """Group by group, keys in their alphabet."""
    found = report(session)
    if found is None:
        return
    groups: tuple[tuple[str, tuple[Figure, ...]], ...] = (
        ("hora", found.hours),
        ("pagina", found.kinds),
        ("origen", found.sources),
        ("lugar", found.places),
        ("palabra", found.terms),
        ("descarga", found.downloads),
        ("sin-resultado", found.in_vain),
    )
    for group, figures in groups:
        for each in figures:
            yield ViewRow(group, each.key, each.views)


STATISTICS = DataSet(
    name="estadisticas",
    title="Uso de la herramienta",
    about="Páginas vistas por día, hora, clase, origen y lugar. Nada de un solo actor político.",
    area=Area.STATISTIC,
    keywords=("estadísticas", "visitas", "participación"),
    tables=(
        Table(
            name="dias",
            title="Vistas por día",
            about="Una fila por cada día completo.",
            row=DayRow,
            key=("dia",),
            rows=day_rows,
        ),
        Table(
            name="vistas",
            title="Vistas por grupo",
            about="Las vistas de todos los días completos, agrupadas de varias formas.",
            row=ViewRow,
            key=("grupo", "clave"),
            rows=view_rows,
        ),
    ),
)
