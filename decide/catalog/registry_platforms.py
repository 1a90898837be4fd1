"""Platforms as the authority's list has them: read all of them, put some. Nothing here deletes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from decide.catalog.actions_platforms import SectionEntry, put_platform
from decide.catalog.models import (
    Platform,
    PlatformScope,
    PlatformSection,
    PoliticalActor,
    Subject,
    SubjectVersion,
)
from decide.catalog.registry import Ids


@dataclass(frozen=True)
class PlatformEntry:
    """An actor's whole platform for one organ."""

    actor: str
    scope: PlatformScope
    title: str
    summary: str
    sections: tuple[SectionEntry, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two entries the same platform."""
        return (self.actor, self.scope.value)


def platforms(session: Session) -> dict[tuple[str, ...], PlatformEntry]:
    """All platforms that citizens may see, with their open sections; two statements."""
    sections: dict[int, list[SectionEntry]] = defaultdict(list)
    version = aliased(SubjectVersion)
    shown = (
        select(PlatformSection.platform_id, PlatformSection.topic, version.title, version.text)
        .join(Subject, Subject.id == PlatformSection.subject_id)
        .join(version, and_(version.subject_id == Subject.id, version.version == Subject.version))
        .where(Subject.open)
        .order_by(PlatformSection.platform_id, PlatformSection.position)
    )
    for platform, topic, title, text in session.execute(shown):
        sections[platform].append(SectionEntry(topic, title, text))
    whole = (
        select(Platform.id, PoliticalActor.key, Platform.scope, version.title, version.text)
        .join(PoliticalActor, PoliticalActor.id == Platform.actor_id)
        .join(Subject, Subject.id == Platform.subject_id)
        .join(version, and_(version.subject_id == Subject.id, version.version == Subject.version))
        .where(Subject.open)
        .order_by(PoliticalActor.registration_order, Platform.id)
    )
    entries = (
        PlatformEntry(actor, scope, title, text, tuple(sections[platform]))
        for platform, actor, scope, title, text in session.execute(whole)
    )
    return {entry.key: entry for entry in entries}


def register_platforms(
    session: Session, entries: Sequence[PlatformEntry], *, at: datetime, by: int | None
) -> None:
    """Put platforms whole; UnknownKey for an actor that is not registered."""
    ids = Ids(session)
    for entry in entries:
        put_platform(
            session,
            ids.actor(entry.actor),
            entry.scope,
            entry.title,
            entry.summary,
            entry.sections,
            at=at,
            by=by,
        )
