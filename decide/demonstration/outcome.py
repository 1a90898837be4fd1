"""Invented results, for the demonstration after election day."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.catalog.models import Candidacy, Contest, ContestKind, PoliticalActor
from decide.demonstration import lots
from decide.geography import queries as geography
from decide.results.actions import record_results
from decide.results.entries import ResultEntry, VoteEntry
from decide.results.models import ResultStatus

SOURCE = "Resultado inventado de la demostración"
ADULTS = 0.7  # of the population; the nominal list of 2021 was near that


def record_outcome(session: Session, *, at: datetime) -> int:
    """Give every ayuntamiento and district a result that adds up; gives how many."""
    sizes = contest_sizes(session)
    running: dict[str, list[tuple[str, str]]] = {}
    rows = (
        select(Contest.key, PoliticalActor.key, PoliticalActor.acronym)
        .join(Candidacy, Candidacy.contest_id == Contest.id)
        .join(PoliticalActor, PoliticalActor.id == Candidacy.actor_id)
        .where(Candidacy.is_head, Contest.kind != ContestKind.PROPORTIONAL)
        .order_by(Contest.id, PoliticalActor.registration_order)
    )
    for contest, actor, acronym in session.execute(rows):
        running.setdefault(contest, []).append((actor, acronym))
    entries = [invented(contest, sizes[contest], ran) for contest, ran in running.items()]
    record_results(session, entries, at=at, by=None)
    return len(entries)


def contest_sizes(session: Session) -> dict[str, int]:
    """People on the nominal list of each contest, roughly."""
    places = geography.municipalities(session)
    people = {place.number: int(place.population * ADULTS) for place in places}
    share = sum(people.values()) // 45
    rows = select(Contest.key, Contest.municipality_number).order_by(Contest.id)
    return {
        contest: people.get(number, share) if number else share
        for contest, number in session.execute(rows)
    }


def invented(contest: str, nominal: int, ran: list[tuple[str, str]]) -> ResultEntry:
    """A result drawn by the contest's key."""
    # Drawn so finely that nobody ties.
    weights = [2_000 + lots.number(10_000, contest, actor) for actor, _ in ran]
    turnout = nominal * (45 + lots.number(20, contest, "turnout")) // 100
    votes = tuple(
        VoteEntry(position, actor, acronym, turnout * weight // sum(weights))
        for position, ((actor, acronym), weight) in enumerate(
            zip(ran, weights, strict=True), start=1
        )
    )
    valid = sum(vote.votes for vote in votes)
    null_votes = valid * 3 // 100
    unregistered = lots.number(60, contest, "unregistered")
    total = valid + null_votes + unregistered
    return ResultEntry(
        contest=contest,
        status=ResultStatus.FINAL,
        source=SOURCE,
        valid=valid,
        unregistered=unregistered,
        null_votes=null_votes,
        total=total,
        nominal_list=max(nominal, total),
        note="",
        votes=votes,
    )
