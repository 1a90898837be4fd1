"""Open data of the seals: every signed head of the log of ideas, none of it about one actor."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from decide.opendata.definitions import DataSet, Table, column
from decide.seals import queries


@dataclass(frozen=True)
class SealRow:
    """One seal."""

    sello: int = column("Sello", "Número de orden; el primero es el 1.")
    hasta: datetime = column("Hasta", "Sella las ideas recibidas antes de este instante.")
    sellado: datetime = column("Sellado", "Cuándo se firmó.")
    ideas: int = column("Ideas selladas", "Cuántas hay en el registro, de todos los actores.")
    nuevas: int = column("Nuevas", "Cuántas agregó este sello.")
    raiz: str = column("Raíz", "Huella SHA-256 de todo el registro (RFC 9162), en hexadecimal.")
    testigos: int = column("Testigos", "Cuántos actores confirmaron esta cabeza.")
    cabeza: str = column("Cabeza firmada", "Texto firmado, como se publica en /sellos.")


def seal_rows(session: Session) -> Iterator[SealRow]:
    """The oldest first."""
    for each in reversed(queries.seals(session)):
        yield SealRow(
            sello=each.number,
            hasta=each.through,
            sellado=each.sealed_at,
            ideas=each.size,
            nuevas=each.added,
            raiz=each.root,
            testigos=each.witnesses,
            cabeza=each.note,
        )


SEALS = DataSet(
    name="sellos",
    title="Sellos de las ideas",
    about="Cada cabeza firmada del registro de ideas. Sirve para comprobar que nada se borró.",
    area=None,
    keywords=("transparencia", "registro verificable", "sellos"),
    tables=(
        Table(
            name="sellos",
            title="Sellos",
            about="Una fila por sello, del primero al último.",
            row=SealRow,
            key=("sello",),
            rows=seal_rows,
        ),
    ),
)
