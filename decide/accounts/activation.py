"""Credentials that arrive safely: codes on letters, their hand-over, and activation.

A letter never carries a passphrase. Printing it again voids the code before; a code works once and
dies after two weeks at most. `activate` owns its commits: a spent try must outlive the refusal.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from decide.accounts import throttle
from decide.accounts.actions import locked
from decide.accounts.codes import Code, new_code, typed_code
from decide.accounts.models import Account, ActivationCode, Handover
from decide.accounts.passkeys import forget_keys
from decide.accounts.passphrases import Keeper, chosen
from decide.accounts.second_factor import forget_recovery_codes
from decide.accounts.sessions import Half, end_sessions_of, open_half
from decide.accounts.throttle import Allowance, bucket
from decide.audit import actions as audit
from decide.errors import NotFound, Refused
from decide.kernel.prefixes import Prefixes
from decide.kernel.resources import Resources
from decide.settings import Settings

LONGEST = 14  # days
TRIES = 30  # codes a network may mistype in a quarter; several people sit in one office
SENTENCES = {"uq_handover_code_id": "La entrega de esa carta ya está anotada."}


class CodeRefused(Refused):
    """No such code, used, voided, expired, or the account is closed: never says which."""

    def __init__(self) -> None:
        """One sentence for all reasons, with the way on."""
        super().__init__(
            "Ese código no está en vigor. Si su carta es vieja o ya la usó, pida otra al Instituto."
        )


@dataclass(frozen=True)
class Letter:
    """What one letter says. `code` exists here and on paper, nowhere else."""

    account_id: int
    username: str
    person: str
    role: str
    actor_id: int | None
    code: Code
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Invited:
    """Whose code it is, shown before a passphrase is chosen."""

    username: str
    person: str
    role: str


def issue(
    session: Session, settings: Settings, account_id: int, *, at: datetime, by: int | None
) -> Letter:
    """A new code for an account; the one before is void from now on."""
    account = locked(session, account_id)
    if not account.active:
        raise Refused(f"La cuenta «{account.username}» está cerrada. No se le puede dar carta.")
    void_codes(session, account_id, at=at)
    code = new_code()
    days = min(settings.activation_days, LONGEST)
    row = ActivationCode(
        account_id=account_id,
        code_hash=code.hash,
        issued_at=at,
        issued_by=by,
        expires_at=at + timedelta(days=days),
    )
    session.add(row)
    session.flush()
    audit.record(
        session, "letter.issued", at=at, by=by, subject=("account", account_id),
        after={"code_id": row.id, "expires_at": row.expires_at.isoformat()},
    )  # fmt: skip
    return Letter(
        account_id=account.id,
        username=account.username,
        person=account.person,
        role=account.role.value,
        actor_id=account.actor_id,
        code=code,
        issued_at=at,
        expires_at=row.expires_at,
    )


def void_codes(session: Session, account_id: int, *, at: datetime) -> int:
    """Make all codes of an account worthless that have not been used; gives how many."""
    done = session.execute(
        update(ActivationCode)
        .where(
            ActivationCode.account_id == account_id,
            ActivationCode.used_at.is_(None),
            ActivationCode.voided_at.is_(None),
        )
        .values(voided_at=at)
        .returning(ActivationCode.id)
    )
    return len(done.all())


def look(resources: Resources, text: str, address: str | None) -> Invited:
    """Whose code this is. Raise CodeMistyped, CodeRefused or throttle.TooManyTries."""
    code = typed_code(text)
    with resources.database.transaction() as session:
        at = resources.clock.now(session)
        allowance = allowance_of(resources, address, at=at)
        throttle.spend(session, [allowance], at=at)
    with resources.database.transaction() as session:
        at = resources.clock.now(session)
        account = in_force(session, code, at=at)[0]
        throttle.give_back(session, [allowance], at=at)
        return Invited(account.username, account.person, account.role.value)


def activate(resources: Resources, text: str, passphrase: str, address: str | None) -> Half:
    """Set the account's passphrase and spend the code; on to the second factor.

    The second factor of before, its recovery codes and all log-ins end: a letter is also the reset.
    Raise what `look` raises, and WeakPassphrase.
    """
    invited = look(resources, text, address)
    wanted = chosen(passphrase, username=invited.username, person=invited.person)
    hashed = Keeper(resources.settings).hash(wanted)
    with resources.database.transaction() as session:
        at = resources.clock.now(session)
        account, row = in_force(session, typed_code(text), at=at)
        row.used_at = at
        account.password_hash = hashed
        account.totp_secret, account.totp_at, account.totp_step = None, None, None
        forget_recovery_codes(session, account.id)
        forget_keys(session, account.id)
        ended = end_sessions_of(session, account.id, at=at)
        audit.record(
            session, "account.activated", at=at, by=account.id, subject=("account", account.id),
            after={"code_id": row.id, "sessions_ended": ended},
        )  # fmt: skip
        return open_half(session, account, at=at)


def in_force(session: Session, code: Code, *, at: datetime) -> tuple[Account, ActivationCode]:
    """The account and the code's row, both held until the commit; CodeRefused."""
    found = session.execute(
        select(Account, ActivationCode)
        .join(ActivationCode, ActivationCode.account_id == Account.id)
        .where(
            ActivationCode.code_hash == code.hash,
            ActivationCode.used_at.is_(None),
            ActivationCode.voided_at.is_(None),
            ActivationCode.expires_at > at,
            Account.active,
        )
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise CodeRefused
    return found[0], found[1]


def allowance_of(resources: Resources, address: str | None, *, at: datetime) -> Allowance:
    """Tries are counted for the network alone: a code names no account that could be locked."""
    return Allowance(bucket("code", Prefixes(resources.queue).mark(address, at)), TRIES)


def record_handover(
    session: Session,
    account_id: int,
    *,
    handed_on: date,
    received_by: str,
    at: datetime,
    by: int | None,
    receipt: tuple[str, str] | None = None,
) -> None:
    """Note that an account's newest letter was handed over.

    `receipt` is the file name and SHA-256 of the signed receipt.
    """
    received_by = " ".join(received_by.split())
    if not received_by:
        raise Refused("Escriba el nombre de quien recibió la carta.")
    newest = (
        select(ActivationCode)
        .where(ActivationCode.account_id == account_id)
        .order_by(ActivationCode.issued_at.desc(), ActivationCode.id.desc())
        .limit(1)
    )
    row = session.scalars(newest).one_or_none()
    if row is None:
        raise NotFound("Esa cuenta todavía no tiene carta.")
    if handed_on < row.issued_at.date() - timedelta(days=1) or handed_on > at.date():
        raise Refused("La fecha de entrega va del día de la carta a hoy.")
    handover = Handover(
        code_id=row.id,
        handed_on=handed_on,
        received_by=received_by,
        recorded_at=at,
        recorded_by=by,
        receipt_name=receipt[0] if receipt else None,
        receipt_sha256=receipt[1] if receipt else None,
    )
    try:
        with session.begin_nested():
            session.add(handover)
    except IntegrityError as error:
        raise Refused(SENTENCES["uq_handover_code_id"]) from error
    audit.record(
        session, "letter.handed_over", at=at, by=by, subject=("account", account_id),
        after={"code_id": row.id, "handed_on": handed_on.isoformat()},
    )  # fmt: skip


def revoke(session: Session, account_id: int, *, at: datetime, by: int | None, reason: str) -> None:
    """Make the letter in force worthless, without another. Refused when none is in force."""
    account = locked(session, account_id)
    if not reason.strip():
        raise Refused("Escriba por qué anula la carta.")
    if void_codes(session, account_id, at=at) == 0:
        raise Refused("Esa cuenta no tiene una carta vigente.")
    audit.record(
        session, "letter.revoked", at=at, by=by, subject=("account", account.id),
        reason=" ".join(reason.split()),
    )  # fmt: skip


def add_receipt(
    session: Session, account_id: int, receipt: tuple[str, str], *, at: datetime, by: int | None
) -> None:
    """The signed receipt of the newest letter's hand-over, when it comes later than the note.

    Refused without a hand-over, and when a receipt is there already: nobody replaces a proof.
    """
    newest = (
        select(Handover)
        .join(ActivationCode, ActivationCode.id == Handover.code_id)
        .where(ActivationCode.account_id == account_id)
        .order_by(ActivationCode.id.desc())
        .limit(1)
        .with_for_update()
    )
    row = session.scalars(newest).one_or_none()
    if row is None:
        raise Refused("Primero anote la entrega de la carta.")
    if row.receipt_sha256 is not None:
        raise Refused("El acuse de esa carta ya está guardado.")
    row.receipt_name, row.receipt_sha256 = receipt
    audit.record(
        session, "letter.receipt_kept", at=at, by=by, subject=("account", account_id),
        after={"code_id": row.code_id, "sha256": receipt[1]},
    )  # fmt: skip
