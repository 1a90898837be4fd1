"""Passkeys (WebAuthn): a fingerprint, a face or a PIN of the own device as second factor.

The challenge is derived from the token of the session that asks, which is random, secret and, for a
log-in, worth nothing once it has been answered. So nothing has to be kept between two requests.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from decide.accounts.models import Account, Passkey
from decide.accounts.second_factor import Passed, complete
from decide.accounts.sessions import Half, is_enrolled
from decide.audit import actions as audit
from decide.errors import NotFound, Refused
from decide.kernel.resources import Resources
from decide.settings import Settings

MOST = 10  # keys of one account
LONGEST_ANSWER = 16_384  # characters; a browser's answer has about 1,500
LONGEST_NAME = 40


class KeyRefused(Refused):
    """The browser's answer is not what was asked for, or not from a key of this account."""

    def __init__(self) -> None:
        """One sentence for all reasons."""
        super().__init__("La llave no se pudo comprobar. Abra la página otra vez y repita.")


@dataclass(frozen=True)
class KeyLine:
    """One key in the list that its owner sees."""

    id: int
    name: str
    added_at: datetime
    used_at: datetime | None


def challenge_of(settings: Settings, token: str) -> bytes:
    """What a key signs in this session."""
    root = hmac.digest(settings.process_key.encode(), b"passkey", hashlib.sha256)
    return hmac.digest(root, token.encode(), hashlib.sha256)


def place_of(settings: Settings) -> tuple[str, str]:
    """The host and the origin for which keys are made."""
    parts = urlsplit(settings.public_url)
    return parts.hostname or "", f"{parts.scheme}://{parts.netloc}"


def offer_key(session: Session, settings: Settings, account_id: int, token: str) -> str:
    """What the browser needs to make a key, as JSON."""
    account = session.get_one(Account, account_id)
    user_id = f"user-{account_id}".encode()
    return webauthn.options_to_json(
        webauthn.generate_registration_options(
            rp_id=place_of(settings)[0],
            rp_name=settings.site_name,
            user_name=account.username,
            user_display_name=account.person,
            user_id=hmac.digest(settings.process_key.encode(), user_id, hashlib.sha256),
            challenge=challenge_of(settings, token),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.DISCOURAGED,
                user_verification=UserVerificationRequirement.PREFERRED,
            ),
            exclude_credentials=descriptors(session, account_id),
        )
    )


def ask_key(session: Session, settings: Settings, account_id: int, token: str) -> str:
    """What the browser needs to ask one of the account's keys, as JSON; empty without any."""
    known = descriptors(session, account_id)
    if not known:
        return ""
    return webauthn.options_to_json(
        webauthn.generate_authentication_options(
            rp_id=place_of(settings)[0],
            challenge=challenge_of(settings, token),
            allow_credentials=known,
            user_verification=UserVerificationRequirement.PREFERRED,
        )
    )


def descriptors(session: Session, account_id: int) -> list[PublicKeyCredentialDescriptor]:
    """The account's keys as the protocol names them."""
    own = select(Passkey.credential_id).where(Passkey.account_id == account_id).order_by(Passkey.id)
    return [PublicKeyCredentialDescriptor(id=each) for each in session.scalars(own)]


def add_key(
    session: Session,
    settings: Settings,
    account_id: int,
    answer: str,
    name: str,
    *,
    token: str,
    at: datetime,
) -> None:
    """Keep the key that a browser has just made. Raise KeyRefused, or Refused with too many."""
    if len(descriptors(session, account_id)) >= MOST:
        raise Refused(f"Una cuenta guarda hasta {MOST} llaves. Quite una que ya no use.")
    host, origin = place_of(settings)
    try:
        made = webauthn.verify_registration_response(
            credential=answer[:LONGEST_ANSWER],
            expected_challenge=challenge_of(settings, token),
            expected_rp_id=host,
            expected_origin=origin,
        )
    except (WebAuthnException, ValueError) as error:
        raise KeyRefused from error
    row = Passkey(
        account_id=account_id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=" ".join(name.split())[:LONGEST_NAME] or "Llave",
        added_at=at,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise KeyRefused from error
    audit.record(
        session, "passkey.added", at=at, by=account_id, subject=("account", account_id),
        after={"passkey_id": row.id},
    )  # fmt: skip


def pass_by_key(resources: Resources, half: Half, answer: str) -> Passed:
    """Complete a half log-in by a key; at the first time, by making one.

    Raise KeyRefused or throttle.TooManyTries.
    """
    settings = resources.settings

    def proof(session: Session, account: Account, at: datetime) -> None:
        if is_enrolled(session, account):
            answered(session, settings, account.id, answer, token=half.token, at=at)
            return
        add_key(session, settings, account.id, answer, "", token=half.token, at=at)
        account.totp_secret = None  # was shown on the same page, and nobody confirmed it

    return complete(resources, half, proof)


def answered(
    session: Session, settings: Settings, account_id: int, answer: str, *, token: str, at: datetime
) -> None:
    """Pass when a key of the account has signed the challenge; else KeyRefused."""
    host, origin = place_of(settings)
    try:
        spoken = webauthn.helpers.parse_authentication_credential_json(answer[:LONGEST_ANSWER])
        row = session.scalars(
            select(Passkey)
            .where(Passkey.account_id == account_id, Passkey.credential_id == spoken.raw_id)
            .with_for_update()
        ).one_or_none()
        if row is None:
            raise KeyRefused
        seen = webauthn.verify_authentication_response(
            credential=spoken,
            expected_challenge=challenge_of(settings, token),
            expected_rp_id=host,
            expected_origin=origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
        )
    except (WebAuthnException, ValueError) as error:
        raise KeyRefused from error
    row.sign_count, row.used_at = seen.new_sign_count, at


def keys_of(session: Session, account_id: int) -> tuple[KeyLine, ...]:
    """The account's keys in the order in which they were added."""
    rows = session.scalars(
        select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.id)
    )
    return tuple(KeyLine(row.id, row.name, row.added_at, row.used_at) for row in rows)


def remove_key(session: Session, account_id: int, key_id: int, *, at: datetime) -> None:
    """Take one of the own keys away. Refused when it is the only second step."""
    account = session.get_one(Account, account_id, with_for_update=True)
    own = keys_of(session, account_id)
    if key_id not in {key.id for key in own}:
        raise NotFound("Esa llave ya no está.")
    if account.totp_at is None and len(own) == 1:
        raise Refused("Es su único segundo paso. Agregue otra llave antes de quitarla.")
    session.execute(delete(Passkey).where(Passkey.id == key_id))
    audit.record(
        session, "passkey.removed", at=at, by=account_id, subject=("account", account_id),
        after={"passkey_id": key_id},
    )  # fmt: skip


def forget_keys(session: Session, account_id: int) -> None:
    """Take all keys of an account away."""
    session.execute(delete(Passkey).where(Passkey.account_id == account_id))
