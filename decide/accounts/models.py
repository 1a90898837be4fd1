"""Accounts and their sessions. A session lives on the server, so that it can be ended there."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
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
    email: Mapped[str | None] = mapped_column(Text)  # for reminders only; empty = none are wanted
    unwanted_mail: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)  # kinds of them
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    # The second factor: the secret, encrypted; when it was confirmed; the last step that was used.
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    totp_step: Mapped[int | None] = mapped_column(BigInteger)


class EditorContest(Base):
    """An election about which an editor may write. An editor without any may write nothing."""

    __tablename__ = "editor_contest"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"), primary_key=True, index=True)


class AccountSession(Base):
    """One log-in. Only the hash of its token is kept: a copy of the table opens no door."""

    __tablename__ = "account_session"

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_used_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    # Empty while the second factor is still asked for: such a token opens nothing.
    passed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Passkey(Base):
    """A key on somebody's device; here is only its public half."""

    __tablename__ = "passkey"

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)  # a copied key betrays itself by it
    name: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RecoveryCode(Base):
    """One of the printed codes that stand in for a lost telephone; each works once.

    The codes of a list share a salt; those without one are of before 0045 (`strengthen`).
    """

    __tablename__ = "recovery_code"

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ActivationCode(Base):
    """A code that was printed on a letter. At most one of an account is in force."""

    __tablename__ = "activation_code"
    __table_args__ = (
        Index(
            "uq_activation_code_in_force",
            "account_id",
            unique=True,
            postgresql_where=text("used_at IS NULL AND voided_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    issued_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    issued_by: Mapped[int | None] = mapped_column(BigInteger)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    voided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Handover(Base):
    """A letter that was handed over: when, to whom, by whom; the signed receipt if there is one."""

    __tablename__ = "handover"

    id: Mapped[Key]
    code_id: Mapped[int] = mapped_column(ForeignKey("activation_code.id"), unique=True)
    handed_on: Mapped[date] = mapped_column(Date)
    received_by: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    recorded_by: Mapped[int | None] = mapped_column(BigInteger)
    receipt_name: Mapped[str | None] = mapped_column(Text)
    receipt_sha256: Mapped[str | None] = mapped_column(Text)


class LoginAllowance(Base):
    """How far a log-in's allowance of tries has been spent; see `accounts.throttle`.

    `bucket` is a hash of whom the allowance watches: never a user name, never an address.
    """

    __tablename__ = "login_allowance"

    bucket: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    spent_until: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
