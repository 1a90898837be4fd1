"""Planning mails and sending those that are due. Both bear running twice, and at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from decide.accounts import queries as accounts
from decide.accounts.queries import Addressee
from decide.calendar import queries as calendar
from decide.calendar.rules import Area
from decide.catalog import own
from decide.catalog.own import Editing
from decide.catalog.owner import Owner
from decide.kernel import mail
from decide.kernel.log import logger
from decide.kernel.mail import MailDelayed, MailRefused, Message
from decide.kernel.resources import Resources
from decide.reminders import queries, words
from decide.reminders.kinds import MailKind, MailState
from decide.reminders.models import Mail
from decide.reminders.words import Words
from decide.settings import Settings

DAY = timedelta(days=1)
DAYS_BEFORE = (7, 3, 1)
WEEK = timedelta(days=7)  # between two reminders of a delivery that nobody has signed for
ATTEMPTS = 6
BATCH = 50
MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip

log = logger("reminders")


@dataclass(frozen=True)
class Occasion:
    """A reason to write to everybody now."""

    kind: MailKind
    key: str


def plan(session: Session, *, at: datetime) -> int:
    """Queue what there is reason for now; gives how many mails are new."""
    people = accounts.addressees(session)
    opened = Area.DELIVERY in calendar.standing_at(session, at).visible
    ready = queries.ready_deliveries(session) if opened else {}
    rows = [
        (person, occasion)
        for occasion in occasions(own.editing(session, at), at)
        for person in people
    ]
    rows += [
        (person, Occasion(MailKind.DELIVERY, str(number)))
        for person in people
        for number in ready.get(person.actor_id, ())
        if person.coordinates
    ]
    waiting = queries.without_receipt(session) if opened else frozenset[int]()
    first = queries.told_of(session) if waiting else {}
    rows += [
        (person, Occasion(MailKind.DELIVERY, f"{number}/{weeks}"))
        for person in people
        for number in waiting.intersection(ready.get(person.actor_id, ()))
        if person.coordinates and (told := first.get((person.account_id, number)))
        if (weeks := (at - told) // WEEK)
    ]
    return sum(
        queue(session, person, occasion, at=at)
        for person, occasion in rows
        if occasion.kind not in person.unwanted
    )


def occasions(editing: Editing, at: datetime) -> list[Occasion]:
    """What the calendar gives reason for, at an instant."""
    found = []
    if editing.opened_at and at < editing.opened_at + DAY:
        found.append(Occasion(MailKind.INVITATION, editing.opened_at.isoformat()))
    if editing.closes_at:
        for days in DAYS_BEFORE:
            first = editing.closes_at - days * DAY
            if first <= at < first + DAY:
                found.append(Occasion(MailKind.MISSING, f"{editing.closes_at.isoformat()}/{days}"))
    if editing.closed_at and at < editing.closed_at + DAY:
        found.append(Occasion(MailKind.CLOSED, editing.closed_at.isoformat()))
    return found


def queue(session: Session, person: Addressee, occasion: Occasion, *, at: datetime) -> bool:
    """One mail for one reason; whether it is new."""
    made = session.scalars(
        insert(Mail)
        .values(
            account_id=person.account_id,
            kind=occasion.kind,
            occasion=occasion.key,
            state=MailState.QUEUED,
            attempts=0,
            planned_at=at,
            due_at=at,
        )
        .on_conflict_do_nothing(index_elements=[Mail.account_id, Mail.kind, Mail.occasion])
        .returning(Mail.id)
    )
    return made.first() is not None


def send_due(resources: Resources) -> int:
    """Send what is due, each mail in its own transaction; gives how many went out."""
    sent = 0
    for _ in range(BATCH):
        with resources.database.transaction() as session:
            at = resources.clock.now(session)
            row = session.scalars(
                select(Mail)
                .where(Mail.state == MailState.QUEUED, Mail.due_at <= at)
                .order_by(Mail.due_at, Mail.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).one_or_none()
            if row is None:
                return sent
            sent += send_one(session, resources.settings, row, at=at)
    return sent


def send_one(session: Session, settings: Settings, row: Mail, *, at: datetime) -> bool:
    """Try one mail and note what became of it."""
    person = accounts.addressee(session, row.account_id)
    told = words_of(session, settings, row, person, at=at) if person else None
    if person is None or told is None or row.kind in person.unwanted:
        row.state = MailState.DROPPED
        return False
    message = Message(
        to=person.email,
        subject=told.subject,
        text=told.text(settings),
        html=told.html(settings),
        name=f"decide-{row.id}",
    )
    row.attempts += 1
    try:
        mail.send(settings, message)
    except MailRefused as fault:
        row.state, row.failure = MailState.FAILED, str(fault)
    except MailDelayed as fault:
        row.failure = str(fault)
        row.due_at = at + timedelta(minutes=2**row.attempts)
        if row.attempts >= ATTEMPTS:
            row.state = MailState.FAILED
    else:
        row.state, row.sent_at, row.failure = MailState.SENT, at, None
        return True
    log.warning("mail.not_sent", mail_id=row.id, attempts=row.attempts, fault=row.failure)
    return False


def words_of(
    session: Session, settings: Settings, row: Mail, person: Addressee, *, at: datetime
) -> Words | None:
    """What this mail says now; None when there is nothing to say any more."""
    if row.kind is MailKind.DELIVERY:
        number, _, weeks = row.occasion.partition("/")
        if not weeks:
            return words.delivery(settings)
        waits = int(number) in queries.without_receipt(session)
        return words.no_receipt(settings) if waits else None
    heads = own.own_heads(session, Owner(person.actor_id, person.contests))
    editing = own.editing(session, at)
    until = moment(editing.last_moment, settings) if editing.last_moment else ""
    if row.kind is MailKind.INVITATION and heads and until:
        return words.invitation(settings, until)
    if row.kind is MailKind.CLOSED and heads:
        return words.closed(settings, heads)
    if row.kind is MailKind.MISSING and until and any(not head.is_complete for head in heads):
        return words.missing(settings, heads, int(row.occasion.rpartition("/")[2]), until)
    return None


def moment(instant: datetime, settings: Settings) -> str:
    """“2 de junio a las 23:59 h”, in the authority's zone."""
    local = instant.astimezone(ZoneInfo(settings.time_zone))
    return f"{local.day} de {MONTHS[local.month - 1]} a las {local:%H:%M} h"
