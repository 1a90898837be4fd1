"""Destroying what is over, and looking whether anything is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.retention.rules import RULES, Rule


@dataclass(frozen=True)
class Standing:
    """A rule, and how many rows are kept longer than it allows."""

    rule: Rule
    overdue: int


def destroy(session: Session, *, at: datetime, by: int | None = None) -> dict[str, int]:
    """Delete whatever is over; table → rows. Writes numbers into the trail, and no content.

    Running twice destroys nothing more and writes nothing more.
    """
    gone: dict[str, int] = {}
    for rule in RULES:
        deleted = session.execute(
            text(f"WITH gone AS (DELETE FROM {rule.table} WHERE {rule.over} RETURNING 1)"  # noqa: S608
                 " SELECT count(*) FROM gone"),
            {"before": before(rule, at)},
        ).scalar_one()  # fmt: skip
        if deleted:
            gone[rule.table] = int(deleted)
    if gone:
        audit.record(
            session, "retention.destroyed", at=at, by=by, subject=("retention", None), after=gone
        )
    return gone


def standing(session: Session, *, at: datetime) -> list[Standing]:
    """Each rule and what is overdue now."""
    return [
        Standing(
            rule,
            session.execute(
                text(f"SELECT count(*) FROM {rule.table} WHERE {rule.over}"),  # noqa: S608
                {"before": before(rule, at)},
            ).scalar_one(),
        )
        for rule in RULES
    ]


def before(rule: Rule, at: datetime) -> datetime:
    """What is older than this is over."""
    return at - timedelta(days=rule.days)
