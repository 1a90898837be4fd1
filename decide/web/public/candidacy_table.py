"""The narrowed list of candidacies as a file: what a row says, in the words of the open data."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import url_for

from decide.catalog.directory import read
from decide.catalog.queries_candidacies import CandidacyFilter, CandidacyLine
from decide.kernel.db import Session
from decide.opendata.definitions import Table, column
from decide.web.public.words import actor_kind, contest_title, gender_words, post_words


@dataclass(frozen=True)
class Row:
    """One post: owner and substitute."""

    candidatura: int = column("Candidatura", "Número de su página: /candidaturas/número.")
    eleccion: str = column("Elección", "Qué se elige y dónde.")
    distrito: int | None = column("Distrito", "Número del distrito local, si es una diputación.")
    municipio: int | None = column("Municipio", "Número del INE, si es un ayuntamiento.")
    siglas: str = column("Siglas", "De quien la presenta.")
    actor_politico: str = column("Actor político", "Quien la presenta.")
    figura: str = column("Figura", "Figura legal de quien la presenta.")
    cargo: str = column("Cargo", "El cargo que busca.")
    posicion: int = column("Posición", "Lugar en la fórmula, planilla o lista, desde 1.")
    encabeza: bool = column("Encabeza", "Si encabeza la fórmula o la planilla.")
    persona_propietaria: str = column("Persona propietaria", "Como se registró.")
    genero: str = column("Género", "Como se registró; vacío si no se informó.")
    edad: int | None = column("Edad", "Al registrarse; vacía si no se informó.")
    persona_suplente: str | None = column("Persona suplente", "Como se registró.")
    publico_informacion: bool = column("Publicó información", "Trayectoria o propuestas.")
    pagina: str = column("Página", "Su dirección en este sitio.")


def whole_list(session: Session) -> Iterator[Row]:
    """Every candidacy in ballot order."""
    return rows(read(session).every(CandidacyFilter()))


TABLE = Table(
    name="candidaturas",
    title="Candidaturas",
    about="La lista que se pidió, en el orden en que se pidió.",
    row=Row,
    key=("candidatura",),
    rows=whole_list,
)


def rows(found: Iterable[CandidacyLine]) -> Iterator[Row]:
    """Lines of the list as lines of the file."""
    for line in found:
        contest = line.contest
        yield Row(
            candidatura=line.id,
            eleccion=contest_title(contest),
            distrito=contest.number if contest.kind == "district" else None,
            municipio=contest.number if contest.kind == "ayuntamiento" else None,
            siglas=line.actor.acronym,
            actor_politico=line.actor.name,
            figura=actor_kind(line.actor.kind),
            cargo=post_words(line.post),
            posicion=line.rank,
            encabeza=line.is_head,
            persona_propietaria=line.owner,
            genero=gender_words(line.gender),
            edad=line.age,
            persona_suplente=line.substitute,
            publico_informacion=line.published,
            pagina=url_for("public.candidacy", candidacy_id=line.id),
        )
