"""What staff see of the mails: to whom, why, what became of it. Never an address."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from decide.delivery.models import Delivery, DeliveryState
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


def mails(session: Session) -> tuple[MailLine, ...]:
    """The newest mails first."""
    rows = session.scalars(select(Mail).order_by(Mail.id.desc()).limit(SHOWN))
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
