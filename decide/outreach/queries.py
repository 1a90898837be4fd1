"""What has been published lately, newest first: order by time, never by anything else."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from decide.catalog import touched
from decide.catalog.models import (
    Candidacy,
    Contest,
    PoliticalActor,
    Proposal,
    Subject,
    SubjectVersion,
)
from decide.catalog.queries import contests_at
from decide.catalog.queries_platforms import CURRENT, MARKUP
from decide.catalog.touched import EVERY, Only
from decide.results.models import Result

NEWEST = 50


@dataclass(frozen=True)
class ProposalNews:
    """A proposal as it was published; `number` is its subject's and never changes."""

    number: int
    candidacy_id: int
    title: str
    text: str
    author: str
    actor: str
    published_at: datetime
    markup: str  # what the text is written in


@dataclass(frozen=True)
class ResultNews:
    """A version of a contest's result."""

    contest: str
    name: str
    municipality: int | None
    district: int | None
    version: int
    recorded_at: datetime


def proposals(
    session: Session, *where: ColumnElement[bool], only: Only = EVERY
) -> tuple[ProposalNews, ...]:
    """The newest open proposals that fit; one statement. `only` says what those are touched as."""
    rows = session.execute(
        select(
            Subject.id,
            Candidacy.id,
            SubjectVersion.title,
            SubjectVersion.text,
            Candidacy.owner_name,
            PoliticalActor.name,
            SubjectVersion.published_at,
            MARKUP,
        )
        .select_from(Proposal)
        .join(Candidacy, Candidacy.id == Proposal.candidacy_id)
        .join(Contest, Contest.id == Candidacy.contest_id)
        .join(PoliticalActor, PoliticalActor.id == Candidacy.actor_id)
        .join(Subject, Subject.id == Proposal.subject_id)
        .join(SubjectVersion, CURRENT)
        .execution_options(only=only)
        .where(~PoliticalActor.is_test, *where)
        .order_by(SubjectVersion.published_at.desc(), Subject.id.desc())
        .limit(NEWEST)
    )
    return tuple(ProposalNews(*row) for row in rows)


def proposals_of_actor(session: Session, actor_id: int) -> tuple[ProposalNews, ...]:
    """Those of one actor."""
    return proposals(session, PoliticalActor.id == actor_id, only=touched.by_actor(actor_id))


def proposals_in_municipality(session: Session, number: int) -> tuple[ProposalNews, ...]:
    """Those made for one ayuntamiento; two statements."""
    contest = next(iter(contests_at(session, municipality=number)), None)
    if contest is None:
        return ()
    return proposals(session, Contest.id == contest.id, only=touched.by_contest(contest.id))


def results(session: Session) -> tuple[ResultNews, ...]:
    """The newest versions of results; one statement."""
    rows = session.execute(
        select(
            Contest.key,
            Contest.name,
            Contest.municipality_number,
            Contest.district_number,
            Result.version,
            Result.recorded_at,
        )
        .join(Contest, Contest.id == Result.contest_id)
        .order_by(Result.recorded_at.desc(), Result.id.desc())
        .limit(NEWEST)
    )
    return tuple(ResultNews(*row) for row in rows)


def heads(session: Session) -> tuple[int, ...]:
    """Candidacies that have a page of their own in the map of the site."""
    rows = (
        select(Candidacy.id)
        .join(PoliticalActor, PoliticalActor.id == Candidacy.actor_id)
        .where(Candidacy.is_head, ~PoliticalActor.is_test)
        .order_by(Candidacy.id)
    )
    return tuple(session.scalars(rows))
