"""The second factor: six digits from an app (TOTP), a passkey, or one of ten printed codes.

Like the log-in, `pass_second` owns its commits: a spent try must outlive the refusal.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pyotp
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from decide.accounts import throttle
from decide.accounts.actions import locked
from decide.accounts.codes import ALPHABET
from decide.accounts.models import Account, RecoveryCode
from decide.accounts.passphrases import stretched
from decide.accounts.sessions import Half, Visitor, end_session, is_enrolled, open_session
from decide.accounts.throttle import Allowance, bucket
from decide.audit import actions as audit
from decide.errors import Refused
from decide.kernel.log import logger
from decide.kernel.resources import Resources
from decide.settings import Settings

STEP = 30  # seconds
TOLERANCE = 1  # steps a telephone's clock may be off
TRIES = 5  # a quarter of an hour; whoever gets here knows the passphrase already
RECOVERY_CODES = 10
RECOVERY_LENGTH = 10  # 50 bits, hence a slow hash
SALT = 16  # bytes
DIGITS = re.compile(r"[0-9]{6}")
BETWEEN = re.compile(r"[\s\-]+")

log = logger("accounts")


class WrongCode(Refused):
    """The six digits or the recovery code are not right, or were used before."""

    def __init__(self) -> None:
        """One sentence for all reasons."""
        super().__init__(
            "El código no es correcto o ya se usó. Espere al siguiente y escríbalo completo."
        )


@dataclass(frozen=True)
class Offer:
    """A secret to put into an app: as text in groups, and as the address in the QR code."""

    grouped: str
    uri: str


@dataclass(frozen=True)
class Passed:
    """A complete log-in; `recovery` only at the first time, to be printed."""

    visitor: Visitor
    recovery: tuple[str, ...] = ()


class Vault:
    """Keeps the secrets, so that a copy of the table is not enough to log in."""

    def __init__(self, settings: Settings) -> None:
        """Keys of their own, from the process key, which does not change during a process."""
        root = settings.process_key.encode()
        self._cipher = AESGCM(hmac.digest(root, b"second-factor", hashlib.sha256))
        self._mark = hmac.digest(root, b"recovery-code", hashlib.sha256)

    def lock(self, secret: str, account_id: int) -> bytes:
        """Encrypt a secret for one account."""
        nonce = secrets.token_bytes(12)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), str(account_id).encode())

    def unlock(self, kept: bytes, account_id: int) -> str:
        """The secret of this account."""
        return self._cipher.decrypt(kept[:12], kept[12:], str(account_id).encode()).decode()

    def mark(self, code: str, account_id: int) -> bytes:
        """A recovery code under a key that is not in the database."""
        return hmac.digest(self._mark, f"{account_id}:{code}".encode(), hashlib.sha256)


def offer(session: Session, settings: Settings, account_id: int) -> Offer:
    """A secret for the app; opening the page again gives the same one until it is confirmed."""
    account = locked(session, account_id)
    if account.totp_at is not None:
        raise Refused("Su cuenta ya tiene un segundo paso. Para cambiarlo, pida otra carta.")
    vault = Vault(settings)
    if account.totp_secret is None:
        account.totp_secret = vault.lock(pyotp.random_base32(), account_id)
    secret = vault.unlock(account.totp_secret, account_id)
    uri = pyotp.TOTP(secret).provisioning_uri(name=account.username, issuer_name=settings.site_name)
    return Offer(" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)), uri)


def pass_second(resources: Resources, half: Half, typed: str) -> Passed:
    """Complete a half log-in by a code. Raise WrongCode or throttle.TooManyTries.

    The first right code confirms the app.
    """

    def proof(session: Session, account: Account, at: datetime) -> None:
        first = not is_enrolled(session, account)
        if not right(session, resources.settings, account, typed, at=at):
            raise WrongCode
        if first:
            account.totp_at = at

    return complete(resources, half, proof)


def complete(
    resources: Resources, half: Half, proof: Callable[[Session, Account, datetime], None]
) -> Passed:
    """Make a whole log-in of a half one when `proof` passes; a try is spent first.

    The first time, recovery codes are given out. Raise what `proof` raises, WrongCode for a closed
    account, or throttle.TooManyTries.
    """
    try:
        return completed(resources, half, proof)
    except Refused as refusal:
        log.info("login.second_failed", account_id=half.account_id, kind=type(refusal).__name__)
        raise


def completed(
    resources: Resources, half: Half, proof: Callable[[Session, Account, datetime], None]
) -> Passed:
    """What `complete` does when nothing is refused."""
    allowance = Allowance(bucket("second", str(half.account_id)), TRIES)
    with resources.database.transaction() as session:
        throttle.spend(session, [allowance], at=resources.clock.now(session))
    with resources.database.transaction() as session:
        at = resources.clock.now(session)
        account = locked(session, half.account_id)
        if not account.active:
            raise WrongCode
        first = not is_enrolled(session, account)
        proof(session, account, at)
        strengthen(session, account.id)
        throttle.give_back(session, [allowance], at=at)
        recovery: tuple[str, ...] = ()
        if first:
            recovery = new_recovery_codes(session, resources.settings, account.id)
            audit.record(
                session, "second_factor.confirmed", at=at, by=account.id,
                subject=("account", account.id),
            )  # fmt: skip
        # A new token: the one that passed only by the passphrase must not grow into a whole one.
        end_session(session, half.session_id, at=at)
        visitor = open_session(session, account, at=at)
        audit.record(
            session, "session.opened", at=at, by=account.id, subject=("account", account.id)
        )
    return Passed(visitor, recovery)


def right(
    session: Session, settings: Settings, account: Account, typed: str, *, at: datetime
) -> bool:
    """Whether this is a code of now, or an unused recovery code; either is spent by being right."""
    plain = BETWEEN.sub("", typed).upper()
    if DIGITS.fullmatch(plain):
        return right_digits(settings, account, plain, at=at)
    mark = Vault(settings).mark(plain, account.id)
    salts = session.scalars(
        select(RecoveryCode.salt).where(RecoveryCode.account_id == account.id).distinct()
    )
    spent = session.scalars(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.code_hash.in_([kept_of(mark, salt) for salt in salts]),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=at)
        .returning(RecoveryCode.id)
    ).all()
    if spent:
        audit.record(
            session, "recovery_code.used", at=at, by=account.id, subject=("account", account.id)
        )
    return bool(spent)


def right_digits(settings: Settings, account: Account, digits: str, *, at: datetime) -> bool:
    """Whether the digits are those of this step or a neighbour, and of none used before."""
    if account.totp_secret is None:
        return False
    totp = pyotp.TOTP(Vault(settings).unlock(account.totp_secret, account.id))
    now = int(at.timestamp()) // STEP
    for step in range(now - TOLERANCE, now + TOLERANCE + 1):
        fresh = account.totp_step is None or step > account.totp_step
        if hmac.compare_digest(totp.at(step * STEP), digits) and fresh:
            account.totp_step = step
            return True
    return False


def new_recovery_codes(session: Session, settings: Settings, account_id: int) -> tuple[str, ...]:
    """Ten new codes in groups; those of before are worth nothing any more."""
    vault = Vault(settings)
    codes = [
        "".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH))
        for _ in range(RECOVERY_CODES)
    ]
    forget_recovery_codes(session, account_id)
    salt = secrets.token_bytes(SALT)
    session.add_all(
        RecoveryCode(
            account_id=account_id,
            code_hash=kept_of(vault.mark(code, account_id), salt),
            salt=salt,
        )
        for code in codes
    )
    return tuple(f"{code[:5]}-{code[5:]}" for code in codes)


def kept_of(mark: bytes, salt: bytes | None) -> bytes:
    """What is stored of a recovery code, from its mark; without a salt, of one of before."""
    return mark if salt is None else stretched(mark, salt)


def strengthen(session: Session, account_id: int) -> None:
    """Give codes of before their salt; their marks are enough for it."""
    salt = secrets.token_bytes(SALT)
    for code in session.scalars(
        select(RecoveryCode).where(
            RecoveryCode.account_id == account_id, RecoveryCode.salt.is_(None)
        )
    ):
        code.code_hash, code.salt = kept_of(code.code_hash, salt), salt


def forget_recovery_codes(session: Session, account_id: int) -> None:
    """Delete all codes of an account."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))


def left(session: Session, account_id: int) -> int:
    """How many recovery codes have not been used."""
    unused = select(RecoveryCode.id).where(
        RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    )
    return len(session.scalars(unused).all())
