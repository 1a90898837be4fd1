"""Asking about requests: what their owners read, what staff see. Never an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from decide.errors import NotFound
from decide.listening.kinds import OPEN, RequestState
from decide.listening.models import ArcoRequest
from decide.listening.requests import hash_of, missing

NEWEST = 200


@dataclass(frozen=True)
class Request:
    """One request. `mail` tells what became of the mail with the answer."""

    id: int
    kind: str
    text: str
    received_on: date
    due_on: date
    state: str
    answer: str
    closed_at: datetime | None
    by_mail: bool
    mail: str

    @property
    def is_open(self) -> bool:
        """Whether an answer is still to come."""
        return self.state in OPEN

    def is_overdue(self, today: date) -> bool:
        """Whether the answer should have come before today."""
        return self.is_open and today > self.due_on


@dataclass(frozen=True)
class Line:
    """A request in the list: no text."""

    id: int
    kind: str
    received_on: date
    due_on: date
    state: str
    is_overdue: bool


@dataclass(frozen=True)
class Counts:
    """How many stand in each state, and how many open ones are overdue."""

    by_state: Mapping[str, int]
    overdue: int

    @property
    def open(self) -> int:
        """How many wait for an answer."""
        return sum(self.by_state[state.value] for state in OPEN)


def by_number(session: Session, number: bytes) -> Request:
    """The request behind a number; NotFound. One statement."""
    row = session.scalars(
        select(ArcoRequest).where(ArcoRequest.number_hash == hash_of(number))
    ).one_or_none()
    if row is None:
        raise missing()
    return request_of(row)


def request(session: Session, request_id: int) -> Request:
    """A request for who answers it; NotFound. One statement."""
    row = session.get(ArcoRequest, request_id)
    if row is None:
        raise NotFound("Esa solicitud no existe.")
    return request_of(row)


def lines(
    session: Session, state: str = "", *, today: date, start: int = 0, size: int = NEWEST
) -> tuple[Line, ...]:
    """Some, the open ones and the nearest date first; of one state where given. One statement."""
    still = ArcoRequest.state.in_(OPEN)
    wanted = select(
        ArcoRequest.id, ArcoRequest.kind, ArcoRequest.received_on, ArcoRequest.due_on,
        ArcoRequest.state,
    ).order_by(still.desc(), ArcoRequest.due_on, ArcoRequest.id)  # fmt: skip
    if state:
        wanted = wanted.where(ArcoRequest.state == RequestState(state))
    return tuple(
        Line(
            row.id, row.kind.value, row.received_on, row.due_on, row.state.value,
            row.state in OPEN and today > row.due_on,
        )
        for row in session.execute(wanted.offset(start).limit(size))
    )  # fmt: skip


def counts(session: Session, *, today: date) -> Counts:
    """How many; one statement."""
    late = func.count().filter(ArcoRequest.state.in_(OPEN), ArcoRequest.due_on < today)
    rows = session.execute(
        select(ArcoRequest.state, func.count(), late).group_by(ArcoRequest.state)
    ).all()
    found = {state.value: number for state, number, _late in rows}
    return Counts(
        {state.value: found.get(state.value, 0) for state in RequestState},
        sum(number for _state, _number, number in rows),
    )


def request_of(row: ArcoRequest) -> Request:
    """A row as it is read."""
    return Request(
        id=row.id,
        kind=row.kind.value,
        text=row.text,
        received_on=row.received_on,
        due_on=row.due_on,
        state=row.state.value,
        answer=row.answer,
        closed_at=row.closed_at,
        by_mail=row.address is not None,
        mail=row.mail.value,
    )
