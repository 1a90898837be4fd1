"""Doors by audience: public, actor, staff; each view parses, asks, answers."""
