"""Open data of processes of the past, as their sources tell them. No actor of today is in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from decide.calendar.rules import Area
from decide.opendata.definitions import DataSet, Link, Table, column
from decide.opendata.results import rounded
from decide.results import queries_earlier


@dataclass(frozen=True)
class ProcessRow:
    """One process of the past."""

    proceso: str = column("Proceso", "Clave del proceso: su año.")
    nombre: str = column("Nombre", "Como se llama.")
    dia: date = column("Día", "Día de la elección.")
    municipios: int = column("Municipios", "De cuántos municipios hay datos.")
    fuente: str = column("Fuente", "De dónde vienen los datos.")
    nota: str = column("Nota", "Lo que hay que saber para comparar.")


@dataclass(frozen=True)
class EarlierRow:
    """What a process gave in one municipality."""

    proceso: str = column("Proceso", "Clave del proceso.")
    municipio: int = column("Municipio", "Número del INE.")
    validos: int | None = column("Votos válidos", "Suma de los votos de todas las opciones.")
    no_registrados: int | None = column(
        "Votos no registrados", "Votos por personas que no estaban en la boleta."
    )
    nulos: int | None = column("Votos nulos", "Votos que no se pudieron contar para nadie.")
    total: int | None = column("Total de votos", "Válidos, no registrados y nulos.")
    lista_nominal: int | None = column("Lista nominal", "Vacío si la fuente no la da.")
    participacion: float | None = column(
        "Participación", "Votos por cada cien personas de la lista nominal."
    )
    ganador: str | None = column("Primer lugar", "Opción con más votos, como la nombra la fuente.")
    margen: int | None = column("Margen", "Votos entre el primer lugar y el segundo.")
    casillas: int | None = column("Casillas", "De cuántas casillas se sumó; vacío si no se sumó.")
    nota: str = column("Nota", "Lo que la fuente dice de ese municipio.")


@dataclass(frozen=True)
class EarlierVoteRow:
    """Votes of one option of the past."""

    proceso: str = column("Proceso", "Clave del proceso.")
    municipio: int = column("Municipio", "Número del INE.")
    posicion: int = column("Posición", "Orden en la fuente.")
    opcion: str = column("Opción", "Como la nombra la fuente. No es un actor de hoy.")
    votos: int = column("Votos", "Votos de esa opción en el municipio.")
    porcentaje: float | None = column("Porcentaje", "Del total de votos del municipio.")


def process_rows(session: Session) -> Iterator[ProcessRow]:
    """Processes with data, the latest first."""
    for each in queries_earlier.told(session):
        yield ProcessRow(
            each.key, each.name, each.election_day, each.places, each.source, each.note
        )


def earlier_rows(session: Session) -> Iterator[EarlierRow]:
    """By process and municipality."""
    for each in queries_earlier.filled(session):
        yield EarlierRow(
            proceso=each.process,
            municipio=each.municipality,
            validos=each.valid,
            no_registrados=each.unregistered,
            nulos=each.null_votes,
            total=each.total,
            lista_nominal=each.nominal_list,
            participacion=rounded(each.turnout),
            ganador=each.winner.label if each.winner else None,
            margen=each.margin,
            casillas=each.stations,
            nota=each.note,
        )


def earlier_vote_rows(session: Session) -> Iterator[EarlierVoteRow]:
    """By process, municipality and option."""
    for each in queries_earlier.filled(session):
        for line in each.votes:
            yield EarlierVoteRow(
                proceso=each.process,
                municipio=each.municipality,
                posicion=line.position,
                opcion=line.label,
                votos=line.votes,
                porcentaje=rounded(each.share(line.votes)),
            )


AT = ("proceso", "municipio")
EARLIER = DataSet(
    name="procesos-anteriores",
    title="Procesos anteriores",
    about="Resultados de otras elecciones, para comparar. Sus opciones no son los actores de hoy.",
    area=Area.RESULT,
    keywords=("elecciones", "resultados", "comparación", "Estado de México"),
    tables=(
        Table(
            name="procesos",
            title="Procesos",
            about="Una fila por cada proceso con datos.",
            row=ProcessRow,
            key=("proceso",),
            rows=process_rows,
        ),
        Table(
            name="resultados-anteriores",
            title="Resultados anteriores",
            about="Una fila por cada municipio de cada proceso.",
            row=EarlierRow,
            key=AT,
            rows=earlier_rows,
            links=(Link(("proceso",), "procesos", ("proceso",)),),
        ),
        Table(
            name="votos-anteriores",
            title="Votos anteriores por opción",
            about="Una fila por cada opción, con el nombre que le da su fuente.",
            row=EarlierVoteRow,
            key=(*AT, "posicion"),
            rows=earlier_vote_rows,
            links=(Link(AT, "resultados-anteriores", AT),),
        ),
    ),
)
