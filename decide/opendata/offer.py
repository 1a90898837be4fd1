"""Open data of the register: actors, alliances, candidacies. The test actor is left out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from decide.calendar.rules import Area
from decide.catalog.models import (
    Alliance,
    Candidacy,
    Contest,
    PoliticalActor,
)
from decide.catalog.queries import BY_BALLOT, BY_REGISTRATION, actors
from decide.catalog.queries_candidacies import IN_SLATE
from decide.opendata.definitions import DataSet, Link, Table, column
from decide.opendata.results import POSTS

KINDS = {
    "party": "partido político",
    "coalition": "coalición",
    "common_candidacy": "candidatura común",
    "independent": "candidatura independiente",
}
GENDERS = {"woman": "mujer", "man": "hombre", "non_binary": "persona no binaria"}
ACTOR = "Clave del actor político."
CONTEST = "Clave de la elección; em.m106 es el ayuntamiento 106."
AT_ONCE = {"yield_per": 1000}


@dataclass(frozen=True)
class ActorRow:
    """Whoever stands for election."""

    actor: str = column("Actor político", ACTOR)
    tipo: str = column("Tipo", "Figura legal.", KINDS)
    siglas: str = column("Siglas", "Como en la boleta.")
    nombre: str = column("Nombre", "Denominación completa.")
    orden: int = column("Orden", "Orden de registro.")
    color: str | None = column("Color", "Hexadecimal; vacío si no se registró.")
    pagina: str = column("Página", "Última parte de su dirección en este sitio.")


@dataclass(frozen=True)
class MemberRow:
    """A party inside an alliance."""

    alianza: str = column("Alianza", "Clave de la coalición o candidatura común.")
    actor: str = column("Integrante", "Clave del partido.")


@dataclass(frozen=True)
class AllianceRow:
    """An alliance in one contest."""

    eleccion: str = column("Elección", CONTEST)
    alianza: str = column("Alianza", "Clave de la coalición o candidatura común.")
    extraordinaria: bool = column("Extraordinaria", "Si es para una elección que se repitió.")


@dataclass(frozen=True)
class CandidacyRow:
    """One post: owner and substitute."""

    candidatura: int = column("Candidatura", "Número de su página: /candidaturas/número.")
    eleccion: str = column("Elección", CONTEST)
    actor: str = column("Actor político", ACTOR)
    cargo: str = column("Cargo", "A qué se postula.", POSTS)
    lugar: int = column("Lugar", "En la fórmula, la planilla o la lista, desde 1.")
    encabeza: bool = column("Encabeza", "Si encabeza la fórmula o planilla.")
    propietaria: str = column("Propietaria o propietario", "Nombre como se registró.")
    genero: str | None = column("Género", "Como se registró.", GENDERS)
    edad: int | None = column("Edad", "Años cumplidos, si se informó.")
    suplente: str | None = column("Suplente", "Nombre como se registró.")


REAL = ~PoliticalActor.is_test


def actor_rows(session: Session) -> Iterator[ActorRow]:
    """In registration order."""
    rows = session.execute(
        select(
            PoliticalActor.key,
            PoliticalActor.kind,
            PoliticalActor.acronym,
            PoliticalActor.name,
            PoliticalActor.registration_order,
            PoliticalActor.colour,
            PoliticalActor.slug,
        )
        .where(REAL)
        .order_by(*BY_REGISTRATION)
    )
    for row in rows:
        yield ActorRow(*row)


def member_rows(session: Session) -> Iterator[MemberRow]:
    """Alliances in registration order, their members likewise."""
    keys = {
        row.id: row.key for row in session.execute(select(PoliticalActor.id, PoliticalActor.key))
    }
    for line in actors(session):
        for member in line.members:
            yield MemberRow(keys[line.actor.id], keys[member.id])


def alliance_rows(session: Session) -> Iterator[AllianceRow]:
    """By contest."""
    rows = session.execute(
        select(Contest.key, PoliticalActor.key, Alliance.extraordinary)
        .select_from(Alliance)
        .join(Contest, Contest.id == Alliance.contest_id)
        .join(PoliticalActor, PoliticalActor.id == Alliance.alliance_id)
        .where(REAL)
        .order_by(*BY_BALLOT, *BY_REGISTRATION)
    )
    for row in rows:
        yield AllianceRow(*row)


def candidacy_rows(session: Session) -> Iterator[CandidacyRow]:
    """In the order of the ballot."""
    rows = session.execute(
        of_candidacies(
            select(
                Candidacy.id,
                Contest.key,
                PoliticalActor.key,
                Candidacy.post,
                Candidacy.rank,
                Candidacy.is_head,
                Candidacy.owner_name,
                Candidacy.owner_gender,
                Candidacy.owner_age,
                Candidacy.substitute_name,
            )
        ).order_by(*BY_BALLOT, *BY_REGISTRATION, *IN_SLATE),
        execution_options=AT_ONCE,
    )
    for row in rows:
        yield CandidacyRow(*row)


def of_candidacies(columns: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """`columns` of the candidacies of real actors, with actor and contest at hand."""
    return (
        columns.select_from(Candidacy)
        .join(PoliticalActor, PoliticalActor.id == Candidacy.actor_id)
        .join(Contest, Contest.id == Candidacy.contest_id)
        .where(REAL)
    )


OF_ACTOR = Link(("actor",), "actores", ("actor",))
OF_ALLIANCE = Link(("alianza",), "actores", ("actor",))
ACTORS = DataSet(
    name="actores",
    title="Actores políticos",
    about="Partidos, coaliciones, candidaturas comunes e independientes, y dónde van en alianza.",
    area=Area.PLATFORM,
    keywords=("partidos políticos", "coaliciones", "candidaturas independientes"),
    tables=(
        Table(
            name="actores",
            title="Actores políticos",
            about="En orden de registro.",
            row=ActorRow,
            key=("actor",),
            rows=actor_rows,
        ),
        Table(
            name="integrantes",
            title="Integrantes de alianzas",
            about="Qué partidos forman cada alianza.",
            row=MemberRow,
            key=("alianza", "actor"),
            rows=member_rows,
            links=(OF_ALLIANCE, OF_ACTOR),
        ),
        Table(
            name="alianzas",
            title="Alianzas por elección",
            about="En qué elecciones compite cada alianza.",
            row=AllianceRow,
            key=("eleccion", "alianza"),
            rows=alliance_rows,
            links=(OF_ALLIANCE,),
        ),
    ),
)
CANDIDACIES = DataSet(
    name="candidaturas",
    title="Candidaturas",
    about="Todas las personas registradas, con su cargo y su suplente.",
    area=Area.CANDIDACY,
    keywords=("candidaturas", "planillas", "diputaciones", "ayuntamientos"),
    tables=(
        Table(
            name="candidaturas",
            title="Candidaturas",
            about="Una fila por cargo, con su suplente, en el orden de la boleta.",
            row=CandidacyRow,
            key=("candidatura",),
            rows=candidacy_rows,
        ),
    ),
)
