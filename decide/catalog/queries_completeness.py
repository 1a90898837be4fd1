"""How far the actors have come, place by place and actor by actor. All of it is public anyway."""

from dataclasses import dataclass

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from decide.catalog.models import (
    Candidacy,
    Contest,
    ContestKind,
    PoliticalActor,
    Profile,
    Proposal,
    ProposalState,
)


@dataclass(frozen=True)
class Progress:
    """Heads of ticket or slate, and how many have published a trajectory, and a proposal."""

    heads: int
    trajectories: int
    proposals: int

    @property
    def share(self) -> int | None:
        """Per cent of the trajectories and first proposals that citizens expect; None for none."""
        done = self.trajectories + self.proposals
        return done * 100 // (2 * self.heads) if self.heads else None

    def plus(self, other: "Progress") -> "Progress":
        """Both together."""
        return Progress(
            self.heads + other.heads,
            self.trajectories + other.trajectories,
            self.proposals + other.proposals,
        )


NOTHING = Progress(0, 0, 0)


@dataclass(frozen=True)
class ActorProgress:
    """An actor's, in the order of the registration."""

    name: str
    acronym: str
    progress: Progress


@dataclass(frozen=True)
class Completeness:
    """By municipality and district number, and by actor."""

    municipalities: dict[int, Progress]
    districts: dict[int, Progress]
    actors: tuple[ActorProgress, ...]

    @property
    def all(self) -> Progress:
        """Everybody together."""
        total = NOTHING
        for each in self.actors:
            total = total.plus(each.progress)
        return total


def completeness(session: Session) -> Completeness:
    """One statement: a line for each contest and actor, added up here."""
    shown = (
        select(Proposal.candidacy_id)
        .where(Proposal.state == ProposalState.PUBLISHED)
        .distinct()
        .subquery()
    )
    rows = session.execute(
        select(
            Contest.kind,
            func.coalesce(Contest.municipality_number, Contest.district_number),
            PoliticalActor.id,
            PoliticalActor.name,
            PoliticalActor.acronym,
            func.count(),
            func.sum(case((Profile.published_at.is_not(None), 1), else_=0)),
            func.count(shown.c.candidacy_id),
        )
        .join(Candidacy, and_(Candidacy.contest_id == Contest.id, Candidacy.is_head))
        .join(PoliticalActor, PoliticalActor.id == Candidacy.actor_id)
        .outerjoin(Profile, Profile.candidacy_id == Candidacy.id)
        .outerjoin(shown, shown.c.candidacy_id == Candidacy.id)
        .where(~PoliticalActor.is_test, Contest.kind != ContestKind.PROPORTIONAL)
        .group_by(Contest.id, PoliticalActor.id)
        .order_by(PoliticalActor.registration_order, PoliticalActor.id)
    )
    places: dict[ContestKind, dict[int, Progress]] = {kind: {} for kind in ContestKind}
    actors: dict[int, ActorProgress] = {}
    for kind, number, actor_id, name, acronym, *counts in rows:
        told = Progress(*(int(count) for count in counts))
        places[kind][number] = places[kind].get(number, NOTHING).plus(told)
        known = actors.get(actor_id, ActorProgress(name, acronym, NOTHING))
        actors[actor_id] = ActorProgress(name, acronym, known.progress.plus(told))
    return Completeness(
        places[ContestKind.AYUNTAMIENTO], places[ContestKind.DISTRICT], tuple(actors.values())
    )
