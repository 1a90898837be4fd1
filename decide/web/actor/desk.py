"""On whose behalf the person at this request acts."""

from decide.accounts.roles import Role
from decide.catalog.owner import Owner
from decide.web.shared.login import actor_of, visitor


def owner_of() -> Owner:
    """The own actor; for an editor only the elections that the coordination chose."""
    who = visitor()
    return Owner(actor_of(), who.contests, publishes=who.role is Role.COORDINATOR)
