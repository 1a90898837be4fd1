"""Open data of the words and dates of the election: the Quitadudas and the calendar."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from decide.calendar import queries as calendar
from decide.calendar.rules import Area
from decide.editorial.published import published
from decide.opendata.definitions import DataSet, Table, column

SEPARATOR = "; "


@dataclass(frozen=True)
class TermRow:
    """One word of the glossary."""

    palabra: str = column("Palabra", "Última parte de su dirección: /quitadudas/palabra.")
    termino: str = column("Término", "Como se escribe.")
    categoria: str = column("Categoría", "De qué trata.")
    definicion: str = column("Definición", "En español sencillo.")
    ejemplo: str = column("Ejemplo", "Una situación de todos los días.")
    para_que: str = column("¿Y a mí qué?", "Por qué importa.")
    relacionadas: str = column("Relacionadas", "Otras palabras, separadas por punto y coma.")


@dataclass(frozen=True)
class PhaseRow:
    """One phase of the calendar."""

    etapa: str = column("Etapa", "Clave de la etapa.")
    titulo: str = column("Título", "Nombre de la etapa.")
    texto: str = column("Texto", "Qué se puede hacer.")
    abre: datetime = column("Abre", "Primer instante de la etapa.")
    cierra: datetime | None = column("Cierra", "Primer instante fuera; vacío si queda abierta.")
    visible: str = column("Visible", "Lo que se puede consultar, separado por punto y coma.")
    participa: str = column("Participa", "Sobre qué se puede opinar, separado por punto y coma.")


def term_rows(session: Session) -> Iterator[TermRow]:
    """In the order of the alphabet, as they are published."""
    for each in published(session).terms.values():
        yield TermRow(
            palabra=each.slug,
            termino=each.term,
            categoria=each.category,
            definicion=each.definition,
            ejemplo=each.example,
            para_que=each.so_what,
            relacionadas=SEPARATOR.join(each.related),
        )


def phase_rows(session: Session) -> Iterator[PhaseRow]:
    """In the order in which they open."""
    for each in calendar.windows(session):
        yield PhaseRow(
            etapa=each.key,
            titulo=each.title,
            texto=each.text,
            abre=each.opens_at,
            cierra=each.closes_at,
            visible=SEPARATOR.join(sorted(each.visible)),
            participa=SEPARATOR.join(sorted(each.takes_part)),
        )


GLOSSARY = DataSet(
    name="quitadudas",
    title="Quitadudas electoral",
    about="Las palabras de la elección, explicadas en español sencillo.",
    area=Area.GUIDE,
    keywords=("glosario electoral", "educación cívica"),
    tables=(
        Table(
            name="palabras",
            title="Palabras",
            about="Una fila por palabra.",
            row=TermRow,
            key=("palabra",),
            rows=term_rows,
        ),
    ),
)
CALENDAR = DataSet(
    name="calendario",
    title="Calendario",
    about="Las etapas del proceso: qué se puede consultar y cuándo se puede opinar.",
    area=None,
    keywords=("calendario electoral",),
    tables=(
        Table(
            name="etapas",
            title="Etapas",
            about="Una fila por etapa.",
            row=PhaseRow,
            key=("etapa",),
            rows=phase_rows,
        ),
    ),
)
