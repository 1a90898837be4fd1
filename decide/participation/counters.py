"""The Redis counters: never incremented, always set from what SQL holds."""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.orm import Session

from decide.participation.streams import Streams

_TOTALS = "SELECT subject_id, sum(likes)::bigint, sum(dislikes)::bigint FROM tally"


def totals(session: Session, subjects: Collection[int] | None = None) -> list[tuple[int, int, int]]:
    """(subject, likes, dislikes) over all versions, of these subjects or of all."""
    where = "" if subjects is None else " WHERE subject_id = ANY(CAST(:subjects AS bigint[]))"
    asked = text(f"{_TOTALS}{where} GROUP BY subject_id ORDER BY subject_id")
    listed = "{" + ",".join(map(str, subjects or ())) + "}"
    rows = session.execute(asked, {} if subjects is None else {"subjects": listed})
    return [(int(subject), int(likes), int(dislikes)) for subject, likes, dislikes in rows]


def rebuild(session: Session, streams: Streams, *, slice_size: int = 5_000) -> int:
    """Set every counter from SQL, and those that SQL does not know to nothing; returns how many."""
    found = totals(session)
    known = {subject for subject, _, _ in found}
    found += [(subject, 0, 0) for subject in set(streams.counted_subjects()) - known]
    for start in range(0, len(found), slice_size):
        streams.set_tallies(found[start : start + slice_size])
    return len(found)
