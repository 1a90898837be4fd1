"""Electoral platforms as registered with the authority: put whole, changed by putting again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.catalog import subjects
from decide.catalog.models import (
    Platform,
    PlatformScope,
    PlatformSection,
    PoliticalActor,
    Subject,
    SubjectKind,
)
from decide.catalog.texts import SECTION, SUMMARY, TITLE, one_line, paragraphs, within
from decide.catalog.topics import TOPICS
from decide.errors import NotFound, Refused


@dataclass(frozen=True)
class SectionEntry:
    """One topic of a platform, as it is registered."""

    topic: str
    title: str
    text: str

    def cleaned(self) -> "SectionEntry":
        """The same without stray blanks; TextRefused beyond a limit, Refused for the topic."""
        made = SectionEntry(self.topic, one_line(self.title), paragraphs(self.text))
        if made.topic not in TOPICS:
            raise Refused(f"«{made.topic}» no es un tema. Use uno de: {', '.join(TOPICS)}.")
        if not (made.title and made.text):
            raise Refused(f"La sección «{made.title or made.topic}» necesita título y texto.")
        within("title", "El título de la sección", made.title, TITLE)
        within("text", f"La sección «{made.title}»", made.text, SECTION)
        return made


def put_platform(
    session: Session,
    actor_id: int,
    scope: PlatformScope,
    title: str,
    summary: str,
    sections: Sequence[SectionEntry],
    *,
    at: datetime,
    by: int | None,
) -> int:
    """Register an actor's platform; gives its id. Putting the same again changes nothing.

    A section keeps its subject while its topic stays: what citizens answered stays with it. A
    section that is no longer there is closed, never deleted.
    """
    title, summary = one_line(title), paragraphs(summary)
    within("title", "El título de la plataforma", title, TITLE)
    within("summary", "El resumen de la plataforma", summary, SUMMARY)
    wanted = [section.cleaned() for section in sections]
    platform = platform_row(session, actor_id, scope, at=at)
    subject = session.get_one(Subject, platform.subject_id)
    changed = subjects.show(session, subject, title, summary, at=at)

    left = list(
        session.scalars(
            select(PlatformSection)
            .where(PlatformSection.platform_id == platform.id)
            .order_by(PlatformSection.position)
        )
    )
    rows = [
        taken(left, entry.topic) or new_section(session, platform, entry.topic, at=at)
        for entry in wanted
    ]
    for row, entry in zip(rows, wanted, strict=True):
        its = session.get_one(Subject, row.subject_id)
        changed |= subjects.show(session, its, entry.title, entry.text, at=at)
    for row in left:
        its = session.get_one(Subject, row.subject_id)
        if its.open:
            subjects.hide(its, at=at)
            changed = True
    put_in_order(session, [*rows, *left])
    if changed:
        audit.record(
            session,
            "platform.put",
            at=at,
            by=by,
            subject=("platform", platform.id),
            after={"scope": scope.value, "sections": len(wanted)},
        )
    return platform.id


def platform_row(
    session: Session, actor_id: int, scope: PlatformScope, *, at: datetime
) -> Platform:
    """The actor's platform of this scope, created when missing; NotFound for an unknown actor."""
    # Held until the commit: two at once would both see that none exists.
    actor = select(PoliticalActor.id).where(PoliticalActor.id == actor_id).with_for_update()
    if session.scalar(actor) is None:
        raise NotFound("Ese actor político no está registrado.")
    own = select(Platform).where(Platform.actor_id == actor_id, Platform.scope == scope)
    row = session.scalars(own).one_or_none()
    if row is None:
        subject = subjects.new_subject(session, SubjectKind.PLATFORM, actor_id, at=at)
        row = Platform(actor_id=actor_id, scope=scope, subject_id=subject.id)
        session.add(row)
        session.flush()
    return row


def taken(left: list[PlatformSection], topic: str) -> PlatformSection | None:
    """Take the first section of this topic out of `left`."""
    for row in left:
        if row.topic == topic:
            left.remove(row)
            return row
    return None


def new_section(
    session: Session, platform: Platform, topic: str, *, at: datetime
) -> PlatformSection:
    """A section that has no place yet and is not in the session."""
    subject = subjects.new_subject(session, SubjectKind.SECTION, platform.actor_id, at=at)
    return PlatformSection(platform_id=platform.id, topic=topic, subject_id=subject.id)


def put_in_order(session: Session, rows: Sequence[PlatformSection]) -> None:
    """Number the sections from 1; those that stand right are not touched."""
    places = dict(enumerate(rows, start=1))
    # Out of the way first: two sections may change places, and positions are unique.
    for place, row in places.items():
        if row.id is not None and row.position != place:
            row.position = -place
    session.flush()
    for place, row in places.items():
        row.position = place
    session.add_all(rows)
    session.flush()
