"""Periodic reports for the follow-up group: facts frozen once, and two papers made of them."""
