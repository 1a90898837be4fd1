"""Accounts and their sessions. A session lives on the server, so that it can be ended there."""

from datetime import datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    LargeBinary,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from decide.accounts.roles import Role
from decide.kernel.db import Base, Key, choice_of


class Account(Base):
    """Somebody who can log in. `actor_id` is set exactly for the roles of an actor."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint(
            "(role IN ('coordinator', 'editor')) = (actor_id IS NOT NULL)", name="actor_role"
        ),
    )

    id: Mapped[Key]
    username: Mapped[str] = mapped_column(Text, unique=True)
    person: Mapped[str] = mapped_column(Text)
    role: Mapped[Role] = mapped_column(choice_of(Role, "role"))
    # The actor's row lives a floor above, in catalog; here it is only a number.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("political_actor.id"), index=True)
    password_hash: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class AccountSession(Base):
    """One log-in. Only the hash of its token is kept: a copy of the table opens no door."""

    __tablename__ = "account_session"

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_used_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class LoginAllowance(Base):
    """How far a log-in's allowance of tries has been spent; see `accounts.throttle`.

    `bucket` is a hash of whom the allowance watches: never a user name, never an address.
    """

    __tablename__ = "login_allowance"

    bucket: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    spent_until: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
