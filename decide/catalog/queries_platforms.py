"""Asking for what actors published: platforms, their sections by topic, proposals.

Only what is open now is shown, in the words of its current version: never a working copy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from decide.catalog import touched
from decide.catalog.models import (
    Candidacy,
    Contest,
    Platform,
    PlatformScope,
    PlatformSection,
    PoliticalActor,
    Proposal,
    Subject,
    SubjectVersion,
)
from decide.catalog.queries import (
    ACTOR,
    BY_REGISTRATION,
    CONTEST,
    ActorRef,
    ContestRef,
    actor_ref,
    contest_ref,
)
from decide.catalog.texts import PLAIN, ProposalText
from decide.errors import NotFound
from decide.geography.models import District, Municipality


@dataclass(frozen=True)
class SubjectText:
    """What citizens answer: its number, the version shown and the words of that version."""

    id: int
    version: int
    title: str
    text: str
    published_at: datetime
    markup: str = PLAIN  # what the text is written in


@dataclass(frozen=True)
class PlatformLine:
    """A platform in a list."""

    actor: ActorRef
    scope: str
    title: str
    words: int  # that a reader has before them, sections included


@dataclass(frozen=True)
class SectionText:
    """One topic of a platform, or one proposal with what it says beside its text."""

    topic: str
    subject: SubjectText
    details: ProposalText | None = None


@dataclass(frozen=True)
class PlatformPage:
    """A platform with its sections in their order."""

    actor: ActorRef
    scope: str
    subject: SubjectText
    sections: tuple[SectionText, ...]

    @property
    def words(self) -> int:
        """How many words a reader has before them."""
        texts = [self.subject, *(section.subject for section in self.sections)]
        return sum(len(each.title.split()) + len(each.text.split()) for each in texts)


@dataclass(frozen=True)
class TopicSection:
    """What one actor's platform says about a topic."""

    actor: ActorRef
    scope: str
    subject: SubjectText


@dataclass(frozen=True)
class HeadProposal:
    """A proposal of one of several heads."""

    candidacy_id: int
    topic: str
    subject: SubjectText


@dataclass(frozen=True)
class ProposalLine:
    """A published campaign proposal and who makes it."""

    topic: str
    subject: SubjectText
    candidacy_id: int
    candidate: str
    actor: ActorRef
    contest: ContestRef


MARKUP = func.coalesce(SubjectVersion.details["markup"].astext, PLAIN)
SUBJECT = (
    Subject.id,
    Subject.version,
    SubjectVersion.title,
    SubjectVersion.text,
    SubjectVersion.published_at,
    MARKUP,
)
# The current words of a subject that is open.
CURRENT: ColumnElement[bool] = and_(
    SubjectVersion.subject_id == Subject.id, SubjectVersion.version == Subject.version, Subject.open
)
WORDS = func.cardinality(
    func.regexp_split_to_array(
        func.btrim(SubjectVersion.title + " " + SubjectVersion.text, " \n\t"), r"\s+"
    )
)
WORDS_OF_SECTIONS = (
    select(func.coalesce(func.sum(WORDS), 0))
    .select_from(PlatformSection)
    .join(Subject, Subject.id == PlatformSection.subject_id)
    .join(SubjectVersion, CURRENT)
    .where(PlatformSection.platform_id == Platform.id)
    .correlate(Platform)
    .scalar_subquery()
)
BY_SCOPE = (Platform.scope,)  # legislative before municipal, by the alphabet's luck


def platforms(session: Session) -> tuple[PlatformLine, ...]:
    """All registered platforms, actors in registration order; one statement."""
    return _platforms(session, ~PoliticalActor.is_test)


def platforms_of(session: Session, actor_ids: Sequence[int]) -> tuple[PlatformLine, ...]:
    """The platforms of the given actors; one statement."""
    return _platforms(session, Platform.actor_id.in_(actor_ids))


def _platforms(session: Session, which: ColumnElement[bool]) -> tuple[PlatformLine, ...]:
    rows = session.execute(
        select(Platform.scope, SubjectVersion.title, WORDS + WORDS_OF_SECTIONS, *ACTOR)
        .select_from(Platform)
        .join(PoliticalActor, PoliticalActor.id == Platform.actor_id)
        .join(Subject, Subject.id == Platform.subject_id)
        .join(SubjectVersion, CURRENT)
        .execution_options(only=touched.PLATFORMS)
        .where(which)
        .order_by(*BY_REGISTRATION, *BY_SCOPE)
    )
    return tuple(
        PlatformLine(actor_ref(row, start=3), row[0].value, row[1], int(row[2])) for row in rows
    )


def platform_page(session: Session, slug: str, scope: str) -> PlatformPage:
    """One platform by its actor's address and its scope; NotFound otherwise. Two statements."""
    row = None
    if scope in set(PlatformScope):
        row = session.execute(
            select(Platform.id, *SUBJECT, *ACTOR)
            .select_from(Platform)
            .join(PoliticalActor, PoliticalActor.id == Platform.actor_id)
            .join(Subject, Subject.id == Platform.subject_id)
            .join(SubjectVersion, CURRENT)
            .execution_options(only=touched.PLATFORMS)
            .where(PoliticalActor.slug == slug, Platform.scope == PlatformScope(scope))
        ).one_or_none()
    if row is None:
        raise NotFound("Esa plataforma no existe o todavía no está registrada.")
    sections = session.execute(
        select(PlatformSection.topic, *SUBJECT)
        .join(Subject, Subject.id == PlatformSection.subject_id)
        .join(SubjectVersion, CURRENT)
        .execution_options(only=touched.PLATFORMS)
        .where(PlatformSection.platform_id == row[0])
        .order_by(PlatformSection.position)
    )
    return PlatformPage(
        actor=actor_ref(row, start=1 + len(SUBJECT)),
        scope=scope,
        subject=subject_text(row, start=1),
        sections=tuple(SectionText(each[0], subject_text(each, start=1)) for each in sections),
    )


def sections_on(session: Session, topic: str) -> tuple[TopicSection, ...]:
    """What each platform says about a topic, actors in registration order; one statement."""
    rows = session.execute(
        select(Platform.scope, *SUBJECT, *ACTOR)
        .select_from(PlatformSection)
        .join(Platform, Platform.id == PlatformSection.platform_id)
        .join(PoliticalActor, PoliticalActor.id == Platform.actor_id)
        .join(Subject, Subject.id == PlatformSection.subject_id)
        .join(SubjectVersion, CURRENT)
        .execution_options(only=touched.PLATFORMS)
        .where(PlatformSection.topic == topic, ~PoliticalActor.is_test)
        .order_by(*BY_REGISTRATION, *BY_SCOPE, PlatformSection.position)
    )
    return tuple(
        TopicSection(
            actor_ref(row, start=1 + len(SUBJECT)),
            row[0].value,
            subject_text(row, start=1),
        )
        for row in rows
    )


def topics_of_platforms(session: Session) -> frozenset[str]:
    """Topics on which at least one open platform says something; one statement."""
    open_sections = (
        select(PlatformSection.topic)
        .distinct()
        .join(Subject, Subject.id == PlatformSection.subject_id)
        .where(Subject.open)
        .execution_options(only=touched.PLATFORMS)
    )
    return frozenset(session.scalars(open_sections))


def proposals_of(session: Session, candidacy_id: int) -> tuple[SectionText, ...]:
    """A candidacy's open proposals in the order in which they were first made; one statement."""
    rows = session.execute(
        select(Proposal.topic, Proposal.details, *SUBJECT)
        .join(Subject, Subject.id == Proposal.subject_id)
        .join(SubjectVersion, CURRENT)
        .execution_options(only=touched.by_head(candidacy_id))
        .where(Proposal.candidacy_id == candidacy_id)
        .order_by(Proposal.topic, Proposal.id)
    )
    return tuple(
        SectionText(row[0], subject_text(row, start=2), detailed(row[0], row[1])) for row in rows
    )


def detailed(topic: str, details: dict[str, str]) -> ProposalText:
    """What a proposal says beside title and text, which stay empty here."""
    return ProposalText(title="", text="", **{"topic": topic, **details})


def proposals_in(session: Session, contest_id: int) -> tuple[HeadProposal, ...]:
    """Every open proposal in one election, by candidacy and as first made; one statement."""
    rows = session.execute(
        select(Proposal.candidacy_id, Proposal.topic, *SUBJECT)
        .join(Candidacy, Candidacy.id == Proposal.candidacy_id)
        .join(Subject, Subject.id == Proposal.subject_id)
        .join(SubjectVersion, CURRENT)
        .execution_options(only=touched.by_contest(contest_id))
        .where(Candidacy.contest_id == contest_id)
        .order_by(Proposal.candidacy_id, Proposal.id)
    )
    return tuple(HeadProposal(row[0], row[1], subject_text(row, start=2)) for row in rows)


def proposal_page(session: Session, subject_id: int) -> ProposalLine:
    """One open proposal by its subject; NotFound otherwise. One statement."""
    row = session.execute(
        select(Proposal.topic, Candidacy.id, Candidacy.owner_name, *SUBJECT, *ACTOR, *CONTEST)
        .select_from(Proposal)
        .join(Candidacy, Candidacy.id == Proposal.candidacy_id)
        .join(PoliticalActor, PoliticalActor.id == Candidacy.actor_id)
        .join(Contest, Contest.id == Candidacy.contest_id)
        .outerjoin(District, District.number == Contest.district_number)
        .outerjoin(Municipality, Municipality.number == Contest.municipality_number)
        .join(Subject, Subject.id == Proposal.subject_id)
        .join(SubjectVersion, CURRENT)
        .execution_options(only=touched.by_subject(subject_id))
        .where(Proposal.subject_id == subject_id)
    ).one_or_none()
    if row is None:
        raise NotFound("Esa propuesta no existe o su autor la retiró.")
    actor_at = 3 + len(SUBJECT)
    return ProposalLine(
        topic=row[0],
        subject=subject_text(row, start=3),
        candidacy_id=row[1],
        candidate=row[2],
        actor=actor_ref(row, start=actor_at),
        contest=contest_ref(row, start=actor_at + len(ACTOR)),
    )


def subject_text(row: Sequence[Any], *, start: int) -> SubjectText:
    """The subject in a row that selected `SUBJECT` from position `start` on."""
    return SubjectText(*row[start : start + len(SUBJECT)])
