"""Asking for competitiveness blocks: who has some, and those of one actor with their places."""

from dataclasses import dataclass

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session

from decide.catalog import touched
from decide.catalog.models import (
    BlockLevel,
    BlockPlace,
    CompetitivenessBlock,
    Contest,
    PoliticalActor,
    Subject,
    SubjectVersion,
)
from decide.catalog.queries import (
    ACTOR,
    BY_REGISTRATION,
    CONTEST,
    ActorRef,
    ContestRef,
    actor_ref,
    contest_ref,
)
from decide.catalog.queries_platforms import CURRENT, SUBJECT, SubjectText, subject_text
from decide.errors import NotFound
from decide.geography.models import District, Municipality

FROM_HIGH_TO_LOW = case(
    {level: place for place, level in enumerate(BlockLevel)}, value=CompetitivenessBlock.level
)


@dataclass(frozen=True)
class PlaceInBlock:
    """One election of a block and the gender of who heads there, as registered."""

    contest: ContestRef
    gender: str | None


@dataclass(frozen=True)
class Block:
    """One block with its places in the order of their numbers."""

    scope: str
    level: str
    subject: SubjectText
    places: tuple[PlaceInBlock, ...]

    def headed_by(self, gender: str) -> int:
        """In how many of its places somebody of this gender heads."""
        return sum(each.gender == gender for each in self.places)


@dataclass(frozen=True)
class BlocksPage:
    """An actor's blocks: for the Legislature before ayuntamientos, from high to low."""

    actor: ActorRef
    blocks: tuple[Block, ...]


def actors_with_blocks(session: Session) -> tuple[ActorRef, ...]:
    """Actors that registered blocks, in registration order; one statement."""
    own = (
        exists()
        .where(CompetitivenessBlock.actor_id == PoliticalActor.id)
        .where(Subject.id == CompetitivenessBlock.subject_id, Subject.open)
    )
    rows = session.execute(
        select(*ACTOR)
        .where(~PoliticalActor.is_test, own)
        .order_by(*BY_REGISTRATION)
        .execution_options(only=touched.BLOCKS)
    )
    return tuple(map(actor_ref, rows))


def has_blocks(session: Session, actor_id: int) -> bool:
    """Whether an actor's blocks can be read; one statement."""
    own = (
        select(CompetitivenessBlock.id)
        .join(Subject, Subject.id == CompetitivenessBlock.subject_id)
        .where(CompetitivenessBlock.actor_id == actor_id, Subject.open)
        .limit(1)
        .execution_options(only=touched.BLOCKS)
    )
    return session.scalar(own) is not None


def blocks_of(session: Session, slug: str) -> BlocksPage:
    """An actor's open blocks by the word in its address; NotFound without one. Two statements."""
    heads = session.execute(
        select(
            CompetitivenessBlock.id,
            CompetitivenessBlock.scope,
            CompetitivenessBlock.level,
            *SUBJECT,
            *ACTOR,
        )
        .select_from(CompetitivenessBlock)
        .join(PoliticalActor, PoliticalActor.id == CompetitivenessBlock.actor_id)
        .join(Subject, Subject.id == CompetitivenessBlock.subject_id)
        .join(SubjectVersion, CURRENT)
        .where(PoliticalActor.slug == slug)
        .execution_options(only=touched.BLOCKS)
        .order_by(CompetitivenessBlock.scope, FROM_HIGH_TO_LOW)
    ).all()
    if not heads:
        raise NotFound("Ese actor político no ha registrado bloques de competitividad.")
    places: dict[int, list[PlaceInBlock]] = {row[0]: [] for row in heads}
    rows = session.execute(
        select(BlockPlace.block_id, BlockPlace.gender, *CONTEST)
        .join(Contest, Contest.id == BlockPlace.contest_id)
        .outerjoin(District, District.number == Contest.district_number)
        .outerjoin(Municipality, Municipality.number == Contest.municipality_number)
        .where(BlockPlace.block_id.in_(places))
        .order_by(func.coalesce(Contest.district_number, Contest.municipality_number))
    )
    for row in rows:
        gender = None if row[1] is None else row[1].value
        places[row[0]].append(PlaceInBlock(contest_ref(row, start=2), gender))
    return BlocksPage(
        actor=actor_ref(heads[0], start=3 + len(SUBJECT)),
        blocks=tuple(
            Block(row[1].value, row[2].value, subject_text(row, start=3), tuple(places[row[0]]))
            for row in heads
        ),
    )
