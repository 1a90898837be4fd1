"""Fixtures of the portals' tests; see tests/portal.py."""

from tests.portal import ana, clock, enter, portal_app, portal_database, portal_world, world

__all__ = ["ana", "clock", "enter", "portal_app", "portal_database", "portal_world", "world"]
