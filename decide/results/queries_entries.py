"""The newest results as the entries of a file, for comparing with one."""

from sqlalchemy.orm import Session

from decide.results.entries import ResultEntry, VoteEntry
from decide.results.models import ResultStatus
from decide.results.queries import newest, newest_ids
from decide.results.queries_stations import entries_of


def entries(session: Session) -> dict[tuple[str, ...], ResultEntry]:
    """All of them by key, with their stations; four statements."""
    ids = newest_ids(session)
    stations = entries_of(session, ids.values())
    found = (
        ResultEntry(
            contest=result.contest,
            status=ResultStatus(result.status),
            source=result.source,
            valid=result.valid,
            unregistered=result.unregistered,
            null_votes=result.null_votes,
            total=result.total,
            nominal_list=result.nominal_list,
            note=result.note,
            votes=tuple(
                VoteEntry(line.position, line.actor, line.label, line.votes)
                for line in result.votes
            ),
            stations=stations.get(ids[result.contest], ()),
        )
        for result in newest(session)
    )
    return {entry.key: entry for entry in found}
