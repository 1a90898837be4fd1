"""What can be asked about accounts."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from decide.accounts.models import (
    Account,
    AccountSession,
    ActivationCode,
    EditorContest,
    Handover,
    Passkey,
)
from decide.accounts.passphrases import plainly
from decide.accounts.roles import Role
from decide.errors import NotFound


@dataclass(frozen=True)
class AccountLine:
    """One account in a list."""

    id: int
    username: str
    person: str
    role: Role
    actor_id: int | None
    active: bool
    has_passphrase: bool
    last_used_at: datetime | None


def accounts(session: Session, *, actor_id: int | None = None) -> tuple[AccountLine, ...]:
    """All accounts, or those of one actor, by user name."""
    last_used = func.max(AccountSession.last_used_at)
    statement = (
        select(Account, last_used)
        .outerjoin(AccountSession, AccountSession.account_id == Account.id)
        .group_by(Account.id)
        .order_by(Account.username)
    )
    if actor_id is not None:
        statement = statement.where(Account.actor_id == actor_id)
    return tuple(
        AccountLine(
            id=row.id,
            username=row.username,
            person=row.person,
            role=row.role,
            actor_id=row.actor_id,
            active=row.active,
            has_passphrase=row.password_hash is not None,
            last_used_at=used,
        )
        for row, used in session.execute(statement)
    )


def account_named(session: Session, username: str) -> AccountLine:
    """One account by its user name; NotFound."""
    row = session.scalars(
        select(Account).where(Account.username == username.strip().casefold())
    ).one_or_none()
    if row is None:
        raise NotFound("Ese usuario no existe.")
    return AccountLine(
        id=row.id,
        username=row.username,
        person=row.person,
        role=row.role,
        actor_id=row.actor_id,
        active=row.active,
        has_passphrase=row.password_hash is not None,
        last_used_at=None,
    )


@dataclass(frozen=True)
class Addressee:
    """Somebody of an actor who wants reminders."""

    account_id: int
    actor_id: int
    coordinates: bool
    contests: frozenset[int] | None
    email: str
    unwanted: frozenset[str]


def addressees(session: Session, *, account_id: int | None = None) -> tuple[Addressee, ...]:
    """Everybody of an actor who is active and left an address, or one of them."""
    statement = (
        select(Account)
        .where(Account.active, Account.actor_id.is_not(None), Account.email.is_not(None))
        .order_by(Account.id)
    )
    if account_id is not None:
        statement = statement.where(Account.id == account_id)
    limited: dict[int, set[int]] = {}
    for row in session.execute(select(EditorContest.account_id, EditorContest.contest_id)):
        limited.setdefault(row[0], set()).add(row[1])
    return tuple(
        Addressee(
            account_id=row.id,
            actor_id=row.actor_id or 0,
            coordinates=row.role is Role.COORDINATOR,
            contests=frozenset(limited.get(row.id, ())) if row.role is Role.EDITOR else None,
            email=row.email or "",
            unwanted=frozenset(row.unwanted_mail),
        )
        for row in session.scalars(statement)
    )


def addressee(session: Session, account_id: int) -> Addressee | None:
    """One of them; None when no mail is wanted any more."""
    return next(iter(addressees(session, account_id=account_id)), None)


@dataclass(frozen=True)
class MailWishes:
    """Where somebody wants reminders, if at all, and which kinds not."""

    email: str
    unwanted: frozenset[str]


def mail_wishes(session: Session, account_id: int) -> MailWishes:
    """What one account said about reminders."""
    row = session.execute(
        select(Account.email, Account.unwanted_mail).where(Account.id == account_id)
    ).one()
    return MailWishes(row.email or "", frozenset(row.unwanted_mail))


class LetterState(StrEnum):
    """Where the newest letter of an account stands."""

    NONE = "none"
    VALID = "valid"
    EXPIRED = "expired"
    VOID = "void"
    USED = "used"


@dataclass(frozen=True)
class AccessLine:
    """One account as the staff look after it: letter, hand-over, activation, last use."""

    id: int
    username: str
    person: str
    role: Role
    actor_id: int | None
    active: bool
    activated: bool
    protected: bool
    letter: LetterState
    issued_at: datetime | None
    expires_at: datetime | None
    handed_on: date | None
    received_by: str | None
    receipt_name: str | None
    receipt_sha256: str | None
    last_used_at: datetime | None

    @property
    def waits_for_letter(self) -> bool:
        """Whether somebody should print one: not activated, and no letter in force."""
        return self.active and not self.activated and self.letter is not LetterState.VALID


def access_lines(
    session: Session,
    *,
    at: datetime,
    actor_id: int | None = None,
    account_id: int | None = None,
    actors_only: bool = False,
) -> tuple[AccessLine, ...]:
    """All accounts, or those of one actor, or one, with their newest letter; two statements.

    Staff come first, then actors by their number; within each by role and user name. With
    `actors_only`, colleagues do not exist.
    """
    newest = (
        select(ActivationCode.account_id, func.max(ActivationCode.id).label("id"))
        .group_by(ActivationCode.account_id)
        .subquery()
    )
    used = (
        select(AccountSession.account_id, func.max(AccountSession.last_used_at).label("at"))
        .group_by(AccountSession.account_id)
        .subquery()
    )
    statement = (
        select(Account, ActivationCode, Handover, used.c.at)
        .outerjoin(newest, newest.c.account_id == Account.id)
        .outerjoin(ActivationCode, ActivationCode.id == newest.c.id)
        .outerjoin(Handover, Handover.code_id == ActivationCode.id)
        .outerjoin(used, used.c.account_id == Account.id)
        .order_by(Account.actor_id.asc().nulls_first(), Account.role, Account.username)
    )
    if actor_id is not None:
        statement = statement.where(Account.actor_id == actor_id)
    if actors_only:
        statement = statement.where(Account.actor_id.is_not(None))
    if account_id is not None:
        statement = statement.where(Account.id == account_id)
    with_keys = frozenset(session.scalars(select(Passkey.account_id)))
    return tuple(
        AccessLine(
            id=account.id,
            username=account.username,
            person=account.person,
            role=account.role,
            actor_id=account.actor_id,
            active=account.active,
            activated=account.password_hash is not None,
            protected=account.totp_at is not None or account.id in with_keys,
            letter=letter_state(code, at),
            issued_at=code.issued_at if code else None,
            expires_at=code.expires_at if code else None,
            handed_on=handover.handed_on if handover else None,
            received_by=handover.received_by if handover else None,
            receipt_name=handover.receipt_name if handover else None,
            receipt_sha256=handover.receipt_sha256 if handover else None,
            last_used_at=last,
        )
        for account, code, handover, last in session.execute(statement)
    )


def access_line(
    session: Session,
    account_id: int,
    *,
    at: datetime,
    actor_id: int | None = None,
    actors_only: bool = False,
) -> AccessLine:
    """One account; NotFound, also when it is not of this actor, or of none with `actors_only`."""
    found = access_lines(
        session, at=at, actor_id=actor_id, account_id=account_id, actors_only=actors_only
    )
    if not found:
        raise NotFound("Esa cuenta no existe.")
    return found[0]


def editor_line(session: Session, actor_id: int, account_id: int, *, at: datetime) -> AccessLine:
    """An editor of this actor; NotFound for anybody else, coordinators too."""
    line = access_line(session, account_id, at=at, actor_id=actor_id)
    if line.role is not Role.EDITOR:
        raise NotFound("Esa cuenta no existe.")
    return line


def contests_of(session: Session, account_id: int) -> frozenset[int]:
    """The elections an editor may write about."""
    own = select(EditorContest.contest_id).where(EditorContest.account_id == account_id)
    return frozenset(session.scalars(own))


def letter_state(code: ActivationCode | None, at: datetime) -> LetterState:
    """Where a letter stands at an instant."""
    if code is None:
        return LetterState.NONE
    if code.used_at is not None:
        return LetterState.USED
    if code.voided_at is not None:
        return LetterState.VOID
    return LetterState.VALID if code.expires_at > at else LetterState.EXPIRED


def free_username(session: Session, person: str) -> str:
    """A user name for a person that nobody has: “ines.zarate”, then “ines.zarate2”."""
    parts = [plainly(part) for part in person.split()]
    parts = [part for part in parts if part.isascii() and part]
    base = ".".join(
        (parts[0], parts[-2] if len(parts) > 2 else parts[-1]) if len(parts) > 1 else parts
    )
    base = (base or "persona")[:50]
    if len(base) < 3:
        base = f"{base}.decide".strip(".")
    taken = set(session.scalars(select(Account.username).where(Account.username.startswith(base))))
    names = (f"{base}{number}" if number > 1 else base for number in range(1, len(taken) + 3))
    return next(name for name in names if name not in taken)
