"""What can be asked about accounts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from decide.accounts.models import Account, AccountSession
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
