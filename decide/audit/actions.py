"""Writing the trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from decide.audit.models import AuditEntry

# Where a door notes in `Session.info` from which log-in a transaction is asked for.
SPEAKING = "speaking"


def record(
    session: Session,
    deed: str,
    *,
    at: datetime,
    by: int | None,
    subject: tuple[str, int | None],
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Add one deed to the caller's transaction.

    `deed` is a dotted constant ("proposal.published"), `subject` a (kind, id) pair, `by` an account
    id or None for the program itself. Pass no text of citizens and no secret. The log-in
    is what the door noted on the session (SPEAKING).
    """
    session.add(
        AuditEntry(
            at=at,
            account_id=by,
            deed=deed,
            subject_kind=subject[0],
            subject_id=subject[1],
            before=dict(before) if before is not None else None,
            after=dict(after) if after is not None else None,
            reason=reason,
            session_id=session.info.get(SPEAKING),
        )
    )
