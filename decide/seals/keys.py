"""Signing keys: made by command, private part encrypted at rest, rotated with an overlap."""

import os
from datetime import datetime
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.calendar import queries as calendar
from decide.errors import NotFound, Refused
from decide.seals.models import SealKey
from decide.seals.notes import NAME, Signer, Verifier
from decide.settings import Settings

PURPOSE = b"decide/1/seal-key-box"
NONCE = 12


class NoKey(Refused):
    """There is no key that may sign."""


def create_key(
    session: Session, name: str, *, process_key: str, at: datetime, by: int | None
) -> Verifier:
    """Make a new key and begin to sign with it, beside those that sign already."""
    if not NAME.fullmatch(name):
        raise Refused("El nombre de la clave no lleva espacios ni el signo +.")
    private = Ed25519PrivateKey.generate()
    raw = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    nonce = os.urandom(NONCE)
    verifier = Signer(name, private).verifier
    row = SealKey(
        name=name,
        public=verifier.public,
        boxed=nonce + _box(process_key).encrypt(nonce, raw, verifier.public),
        created_at=at,
        retired_at=None,
    )
    session.add(row)
    session.flush()
    audit.record(
        session,
        "seal_key.created",
        at=at,
        by=by,
        subject=("seal_key", row.id),
        after={"key": verifier.text()},
    )
    return verifier


def ensure_key(session: Session, settings: Settings, *, at: datetime) -> None:
    """Make the first key, if nobody has: no day should go unsealed for want of a command."""
    if session.scalar(select(SealKey.id).limit(1)) is None:
        host = urlsplit(settings.public_url).hostname or "decide"
        name = f"{host}/{calendar.process(session).key}"
        create_key(session, name, process_key=settings.process_key, at=at, by=None)


def retire_key(session: Session, key_id: str, *, at: datetime, by: int | None) -> Verifier:
    """Stop signing with the key of this id (8 hexadecimal digits). The last one stays."""
    rows = session.scalars(active_rows().with_for_update()).all()
    found = [row for row in rows if Verifier(row.name, row.public).key_id.hex() == key_id]
    if not found:
        raise NotFound("Esa clave no existe o ya se retiró.")
    if len(rows) == 1:
        raise Refused("Es la única clave. Cree otra antes de retirar esta.")
    found[0].retired_at = at
    audit.record(session, "seal_key.retired", at=at, by=by, subject=("seal_key", found[0].id))
    return Verifier(found[0].name, found[0].public)


def signers(session: Session, process_key: str) -> list[Signer]:
    """The keys that sign now, oldest first; NoKey when there is none."""
    rows = session.scalars(active_rows()).all()
    if not rows:
        raise NoKey("No hay clave para sellar. Ejecute «flask decide seal key create».")
    return [_opened(row, process_key) for row in rows]


def signers_of(session: Session, process_key: str) -> list[Signer]:
    """Every key there ever was, retired ones too: a package is signed by the keys of its seal."""
    rows = session.scalars(select(SealKey).order_by(SealKey.id))
    return [_opened(row, process_key) for row in rows]


def verifiers(session: Session) -> list[Verifier]:
    """All keys that ever signed, oldest first."""
    rows = session.scalars(select(SealKey).order_by(SealKey.id))
    return [Verifier(row.name, row.public) for row in rows]


def active_rows() -> Select[SealKey]:
    """Keys that sign now."""
    return select(SealKey).where(SealKey.retired_at.is_(None)).order_by(SealKey.id)


def _opened(row: SealKey, process_key: str) -> Signer:
    nonce, boxed = row.boxed[:NONCE], row.boxed[NONCE:]
    raw = _box(process_key).decrypt(nonce, boxed, row.public)
    return Signer(row.name, Ed25519PrivateKey.from_private_bytes(raw))


def _box(process_key: str) -> ChaCha20Poly1305:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
    return ChaCha20Poly1305(derived.derive(process_key.encode()))
