"""Phases: what is visible, what takes part and what is editable at an instant."""
