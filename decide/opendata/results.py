"""Open data of the outcome: results by election, votes by option, and who was elected."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from decide.calendar.rules import Area
from decide.opendata.definitions import DataSet, Link, Table, column
from decide.results import queries, queries_elected
from decide.results.queries import ContestResult

STATUSES = {
    "preliminary": "preliminar",
    "count": "cómputo",
    "final": "definitivo",
    "annulled": "elección anulada",
    "extraordinary": "elección extraordinaria",
}
POSTS = {
    "deputation": "diputación",
    "presidency": "presidencia municipal",
    "syndic": "sindicatura",
    "councillor": "regiduría",
}
PRINCIPLES = {"majority": "mayoría relativa", "proportional": "representación proporcional"}


@dataclass(frozen=True)
class ResultRow:
    """The newest version of one contest's result."""

    eleccion: str = column("Elección", "Clave de la elección; em.m106 es el ayuntamiento 106.")
    lugar: str = column("Lugar", "Nombre de la elección.")
    municipio: int | None = column("Municipio", "Número del INE, si es un ayuntamiento.")
    distrito: int | None = column("Distrito", "Número del distrito, si es una diputación.")
    version: int = column("Versión", "La primera versión registrada es la 1.")
    estado: str = column("Estado", "Valor legal del resultado.", STATUSES)
    validos: int | None = column("Votos válidos", "Suma de los votos de todas las opciones.")
    no_registrados: int | None = column(
        "Votos no registrados", "Votos por personas que no estaban en la boleta."
    )
    nulos: int | None = column("Votos nulos", "Votos que no se pudieron contar para nadie.")
    total: int | None = column("Total de votos", "Válidos, no registrados y nulos.")
    lista_nominal: int | None = column("Lista nominal", "Personas que podían votar.")
    participacion: float | None = column(
        "Participación", "Votos por cada cien personas de la lista nominal."
    )
    ganador: str | None = column(
        "Ganó", "Opción con más votos; vacío si hay empate o no hay votos."
    )
    margen: int | None = column("Margen", "Votos entre el primer lugar y el segundo.")
    fuente: str = column("Fuente", "De dónde viene el dato.")
    registrado: datetime = column("Registrado", "Cuándo se registró esta versión.")
    nota: str = column("Nota", "Lo que hay que saber de este resultado.")


@dataclass(frozen=True)
class VoteRow:
    """Votes of one option in one contest."""

    eleccion: str = column("Elección", "Clave de la elección.")
    posicion: int = column("Posición", "Lugar en la boleta.")
    opcion: str = column("Opción", "Como la nombra la fuente.")
    actor: str | None = column("Actor político", "Clave del actor; vacío si no está registrado.")
    votos: int = column("Votos", "0 significa que compitió y no tuvo votos.")
    porcentaje: float | None = column("Porcentaje", "Del total de votos de la elección.")


@dataclass(frozen=True)
class ElectedRow:
    """Who holds one seat."""

    eleccion: str = column("Elección", "Clave de la elección; em.rp es la lista proporcional.")
    cargo: str = column("Cargo", "Para qué se eligió.", POSTS)
    principio: str = column("Principio", "Cómo ganó el lugar.", PRINCIPLES)
    lugar: int = column("Lugar", "Número de orden entre los lugares iguales.")
    persona: str = column("Persona", "Nombre de quien ganó.")
    partido: str | None = column("Partido", "Siglas del partido que da la fuente.")
    fuente: str = column("Fuente", "De dónde viene el dato.")


def all_results(session: Session) -> tuple[ContestResult, ...]:
    """Districts, then ayuntamientos."""
    return (*queries.of_districts(session), *queries.of_ayuntamientos(session))


def result_rows(session: Session) -> Iterator[ResultRow]:
    """One row for each contest with a result."""
    for each in all_results(session):
        yield ResultRow(
            eleccion=each.contest,
            lugar=each.contest_name,
            municipio=each.municipality,
            distrito=each.district,
            version=each.version,
            estado=each.status,
            validos=each.valid,
            no_registrados=each.unregistered,
            nulos=each.null_votes,
            total=each.total,
            lista_nominal=each.nominal_list,
            participacion=rounded(each.turnout),
            ganador=each.winner.label if each.winner else None,
            margen=each.margin,
            fuente=each.source,
            registrado=each.recorded_at,
            nota=each.note,
        )


def vote_rows(session: Session) -> Iterator[VoteRow]:
    """One row for each option that ran."""
    for each in all_results(session):
        for line in each.votes:
            yield VoteRow(
                eleccion=each.contest,
                posicion=line.position,
                opcion=line.label,
                actor=line.actor,
                votos=line.votes,
                porcentaje=rounded(each.share(line.votes)),
            )


def elected_rows(session: Session) -> Iterator[ElectedRow]:
    """One row for each seat, districts first, then ayuntamientos, then the list."""
    for each in queries_elected.everybody(session):
        yield ElectedRow(
            eleccion=each.contest.key,
            cargo=each.post,
            principio=each.principle,
            lugar=each.rank,
            persona=each.person,
            partido=each.party.acronym if each.party else None,
            fuente=each.source,
        )


def rounded(share: float | None) -> float | None:
    """A share with two decimals."""
    return None if share is None else round(share, 2)


OF_RESULT = Link(("eleccion",), "resultados", ("eleccion",))
RESULTS = DataSet(
    name="resultados",
    title="Resultados oficiales",
    about="Votos por elección y por opción, y las personas electas.",
    area=Area.RESULT,
    keywords=("elecciones", "resultados", "votos", "Estado de México"),
    tables=(
        Table(
            name="resultados",
            title="Resultados por elección",
            about="La versión vigente del resultado de cada ayuntamiento y cada distrito.",
            row=ResultRow,
            key=("eleccion",),
            rows=result_rows,
        ),
        Table(
            name="votos",
            title="Votos por opción",
            about="Una fila por cada opción que compitió. Quien no compitió no tiene fila.",
            row=VoteRow,
            key=("eleccion", "posicion"),
            rows=vote_rows,
            links=(OF_RESULT,),
        ),
        Table(
            name="personas-electas",
            title="Personas electas",
            about="Quién ganó cada lugar, por mayoría o por representación proporcional.",
            row=ElectedRow,
            key=("eleccion", "cargo", "principio", "lugar"),
            rows=elected_rows,
        ),
    ),
)
