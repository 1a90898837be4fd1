"""Recording who was elected: one person for each seat; the trail keeps who stood there before."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.catalog.registry import Ids
from decide.results.entries import ElectedEntry
from decide.results.models import Elected
from decide.results.queries_elected import entries as recorded

SEAT = (Elected.contest_id, Elected.post, Elected.principle, Elected.rank)


def record_elected(
    session: Session, entries: Sequence[ElectedEntry], *, at: datetime, by: int | None
) -> None:
    """Create or change the holders of seats, in a fixed number of statements.

    Raises UnknownKey for a contest or a party that is not registered.
    """
    if not entries:
        return
    ids = Ids(session)
    before = recorded(session)
    rows = [
        {
            "contest_id": ids.contest(entry.contest),
            "post": entry.post,
            "principle": entry.principle,
            "rank": entry.rank,
            "person": entry.person,
            "party_id": None if entry.party is None else ids.actor(entry.party),
            "source": entry.source,
            "recorded_at": at,
        }
        for entry in entries
    ]
    statement = upsert(Elected)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=SEAT,
            set_={
                name: statement.excluded[name]
                for name in ("person", "party_id", "source", "recorded_at")
            },
        ),
        rows,
    )
    changed = [entry for entry in entries if entry.key in before]
    audit.record(
        session,
        "elected.recorded",
        at=at,
        by=by,
        subject=("elected", None),
        before={"/".join(entry.key): before[entry.key].person for entry in changed} or None,
        after={"created": len(entries) - len(changed), "changed": len(changed)},
    )
