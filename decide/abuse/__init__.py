"""Answers that look made to order: found at the daily seal by a written rule, never deleted."""
