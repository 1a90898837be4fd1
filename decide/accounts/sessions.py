"""Log-ins in force: a random token in the browser, its hash here, ended at once when it must.

Limits are read by the database's clock: idle, and absolute.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from decide.accounts.models import Account, AccountSession, EditorContest, Passkey
from decide.accounts.roles import Role
from decide.kernel.resources import Resources
from decide.settings import Settings

TOUCH = timedelta(minutes=1)  # `last_used_at` is written no more often
HALF = timedelta(minutes=10)  # to find the telephone and type six digits


@dataclass(frozen=True)
class Visitor:
    """Who is logged in on this request; speaks Flask-Login's protocol without importing it."""

    id: int
    username: str
    person: str
    role: Role
    actor_id: int | None
    session_id: int
    token: str = field(repr=False)
    # The elections an editor may write about; None = all of the own actor.
    contests: frozenset[int] | None = None
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """What Flask-Login keeps in the signed cookie: the session's token, never the account."""
        return self.token


@dataclass(frozen=True)
class Half:
    """Somebody whose passphrase was right and whose second factor is still asked for."""

    account_id: int
    username: str
    person: str
    role: Role
    enrolled: bool
    session_id: int
    token: str = field(repr=False)


@dataclass(frozen=True)
class SessionLine:
    """One log-in in force, in the list that its owner sees."""

    id: int
    started_at: datetime
    last_used_at: datetime


def token_hash(token: str) -> bytes:
    """What is stored of a token. It has 128 random bits, so a plain hash cannot be reversed."""
    return hashlib.sha256(token.encode()).digest()


def open_session(session: Session, account: Account, *, at: datetime) -> Visitor:
    """Start a log-in with a token that nobody has seen before."""
    row, token = new_row(session, account, at=at, passed_at=at)
    return visitor_of(session, account, row.id, token)


def visitor_of(session: Session, account: Account, session_id: int, token: str) -> Visitor:
    """An account and its log-in."""
    contests = None
    if account.role is Role.EDITOR:
        own = select(EditorContest.contest_id).where(EditorContest.account_id == account.id)
        contests = frozenset(session.scalars(own))
    return Visitor(
        id=account.id,
        username=account.username,
        person=account.person,
        role=account.role,
        actor_id=account.actor_id,
        session_id=session_id,
        token=token,
        contests=contests,
    )


def open_half(session: Session, account: Account, *, at: datetime) -> Half:
    """Note that the passphrase was right. The token opens nothing but the page for the code."""
    row, token = new_row(session, account, at=at, passed_at=None)
    return half_of(session, account, row.id, token)


def new_row(
    session: Session, account: Account, *, at: datetime, passed_at: datetime | None
) -> tuple[AccountSession, str]:
    """A row and the token whose hash it holds."""
    token = secrets.token_urlsafe(16)
    row = AccountSession(
        account_id=account.id,
        token_hash=token_hash(token),
        started_at=at,
        last_used_at=at,
        passed_at=passed_at,
    )
    session.add(row)
    session.flush()
    return row, token


def half(resources: Resources, token: str) -> Half | None:
    """Who holds this token of a half log-in, or None when it has ended."""
    with resources.database.reading() as session:
        at = resources.clock.now(session)
        found = session.execute(
            select(Account, AccountSession.id)
            .join(AccountSession, AccountSession.account_id == Account.id)
            .where(
                AccountSession.token_hash == token_hash(token),
                AccountSession.passed_at.is_(None),
                AccountSession.ended_at.is_(None),
                AccountSession.started_at > at - HALF,
                Account.active,
            )
        ).one_or_none()
        return half_of(session, found[0], found[1], token) if found else None


def half_of(session: Session, account: Account, session_id: int, token: str) -> Half:
    """An account and its half log-in."""
    return Half(
        account_id=account.id,
        username=account.username,
        person=account.person,
        role=account.role,
        enrolled=is_enrolled(session, account),
        session_id=session_id,
        token=token,
    )


def is_enrolled(session: Session, account: Account) -> bool:
    """Whether the account has a second factor: an app that was confirmed, or a passkey."""
    keys = select(Passkey.id).where(Passkey.account_id == account.id).limit(1)
    return account.totp_at is not None or session.scalar(keys) is not None


def sessions_of(
    session: Session, settings: Settings, account_id: int, *, at: datetime
) -> tuple[SessionLine, ...]:
    """The account's log-ins in force, the one used last first."""
    rows = session.execute(
        select(AccountSession.id, AccountSession.started_at, AccountSession.last_used_at)
        .where(
            AccountSession.account_id == account_id,
            AccountSession.passed_at.is_not(None),
            AccountSession.ended_at.is_(None),
            *within_limits(settings, at),
        )
        .order_by(AccountSession.last_used_at.desc(), AccountSession.id.desc())
    )
    return tuple(SessionLine(*row) for row in rows)


def visitor(resources: Resources, token: str) -> Visitor | None:
    """Who holds this token, or None when the log-in has ended, by whatever limit."""
    with resources.database.reading() as session:
        at = resources.clock.now(session)
        found = session.execute(
            select(Account, AccountSession.id, AccountSession.last_used_at)
            .join(AccountSession, AccountSession.account_id == Account.id)
            .where(
                AccountSession.token_hash == token_hash(token),
                AccountSession.ended_at.is_(None),
                AccountSession.passed_at.is_not(None),
                Account.active,
                *within_limits(resources.settings, at),
            )
        ).one_or_none()
        if found is None:
            return None
        account, session_id, last_used_at = found
        who = visitor_of(session, account, session_id, token)
    if at - last_used_at >= TOUCH:
        touch(resources, session_id, at=at)
    return who


def within_limits(settings: Settings, at: datetime) -> tuple[ColumnElement[bool], ...]:
    """The two limits as conditions on AccountSession."""
    return (
        AccountSession.last_used_at > at - timedelta(minutes=settings.session_idle_minutes),
        AccountSession.started_at > at - timedelta(hours=settings.session_hours),
    )


def touch(resources: Resources, session_id: int, *, at: datetime) -> None:
    """Note that a log-in is in use; two requests at once write it once."""
    with resources.database.transaction() as session:
        session.execute(
            update(AccountSession)
            .where(
                AccountSession.id == session_id,
                AccountSession.ended_at.is_(None),
                AccountSession.last_used_at <= at - TOUCH,
            )
            .values(last_used_at=func.greatest(AccountSession.last_used_at, at))
        )


def renew(session: Session, session_id: int) -> str:
    """A new token for a log-in whose owner has just shown again who is there; its limits stay.

    Whoever copied the token of before is out.
    """
    token = secrets.token_urlsafe(16)
    session.execute(
        update(AccountSession)
        .where(AccountSession.id == session_id, AccountSession.ended_at.is_(None))
        .values(token_hash=token_hash(token))
    )
    return token


def end_session(session: Session, session_id: int, *, at: datetime) -> None:
    """Log out: the token is worth nothing from now on."""
    session.execute(
        update(AccountSession)
        .where(AccountSession.id == session_id, AccountSession.ended_at.is_(None))
        .values(ended_at=at)
    )


def end_sessions_of(
    session: Session, account_id: int, *, at: datetime, but: int | None = None
) -> int:
    """End every log-in of an account, except the one with id `but`. Returns how many."""
    ended = session.scalars(
        update(AccountSession)
        .where(
            AccountSession.account_id == account_id,
            AccountSession.ended_at.is_(None),
            AccountSession.id != (but or 0),
        )
        .values(ended_at=at)
        .returning(AccountSession.id)
    )
    return len(ended.all())
