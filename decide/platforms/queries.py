"""Asking for drafts, for registered platforms as staff see them, and for the public file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from decide.catalog import touched
from decide.catalog.models import ActorKind, Platform, PlatformScope, PoliticalActor, Subject
from decide.errors import NotFound
from decide.platforms.editing import Section
from decide.platforms.models import PlatformDraft, PlatformFile

# What a platform can be for, by the word that pages send.
SCOPES: Mapping[str, PlatformScope] = {each.value: each for each in PlatformScope}


@dataclass(frozen=True)
class Draft:
    """A draft on its page."""

    id: int
    actor: str
    scope: str
    file_name: str
    sha256: str
    size: int
    title: str
    summary: str
    sections: tuple[Section, ...]
    revision: int
    changed_at: datetime


@dataclass(frozen=True)
class Line:
    """One platform that an actor may register: what stands, what is on its way."""

    actor_id: int
    actor: str
    scope: str
    registered: bool
    size: int | None  # of the PDF
    draft_id: int | None


@dataclass(frozen=True)
class PublicFile:
    """The PDF of a platform that citizens may see."""

    sha256: str
    size: int


def draft(session: Session, draft_id: int) -> Draft:
    """One draft; NotFound."""
    found = session.execute(
        select(PlatformDraft, PoliticalActor.name)
        .join(PoliticalActor, PoliticalActor.id == PlatformDraft.actor_id)
        .where(PlatformDraft.id == draft_id)
    ).one_or_none()
    if found is None:
        raise NotFound("Ese borrador ya no está: se registró o se borró.")
    row, actor = found
    return Draft(
        row.id, actor, row.scope.value, row.file_name, row.sha256, row.size, row.title,
        row.summary, tuple(Section(**each) for each in row.sections), row.revision, row.changed_at,
    )  # fmt: skip


def lines(session: Session) -> tuple[Line, ...]:
    """Each party and independent with both scopes, in registration order; one statement."""
    scopes = list(PlatformScope)
    rows = session.execute(
        select(
            PoliticalActor.id, PoliticalActor.name, Platform.scope, Subject.open,
            PlatformFile.size,
        )
        .outerjoin(Platform, Platform.actor_id == PoliticalActor.id)
        .outerjoin(Subject, Subject.id == Platform.subject_id)
        .outerjoin(PlatformFile, PlatformFile.platform_id == Platform.id)
        .where(
            ~PoliticalActor.is_test,
            PoliticalActor.kind.in_((ActorKind.PARTY, ActorKind.INDEPENDENT)),
        )
        .order_by(PoliticalActor.registration_order, PoliticalActor.id)
    ).all()  # fmt: skip
    drafts = {
        (actor, scope): number
        for number, actor, scope in session.execute(
            select(PlatformDraft.id, PlatformDraft.actor_id, PlatformDraft.scope)
        )
    }
    standing = {(row[0], row[2]): row for row in rows}
    actors = {row[0]: row[1] for row in rows}
    return tuple(
        Line(
            actor_id, name, scope.value,
            registered=(actor_id, scope) in standing and bool(standing[actor_id, scope][3]),
            size=standing[actor_id, scope][4] if (actor_id, scope) in standing else None,
            draft_id=drafts.get((actor_id, scope)),
        )
        for actor_id, name in actors.items()
        for scope in scopes
    )  # fmt: skip


def public_file(session: Session, slug: str, scope: str) -> PublicFile | None:
    """The PDF of a platform that is open now; None without one. One statement."""
    if scope not in set(PlatformScope):
        return None
    row = session.execute(
        select(PlatformFile.sha256, PlatformFile.size)
        .join(Platform, Platform.id == PlatformFile.platform_id)
        .join(PoliticalActor, PoliticalActor.id == Platform.actor_id)
        .join(Subject, and_(Subject.id == Platform.subject_id, Subject.open))
        .where(PoliticalActor.slug == slug, Platform.scope == PlatformScope(scope))
        .execution_options(only=touched.PLATFORMS)
    ).one_or_none()
    return PublicFile(*row) if row else None
