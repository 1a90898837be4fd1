"""What belongs into one recipient's delivery: the rule, and its rows as streams.

The rule: a recipient gets every subject of its own and every subject of each alliance that it is a
member of. Membership is data (`alliance_member`). An alliance without members receives its own.
Everything is read up to the cut-off and in a fixed order, so that two builds give the same bytes.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    SQLColumnExpression,
    Text,
    cast,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from decide.abuse.models import IdeaMark
from decide.catalog.models import (
    ActorKind,
    AllianceMember,
    Candidacy,
    Contest,
    Platform,
    PlatformScope,
    PlatformSection,
    PoliticalActor,
    Proposal,
    Subject,
    SubjectKind,
    SubjectVersion,
)
from decide.errors import NotFound, Refused
from decide.geography.models import Municipality
from decide.kernel.db import streamed
from decide.participation.choices import Choice
from decide.participation.models import Idea, Reaction
from decide.seals import queries as seals
from decide.seals.leaf import KINDS, folio_part
from decide.seals.models import SealedIdea

FIGURES: dict[ActorKind, str] = {
    ActorKind.PARTY: "partido",
    ActorKind.COALITION: "coalición",
    ActorKind.COMMON_CANDIDACY: "candidatura común",
    ActorKind.INDEPENDENT: "candidatura independiente",
}
SUBJECTS: dict[SubjectKind, str] = {
    SubjectKind.PLATFORM: "plataforma",
    SubjectKind.SECTION: "tema de plataforma",
    SubjectKind.BLOCK: "bloque de competitividad",
    SubjectKind.PROPOSAL: "propuesta",
}
SCOPES: dict[PlatformScope, str] = {
    PlatformScope.LEGISLATIVE: "legislativa",
    PlatformScope.MUNICIPAL: "municipal",
}
BATCH = 2_000


class Unsealed(Refused):
    """An idea of the delivery is in no leaf of the log."""


@dataclass(frozen=True)
class Holder:
    """An actor whose subjects are in the delivery, and why."""

    key: str
    acronym: str
    name: str
    figure: str
    reason: str  # "propio" | "integrante"


@dataclass(frozen=True)
class Member:
    """A party of an alliance that is in the delivery."""

    alliance: str
    acronym: str
    name: str


@dataclass(frozen=True)
class SubjectRow:
    """A subject in words."""

    number: int
    actor: str
    kind: str
    title: str
    contest: str | None
    person: str | None
    topic: str | None
    municipality: int | None  # where the candidacy stands, if in one municipality


@dataclass(frozen=True)
class VersionRow:
    """A text as it was published."""

    subject: int
    version: int
    title: str
    text: str
    sha256: str
    published: str


@dataclass(frozen=True)
class Count:
    """Choices on one version of a subject on one day."""

    subject: int
    version: int
    day: date
    likes: int
    dislikes: int


class IdeaRow(NamedTuple):
    """One idea, in words. A tuple: there may be a million of them."""

    subject: int
    version: int
    kind: str
    topic: str | None
    municipality: int | None
    day: str  # ISO
    withdrawn: bool
    text: str
    salt: bytes | None
    folio: bytes
    leaves: list[tuple[int, bytes]]  # (leaf, content) that sealed it; only the newest one counts
    copies: int  # as many nearly equal ones came on that day, when the rule says so


@dataclass(frozen=True)
class Scope:
    """Whose delivery, up to when, and under which seal of that very instant.

    `zone` decides which day an instant belongs to.
    """

    recipient_id: int
    cutoff: datetime
    zone: ZoneInfo
    seal_number: int
    decided: datetime | None = None  # markings of people count as they stood then
    is_open: bool = False  # a rehearsal: citizens go on answering while it is built

    @property
    def last_day(self) -> date:
        """The day of the last instant that still belongs."""
        return (self.cutoff - timedelta(microseconds=1)).astimezone(self.zone).date()

    @property
    def subjects(self) -> Select[int]:
        """Numbers of the subjects in the delivery."""
        return select(Subject.id).where(holds(self.recipient_id, Subject.actor_id))


def holds(recipient_id: int, actor: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """The rule of who receives what, as a condition on an actor's id."""
    # An alias, because `actor` may itself be a column of alliance_member.
    own = aliased(AllianceMember)
    membership = exists().where(own.alliance_id == actor, own.member_id == recipient_id)
    return or_(actor == recipient_id, membership)


def is_recipient() -> ColumnElement[bool]:
    """Who gets a delivery: everyone but alliances, whose members get it; none goes to nobody."""
    has_members = exists().where(AllianceMember.alliance_id == PoliticalActor.id)
    return ~has_members


def holders(session: Session, scope: Scope) -> list[Holder]:
    """The actors in the delivery, in registration order."""
    rows = session.scalars(
        select(PoliticalActor)
        .where(holds(scope.recipient_id, PoliticalActor.id))
        .order_by(PoliticalActor.registration_order, PoliticalActor.id)
    )
    return [
        Holder(
            row.key,
            row.acronym,
            row.name,
            FIGURES[row.kind],
            "propio" if row.id == scope.recipient_id else "integrante",
        )
        for row in rows
    ]


def recipient(session: Session, scope: Scope) -> Holder:
    """Who receives; NotFound when there is no such actor."""
    own = [each for each in holders(session, scope) if each.reason == "propio"]
    if not own:
        raise NotFound("Ese actor político no existe.")
    return own[0]


def members(session: Session, scope: Scope) -> list[Member]:
    """The members of the alliances in the delivery."""
    alliance = aliased(PoliticalActor)
    rows = session.execute(
        select(alliance.key, PoliticalActor.acronym, PoliticalActor.name)
        .select_from(AllianceMember)
        .join(alliance, alliance.id == AllianceMember.alliance_id)
        .join(PoliticalActor, PoliticalActor.id == AllianceMember.member_id)
        .where(holds(scope.recipient_id, AllianceMember.alliance_id))
        .order_by(alliance.registration_order, PoliticalActor.registration_order)
    )
    return [Member(*row) for row in rows]


def municipalities(session: Session) -> list[tuple[int, str, str]]:
    """(number, INEGI key, name) of all municipalities."""
    rows = session.execute(
        select(Municipality.number, Municipality.inegi_key, Municipality.name).order_by(
            Municipality.number
        )
    )
    return [(number, str(key), name) for number, key, name in rows]


def subjects(session: Session, scope: Scope) -> Iterator[SubjectRow]:
    """The subjects that were ever published, by number."""
    latest = (
        select(SubjectVersion.title)
        .where(SubjectVersion.subject_id == Subject.id)
        .where(SubjectVersion.published_at < scope.cutoff)
        .order_by(SubjectVersion.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Subject.id,
            PoliticalActor.key,
            Subject.kind,
            latest.label("title"),
            Platform.scope,
            Contest.name,
            Candidacy.owner_name,
            func.coalesce(PlatformSection.topic, Proposal.topic),
            Contest.municipality_number,
        )
        .join(PoliticalActor, PoliticalActor.id == Subject.actor_id)
        .outerjoin(PlatformSection, PlatformSection.subject_id == Subject.id)
        .outerjoin(
            Platform,
            or_(Platform.subject_id == Subject.id, Platform.id == PlatformSection.platform_id),
        )
        .outerjoin(Proposal, Proposal.subject_id == Subject.id)
        .outerjoin(Candidacy, Candidacy.id == Proposal.candidacy_id)
        .outerjoin(Contest, Contest.id == Candidacy.contest_id)
        .where(holds(scope.recipient_id, Subject.actor_id), latest.is_not(None))
        .order_by(Subject.id),
        execution_options={"yield_per": BATCH},
    )
    for number, actor, kind, title, platform, contest, person, topic, place in rows:
        words = SUBJECTS[kind] + (f" ({SCOPES[platform]})" if platform else "")
        yield SubjectRow(number, actor, words, title, contest, person, topic, place)


def versions(session: Session, scope: Scope) -> Iterator[VersionRow]:
    """All versions published before the cut-off, by subject and number."""
    rows = session.scalars(
        select(SubjectVersion)
        .where(SubjectVersion.subject_id.in_(scope.subjects))
        .where(SubjectVersion.published_at < scope.cutoff)
        .order_by(SubjectVersion.subject_id, SubjectVersion.version),
        execution_options={"yield_per": BATCH},
    )
    for row in rows:
        published = row.published_at.astimezone(scope.zone).isoformat(timespec="seconds")
        yield VersionRow(row.subject_id, row.version, row.title, row.text, row.sha256, published)


def counts(session: Session, scope: Scope) -> Iterator[Count]:
    """Choices that stood at the cut-off, counted by the database, by subject, version and day."""
    day = cast(func.timezone(scope.zone.key, Reaction.pressed_at), Date)
    rows = session.execute(
        select(
            Reaction.subject_id,
            Reaction.version,
            day.label("day"),
            func.count().filter(Reaction.choice == Choice.LIKE),
            func.count().filter(Reaction.choice == Choice.DISLIKE),
        )
        .where(Reaction.subject_id.in_(scope.subjects))
        .where(Reaction.pressed_at < scope.cutoff, Reaction.choice != Choice.NONE)
        .group_by(Reaction.subject_id, Reaction.version, day)
        .order_by(Reaction.subject_id, Reaction.version, day),
        execution_options={"yield_per": BATCH},
    )
    for row in rows:
        yield Count(*row)


def idea_total(session: Session, scope: Scope) -> int:
    """How many ideas `ideas` will give."""
    return session.scalars(select(func.count()).select_from(Idea).where(*_belonging(scope))).one()


def ideas(session: Session, scope: Scope) -> Iterator[IdeaRow]:
    """The ideas, by day and, within a day, in an order that says nothing (that of their hashes).

    Raises Unsealed for one that no leaf holds.
    """
    rows = streamed(
        session,
        select(
            Idea.subject_id,
            Idea.version,
            cast(Idea.kind, Text),
            Idea.topic,
            Idea.municipality_number,
            cast(Idea.received_on, Text),
            Idea.withdrawn_at.is_not(None),
            Idea.text,
            Idea.salt,
            Idea.folio_hash,
            IdeaMark.copies,
            SealedIdea.leaf,
            SealedIdea.content,
        )
        .outerjoin(
            SealedIdea,
            (SealedIdea.idea_id == Idea.id) & (SealedIdea.seal_number <= scope.seal_number),
        )
        .outerjoin(IdeaMark, IdeaMark.idea_id == Idea.id)
        .where(*_belonging(scope))
        .order_by(Idea.received_on, Idea.folio_hash, SealedIdea.leaf),
        batch=BATCH,
    )
    # A row for each leaf: an idea that came back after a withdrawal has several.
    idea, known = None, b""
    for (
        subject, version, kind, topic, municipality, day, withdrawn, words, salt,
        folio_hash, copies, leaf, content,
    ) in rows:  # fmt: skip
        if folio_hash == known and idea is not None:
            idea.leaves.append((leaf, content))
            continue
        if idea is not None:
            yield idea
        if leaf is None:
            raise Unsealed("Hay ideas sin sellar. Selle antes de preparar la entrega.")
        known = folio_hash
        idea = IdeaRow(
            subject,
            version,
            KINDS[kind],
            topic,
            municipality,
            day,
            withdrawn,
            words,
            None if withdrawn else salt,
            folio_part(folio_hash),
            [(leaf, content)],
            copies or 0,
        )
    if idea is not None:
        yield idea


def has_moved(session: Session, scope: Scope) -> bool:
    """Whether the counts are no longer those that the seal committed to."""
    own = {holder.key for holder in holders(session, scope)}
    sealed = {
        row
        for each in seals.commitments(session, scope.seal_number)
        if each.actor in own
        for row in each.statement.decode().splitlines()[1:]  # the first tells of ideas
    }
    likes, dislikes = Counter[tuple[int, int]](), Counter[tuple[int, int]]()
    for each in counts(session, scope):
        likes[each.subject, each.version] += each.likes
        dislikes[each.subject, each.version] += each.dislikes
    stand = {
        f"{subject} {version} {number} {dislikes[subject, version]}"
        for (subject, version), number in likes.items()
    }
    return stand != sealed


def _belonging(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    rule = (Idea.subject_id.in_(scope.subjects), Idea.received_on <= scope.last_day)
    if not scope.is_open:
        return rule
    # Ideas know their day only, and today's go on coming: those behind the seal are left out. Once
    # nobody can answer any more, one without a leaf is a defect that must be told.
    leaf = (
        exists()
        .where(SealedIdea.idea_id == Idea.id, SealedIdea.seal_number <= scope.seal_number)
        .correlate(Idea)  # `ideas` joins the leaves too
    )
    return (*rule, leaf)
