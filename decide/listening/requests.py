"""Requests about personal data (ARCO): asking, taking up, answering, taking back.

Who asks holds a number; only its hash is kept. The number is made of what the form brought: a
double click, a reload or a repeated form is the same request, and a changed text is another one.
"""

import hmac
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.errors import NotFound, Refused, Sentence
from decide.kernel.mail import is_address
from decide.kernel.sealing import Sealer, derived
from decide.listening.actions import tidy, too_long
from decide.listening.deadlines import due_on
from decide.listening.kinds import (
    FEWEST_WORDS,
    LONGEST_REPLY,
    LONGEST_REQUEST,
    OPEN,
    MailState,
    RequestState,
    Right,
)
from decide.listening.models import ArcoRequest
from decide.settings import Settings

SEAL = b"arco address"
NUMBER = b"arco number"
LATE = Sentence("Esta solicitud ya se cerró. Mire la página otra vez.")


class FormRefused(Refused):
    """What was typed cannot stay so; `errors` says for each field what to do."""

    def __init__(self, errors: dict[str, str]) -> None:
        """Field → sentence, in the order of the form."""
        super().__init__(" ".join(errors.values()))
        self.errors = errors


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What a form brings. `token` is the form's own, at random."""

    token: str
    kind: str
    text: str
    address: str = ""


def ask(session: Session, settings: Settings, asking: Asking, *, day: date) -> bytes:
    """Keep a request and give its number of 16 bytes; the same form makes the same one.

    FormRefused tells everything that is missing, too long or no mail address.
    """
    words, address = tidy(asking.text), asking.address.strip()
    errors: dict[str, str] = {}
    if asking.kind not in set(Right):
        errors["derecho"] = Sentence("Elija qué quiere hacer con sus datos.")
    if not words:
        errors["texto"] = Sentence("Escriba qué pide.")
    if len(words) > LONGEST_REQUEST:
        errors["texto"] = too_long(LONGEST_REQUEST, words)
    if address and not is_address(address):
        errors["correo"] = Sentence("Escriba el correo completo, como nombre@ejemplo.mx.")
    if errors:
        raise FormRefused(errors)
    told = "\0".join((asking.token, asking.kind, words, address))
    number = hmac.digest(derived(settings, NUMBER), told.encode(), sha256)[:16]
    session.execute(
        insert(ArcoRequest)
        .values(
            number_hash=hash_of(number),
            kind=Right(asking.kind),
            text=words,
            address=Sealer(settings, SEAL).seal(address) if address else None,
            received_on=day,
            due_on=due_on(day),
            state=RequestState.RECEIVED,
            answer="",
            mail=MailState.NONE,
            attempts=0,
        )
        .on_conflict_do_nothing(index_elements=[ArcoRequest.number_hash])
    )
    return number


def withdraw(session: Session, number: bytes, *, at: datetime) -> None:
    """Take a request back: its text and address go. Twice is as good as once.

    NotFound for no request of ours, Refused for one that was answered.
    """
    row = session.scalars(
        select(ArcoRequest).where(ArcoRequest.number_hash == hash_of(number)).with_for_update()
    ).one_or_none()
    if row is None:
        raise missing()
    if row.state is RequestState.WITHDRAWN:
        return
    if row.state not in OPEN:
        raise Refused("Su solicitud ya tiene respuesta. Ya no se puede retirar.")
    row.state, row.closed_at = RequestState.WITHDRAWN, at
    row.text, row.address = "", None


def take_up(session: Session, request_id: int, *, at: datetime, by: int | None) -> None:
    """Say that somebody works on it. NotFound; Refused once it is closed."""
    row = locked(session, request_id)
    if row.state is RequestState.IN_PROGRESS:
        return
    if row.state not in OPEN:
        raise Refused(LATE)
    row.state = RequestState.IN_PROGRESS
    audit.record(session, "arco.taken_up", at=at, by=by, subject=("arco_request", row.id))


def answer(session: Session, request_id: int, text: str, *, at: datetime, by: int | None) -> None:
    """Answer it, and have the answer mailed where an address was left. The trail has no text.

    FormRefused for a text too short or too long; NotFound; Refused once it is closed.
    """
    words = tidy(text)
    if len(words.split()) < FEWEST_WORDS:
        raise FormRefused({"answer": f"Escriba la respuesta en {FEWEST_WORDS} palabras o más."})
    if len(words) > LONGEST_REPLY:
        raise FormRefused({"answer": too_long(LONGEST_REPLY, words)})
    row = locked(session, request_id)
    if row.state not in OPEN:
        raise Refused(LATE)
    row.state, row.answer, row.closed_at = RequestState.ANSWERED, words, at
    if row.address is not None:
        row.mail, row.mail_due_at = MailState.QUEUED, at
    audit.record(
        session, "arco.answered", at=at, by=by, subject=("arco_request", row.id),
        after={"by_mail": row.address is not None},
    )  # fmt: skip


def locked(session: Session, request_id: int) -> ArcoRequest:
    """The row, for this transaction alone; NotFound."""
    row = session.get(ArcoRequest, request_id, with_for_update=True)
    if row is None:
        raise NotFound("Esa solicitud no existe.")
    return row


def missing() -> NotFound:
    """What is said to a number that is none of ours."""
    return NotFound(
        "No hay una solicitud con ese folio. Revise que sea el de su solicitud y no el de una idea."
    )


def hash_of(number: bytes) -> bytes:
    """What is kept of a number."""
    return sha256(number).digest()
