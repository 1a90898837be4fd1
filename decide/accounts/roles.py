"""Roles, apart from the tables so that the doors can name them."""

from enum import StrEnum


class Role(StrEnum):
    """What an account may do; the first two belong to an actor, the others to the authority."""

    COORDINATOR = "coordinator"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"
    WRITER = "writer"  # the authority's own texts; EDITOR belongs to an actor
    IMPORTER = "importer"
    CREDENTIALS = "credentials"
    OBSERVER = "observer"
    AUDITOR = "auditor"


ACTOR_ROLES: frozenset[str] = frozenset({Role.COORDINATOR, Role.EDITOR})
STAFF_ROLES: frozenset[str] = frozenset(Role) - ACTOR_ROLES
