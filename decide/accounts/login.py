"""One log-in: spend a try, check the passphrase, open a session.

This walk owns its commits, unlike the actions: the spent try must outlive the refusal, and no
database connection is held while the passphrase is hashed.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.accounts import throttle
from decide.accounts.browsers import Browsers
from decide.accounts.models import Account
from decide.accounts.passphrases import Keeper, Passphrase
from decide.accounts.sessions import Half, Visitor, is_enrolled, open_half, open_session
from decide.accounts.throttle import Allowance, bucket
from decide.audit import actions as audit
from decide.errors import Refused
from decide.kernel.log import Sparing, logger
from decide.kernel.prefixes import Prefixes
from decide.kernel.resources import Resources
from decide.settings import Settings

# Unknown browsers of all networks together get this many times the tries of one network.
ALL_NETWORKS = 10

log = logger("accounts")
paused = Sparing(log)


class WrongLogin(Refused):
    """No such account, wrong passphrase, not active, or the other door: never says which."""

    def __init__(self) -> None:
        """One sentence for all reasons."""
        super().__init__(
            "El usuario o la contraseña no son correctos. Revise los dos y pruebe otra vez."
        )


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What somebody sent to a log-in page; of `address` only the network's mark is used."""

    username: str
    passphrase: Passphrase
    roles: frozenset[str]
    address: str | None
    known_browser: str | None


@dataclass(frozen=True)
class Entry:
    """A right passphrase: a log-in, or the way to the second factor."""

    visitor: Visitor | None
    half: Half | None
    known_browser: str


def log_in(resources: Resources, attempt: Attempt) -> Entry:
    """Open a session, or half of one where a second factor is asked for.

    Raise WrongLogin or throttle.TooManyTries.
    """
    username = attempt.username.strip().casefold()
    with resources.database.transaction() as session:
        at = resources.clock.now(session)
        allowances = allowances_of(resources, attempt, username, at=at)
        try:
            throttle.spend(session, allowances, at=at)
        except throttle.TooManyTries:
            paused.note("login.paused")
            raise

    with resources.database.reading() as session:
        account = session.scalars(select(Account).where(Account.username == username)).one_or_none()
        stored = account.password_hash if account else None
        account_id = account.id if account else None

    keeper = Keeper(resources.settings)
    if not keeper.matches(stored, attempt.passphrase):
        log.info("login.failed", account_id=account_id)
        raise WrongLogin

    with resources.database.transaction() as session:
        at = resources.clock.now(session)
        own = select(Account).where(
            Account.id == account_id,
            # Changed while we were hashing: the old passphrase must not open a session any more.
            Account.password_hash == stored,
            Account.active,
            Account.role.in_(attempt.roles),
        )
        current = session.scalars(own.with_for_update()).one_or_none()
        if current is None:
            raise WrongLogin
        if stored and keeper.is_outdated(stored):
            current.password_hash = keeper.hash(attempt.passphrase)
        throttle.give_back(session, allowances, at=at)
        known_browser = Browsers(resources.settings.secret_key).introduce(username)
        if asks_second_factor(session, resources.settings, current):
            return Entry(None, open_half(session, current, at=at), known_browser)
        audit.record(
            session, "session.opened", at=at, by=current.id, subject=("account", current.id)
        )
        return Entry(open_session(session, current, at=at), None, known_browser)


def asks_second_factor(session: Session, settings: Settings, account: Account) -> bool:
    """Whoever has set one up is always asked; who has not, unless everything is invented."""
    asked_of_all = settings.second_factor and not settings.demonstration
    return asked_of_all or is_enrolled(session, account)


def allowances_of(
    resources: Resources, attempt: Attempt, username: str, *, at: datetime
) -> list[Allowance]:
    """Which allowances this try spends.

    A browser known to the account has its own. Unknown ones spend that of their network, and one
    for all networks together. Names that do not exist have allowances too, so that the pause does
    not tell which exist.
    """
    limit = resources.settings.logins_per_quarter
    browser = Browsers(resources.settings.secret_key).recognise(attempt.known_browser, username)
    if browser is not None:
        return [Allowance(bucket("browser", username, browser), limit)]
    network = Prefixes(resources.queue).mark(attempt.address, at)
    return [
        Allowance(bucket("network", username, network), limit),
        Allowance(bucket("account", username), limit * ALL_NETWORKS),
    ]
