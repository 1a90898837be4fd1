"""Recording official results: a change is a new version, nothing is overwritten."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.catalog.registry import Ids
from decide.errors import Refused
from decide.results.entries import ResultEntry
from decide.results.models import Result, ResultStation, ResultVote


class WrongSums(Refused):
    """The figures of a result contradict one another; the sentence says which."""


def record_result(session: Session, entry: ResultEntry, *, at: datetime, by: int | None) -> None:
    """Write a result as the newest version of its contest. Refused when it does not add up."""
    record_results(session, [entry], at=at, by=by)


def record_results(
    session: Session, entries: Sequence[ResultEntry], *, at: datetime, by: int | None
) -> None:
    """The same for many contests, in a fixed number of statements."""
    for entry in entries:
        check_sums(entry)
    if not entries:
        return
    ids = Ids(session)
    newest = dict(
        session.execute(
            select(Result.contest_id, func.max(Result.version)).group_by(Result.contest_id)
        ).all()
    )
    made = session.scalars(
        insert(Result).returning(Result.id, sort_by_parameter_order=True),
        [
            {
                "contest_id": ids.contest(entry.contest),
                "version": newest.get(ids.contest(entry.contest), 0) + 1,
                "status": entry.status,
                "source": entry.source,
                "recorded_at": at,
                "valid": entry.valid,
                "unregistered": entry.unregistered,
                "null_votes": entry.null_votes,
                "total": entry.total,
                "nominal_list": entry.nominal_list,
                "note": entry.note,
            }
            for entry in entries
        ],
    ).all()
    votes = [
        {
            "result_id": result,
            "position": vote.position,
            "actor_id": None if vote.actor is None else ids.actor(vote.actor),
            "label": vote.label,
            "votes": vote.votes,
        }
        for result, entry in zip(made, entries, strict=True)
        for vote in entry.votes
    ]
    if votes:
        session.execute(insert(ResultVote), votes)
    stations = [
        {
            "result_id": result,
            "section": station.section,
            "booth": station.booth,
            "votes": list(station.votes),
            "unregistered": station.unregistered,
            "null_votes": station.null_votes,
            "total": station.total,
        }
        for result, entry in zip(made, entries, strict=True)
        for station in entry.stations
    ]
    if stations:
        session.execute(insert(ResultStation), stations)
    for result, entry in zip(made, entries, strict=True):
        audit.record(
            session,
            "result.recorded",
            at=at,
            by=by,
            subject=("result", result),
            after={"contest": entry.contest, "status": entry.status.value, "total": entry.total},
        )


def withdraw_results(
    session: Session, entries: Sequence[ResultEntry], *, at: datetime, by: int | None
) -> None:
    """Delete the newest version of each contest's result: for a list imported by mistake."""
    ids = Ids(session)
    newest = (
        select(Result.id)
        .where(Result.contest_id.in_([ids.contest(entry.contest) for entry in entries]))
        .ext(distinct_on(Result.contest_id))
        .order_by(Result.contest_id, Result.version.desc())
    )
    gone = session.scalars(newest).all()
    session.execute(delete(ResultStation).where(ResultStation.result_id.in_(gone)))
    session.execute(delete(ResultVote).where(ResultVote.result_id.in_(gone)))
    session.execute(delete(Result).where(Result.id.in_(gone)))
    audit.record(
        session,
        "results.withdrawn",
        at=at,
        by=by,
        subject=("result", None),
        before={"rows": len(gone)},
    )


def check_sums(entry: ResultEntry) -> None:
    """Raises WrongSums unless options = valid, all votes = total, and total ≤ nominal list."""
    options = sum(vote.votes for vote in entry.votes)
    if entry.valid is not None and options != entry.valid:
        raise WrongSums(
            f"Los votos por opción suman {options:,} y los votos válidos dicen {entry.valid:,}."
        )
    for position, vote in enumerate(entry.votes):
        counted = sum(station.votes[position] for station in entry.stations)
        if entry.stations and counted != vote.votes:
            raise WrongSums(
                f"Las casillas suman {counted:,} votos de {vote.label} y el resultado dice"
                f" {vote.votes:,}."
            )
    parts = (entry.valid, entry.unregistered, entry.null_votes)
    if entry.total is not None and all(part is not None for part in parts):
        counted = sum(part for part in parts if part is not None)
        if counted != entry.total:
            raise WrongSums(
                f"Válidos, no registrados y nulos suman {counted:,} y el total dice"
                f" {entry.total:,}."
            )
    if None not in (entry.total, entry.nominal_list) and (entry.total or 0) > (
        entry.nominal_list or 0
    ):
        raise WrongSums(
            f"El total de votos, {entry.total:,}, es mayor que la lista nominal,"
            f" {entry.nominal_list:,}."
        )
