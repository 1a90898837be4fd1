"""Letters by the batch in which they were printed: what became of each.

A batch is what one person printed at once: the letters share instant and person.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.accounts.models import Account, ActivationCode, Handover
from decide.accounts.roles import Role
from decide.errors import NotFound


class State(StrEnum):
    """Of one letter, from its printing to its end."""

    ISSUED = "issued"
    HANDED = "handed"
    ACTIVATED = "activated"
    EXPIRED = "expired"
    REVOKED = "revoked"  # or replaced by a newer letter


@dataclass(frozen=True)
class LetterLine:
    """One letter of a batch. `is_newest` says whether it is the account's last one."""

    account_id: int
    person: str
    username: str
    role: Role
    actor_id: int | None
    state: State
    expires_at: datetime
    handed_on: date | None
    received_by: str | None
    has_receipt: bool


@dataclass(frozen=True)
class Batch:
    """Letters printed at once. `number` is that of its first letter."""

    number: int
    issued_at: datetime
    issued_by: int | None
    letters: tuple[LetterLine, ...]

    @property
    def counts(self) -> Counter[State]:
        """How many letters stand in each state."""
        return Counter(each.state for each in self.letters)

    @property
    def without_receipt(self) -> int:
        """How many were handed over, and the signed receipt is missing."""
        return sum(bool(each.handed_on and not each.has_receipt) for each in self.letters)


def batches(session: Session, *, at: datetime, actors_only: bool = False) -> tuple[Batch, ...]:
    """All batches, the newest first; one statement. With `actors_only`, letters of actors alone."""
    asked = (
        select(ActivationCode, Account, Handover)
        .join(Account, Account.id == ActivationCode.account_id)
        .outerjoin(Handover, Handover.code_id == ActivationCode.id)
        .order_by(ActivationCode.issued_at.desc(), ActivationCode.issued_by, ActivationCode.id)
    )
    if actors_only:
        asked = asked.where(Account.actor_id.is_not(None))
    found = []
    rows = session.execute(asked).all()
    for (issued_at, issued_by), group in groupby(
        rows, key=lambda row: (row[0].issued_at, row[0].issued_by)
    ):
        letters = list(group)
        found.append(
            Batch(
                number=min(code.id for code, _, _ in letters),
                issued_at=issued_at,
                issued_by=issued_by,
                letters=tuple(line(*each, at=at) for each in letters),
            )
        )
    return tuple(found)


def batch(session: Session, number: int, *, at: datetime, actors_only: bool = False) -> Batch:
    """One batch; NotFound."""
    for each in batches(session, at=at, actors_only=actors_only):
        if each.number == number:
            return each
    raise NotFound("Esa tanda de cartas no existe.")


def line(
    code: ActivationCode, account: Account, handover: Handover | None, *, at: datetime
) -> LetterLine:
    """A row as a value."""
    return LetterLine(
        account_id=account.id,
        person=account.person,
        username=account.username,
        role=account.role,
        actor_id=account.actor_id,
        state=state_of(code, handover, at=at),
        expires_at=code.expires_at,
        handed_on=handover.handed_on if handover else None,
        received_by=handover.received_by if handover else None,
        has_receipt=bool(handover and handover.receipt_sha256),
    )


def state_of(code: ActivationCode, handover: Handover | None, *, at: datetime) -> State:
    """Where one letter stands at an instant."""
    if code.used_at is not None:
        return State.ACTIVATED
    if code.voided_at is not None:
        return State.REVOKED
    if code.expires_at <= at:
        return State.EXPIRED
    return State.HANDED if handover else State.ISSUED
