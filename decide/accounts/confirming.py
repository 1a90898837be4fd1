"""Asking who is at the keyboard once more, before a deed that counts as a signature."""

from decide.accounts import throttle
from decide.accounts.actions import locked
from decide.accounts.own_account import WrongPassphrase, spend
from decide.accounts.passphrases import Keeper, Passphrase
from decide.accounts.second_factor import WrongCode, right
from decide.accounts.sessions import Visitor
from decide.kernel.resources import Resources


def uses_codes(resources: Resources, who: Visitor) -> bool:
    """Whether this account confirms with a code of its app, or else with its passphrase."""
    with resources.database.transaction() as session:
        return locked(session, who.id).totp_at is not None


def confirm_again(resources: Resources, who: Visitor, typed: str) -> None:
    """Pass for the right code, or the right passphrase of an account without an app.

    Raise WrongCode, WrongPassphrase or throttle.TooManyTries. Owns its commits: a spent try must
    outlive the refusal, and a code is spent by being right.
    """
    allowance = spend(resources, who)
    with resources.database.transaction() as session:
        at = resources.clock.now(session)
        account = locked(session, who.id)
        if account.totp_at is not None:
            if not right(session, resources.settings, account, typed, at=at):
                raise WrongCode
        elif not Keeper(resources.settings).matches(account.password_hash, Passphrase(typed)):
            raise WrongPassphrase
        throttle.give_back(session, [allowance], at=at)
