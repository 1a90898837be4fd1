"""What staff see of the mails: to whom, why, what became of it. Never an address."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from decide.delivery.models import Acknowledgement, Delivery, DeliveryHandover, DeliveryState
from decide.reminders.kinds import MailKind
from decide.reminders.models import Mail

SHOWN = 200


@dataclass(frozen=True)
class MailLine:
    """One mail in the list."""

    account_id: int
    kind: str
    state: str
    attempts: int
    planned_at: datetime
    sent_at: datetime | None
    failure: str | None


def mails(session: Session, *, start: int = 0, size: int = SHOWN) -> tuple[MailLine, ...]:
    """Some of the mails, the newest first."""
    rows = session.scalars(select(Mail).order_by(Mail.id.desc()).offset(start).limit(size))
    return tuple(
        MailLine(
            row.account_id, row.kind.value, row.state.value, row.attempts, row.planned_at,
            row.sent_at, row.failure,
        )
        for row in rows
    )  # fmt: skip


def counts(session: Session) -> dict[str, int]:
    """How many mails are in each state."""
    rows = session.execute(select(Mail.state, func.count()).group_by(Mail.state))
    return {row[0].value: row[1] for row in rows}


def ready_deliveries(session: Session) -> dict[int, list[int]]:
    """Numbers of the deliveries that can be fetched, by actor."""
    found: dict[int, list[int]] = {}
    for actor_id, number in session.execute(
        select(Delivery.actor_id, Delivery.id)
        .where(Delivery.state == DeliveryState.READY)
        .order_by(Delivery.id)
    ):
        found.setdefault(actor_id, []).append(number)
    return found


def without_receipt(session: Session) -> frozenset[int]:
    """Each actor's newest ready delivery, if nobody has signed for it in the portal or on paper."""
    newest = (
        select(func.max(Delivery.id))
        .where(Delivery.state == DeliveryState.READY)
        .group_by(Delivery.actor_id)
    )
    signed = exists().where(Acknowledgement.delivery_id == Delivery.id)
    by_hand = exists().where(
        DeliveryHandover.delivery_id == Delivery.id, DeliveryHandover.scan_sha256.is_not(None)
    )
    rows = select(Delivery.id).where(Delivery.id.in_(newest), ~signed, ~by_hand)
    return frozenset(session.scalars(rows))


def told_of(session: Session) -> dict[tuple[int, int], datetime]:
    """(account, delivery) → when the first mail about it was planned."""
    rows = session.execute(
        select(Mail.account_id, Mail.occasion, Mail.planned_at).where(
            Mail.kind == MailKind.DELIVERY, Mail.occasion.not_like("%/%")
        )
    )
    return {(account, int(occasion)): at for account, occasion, at in rows}
