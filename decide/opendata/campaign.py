"""Open data of the campaign: trajectories, proposals, platforms.

Only what citizens can read on a page now, in the same words. The test actor is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from decide.calendar.rules import Area
from decide.catalog.models import (
    Candidacy,
    Contest,
    Platform,
    PlatformSection,
    PoliticalActor,
    Profile,
    Proposal,
    Subject,
    SubjectVersion,
)
from decide.catalog.queries import BY_REGISTRATION
from decide.catalog.queries_platforms import BY_SCOPE, CURRENT
from decide.opendata.definitions import DataSet, Link, Table, column
from decide.opendata.offer import ACTOR, AT_ONCE, CONTEST, REAL, of_candidacies

# Files and interface carry the source; the site shows it with its form.
AS_TYPED = (
    "Como se escribió, con las marcas de forma: **negritas**, *cursivas*, listas, [enlaces]()."
)
SCOPES = {"legislative": "para la Legislatura", "municipal": "para los ayuntamientos"}


@dataclass(frozen=True)
class TrajectoryRow:
    """What a head of ticket or slate tells."""

    candidatura: int = column("Candidatura", "Número de la candidatura.")
    escolaridad: str = column("Escolaridad", "Vacío: no informó.")
    ocupacion: str = column("Ocupación", f"Vacío: no informó. {AS_TYPED}")
    trayectoria: str = column("Trayectoria", f"Texto de la candidatura. {AS_TYPED}")
    motivo: str = column("Motivo", f"Por qué busca el cargo. {AS_TYPED}")
    publicada: datetime = column("Publicada", "Cuándo la publicó su actor político.")


@dataclass(frozen=True)
class ProposalRow:
    """One campaign proposal in its current words."""

    propuesta: int = column("Propuesta", "Número con el que se opina sobre ella.")
    candidatura: int = column("Candidatura", "Número de la candidatura que la hace.")
    actor: str = column("Actor político", ACTOR)
    eleccion: str = column("Elección", CONTEST)
    tema: str = column("Tema", "Clave del tema.")
    titulo: str = column("Título", "Título vigente.")
    texto: str = column("Texto", f"Texto vigente. {AS_TYPED}")
    version: int = column("Versión", "Cuántas veces se ha publicado.")
    publicada: datetime = column("Publicada", "Cuándo se publicó esta versión.")


@dataclass(frozen=True)
class PlatformRow:
    """A registered platform."""

    actor: str = column("Actor político", ACTOR)
    alcance: str = column("Alcance", "Para qué órgano es.", SCOPES)
    asunto: int = column("Asunto", "Número con el que se opina sobre ella.")
    titulo: str = column("Título", "Título vigente.")
    texto: str = column("Presentación", "Texto vigente.")
    version: int = column("Versión", "Cuántas veces se ha publicado.")
    publicada: datetime = column("Publicada", "Cuándo se publicó esta versión.")


@dataclass(frozen=True)
class SectionRow:
    """One topic of a platform."""

    actor: str = column("Actor político", ACTOR)
    alcance: str = column("Alcance", "Para qué órgano es la plataforma.", SCOPES)
    posicion: int = column("Posición", "Orden dentro de la plataforma.")
    asunto: int = column("Asunto", "Número con el que se opina sobre este tema.")
    tema: str = column("Tema", "Clave del tema.")
    titulo: str = column("Título", "Título vigente.")
    texto: str = column("Texto", "Texto vigente.")
    version: int = column("Versión", "Cuántas veces se ha publicado.")
    publicada: datetime = column("Publicada", "Cuándo se publicó esta versión.")


WORDS = (
    SubjectVersion.title,
    SubjectVersion.text,
    SubjectVersion.version,
    SubjectVersion.published_at,
)


def trajectory_rows(session: Session) -> Iterator[TrajectoryRow]:
    """By candidacy, those published now."""
    rows = session.execute(
        select(
            Profile.candidacy_id,
            Profile.schooling,
            Profile.occupation,
            Profile.history,
            Profile.motive,
            Profile.published_at,
        )
        .join(Candidacy, Candidacy.id == Profile.candidacy_id)
        .join(PoliticalActor, PoliticalActor.id == Candidacy.actor_id)
        .where(REAL, Profile.published_at.is_not(None))
        .order_by(Profile.candidacy_id),
        execution_options=AT_ONCE,
    )
    for number, schooling, occupation, history, motive, published in rows:
        if published is not None:
            yield TrajectoryRow(number, schooling, occupation, history, motive, published)


def proposal_rows(session: Session) -> Iterator[ProposalRow]:
    """By number, those open now."""
    rows = session.execute(
        of_candidacies(
            select(
                Subject.id,
                Candidacy.id,
                PoliticalActor.key,
                Contest.key,
                Proposal.topic,
                *WORDS,
            )
        )
        .join(Proposal, Proposal.candidacy_id == Candidacy.id)
        .join(Subject, Subject.id == Proposal.subject_id)
        .join(SubjectVersion, CURRENT)
        .order_by(Subject.id),
        execution_options=AT_ONCE,
    )
    for row in rows:
        yield ProposalRow(*row)


def platform_rows(session: Session) -> Iterator[PlatformRow]:
    """Actors in registration order."""
    rows = session.execute(
        select(PoliticalActor.key, Platform.scope, Subject.id, *WORDS)
        .select_from(Platform)
        .join(PoliticalActor, PoliticalActor.id == Platform.actor_id)
        .join(Subject, Subject.id == Platform.subject_id)
        .join(SubjectVersion, CURRENT)
        .where(REAL)
        .order_by(*BY_REGISTRATION, *BY_SCOPE)
    )
    for row in rows:
        yield PlatformRow(*row)


def section_rows(session: Session) -> Iterator[SectionRow]:
    """Platform by platform, sections in their order."""
    whole = aliased(Subject)
    rows = session.execute(
        select(
            PoliticalActor.key,
            Platform.scope,
            PlatformSection.position,
            Subject.id,
            PlatformSection.topic,
            *WORDS,
        )
        .select_from(PlatformSection)
        .join(Platform, Platform.id == PlatformSection.platform_id)
        .join(PoliticalActor, PoliticalActor.id == Platform.actor_id)
        .join(whole, whole.id == Platform.subject_id)
        .join(Subject, Subject.id == PlatformSection.subject_id)
        .join(SubjectVersion, CURRENT)
        .where(REAL, whole.open)
        .order_by(*BY_REGISTRATION, *BY_SCOPE, PlatformSection.position)
    )
    for row in rows:
        yield SectionRow(*row)


PROPOSALS = DataSet(
    name="propuestas",
    title="Propuestas de campaña",
    about="Las propuestas y trayectorias publicadas, con sus palabras vigentes.",
    area=Area.PROPOSAL,
    keywords=("propuestas de campaña", "trayectorias"),
    tables=(
        Table(
            name="propuestas",
            title="Propuestas",
            about="Una fila por propuesta que hoy se puede leer.",
            row=ProposalRow,
            key=("propuesta",),
            rows=proposal_rows,
        ),
        Table(
            name="trayectorias",
            title="Trayectorias",
            about="Lo que publicó quien encabeza. Quien no publicó no tiene fila.",
            row=TrajectoryRow,
            key=("candidatura",),
            rows=trajectory_rows,
        ),
    ),
)
PLATFORMS = DataSet(
    name="plataformas",
    title="Plataformas electorales",
    about="Las plataformas que registró cada actor político, tema por tema.",
    area=Area.PLATFORM,
    keywords=("plataformas electorales",),
    tables=(
        Table(
            name="plataformas",
            title="Plataformas",
            about="Una fila por plataforma.",
            row=PlatformRow,
            key=("actor", "alcance"),
            rows=platform_rows,
        ),
        Table(
            name="temas",
            title="Temas de las plataformas",
            about="Una fila por tema, en el orden de cada plataforma.",
            row=SectionRow,
            key=("actor", "alcance", "posicion"),
            rows=section_rows,
            links=(Link(("actor", "alcance"), "plataformas", ("actor", "alcance")),),
        ),
    ),
)
