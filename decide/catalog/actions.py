"""Proposals: write, publish, correct, withdraw. Only of heads of own candidacies, only in campaign.

Every action takes the owner on whose behalf somebody acts; what is another's does not exist for it.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.calendar import queries as calendar
from decide.calendar.rules import Area
from decide.catalog import subjects
from decide.catalog.models import (
    Candidacy,
    ContentRevision,
    ContentTouch,
    Proposal,
    ProposalState,
    Subject,
    SubjectKind,
)
from decide.catalog.owner import Owner
from decide.catalog.states import move
from decide.catalog.texts import DETAILS, ProposalText
from decide.errors import Conflict, NotFound, Refused
from decide.kernel.notes import ANY

EACH = 20  # proposals of one candidacy, whatever their state


class NotEditable(Refused):
    """The calendar does not let actors write now."""

    def __init__(self) -> None:
        """One sentence; the page shows the dates."""
        super().__init__(
            "Ahora no se pueden cambiar trayectorias ni propuestas. Revise el calendario."
        )


class StaleProposal(Conflict):
    """Somebody else saved first. Carries both texts: the page shows them side by side."""

    def __init__(self, mine: ProposalText, theirs: ProposalText, revision: int) -> None:
        """Keep what was typed, what stands, and the revision that stands."""
        super().__init__("Otra persona guardó cambios mientras usted escribía.")
        self.mine, self.theirs, self.revision = mine, theirs, revision


def create_proposal(
    session: Session, owner: Owner, candidacy_id: int, text: ProposalText, *, at: datetime, by: int
) -> int:
    """A new draft; gives its id. Sending the same form twice gives the same draft."""
    must_be_editable(session, at)
    wanted = text.cleaned()
    own_head(session, owner, candidacy_id)
    written = session.scalars(
        select(Proposal).where(Proposal.candidacy_id == candidacy_id).order_by(Proposal.id)
    ).all()
    for each in written:
        if each.state is ProposalState.DRAFT and text_of(each) == wanted:
            return each.id
    if len(written) >= EACH:
        raise Refused(
            f"Cada candidatura puede tener hasta {EACH} propuestas. Corrija una existente."
        )
    subject = subjects.new_subject(session, SubjectKind.PROPOSAL, owner.actor_id, at=at)
    proposal = Proposal(
        candidacy_id=candidacy_id,
        subject_id=subject.id,
        topic=wanted.topic,
        title=wanted.title,
        text=wanted.text,
        details=wanted.details,
        draft={},
        state=ProposalState.DRAFT,
        revision=1,
        changed_at=at,
    )
    session.add(proposal)
    session.flush()
    audit.record(
        session,
        "proposal.created",
        at=at,
        by=by,
        subject=("proposal", proposal.id),
        after={"candidacy_id": candidacy_id},
    )
    return proposal.id


def save_proposal(
    session: Session,
    owner: Owner,
    proposal_id: int,
    text: ProposalText,
    *,
    revision: int,
    at: datetime,
    by: int,
) -> int:
    """Change the working copy; citizens go on seeing what was published. Gives the new revision.

    `revision` is the one the form was opened with. StaleProposal when another has been saved since.
    """
    must_be_editable(session, at)
    proposal = own_proposal(session, owner, proposal_id)
    wanted = text.cleaned()
    if wanted == text_of(proposal):
        return proposal.revision
    must_be_fresh(proposal, wanted, revision)
    put(proposal, wanted)
    proposal.revision += 1
    proposal.changed_at = at
    audit.record(
        session,
        "proposal.saved",
        at=at,
        by=by,
        subject=("proposal", proposal.id),
        after={"revision": proposal.revision},
    )
    return proposal.revision


def publish_proposal(
    session: Session, owner: Owner, proposal_id: int, *, revision: int, at: datetime, by: int
) -> None:
    """Show the working copy to citizens, as a new version when its text changed.

    `revision` is the one that the publisher saw in the preview: nobody publishes unseen words.
    """
    must_be_editable(session, at)
    proposal = own_proposal(session, owner, proposal_id)
    owner.must_publish()
    text = text_of(proposal)
    must_be_fresh(proposal, text, revision)
    text.complete()
    before = proposal.state
    move(proposal, ProposalState.PUBLISHED, at=at)
    subject = subject_of(session, proposal)
    proposal.topic, proposal.details, proposal.draft = text.topic, text.details, {}
    if subjects.show(session, subject, text.title, text.text, at=at, details=text.details):
        audit.record(
            session,
            "proposal.published",
            at=at,
            by=by,
            subject=("proposal", proposal.id),
            before={"state": before.value},
            after={"version": subject.version, "sha256": subjects.digest_of(text.title, text.text)},
        )


def withdraw_proposal(
    session: Session, owner: Owner, proposal_id: int, *, at: datetime, by: int
) -> None:
    """Take a proposal off the public pages. What citizens answered is kept and delivered."""
    must_be_editable(session, at)
    proposal = own_proposal(session, owner, proposal_id)
    owner.must_publish()
    move(proposal, ProposalState.WITHDRAWN, at=at)
    subjects.hide(subject_of(session, proposal), at=at)
    audit.record(session, "proposal.withdrawn", at=at, by=by, subject=("proposal", proposal.id))


def discard_draft(
    session: Session, owner: Owner, proposal_id: int, *, at: datetime, by: int
) -> None:
    """Delete a draft that nobody outside has seen."""
    must_be_editable(session, at)
    proposal = own_proposal(session, owner, proposal_id)
    if proposal.state is not ProposalState.DRAFT:
        raise Refused("Solo se puede borrar un borrador. Lo ya publicado se retira.")
    subject = subject_of(session, proposal)
    session.delete(proposal)
    session.flush()
    session.delete(subject)
    audit.record(session, "proposal.discarded", at=at, by=by, subject=("proposal", proposal_id))


def touch_content(session: Session) -> None:
    """Say that pages have changed though no row has: whatever is kept is made anew."""
    revision = session.get_one(ContentRevision, 1, with_for_update=True)
    revision.number += 1
    session.add(ContentTouch(number=revision.number, tag=ANY))


def must_be_editable(session: Session, at: datetime) -> None:
    """Raise NotEditable unless the calendar lets actors write at this instant."""
    if Area.PROPOSAL not in calendar.standing_at(session, at).editable:
        raise NotEditable


def must_be_fresh(proposal: Proposal, typed: ProposalText, revision: int) -> None:
    """Raise StaleProposal when the form was opened with another revision than stands."""
    if proposal.revision != revision:
        raise StaleProposal(typed, text_of(proposal), proposal.revision)


def own_head(session: Session, owner: Owner, candidacy_id: int) -> Candidacy:
    """The head of one of the actor's own tickets or slates, held until the commit; NotFound."""
    own = select(Candidacy).where(Candidacy.id == candidacy_id, owner.owns())
    row = session.scalars(own.with_for_update()).one_or_none()
    if row is None:
        raise NotFound("Esa candidatura no existe o no encabeza una fórmula o planilla suya.")
    return row


def own_proposal(session: Session, owner: Owner, proposal_id: int) -> Proposal:
    """A proposal of the actor's own heads, held until the commit; NotFound otherwise."""
    own = (
        select(Proposal)
        .join(Candidacy, Candidacy.id == Proposal.candidacy_id)
        .where(Proposal.id == proposal_id, owner.owns())
        .with_for_update(of=Proposal)
    )
    row = session.scalars(own).one_or_none()
    if row is None:
        raise NotFound("Esa propuesta no existe. Búsquela en la lista de su candidatura.")
    return row


def subject_of(session: Session, proposal: Proposal) -> Subject:
    """What citizens answer when they answer this proposal, held until the commit."""
    return session.scalars(
        select(Subject).where(Subject.id == proposal.subject_id).with_for_update()
    ).one()


def put(proposal: Proposal, text: ProposalText) -> None:
    """Make `text` the working copy; what is shown of topic and details stays."""
    proposal.title, proposal.text = text.title, text.text
    if proposal.state is ProposalState.DRAFT:
        proposal.topic, proposal.details = text.topic, text.details
        return
    shown = shown_details(proposal)
    # An empty draft means that nothing differs; "topic" keeps a draft that took all away apart.
    proposal.draft = {} if text.details == shown else {"topic": "", **text.details}


def text_of(proposal: Proposal) -> ProposalText:
    """The working copy."""
    told = proposal.draft or shown_details(proposal)
    return ProposalText(
        title=proposal.title,
        text=proposal.text,
        **{name: told.get(name, "") for name in DETAILS},
    )


def shown_details(proposal: Proposal) -> dict[str, str]:
    """Topic and details as citizens see them, or as drafted before the first publication."""
    return {**proposal.details, **({"topic": proposal.topic} if proposal.topic else {})}
