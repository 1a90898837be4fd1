"""The mail list: asking, confirming, leaving. Leaving deletes the address."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from decide.errors import NotFound, Refused
from decide.kernel.mail import is_address
from decide.newsroom import letters
from decide.newsroom.models import Subscriber
from decide.newsroom.sealing import CONFIRM, GONE, LEAVE, Secrets
from decide.settings import Settings

PATIENCE = timedelta(hours=48)  # after which an address that nobody confirmed is forgotten


class AddressRefused(Refused):
    """It is no mail address."""


def ask(session: Session, settings: Settings, address: str, *, at: datetime) -> None:
    """Note a wish and queue the mail that asks whether it was theirs. AddressRefused.

    Who is on the list already, or was asked a moment ago, gets no second mail; the page cannot tell
    who is, and neither can anybody who asks.
    """
    typed = address.strip()
    if not is_address(typed):
        raise AddressRefused("Escriba una dirección de correo completa, como nombre@ejemplo.mx.")
    own = Secrets(settings)
    row = session.scalar(
        insert(Subscriber)
        .values(mark=own.mark(typed), sealed=own.seal(typed), asked_at=at)
        .on_conflict_do_nothing(index_elements=[Subscriber.mark])
        .returning(Subscriber.id)
    )
    if row is not None:
        letters.queue_question(session, row, at=at)


def confirm(session: Session, settings: Settings, token: str, *, at: datetime) -> None:
    """It was theirs. NotFound for a link that is not, or no longer, good."""
    row = session.get(Subscriber, Secrets(settings).opened(CONFIRM, token), with_for_update=True)
    if row is None or (row.confirmed_at is None and row.asked_at < at - PATIENCE):
        raise NotFound(GONE)
    row.confirmed_at = row.confirmed_at or at


def leave(session: Session, settings: Settings, token: str) -> None:
    """Delete the address and its mails. Leaving twice is as good as once; NotFound for no link."""
    number = Secrets(settings).opened(LEAVE, token)
    session.execute(delete(Subscriber).where(Subscriber.id == number))


def forget_silent(session: Session, *, at: datetime) -> int:
    """Delete the addresses that nobody confirmed in time; gives how many."""
    gone = delete(Subscriber).where(
        Subscriber.confirmed_at.is_(None), Subscriber.asked_at < at - PATIENCE
    )
    return len(session.scalars(gone.returning(Subscriber.id)).all())
