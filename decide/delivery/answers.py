"""Closing the loop: what an actor says it did with the ideas it received, and who may read it.

An answer is seen by whoever holds the idea's folio, and by nobody else; in public there is only how
many ideas were answered by all actors together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.catalog.models import AllianceMember, PoliticalActor, Subject, SubjectVersion
from decide.delivery.contents import holds
from decide.delivery.models import (
    Acknowledgement,
    AnswerState,
    Delivery,
    DeliveryHandover,
    DeliveryState,
    IdeaAnswer,
)
from decide.errors import NotFound, Refused
from decide.participation.folio import Folio, hash_of
from decide.participation.models import Idea
from decide.seals.models import Seal, SealedIdea

LONGEST = 600
PAGE = 20
WITH_REASON = frozenset({AnswerState.ADOPTED, AnswerState.DECLINED})


class NotReceived(Refused):
    """The actor has not acknowledged its database yet."""


@dataclass(frozen=True)
class ReceivedIdea:
    """An idea as its recipient sees it, with the recipient's own answer if there is one."""

    id: int
    kind: str
    text: str
    day: date
    topic: str | None
    subject_id: int
    subject_title: str
    state: str | None
    answer: str


@dataclass(frozen=True)
class Received:
    """A page of ideas. Of `total` received ones `answered` have an answer; `matching` are wanted.

    `waiting` of the wanted ones have no answer yet.
    """

    ideas: tuple[ReceivedIdea, ...]
    total: int
    answered: int
    matching: int
    waiting: int

    @property
    def pages(self) -> int:
        """How many pages the wanted ones fill, at least one."""
        return max(1, -(-self.matching // PAGE))


@dataclass(frozen=True)
class Wanted:
    """Which of the received ideas: every field narrows, empty ones do not."""

    topic: str = ""
    subject_id: int = 0
    unanswered: bool = False


@dataclass(frozen=True)
class Step:
    """What one recipient did with an idea: received, acknowledged, answered."""

    actor: str
    delivered_at: datetime | None
    acknowledged_at: datetime | None
    handed_on: date | None
    state: str | None
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True)
class Course:
    """The way of an idea, for whoever holds its folio. `leaf` counts from 0."""

    seal_number: int | None
    sealed_through: datetime | None
    leaf: int | None
    leaf_hash: str
    content: str
    steps: tuple[Step, ...]


def received(session: Session, actor_id: int, wanted: Wanted, *, page: int = 1) -> Received:
    """Ideas that an actor received, oldest first. NotReceived before it acknowledged them."""
    require_received(session, actor_id)
    rows = session.execute(
        select(Idea, SubjectVersion.title, IdeaAnswer)
        .join(Subject, Subject.id == Idea.subject_id)
        .outerjoin(SubjectVersion, _the_version_seen())
        .outerjoin(IdeaAnswer, _own_answer(actor_id))
        .where(*_narrow(actor_id, wanted))
        .order_by(Idea.received_on, Idea.folio_hash)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    total, answered = _counted(session, actor_id, Wanted())
    matching, done = _counted(session, actor_id, wanted)
    ideas = tuple(_received(idea, title, given) for idea, title, given in rows)
    return Received(ideas, total, answered, matching, matching - done)


def answer(
    session: Session,
    actor_id: int,
    idea_id: int,
    state: AnswerState,
    text: str,
    *,
    at: datetime,
    by: int,
) -> None:
    """Answer one received idea; answering again replaces the answer.

    NotFound for an idea that the actor did not receive, Refused for a missing reason.
    """
    require_received(session, actor_id)
    _check(state, text)
    found = session.scalar(
        select(Idea.id)
        .join(Subject, Subject.id == Idea.subject_id)
        .where(Idea.id == idea_id, *_narrow(actor_id, Wanted()))
    )
    if found is None:
        raise NotFound("Esa idea no está entre las que usted recibió.")
    _write(session, actor_id, [idea_id], state, text, at=at, by=by)


def answer_all(
    session: Session,
    actor_id: int,
    wanted: Wanted,
    state: AnswerState,
    text: str,
    *,
    at: datetime,
    by: int,
) -> int:
    """Give one answer to every unanswered idea of a topic or subject; returns how many."""
    require_received(session, actor_id)
    _check(state, text)
    if not (wanted.topic or wanted.subject_id):
        raise Refused("Elija primero un tema o un texto. Así la respuesta dice algo de esas ideas.")
    narrow = Wanted(wanted.topic, wanted.subject_id, unanswered=True)
    numbers = session.scalars(
        select(Idea.id)
        .join(Subject, Subject.id == Idea.subject_id)
        .outerjoin(IdeaAnswer, _own_answer(actor_id))
        .where(*_narrow(actor_id, narrow))
    ).all()
    _write(session, actor_id, numbers, state, text, at=at, by=by)
    return len(numbers)


def require_received(session: Session, actor_id: int) -> None:
    """NotReceived unless the actor has acknowledged a delivery, in the portal or on paper."""
    given = select(Acknowledgement.id).join(Delivery, Delivery.id == Acknowledgement.delivery_id)
    signed = (
        select(DeliveryHandover.id)
        .join(Delivery, Delivery.id == DeliveryHandover.delivery_id)
        .where(DeliveryHandover.scan_sha256.is_not(None))
    )
    if not any(
        session.scalar(each.where(Delivery.actor_id == actor_id).limit(1))
        for each in (given, signed)
    ):
        raise NotReceived("Firme primero el acuse de su base de datos. Después podrá responder.")


def course(session: Session, folio: Folio, *, delivered: bool) -> Course | None:
    """What became of an idea; None when SQL does not hold it.

    `delivered` says whether the calendar shows deliveries now: before, only the seal is told.
    """
    row = session.execute(
        select(Idea.id, Subject.actor_id)
        .join(Subject, Subject.id == Idea.subject_id)
        .where(Idea.folio_hash == hash_of(folio))
    ).one_or_none()
    if row is None:
        return None
    idea_id, owner = row
    sealed = session.execute(
        select(SealedIdea, Seal.through)
        .join(Seal, Seal.number == SealedIdea.seal_number)
        .where(SealedIdea.idea_id == idea_id)
        .order_by(SealedIdea.leaf.desc())
        .limit(1)
    ).one_or_none()
    leaf = sealed[0] if sealed else None
    return Course(
        seal_number=leaf.seal_number if leaf else None,
        sealed_through=sealed[1] if sealed else None,
        leaf=leaf.leaf if leaf else None,
        leaf_hash=bytes(leaf.leaf_hash).hex() if leaf else "",
        content=bytes(leaf.content).hex() if leaf else "",
        steps=tuple(_steps(session, idea_id, owner)) if delivered else (),
    )


def _steps(session: Session, idea_id: int, owner: int) -> list[Step]:
    """Of everybody who received it: the first ready delivery, its receipt, the answer."""
    by_hand = (
        select(DeliveryHandover.delivery_id, func.min(DeliveryHandover.handed_on).label("day"))
        .where(DeliveryHandover.scan_sha256.is_not(None))
        .group_by(DeliveryHandover.delivery_id)
        .subquery()
    )
    rows = session.execute(
        select(
            PoliticalActor.name,
            func.min(Delivery.touched_at),
            func.min(Acknowledgement.at),
            func.min(by_hand.c.day),
            IdeaAnswer.state,
            IdeaAnswer.text,
            IdeaAnswer.at,
        )
        .join(
            Delivery,
            and_(Delivery.actor_id == PoliticalActor.id, Delivery.state == DeliveryState.READY),
        )
        .outerjoin(Acknowledgement, Acknowledgement.delivery_id == Delivery.id)
        .outerjoin(by_hand, by_hand.c.delivery_id == Delivery.id)
        .outerjoin(
            IdeaAnswer,
            and_(IdeaAnswer.idea_id == idea_id, IdeaAnswer.actor_id == PoliticalActor.id),
        )
        .where(_receives(PoliticalActor.id, owner))
        .group_by(PoliticalActor.id, IdeaAnswer.state, IdeaAnswer.text, IdeaAnswer.at)
        .order_by(PoliticalActor.registration_order)
    )
    return [
        Step(name, delivered, acknowledged, day, state.value if state else None, text or "", at)
        for name, delivered, acknowledged, day, state, text, at in rows
    ]


def _receives(recipient: SQLColumnExpression[int], owner: int) -> ColumnElement[bool]:
    """The rule of `contents.holds`, seen from the owner's side."""
    members = select(AllianceMember.member_id).where(AllianceMember.alliance_id == owner)
    return or_(recipient == owner, recipient.in_(members))


def _narrow(actor_id: int, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Conditions on Idea, Subject and IdeaAnswer: received by the actor, and wanted."""
    conditions = [holds(actor_id, Subject.actor_id), Idea.withdrawn_at.is_(None)]
    if wanted.topic:
        conditions.append(Idea.topic == wanted.topic)
    if wanted.subject_id:
        conditions.append(Idea.subject_id == wanted.subject_id)
    if wanted.unanswered:
        conditions.append(IdeaAnswer.idea_id.is_(None))
    return conditions


def _counted(session: Session, actor_id: int, wanted: Wanted) -> tuple[int, int]:
    """How many ideas are wanted, and how many of them have an answer."""
    matching, answered = session.execute(
        select(func.count(Idea.id), func.count(IdeaAnswer.idea_id))
        .join(Subject, Subject.id == Idea.subject_id)
        .outerjoin(IdeaAnswer, _own_answer(actor_id))
        .where(*_narrow(actor_id, wanted))
    ).one()
    return int(matching), int(answered)


def _own_answer(actor_id: int) -> ColumnElement[bool]:
    return and_(IdeaAnswer.idea_id == Idea.id, IdeaAnswer.actor_id == actor_id)


def _the_version_seen() -> ColumnElement[bool]:
    return and_(
        SubjectVersion.subject_id == Idea.subject_id, SubjectVersion.version == Idea.version
    )


def _received(idea: Idea, title: str | None, given: IdeaAnswer | None) -> ReceivedIdea:
    return ReceivedIdea(
        id=idea.id,
        kind=idea.kind.value,
        text=idea.text,
        day=idea.received_on,
        topic=idea.topic,
        subject_id=idea.subject_id,
        subject_title=title or "",
        state=given.state.value if given else None,
        answer=given.text if given else "",
    )


def _check(state: AnswerState, text: str) -> None:
    if state in WITH_REASON and not text.strip():
        raise Refused("Escriba dónde se incorporó, o por qué no es viable.")
    if len(text) > LONGEST:
        raise Refused(f"Su respuesta tiene {len(text)} letras y el máximo es {LONGEST}.")


def _write(
    session: Session,
    actor_id: int,
    ideas: Sequence[int],
    state: AnswerState,
    text: str,
    *,
    at: datetime,
    by: int,
) -> None:
    if ideas:
        rows = [
            {
                "idea_id": number,
                "actor_id": actor_id,
                "state": state,
                "text": text.strip(),
                "at": at,
                "account_id": by,
            }
            for number in ideas
        ]
        statement = insert(IdeaAnswer)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["idea_id", "actor_id"],
                set_={
                    name: statement.excluded[name] for name in ("state", "text", "at", "account_id")
                },
            ),
            rows,
        )
    audit.record(
        session,
        "idea.answered",
        at=at,
        by=by,
        subject=("actor", actor_id),
        after={"ideas": len(ideas), "state": state.value},
    )
