"""Mails to the list: the row is the outbox. Each is sent in its own transaction, once."""

from datetime import datetime, timedelta

from sqlalchemy import delete, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from decide.kernel import mail
from decide.kernel.log import logger
from decide.kernel.mail import MailDelayed, MailRefused
from decide.kernel.resources import Resources
from decide.newsroom import words
from decide.newsroom.kinds import BulletinState, LetterState
from decide.newsroom.models import Bulletin, BulletinVersion, Letter, Subscriber
from decide.newsroom.sealing import Secrets

ATTEMPTS = 6
BATCH = 500  # of one turn; the next follows a minute later

log = logger("newsroom")


def queue_question(session: Session, subscriber_id: int, *, at: datetime) -> None:
    """One mail that asks whether they wanted this."""
    session.execute(
        upsert(Letter)
        .values(
            subscriber_id=subscriber_id, bulletin_id=None, state=LetterState.QUEUED,
            attempts=0, due_at=at,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip


def queue_bulletin(session: Session, bulletin_id: int, *, at: datetime) -> None:
    """A bulletin to everybody who confirmed; one statement, the same mail never twice."""
    people = select(
        Subscriber.id, literal(bulletin_id), literal(LetterState.QUEUED.value), literal(0),
        literal(at),
    ).where(Subscriber.confirmed_at.is_not(None))  # fmt: skip
    columns = ["subscriber_id", "bulletin_id", "state", "attempts", "due_at"]
    session.execute(upsert(Letter).from_select(columns, people).on_conflict_do_nothing())


def drop_bulletin(session: Session, bulletin_id: int) -> None:
    """Send no more of a bulletin that was withdrawn."""
    waiting = Letter.state == LetterState.QUEUED
    session.execute(delete(Letter).where(Letter.bulletin_id == bulletin_id, waiting))


def send_due(resources: Resources) -> int:
    """Send what is due, until the server asks for patience; gives how many went out."""
    sent = 0
    for _ in range(BATCH):
        with resources.database.transaction() as session:
            at = resources.clock.now(session)
            row = session.scalars(
                select(Letter)
                .where(Letter.state == LetterState.QUEUED, Letter.due_at <= at)
                .order_by(Letter.due_at, Letter.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).one_or_none()
            if row is None:
                return sent
            try:
                sent += send_one(session, resources, row, at=at)
            except MailDelayed as fault:
                row.failure = str(fault)
                row.due_at = at + timedelta(minutes=2**row.attempts)
                if row.attempts >= ATTEMPTS:
                    row.state = LetterState.FAILED
                log.warning("newsroom.delayed", letter_id=row.id, attempts=row.attempts)
                return sent
    return sent


def send_one(session: Session, resources: Resources, row: Letter, *, at: datetime) -> bool:
    """Try one mail and note what became of it; MailDelayed goes on to the caller."""
    told = words_of(session, resources, row)
    if told is None:
        session.delete(row)
        return False
    row.attempts += 1
    try:
        mail.send(resources.settings, told)
    except MailRefused as fault:
        row.state, row.failure = LetterState.FAILED, str(fault)
        log.warning("newsroom.refused", letter_id=row.id)
        return False
    row.state, row.failure = LetterState.SENT, None
    return True


def words_of(session: Session, resources: Resources, row: Letter) -> mail.Message | None:
    """What this mail says now; None when there is nothing to say any more."""
    person = session.get_one(Subscriber, row.subscriber_id)
    own = Secrets(resources.settings)
    if row.bulletin_id is None:
        if person.confirmed_at is not None:
            return None
        return words.question(resources.settings, own, person.id, person.sealed, name=row.id)
    found = session.execute(
        select(BulletinVersion.title, BulletinVersion.summary)
        .join(Bulletin, Bulletin.id == BulletinVersion.bulletin_id)
        .where(
            Bulletin.id == row.bulletin_id,
            Bulletin.state == BulletinState.PUBLISHED,
            BulletinVersion.number == Bulletin.shown,
        )
    ).one_or_none()
    if found is None:
        return None
    return words.bulletin(
        resources.settings, own, person.id, person.sealed, name=row.id,
        bulletin_id=row.bulletin_id, title=found.title, summary=found.summary,
    )  # fmt: skip
