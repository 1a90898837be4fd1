"""Asking for deliveries. An actor's view goes through its own id; the staff's shows all."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Select, distinct, func, select
from sqlalchemy.orm import Session, aliased

from decide.calendar import queries as calendar
from decide.calendar import rules
from decide.catalog.models import ActorKind, AllianceMember, PoliticalActor
from decide.delivery.contents import is_recipient
from decide.delivery.folder import Shelf
from decide.delivery.models import (
    Acknowledgement,
    Delivery,
    DeliveryDownload,
    DeliveryHandover,
    DeliveryState,
    IdeaAnswer,
)
from decide.errors import NotFound
from decide.participation.models import Idea


@dataclass(frozen=True)
class DeliveryLine:
    """One delivery on a page."""

    id: int
    actor_id: int
    acronym: str
    actor_name: str
    actor_slug: str
    version: int
    cutoff: datetime
    state: str
    attempt: int
    progress: int
    ordered_at: datetime
    touched_at: datetime
    failure: str | None
    sha256: str | None
    size: int | None
    reactions: int | None
    ideas: int | None
    seal_number: int | None
    acknowledged_at: datetime | None  # by the actor, in the portal
    handed_on: date | None  # a copy by hand, with its signed receipt

    @property
    def is_ready(self) -> bool:
        """Whether it can be downloaded."""
        return self.state == DeliveryState.READY

    @property
    def is_received(self) -> bool:
        """Whether there is a receipt, in the portal or on paper."""
        return self.acknowledged_at is not None or self.handed_on is not None

    @property
    def is_moving(self) -> bool:
        """Whether a page should look again."""
        return self.state in (DeliveryState.ORDERED, DeliveryState.BUILDING)

    @property
    def file_name(self) -> str:
        """The name under which it is saved by whoever downloads it."""
        return f"decide-{self.actor_slug}-v{self.version}.zip"


@dataclass(frozen=True)
class RecipientLine:
    """Somebody who gets a delivery, with the newest one if there is any."""

    actor_id: int
    acronym: str
    name: str
    kind: ActorKind
    is_test: bool
    alliances: tuple[str, ...]
    delivery: DeliveryLine | None


@dataclass(frozen=True)
class Download:
    """A download as the trail shows it."""

    at: datetime
    account_id: int
    reason: str


def _lines() -> Select[Delivery, PoliticalActor, datetime | None, date | None]:
    by_hand = (
        select(func.min(DeliveryHandover.handed_on))
        .where(DeliveryHandover.delivery_id == Delivery.id)
        .where(DeliveryHandover.scan_sha256.is_not(None))
        .scalar_subquery()
    )
    return (
        select(Delivery, PoliticalActor, Acknowledgement.at, by_hand)
        .join(PoliticalActor, PoliticalActor.id == Delivery.actor_id)
        .outerjoin(Acknowledgement, Acknowledgement.delivery_id == Delivery.id)
    )


def _line(
    row: Delivery, actor: PoliticalActor, acknowledged_at: datetime | None, handed_on: date | None
) -> DeliveryLine:
    return DeliveryLine(
        id=row.id,
        actor_id=row.actor_id,
        acronym=actor.acronym,
        actor_name=actor.name,
        actor_slug=actor.slug,
        version=row.version,
        cutoff=row.cutoff,
        state=row.state.value,
        attempt=row.attempt,
        progress=row.progress,
        ordered_at=row.ordered_at,
        touched_at=row.touched_at,
        failure=row.failure,
        sha256=row.sha256,
        size=row.size,
        reactions=row.reactions,
        ideas=row.ideas,
        seal_number=row.seal_number,
        acknowledged_at=acknowledged_at,
        handed_on=handed_on,
    )


def recipients(session: Session) -> list[RecipientLine]:
    """Everybody who gets a delivery, in registration order, each with its newest."""
    actors = session.scalars(
        select(PoliticalActor)
        .where(is_recipient())
        .order_by(PoliticalActor.registration_order, PoliticalActor.id)
    ).all()
    newest = {line.actor_id: line for line in _newest(session)}
    alliances = _alliances(session)
    return [
        RecipientLine(
            actor_id=actor.id,
            acronym=actor.acronym,
            name=actor.name,
            kind=actor.kind,
            is_test=actor.is_test,
            alliances=tuple(alliances.get(actor.id, ())),
            delivery=newest.get(actor.id),
        )
        for actor in actors
    ]


def _newest(session: Session) -> list[DeliveryLine]:
    latest = (
        select(Delivery.actor_id, func.max(Delivery.version).label("version"))
        .group_by(Delivery.actor_id)
        .subquery()
    )
    rows = session.execute(
        _lines().join(
            latest,
            (latest.c.actor_id == Delivery.actor_id) & (latest.c.version == Delivery.version),
        )
    )
    return [_line(*row) for row in rows]


def _alliances(session: Session) -> dict[int, list[str]]:
    alliance = aliased(PoliticalActor)
    rows = session.execute(
        select(AllianceMember.member_id, alliance.acronym)
        .join(alliance, alliance.id == AllianceMember.alliance_id)
        .order_by(alliance.registration_order)
    )
    found: dict[int, list[str]] = {}
    for member, acronym in rows:
        found.setdefault(member, []).append(acronym)
    return found


def delivery(session: Session, delivery_id: int) -> DeliveryLine:
    """One delivery, for the staff."""
    row = session.execute(_lines().where(Delivery.id == delivery_id)).one_or_none()
    return _found(row)


def delivery_of(session: Session, actor_id: int, delivery_id: int) -> DeliveryLine:
    """An actor's own delivery; whether another actor's exists stays private."""
    own = _lines().where(Delivery.id == delivery_id, Delivery.actor_id == actor_id)
    return _found(session.execute(own).one_or_none())


def deliveries_of(session: Session, actor_id: int) -> list[DeliveryLine]:
    """An actor's own deliveries, newest first."""
    own = _lines().where(Delivery.actor_id == actor_id).order_by(Delivery.version.desc())
    return [_line(*row) for row in session.execute(own)]


def downloads(session: Session, delivery_id: int) -> list[Download]:
    """Who downloaded a delivery, newest first."""
    rows = session.scalars(
        select(DeliveryDownload)
        .where(DeliveryDownload.delivery_id == delivery_id)
        .order_by(DeliveryDownload.at.desc(), DeliveryDownload.id.desc())
    )
    return [Download(row.at, row.account_id, row.reason) for row in rows]


def states(session: Session) -> dict[str, int]:
    """How many deliveries stand in each state, for the dashboard."""
    rows = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
    counted = {state.value: number for state, number in rows}
    return {state.value: counted.get(state.value, 0) for state in DeliveryState}


def closing(session: Session, at: datetime) -> datetime | None:
    """The last instant at which anything took part, if that lies behind; else None.

    It is the cut-off of the deliveries. None while something takes part or will again.
    """
    return rules.closing(calendar.windows(session), at)


def answered_ideas(session: Session) -> tuple[int, int]:
    """How many delivered ideas some actor has answered, and how many there are; over everybody."""
    answered = session.scalars(
        select(func.count(distinct(IdeaAnswer.idea_id)))
        .join(Idea, Idea.id == IdeaAnswer.idea_id)
        .where(Idea.withdrawn_at.is_(None))
    )
    ideas = session.scalars(select(func.count()).where(Idea.withdrawn_at.is_(None)))
    return answered.one(), ideas.one()


def file_of(shelf: Shelf, line: DeliveryLine) -> Path:
    """The package on the disk; NotFound while it is not ready."""
    if not line.is_ready:
        raise NotFound("Esta entrega todavía no está lista.")
    return shelf.finished(line.id)


def _found(
    row: "tuple[Delivery, PoliticalActor, datetime | None, date | None] | None",
) -> DeliveryLine:
    if row is None:
        raise NotFound("Esa entrega no existe.")
    return _line(*row)
