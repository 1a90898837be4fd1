"""What can be done with an account; the caller owns the commit."""

import re
import secrets
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from decide.accounts.models import Account, EditorContest
from decide.accounts.passphrases import Keeper, Passphrase, chosen
from decide.accounts.roles import Role
from decide.accounts.sessions import end_sessions_of
from decide.audit import actions as audit
from decide.errors import NotFound, Refused
from decide.kernel.db import constraint_of
from decide.settings import Settings

USERNAME = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
EMAIL = re.compile(r"[^@\s<>\"',;]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
SENTENCES = {
    "uq_account_username": "Ese usuario ya existe. Elija otro.",
    "fk_account_actor_id": "Ese actor político no existe.",
    "ck_account_actor_role": "Quien trabaja en un partido lleva su partido; el personal, ninguno.",
}
# No vowels: nothing that is read aloud becomes a word. No 0/o, 1/l.
LETTERS = "bcdfghjkmnpqrstvwxz23456789"


class EmailRefused(Refused):
    """What was typed is no address."""

    def __init__(self) -> None:
        """How to write one."""
        super().__init__("Escriba el correo completo, como nombre@ejemplo.mx.")


def create_account(
    session: Session,
    *,
    username: str,
    person: str,
    role: Role,
    actor_id: int | None,
    at: datetime,
    by: int | None,
) -> Account:
    """A new account that cannot log in before it has a passphrase. Refused with the reason."""
    username = username.strip().casefold()
    if not USERNAME.fullmatch(username) or not 3 <= len(username) <= 60:
        raise Refused(
            "El usuario lleva de 3 a 60 letras minúsculas sin acento, números, puntos o guiones."
        )
    if not person.strip():
        raise Refused("Escriba el nombre de la persona.")
    account = Account(
        username=username,
        person=person.strip(),
        role=role,
        actor_id=actor_id,
        active=True,
        created_at=at,
    )
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError as error:
        raise Refused(SENTENCES.get(constraint_of(error), "La cuenta no se pudo crear.")) from error
    audit.record(
        session,
        "account.created",
        at=at,
        by=by,
        subject=("account", account.id),
        after={"role": role.value, "actor_id": actor_id},
    )
    return account


def set_passphrase(
    session: Session,
    settings: Settings,
    account_id: int,
    text: str,
    *,
    at: datetime,
    by: int | None,
    keep_session: int | None = None,
) -> None:
    """Give an account a passphrase and end its log-ins, except `keep_session`.

    Raise WeakPassphrase with the reason.
    """
    account = locked(session, account_id)
    passphrase = chosen(text, username=account.username, person=account.person)
    account.password_hash = Keeper(settings).hash(passphrase)
    ended = end_sessions_of(session, account_id, at=at, but=keep_session)
    audit.record(
        session,
        "account.passphrase_set",
        at=at,
        by=by,
        subject=("account", account_id),
        after={"sessions_ended": ended},
    )


def deactivate(
    session: Session, account_id: int, *, at: datetime, by: int | None, reason: str
) -> None:
    """Close an account at once: it cannot log in, and its log-ins end now."""
    account = locked(session, account_id)
    account.active = False
    ended = end_sessions_of(session, account_id, at=at)
    audit.record(
        session,
        "account.deactivated",
        at=at,
        by=by,
        subject=("account", account_id),
        after={"sessions_ended": ended},
        reason=reason,
    )


def set_contests(
    session: Session,
    account_id: int,
    contest_ids: frozenset[int],
    *,
    at: datetime,
    by: int | None,
) -> None:
    """Say about which elections an editor may write; others are taken away at once."""
    account = locked(session, account_id)
    if account.role is not Role.EDITOR:
        raise Refused("Solo la función de edición se limita a elecciones.")
    session.execute(delete(EditorContest).where(EditorContest.account_id == account_id))
    session.add_all(
        EditorContest(account_id=account_id, contest_id=each) for each in sorted(contest_ids)
    )
    session.flush()
    audit.record(
        session, "account.contests_set", at=at, by=by, subject=("account", account_id),
        after={"contests": sorted(contest_ids)},
    )  # fmt: skip


def set_email(
    session: Session,
    account_id: int,
    email: str,
    *,
    at: datetime,
    by: int | None,
    unwanted: frozenset[str] = frozenset(),
) -> None:
    """Where reminders go, empty for none, and which kinds of them are `unwanted`.

    The address is kept in no trail. EmailRefused when it is none.
    """
    account = locked(session, account_id)
    account.email = email_in(email) or None
    account.unwanted_mail = sorted(unwanted)
    audit.record(
        session, "account.mail_set", at=at, by=by, subject=("account", account_id),
        after={"wanted": account.email is not None, "unwanted": sorted(unwanted)},
    )  # fmt: skip


def email_in(text: str) -> str:
    """An address as it was typed, without blanks around it; EmailRefused when it is none."""
    email = text.strip()
    if email and (len(email) > 120 or not EMAIL.fullmatch(email)):
        raise EmailRefused
    return email


def locked(session: Session, account_id: int) -> Account:
    """The account's row, held until the caller commits."""
    row = session.scalars(
        select(Account).where(Account.id == account_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound("Esa cuenta no existe.")
    return row


def invented_passphrase() -> Passphrase:
    """A random passphrase to hand over once: 20 letters in groups of five, about 95 bits."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(20))
    return Passphrase("-".join(letters[start : start + 5] for start in range(0, 20, 5)))
