"""Open data of results by polling station, where the authority gave them."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from decide.calendar.rules import Area
from decide.opendata.definitions import DataSet, Link, Table, column
from decide.results import queries_stations


@dataclass(frozen=True)
class StationRow:
    """One polling station."""

    eleccion: str = column("Elección", "Clave de la elección; em.m106 es el ayuntamiento 106.")
    version: int = column("Versión", "Versión del resultado que suma estas casillas.")
    seccion: int = column("Sección", "Número de la sección electoral.")
    casilla: str = column("Casilla", "B básica, C contigua, E extraordinaria, S especial.")
    validos: int = column("Votos válidos", "Suma de los votos de todas las opciones.")
    no_registrados: int = column(
        "Votos no registrados", "Votos por personas que no estaban en la boleta."
    )
    nulos: int = column("Votos nulos", "Votos que no se pudieron contar para nadie.")
    total: int = column("Total de votos", "Válidos, no registrados y nulos.")


@dataclass(frozen=True)
class StationVoteRow:
    """Votes of one option in one polling station."""

    eleccion: str = column("Elección", "Clave de la elección.")
    seccion: int = column("Sección", "Número de la sección electoral.")
    casilla: str = column("Casilla", "Como la nombra la fuente.")
    posicion: int = column("Posición", "Lugar en la boleta.")
    opcion: str = column("Opción", "Como la nombra la fuente.")
    votos: int = column("Votos", "0 significa que no tuvo votos en esa casilla.")


def station_rows(session: Session) -> Iterator[StationRow]:
    """One row for each station, by contest, section and name."""
    for group in queries_stations.everywhere(session):
        for each in group.stations:
            yield StationRow(
                eleccion=group.result.contest,
                version=group.result.version,
                seccion=each.section,
                casilla=each.booth,
                validos=each.valid or 0,
                no_registrados=each.unregistered or 0,
                nulos=each.null_votes or 0,
                total=each.total or 0,
            )


def station_vote_rows(session: Session) -> Iterator[StationVoteRow]:
    """One row for each option of each station."""
    for group in queries_stations.everywhere(session):
        for each in group.stations:
            for line in each.votes:
                yield StationVoteRow(
                    eleccion=group.result.contest,
                    seccion=each.section,
                    casilla=each.booth,
                    posicion=line.position,
                    opcion=line.label,
                    votos=line.votes,
                )


STATION = ("eleccion", "seccion", "casilla")
STATIONS = DataSet(
    name="casillas",
    title="Resultados por casilla",
    about="Votos en cada casilla, donde la autoridad los publicó. Está vacío donde no.",
    area=Area.RESULT,
    keywords=("elecciones", "resultados", "casillas", "secciones electorales"),
    tables=(
        Table(
            name="casillas",
            title="Casillas",
            about="Una fila por casilla, con sus sumas.",
            row=StationRow,
            key=STATION,
            rows=station_rows,
        ),
        Table(
            name="votos-por-casilla",
            title="Votos por casilla",
            about="Una fila por cada opción en cada casilla.",
            row=StationVoteRow,
            key=(*STATION, "posicion"),
            rows=station_vote_rows,
            links=(Link(STATION, "casillas", STATION),),
        ),
    ),
)
