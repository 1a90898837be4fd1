"""Acknowledging: an actor's receipt on signed paper."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.calendar import queries as calendar
from decide.delivery import queries
from decide.delivery.letters import facts_of
from decide.delivery.models import Acknowledgement, DeliveryDownload
from decide.errors import Conflict, NotFound, Refused
from decide.kernel import typeset
from decide.kernel.db import constraint_of
from decide.seals import keys
from decide.seals.notes import signed
from decide.settings import Settings

FOLDER = Path(__file__).with_name("paper")
ABOUT = "decide-acuse"


@dataclass(frozen=True)
class Receipt:
    """An acknowledgement as it was given."""

    folio: str
    at: datetime
    account_id: int
    sha256: str
    paper: bytes
    signature: str


def acknowledge(
    session: Session,
    settings: Settings,
    actor_id: int,
    delivery_id: int,
    *,
    person: str,
    by_code: bool,
    at: datetime,
    by: int,
) -> str:
    """Give the receipt of an own delivery; returns its folio.

    `by_code` says how the person confirmed who they are: a code of the app, else the passphrase.

    Refused before it was downloaded by the same account, Conflict when there is one already,
    NotFound for what is not the actor's own or not ready.
    """
    line = queries.delivery_of(session, actor_id, delivery_id)
    if not line.is_ready or line.sha256 is None or line.size is None:
        raise NotFound("Esta entrega todavía no está lista.")
    taken = select(DeliveryDownload.id).where(
        DeliveryDownload.delivery_id == line.id, DeliveryDownload.account_id == by
    )
    if session.scalar(taken.limit(1)) is None:
        raise Refused("Descargue primero su base de datos. Después firme el acuse.")
    process = calendar.process(session)
    folio = f"AR-{process.key.upper()}-{line.id:04d}"
    paper = typeset.pdf(
        FOLDER / "receipt.typ",
        facts_of(session, settings, line, at)
        | {"folio": folio, "person": person, "by_code": by_code},
    )
    signers = keys.signers(session, settings.process_key)
    note = signed(f"{ABOUT}\n{folio}\n{sha256(paper).hexdigest()}\n", signers)
    row = Acknowledgement(
        delivery_id=line.id,
        account_id=by,
        at=at,
        folio=folio,
        sha256=line.sha256,
        paper=paper,
        signature=note,
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        if not constraint_of(error).startswith("uq_acknowledgement"):
            raise
        raise Conflict("Esta entrega ya tiene acuse. Descárguelo en esta página.") from error
    audit.record(
        session,
        "delivery.acknowledged",
        at=at,
        by=by,
        subject=("delivery", line.id),
        after={"folio": folio, "sha256": line.sha256},
    )
    return folio


def receipt(session: Session, delivery_id: int) -> Receipt | None:
    """The receipt of a delivery; None while there is none. The caller has asked whose it is."""
    row = session.scalars(
        select(Acknowledgement).where(Acknowledgement.delivery_id == delivery_id)
    ).one_or_none()
    if row is None:
        return None
    return Receipt(row.folio, row.at, row.account_id, row.sha256, bytes(row.paper), row.signature)
