"""What somebody logged in can do with the own account; passphrase or app are asked again.

These walks own their commits, like the log-in: a spent try must outlive the refusal.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.accounts import throttle
from decide.accounts.actions import locked, set_passphrase
from decide.accounts.models import Account
from decide.accounts.passkeys import add_key, remove_key
from decide.accounts.passphrases import Keeper, Passphrase
from decide.accounts.second_factor import WrongCode, new_recovery_codes, right
from decide.accounts.sessions import (
    Visitor,
    end_session,
    end_sessions_of,
    is_enrolled,
    sessions_of,
)
from decide.accounts.throttle import Allowance, bucket
from decide.audit import actions as audit
from decide.errors import NotFound, Refused
from decide.kernel.resources import Resources

TRIES = 5  # a quarter of an hour: whoever sits at somebody's open browser must not guess on


class WrongPassphrase(Refused):
    """The present passphrase was not right."""

    def __init__(self) -> None:
        """One sentence."""
        super().__init__("Su contraseña actual no es correcta. Escríbala otra vez.")


def change_passphrase(resources: Resources, who: Visitor, present: str, wanted: str) -> None:
    """A new passphrase; all other log-ins end.

    Raise WrongPassphrase, WeakPassphrase or throttle.TooManyTries.
    """
    check_passphrase(resources, who, present)
    with resources.database.transaction() as session:
        at = resources.clock.now(session)
        set_passphrase(
            session, resources.settings, who.id, wanted,
            at=at, by=who.id, keep_session=who.session_id,
        )  # fmt: skip


def renew_recovery_codes(resources: Resources, who: Visitor, typed: str) -> tuple[str, ...]:
    """Ten new codes for a code of the app or an old one; those of before are void.

    Raise WrongCode or throttle.TooManyTries.
    """
    allowance = spend(resources, who)
    with resources.database.transaction() as session:
        at = resources.clock.now(session)
        account = locked(session, who.id)
        known = is_enrolled(session, account)
        if not known or not right(session, resources.settings, account, typed, at=at):
            raise WrongCode
        throttle.give_back(session, [allowance], at=at)
        codes = new_recovery_codes(session, resources.settings, who.id)
        audit.record(
            session, "recovery_codes.renewed", at=at, by=who.id, subject=("account", who.id)
        )
    return codes


def add_own_key(resources: Resources, who: Visitor, present: str, answer: str, name: str) -> None:
    """A passkey more, for the passphrase.

    Raise WrongPassphrase, passkeys.KeyRefused, Refused or throttle.TooManyTries.
    """
    check_passphrase(resources, who, present)
    with resources.database.transaction() as session:
        at = resources.clock.now(session)
        locked(session, who.id)
        add_key(session, resources.settings, who.id, answer, name, token=who.token, at=at)


def check_passphrase(resources: Resources, who: Visitor, present: str) -> None:
    """Pass for the right passphrase. Raise WrongPassphrase or throttle.TooManyTries."""
    allowance = spend(resources, who)
    with resources.database.reading() as session:
        stored = stored_hash(session, who.id)
    if not Keeper(resources.settings).matches(stored, Passphrase(present)):
        raise WrongPassphrase
    with resources.database.transaction() as session:
        throttle.give_back(session, [allowance], at=resources.clock.now(session))


def end_own_session(resources: Resources, who: Visitor, present: str, session_id: int) -> None:
    """End one of the own log-ins, for the passphrase; NotFound for anybody else's.

    Raise WrongPassphrase or throttle.TooManyTries.
    """
    check_passphrase(resources, who, present)
    with resources.database.transaction() as session:
        at = resources.clock.now(session)
        own = {line.id for line in sessions_of(session, resources.settings, who.id, at=at)}
        if session_id not in own:
            raise NotFound("Esa sesión ya no está abierta.")
        end_session(session, session_id, at=at)
        audit.record(session, "session.ended", at=at, by=who.id, subject=("account", who.id))


def end_own_sessions(resources: Resources, who: Visitor, present: str) -> int:
    """End all own log-ins, for the passphrase; gives how many.

    Raise WrongPassphrase or throttle.TooManyTries.
    """
    check_passphrase(resources, who, present)
    with resources.database.transaction() as session:
        return end_sessions_of(session, who.id, at=resources.clock.now(session))


def remove_own_key(resources: Resources, who: Visitor, present: str, key_id: int) -> None:
    """Take one of the own passkeys away, for the passphrase.

    Raise WrongPassphrase, Refused or throttle.TooManyTries.
    """
    check_passphrase(resources, who, present)
    with resources.database.transaction() as session:
        remove_key(session, who.id, key_id, at=resources.clock.now(session))


def spend(resources: Resources, who: Visitor) -> Allowance:
    """Take one try of this account."""
    allowance = Allowance(bucket("own", str(who.id)), TRIES)
    with resources.database.transaction() as session:
        throttle.spend(session, [allowance], at=resources.clock.now(session))
    return allowance


def stored_hash(session: Session, account_id: int) -> str | None:
    """The kept form of the present passphrase."""
    return session.scalar(select(Account.password_hash).where(Account.id == account_id))
