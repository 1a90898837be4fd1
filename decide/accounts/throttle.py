"""Slowing down guessers without letting strangers lock anybody out.

An allowance holds `limit` tries and refills evenly in fifteen minutes. Which ones a log-in spends
is decided in `accounts.login`. A try is spent *before* the passphrase is checked, in its own
transaction, so that ten thousand tries at once are no better than one by one.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from decide.accounts.models import LoginAllowance
from decide.errors import Refused

QUARTER = timedelta(minutes=15)
SLACK = timedelta(minutes=1)


class TooManyTries(Refused):
    """The allowance is spent; `wait` says when the next try will be heard."""

    def __init__(self, wait: timedelta) -> None:
        """Say the wait in minutes, rounded up."""
        minutes = max(1, -(-int(wait.total_seconds()) // 60))
        unit = "minuto" if minutes == 1 else "minutos"
        super().__init__(
            f"Hubo demasiados intentos. Espere {minutes} {unit} y pruebe otra vez. "
            "Su cuenta no se bloquea."
        )
        self.wait = wait


@dataclass(frozen=True, order=True)
class Allowance:
    """One bucket of tries: whose (a hash, never a name or an address) and how many a quarter."""

    bucket: bytes
    limit: int

    @property
    def step(self) -> timedelta:
        """How long one try takes to come back."""
        return QUARTER / self.limit


def bucket(*parts: str | bytes) -> bytes:
    """The key of an allowance, from whom it watches."""
    state = hashlib.blake2b(digest_size=16, person=b"login-allowance")
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        state.update(len(raw).to_bytes(4) + raw)
    return state.digest()


def spend(session: Session, allowances: Iterable[Allowance], *, at: datetime) -> None:
    """Take one try from each allowance, or raise TooManyTries and take none.

    The caller commits at once. Rows are taken in one order everywhere, so two tries cannot lock
    each other.
    """
    for each in sorted(allowances):
        kept = LoginAllowance.spent_until
        # More than an allowance can be owed only by a clock that was set back since: begin anew.
        # The minute is for tries at once, whose readings of the clock may come in any order.
        owed = case((kept > at + QUARTER + SLACK, at), else_=func.greatest(kept, at))
        later = owed + each.step
        statement = (
            insert(LoginAllowance)
            .values(bucket=each.bucket, spent_until=at + each.step)
            .on_conflict_do_update(
                index_elements=[LoginAllowance.bucket],
                set_={"spent_until": later},
                where=later <= at + QUARTER,
            )
            .returning(LoginAllowance.spent_until)
        )
        if session.execute(statement).first() is None:
            raise TooManyTries(wait_for(session, each, at=at))


def wait_for(session: Session, allowance: Allowance, *, at: datetime) -> timedelta:
    """How long until this allowance has a try again."""
    spent_until = session.scalar(
        select(LoginAllowance.spent_until).where(LoginAllowance.bucket == allowance.bucket)
    )
    return (spent_until or at) + allowance.step - QUARTER - at


def give_back(session: Session, allowances: Iterable[Allowance], *, at: datetime) -> None:
    """Return the try that turned out to be right, and forget allowances that have refilled."""
    for each in sorted(allowances):
        session.execute(
            update(LoginAllowance)
            .where(LoginAllowance.bucket == each.bucket)
            .values(spent_until=LoginAllowance.spent_until - each.step)
        )
    session.execute(delete(LoginAllowance).where(LoginAllowance.spent_until < at))
