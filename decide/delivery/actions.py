"""Ordering, building and handing over. The row is the outbox: it is written first, and a sweep
sends again whatever got lost on the way."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from decide.audit import actions as audit
from decide.calendar import queries as calendar
from decide.calendar.rules import Area
from decide.catalog.models import PoliticalActor
from decide.delivery import queries, states
from decide.delivery.contents import is_recipient
from decide.delivery.models import Delivery, DeliveryDownload, DeliveryState
from decide.delivery.queries import DeliveryLine
from decide.errors import Conflict, NotFound, Refused
from decide.kernel.db import constraint_of
from decide.kernel.jobs import Jobs

BUILD = "decide.delivery.jobs.build"
SENTENCES = {
    "uq_delivery_in_hand": "Ya hay una entrega de este actor en preparación. Espere a que termine.",
    "uq_delivery_actor_id_version": "Otra persona acaba de pedir esta entrega. Recargue la página.",
}


class TooEarly(Refused):
    """The calendar does not allow a delivery yet."""


def order(
    session: Session,
    jobs: Jobs,
    actor_id: int,
    *,
    cutoff: datetime,
    at: datetime,
    by: int | None,
) -> int:
    """Order an actor's database up to `cutoff`; returns the delivery's number.

    Raises TooEarly before the calendar opens deliveries (a test actor may always rehearse),
    NotFound for whoever receives none, Conflict while another one is in preparation.
    """
    actor = session.scalars(
        select(PoliticalActor).where(PoliticalActor.id == actor_id, is_recipient())
    ).one_or_none()
    if actor is None:
        raise NotFound("Ese actor político no recibe una base de datos propia.")
    reason = None if actor.is_test else why_not(session, at)
    if reason:
        raise TooEarly(reason)
    if cutoff > at:
        raise TooEarly("La fecha de corte no puede estar en el futuro.")
    newest = session.scalar(select(func.max(Delivery.version)).where(Delivery.actor_id == actor_id))
    delivery = Delivery(
        actor_id=actor_id,
        version=(newest or 0) + 1,
        cutoff=cutoff,
        state=DeliveryState.ORDERED,
        attempt=1,
        progress=0,
        ordered_at=at,
        touched_at=at,
    )
    try:
        with session.begin_nested():
            session.add(delivery)
            session.flush()
    except IntegrityError as error:
        sentence = SENTENCES.get(constraint_of(error))
        if sentence is None:
            raise
        raise Conflict(sentence) from error
    audit.record(
        session,
        "delivery.ordered",
        at=at,
        by=by,
        subject=("delivery", delivery.id),
        after={"actor": actor.key, "version": delivery.version, "cutoff": cutoff.isoformat()},
    )
    send(session, jobs, delivery)
    return delivery.id


def order_all(
    session: Session, jobs: Jobs, *, cutoff: datetime, at: datetime, by: int | None
) -> list[int]:
    """Order for every recipient that has none in preparation; returns the deliveries' numbers."""
    waiting = [
        line.actor_id
        for line in queries.recipients(session)
        if line.delivery is None or not line.delivery.is_moving
    ]
    return [order(session, jobs, actor_id, cutoff=cutoff, at=at, by=by) for actor_id in waiting]


def retry(session: Session, jobs: Jobs, delivery_id: int, *, at: datetime, by: int | None) -> None:
    """Try a failed delivery again. WrongState when it has not failed or is not the newest."""
    delivery = locked(session, delivery_id)
    newest = session.scalar(select(is_newest()).where(Delivery.id == delivery_id))
    if delivery.state is not DeliveryState.FAILED or not newest:
        raise states.WrongState("Solo se puede reintentar la entrega más reciente, si se detuvo.")
    states.again(delivery, at=at)
    audit.record(
        session,
        "delivery.retried",
        at=at,
        by=by,
        subject=("delivery", delivery.id),
        after={"attempt": delivery.attempt},
    )
    send(session, jobs, delivery)


def note_download(
    session: Session, line: DeliveryLine, *, at: datetime, by: int, reason: str
) -> None:
    """Write down who downloads a package and why, before its first byte leaves."""
    session.add(DeliveryDownload(delivery_id=line.id, account_id=by, at=at, reason=reason))
    audit.record(
        session,
        "delivery.downloaded",
        at=at,
        by=by,
        subject=("delivery", line.id),
        after={"sha256": line.sha256},
        reason=reason,
    )


def is_newest() -> ColumnElement[bool]:
    """Condition: no later version was ordered for the same actor. Older ones are never revived."""
    later = aliased(Delivery)
    return ~exists().where(later.actor_id == Delivery.actor_id, later.version > Delivery.version)


def locked(session: Session, delivery_id: int) -> Delivery:
    """The row, locked until the caller's commit."""
    row = session.get(Delivery, delivery_id, with_for_update=True)
    if row is None:
        raise NotFound("Esa entrega no existe.")
    return row


def send(session: Session, jobs: Jobs, delivery: Delivery) -> None:
    """Send the builder's job once the row is committed."""
    jobs.send_after(session, BUILD, delivery.id, attempt=delivery.attempt)


def why_not(session: Session, at: datetime) -> str | None:
    """Why no delivery can be ordered now, as a sentence; None when one can."""
    if queries.closing(session, at) is None:
        return (
            "La ciudadanía todavía puede opinar. Las entregas se preparan cuando termine esa etapa."
        )
    if Area.DELIVERY not in calendar.standing_at(session, at).visible:
        return "El calendario todavía no abre las entregas. Revise la etapa de entrega."
    return None
