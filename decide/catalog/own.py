"""What an actor sees of itself in its portal: working copies too, and never another actor's.

Every query takes the owner first and asks only for heads of its own tickets and slates.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from decide.calendar import queries as calendar
from decide.calendar.rules import Area
from decide.catalog.actions import text_of
from decide.catalog.actions_profiles import profile_text, shown_text
from decide.catalog.models import (
    Candidacy,
    Contest,
    PoliticalActor,
    Profile,
    ProfileDraft,
    Proposal,
    ProposalState,
    Subject,
    SubjectVersion,
)
from decide.catalog.owner import Owner
from decide.catalog.queries import (
    ACTOR,
    BY_BALLOT,
    CONTEST,
    ActorRef,
    ContestRef,
    actor_ref,
    contest_ref,
)
from decide.catalog.texts import COUNTED, PROFILE_PARTS, ProfileText, ProposalText
from decide.errors import NotFound
from decide.geography.models import District, Municipality

# How many published proposals make a candidacy complete; more are welcome and count no further.
ENOUGH = 2


@dataclass(frozen=True)
class Editing:
    """Whether actors may write now, until when, and from when if not yet.

    `opened_at` is when the window that is open now began, `closed_at` when the last one ended.
    """

    allowed: bool
    closes_at: datetime | None
    opens_at: datetime | None
    opened_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def last_moment(self) -> datetime | None:
        """The last minute to write: a deadline at midnight is said as 23:59 of the day before."""
        return self.closes_at - timedelta(minutes=1) if self.closes_at else None


@dataclass(frozen=True)
class OwnHead:
    """A head of ticket or slate and what has been published about it."""

    id: int
    name: str
    post: str
    contest: ContestRef
    parts: int  # of the published trajectory, out of len(COUNTED)
    trajectory_waits: bool  # a working copy differs from what is shown
    drafts: int
    published: int
    withdrawn: int
    proposals_wait: int  # published ones whose working copy has changed

    @property
    def waiting(self) -> int:
        """How many things are written and not published."""
        return self.drafts + self.proposals_wait + int(self.trajectory_waits)

    @property
    def complete(self) -> int:
        """Per cent of what citizens would like to find."""
        done = self.parts + min(self.published, ENOUGH)
        return round(100 * done / (len(COUNTED) + ENOUGH))

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return self.parts == len(COUNTED) and self.published >= ENOUGH


@dataclass(frozen=True)
class OwnProfile:
    """The trajectory form: working copy, its revision, and what citizens see."""

    text: ProfileText
    revision: int
    shown: ProfileText | None
    published_at: datetime | None

    @property
    def waits(self) -> bool:
        """Whether the working copy has something that citizens do not see."""
        return not self.text.is_empty() and self.text != self.shown


@dataclass(frozen=True)
class OwnProposal:
    """A proposal as its actor edits it, and the version that citizens see."""

    id: int
    candidacy_id: int
    candidate: str
    subject_id: int
    text: ProposalText
    details_wait: bool
    state: str
    revision: int
    version: int
    changed_at: datetime
    shown_title: str | None
    shown_text: str | None
    published_at: datetime | None

    @property
    def waits(self) -> bool:
        """Whether the working copy differs from what citizens see."""
        words = (self.text.title, self.text.text) != (self.shown_title, self.shown_text)
        return words or self.details_wait


def editing(session: Session, at: datetime) -> Editing:
    """What the calendar says about writing, at an instant."""
    windows = [each for each in calendar.windows(session) if Area.PROPOSAL in each.editable]
    held = [each for each in windows if each.holds(at)]
    closes = None
    if held and all(each.closes_at for each in held):
        closes = max(each.closes_at for each in held if each.closes_at)
    later = [each.opens_at for each in windows if each.opens_at > at]
    over = [each.closes_at for each in windows if each.closes_at and each.closes_at <= at]
    return Editing(
        allowed=bool(held),
        closes_at=closes,
        opens_at=min(later, default=None),
        opened_at=min((each.opens_at for each in held), default=None),
        closed_at=max(over, default=None) if not held else None,
    )


def own_actor(session: Session, actor_id: int) -> ActorRef:
    """The actor itself."""
    row = session.execute(select(*ACTOR).where(PoliticalActor.id == actor_id)).one_or_none()
    if row is None:
        raise NotFound("Ese actor político no está registrado.")
    return actor_ref(row)


def own_heads(session: Session, owner: Owner) -> tuple[OwnHead, ...]:
    """All heads in ballot order with what is published about each; one statement."""
    return tuple(own_head_of(row) for row in session.execute(heads(owner)))


def own_head(session: Session, owner: Owner, candidacy_id: int) -> OwnHead:
    """One head; NotFound when it is not the actor's or heads nothing."""
    row = session.execute(heads(owner).where(Candidacy.id == candidacy_id)).one_or_none()
    if row is None:
        raise NotFound("Esa candidatura no existe o no encabeza una fórmula o planilla suya.")
    return own_head_of(row)


def heads(owner: Owner) -> Select[*tuple[Any, ...]]:
    """The statement behind `own_heads`."""
    published = Proposal.state == ProposalState.PUBLISHED
    differs = (
        (Proposal.title != SubjectVersion.title)
        | (Proposal.text != SubjectVersion.text)
        | (Proposal.draft != cast({}, JSONB))
    )
    counts = (
        select(
            Proposal.candidacy_id.label("candidacy_id"),
            func.count().filter(Proposal.state == ProposalState.DRAFT).label("drafts"),
            func.count().filter(published).label("published"),
            func.count().filter(Proposal.state == ProposalState.WITHDRAWN).label("withdrawn"),
            func.count().filter(published & differs).label("waiting"),
        )
        .join(Candidacy, Candidacy.id == Proposal.candidacy_id)
        .join(Subject, Subject.id == Proposal.subject_id)
        .outerjoin(
            SubjectVersion,
            and_(
                SubjectVersion.subject_id == Subject.id, SubjectVersion.version == Subject.version
            ),
        )
        .where(owner.owns())
        .group_by(Proposal.candidacy_id)
        .subquery()
    )
    shown = Profile.published_at.is_not(None)
    parts = sum(
        (case((shown & (getattr(Profile, part) != ""), 1), else_=0) for part in COUNTED),
        start=case((shown, 0), else_=0),
    )
    told = [
        func.coalesce(ProfileDraft.told[part].astext, "")
        != func.coalesce(case((shown, getattr(Profile, part))), "")
        for part in PROFILE_PARTS
    ]
    waits = ProfileDraft.candidacy_id.is_not(None) & told[0]
    for each in told[1:]:
        waits = waits | (ProfileDraft.candidacy_id.is_not(None) & each)
    return (
        select(
            Candidacy.id,
            Candidacy.owner_name,
            Candidacy.post,
            parts,
            waits,
            func.coalesce(counts.c.drafts, 0),
            func.coalesce(counts.c.published, 0),
            func.coalesce(counts.c.withdrawn, 0),
            func.coalesce(counts.c.waiting, 0),
            *CONTEST,
        )
        .join(Contest, Contest.id == Candidacy.contest_id)
        .outerjoin(District, District.number == Contest.district_number)
        .outerjoin(Municipality, Municipality.number == Contest.municipality_number)
        .outerjoin(Profile, Profile.candidacy_id == Candidacy.id)
        .outerjoin(ProfileDraft, ProfileDraft.candidacy_id == Candidacy.id)
        .outerjoin(counts, counts.c.candidacy_id == Candidacy.id)
        .where(owner.owns())
        .order_by(*BY_BALLOT, Candidacy.id)
    )


def own_head_of(row: Any) -> OwnHead:
    """The head in a row of `heads`."""
    key, name, post, parts, waits, drafts, published, withdrawn, waiting = row[:9]
    return OwnHead(
        id=key,
        name=name,
        post=post.value,
        contest=contest_ref(row, start=9),
        parts=parts,
        trajectory_waits=waits,
        drafts=drafts,
        published=published,
        withdrawn=withdrawn,
        proposals_wait=waiting,
    )


def own_profile(session: Session, owner: Owner, candidacy_id: int) -> OwnProfile:
    """The trajectory of one head; empty where nobody has written. NotFound."""
    row = session.execute(
        select(ProfileDraft, Profile)
        .select_from(Candidacy)
        .outerjoin(ProfileDraft, ProfileDraft.candidacy_id == Candidacy.id)
        .outerjoin(Profile, Profile.candidacy_id == Candidacy.id)
        .where(Candidacy.id == candidacy_id, owner.owns())
    ).one_or_none()
    if row is None:
        raise NotFound("Esa candidatura no existe o no encabeza una fórmula o planilla suya.")
    return own_profile_of(row[0], row[1])


def own_profile_of(draft: ProfileDraft | None, profile: Profile | None) -> OwnProfile:
    """The working copy and what is shown."""
    kept = shown_text(profile) if profile else None
    return OwnProfile(
        text=profile_text(draft.told) if draft else kept or ProfileText(),
        revision=draft.revision if draft else 0,
        shown=kept if profile and profile.published_at else None,
        published_at=profile.published_at if profile else None,
    )


def all_profiles(session: Session, owner: Owner) -> dict[int, OwnProfile]:
    """The trajectory of every own head, by candidacy; one statement."""
    rows = session.execute(
        select(Candidacy.id, ProfileDraft, Profile)
        .outerjoin(ProfileDraft, ProfileDraft.candidacy_id == Candidacy.id)
        .outerjoin(Profile, Profile.candidacy_id == Candidacy.id)
        .where(owner.owns())
        .order_by(Candidacy.id)
    )
    return {row[0]: own_profile_of(row[1], row[2]) for row in rows}


def all_proposals(session: Session, owner: Owner) -> dict[int, tuple[OwnProposal, ...]]:
    """Every own proposal by candidacy, in the order in which they were written; one statement."""
    grouped: dict[int, tuple[OwnProposal, ...]] = {}
    for row in session.execute(proposals(owner).order_by(Candidacy.id, Proposal.id)):
        each = own_proposal_of(row)
        grouped[each.candidacy_id] = (*grouped.get(each.candidacy_id, ()), each)
    return grouped


def own_proposals(session: Session, owner: Owner, candidacy_id: int) -> tuple[OwnProposal, ...]:
    """The proposals of one head in the order in which they were written; one statement."""
    statement = proposals(owner).where(Candidacy.id == candidacy_id).order_by(Proposal.id)
    return tuple(own_proposal_of(row) for row in session.execute(statement))


def own_proposal(session: Session, owner: Owner, proposal_id: int) -> OwnProposal:
    """One proposal; NotFound when it is not the actor's."""
    row = session.execute(proposals(owner).where(Proposal.id == proposal_id)).one_or_none()
    if row is None:
        raise NotFound("Esa propuesta no existe. Búsquela en la lista de su candidatura.")
    return own_proposal_of(row)


def proposals(owner: Owner) -> Select[*tuple[Any, ...]]:
    """The statement behind `own_proposals`."""
    return (
        select(Proposal, Candidacy.owner_name, Subject.version, SubjectVersion)
        .join(Candidacy, Candidacy.id == Proposal.candidacy_id)
        .join(Subject, Subject.id == Proposal.subject_id)
        .outerjoin(
            SubjectVersion,
            and_(
                SubjectVersion.subject_id == Subject.id, SubjectVersion.version == Subject.version
            ),
        )
        .where(owner.owns())
    )


def own_proposal_of(row: Any) -> OwnProposal:
    """The proposal in a row of `proposals`."""
    proposal, candidate, version, shown = row
    return OwnProposal(
        id=proposal.id,
        candidacy_id=proposal.candidacy_id,
        candidate=candidate,
        subject_id=proposal.subject_id,
        text=text_of(proposal),
        details_wait=bool(proposal.draft),
        state=proposal.state.value,
        revision=proposal.revision,
        version=version,
        changed_at=proposal.changed_at,
        shown_title=shown.title if shown else None,
        shown_text=shown.text if shown else None,
        published_at=shown.published_at if shown else None,
    )
