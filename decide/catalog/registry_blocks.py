"""Competitiveness blocks as registered: which places an actor put where, and who heads there.

A block is a subject of its actor, so citizens answer it; its text lists its places, and each change
of the list is a new version.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.catalog import subjects
from decide.catalog.entries import BlockEntry
from decide.catalog.models import (
    BlockLevel,
    BlockPlace,
    CompetitivenessBlock,
    Contest,
    ContestKind,
    Gender,
    PlatformScope,
    PoliticalActor,
    Subject,
    SubjectKind,
)
from decide.catalog.registry import Ids
from decide.errors import Refused

SCOPES = {
    ContestKind.DISTRICT: PlatformScope.LEGISLATIVE,
    ContestKind.AYUNTAMIENTO: PlatformScope.MUNICIPAL,
}
LEVELS = {BlockLevel.HIGH: "alta", BlockLevel.MEDIUM: "media", BlockLevel.LOW: "baja"}
ORGANS = {
    PlatformScope.LEGISLATIVE: "diputaciones de distrito",
    PlatformScope.MUNICIPAL: "ayuntamientos",
}
HEADS = {
    Gender.WOMAN: "encabeza una mujer",
    Gender.MAN: "encabeza un hombre",
    Gender.NON_BINARY: "encabeza una persona no binaria",
    None: "sin dato de género",
}


def blocks(session: Session) -> dict[tuple[str, ...], BlockEntry]:
    """All places of all blocks by actor and contest, in one statement."""
    rows = (
        select(PoliticalActor.key, Contest.key, CompetitivenessBlock.level, BlockPlace.gender)
        .select_from(BlockPlace)
        .join(CompetitivenessBlock, CompetitivenessBlock.id == BlockPlace.block_id)
        .join(PoliticalActor, PoliticalActor.id == BlockPlace.actor_id)
        .join(Contest, Contest.id == BlockPlace.contest_id)
        .order_by(PoliticalActor.registration_order, PoliticalActor.id, Contest.id)
    )
    return {entry.key: entry for entry in (BlockEntry(*row) for row in session.execute(rows))}


def register_blocks(
    session: Session, entries: Sequence[BlockEntry], *, at: datetime, by: int | None
) -> None:
    """Put places into blocks, creating or moving them; a block whose places change shows it.

    Raises UnknownKey for an actor or contest that is not registered, Refused for the lists.
    """
    if not entries:
        return
    ids, kinds, known = Ids(session), kinds_of(session), known_blocks(session)
    touched = set(holding(session, ids, entries))
    rows = []
    for entry in entries:
        contest, actor = ids.contest(entry.contest), ids.actor(entry.actor)
        if kinds[contest] not in SCOPES:
            raise Refused("Los bloques son de distritos y municipios, no de listas.")
        place = (actor, SCOPES[kinds[contest]], entry.level)
        if place not in known:
            known[place] = new_block(session, *place, at=at)
        block = known[place]
        touched.add(block)
        rows.append(
            {
                "actor_id": actor,
                "contest_id": contest,
                "block_id": block,
                "gender": entry.gender,
            }
        )
    statement = upsert(BlockPlace)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[BlockPlace.actor_id, BlockPlace.contest_id],
            set_={
                "block_id": statement.excluded.block_id,
                "gender": statement.excluded.gender,
            },
        ),
        rows,
    )
    show(session, touched, at=at)
    audit.record(
        session,
        "blocks.registered",
        at=at,
        by=by,
        subject=("block", None),
        after={"rows": len(rows)},
    )


def remove_blocks(
    session: Session, entries: Sequence[BlockEntry], *, at: datetime, by: int | None
) -> None:
    """Take places out of their blocks; a block that is left empty closes, its answers stay."""
    ids = Ids(session)
    touched = holding(session, ids, entries)
    gone = [(ids.actor(each.actor), ids.contest(each.contest)) for each in entries]
    place = tuple_(BlockPlace.actor_id, BlockPlace.contest_id)
    session.execute(delete(BlockPlace).where(place.in_(gone)))
    show(session, touched, at=at)
    audit.record(
        session,
        "blocks.removed",
        at=at,
        by=by,
        subject=("block", None),
        before={"rows": len(gone)},
    )


def kinds_of(session: Session) -> dict[int, ContestKind]:
    """What is elected in each contest."""
    return dict(session.execute(select(Contest.id, Contest.kind)).all())


def holding(session: Session, ids: Ids, entries: Iterable[BlockEntry]) -> list[int]:
    """Ids of the blocks in which these places stand now."""
    places = [(ids.actor(each.actor), ids.contest(each.contest)) for each in entries]
    place = tuple_(BlockPlace.actor_id, BlockPlace.contest_id)
    return list(session.scalars(select(BlockPlace.block_id).where(place.in_(places)).distinct()))


def known_blocks(session: Session) -> dict[tuple[int, PlatformScope, BlockLevel], int]:
    """Id of each block by actor, scope and level, in one statement."""
    rows = select(
        CompetitivenessBlock.actor_id,
        CompetitivenessBlock.scope,
        CompetitivenessBlock.level,
        CompetitivenessBlock.id,
    )
    return {(actor, scope, level): block for actor, scope, level, block in session.execute(rows)}


def new_block(
    session: Session, actor: int, scope: PlatformScope, level: BlockLevel, *, at: datetime
) -> int:
    """Id of a block that did not exist, made with its subject."""
    subject = subjects.new_subject(session, SubjectKind.BLOCK, actor, at=at)
    row = CompetitivenessBlock(actor_id=actor, scope=scope, level=level, subject_id=subject.id)
    session.add(row)
    session.flush()
    return row.id


def show(session: Session, touched: Iterable[int], *, at: datetime) -> None:
    """Write what the touched blocks hold now into their subjects; an empty one is closed."""
    wanted = list(touched)
    lines: dict[int, list[str]] = {each: [] for each in wanted}
    number = func.coalesce(Contest.district_number, Contest.municipality_number)
    places = session.execute(
        select(BlockPlace.block_id, Contest.name, BlockPlace.gender)
        .join(Contest, Contest.id == BlockPlace.contest_id)
        .where(BlockPlace.block_id.in_(wanted))
        .order_by(BlockPlace.block_id, number)
    )
    for block, name, gender in places:
        lines[block].append(f"{name}: {HEADS[gender]}")
    rows = session.execute(
        select(CompetitivenessBlock, Subject)
        .join(Subject, Subject.id == CompetitivenessBlock.subject_id)
        .where(CompetitivenessBlock.id.in_(wanted))
        .order_by(CompetitivenessBlock.id)
    )
    for row, subject in rows.all():
        if lines[row.id]:
            subjects.show(session, subject, title_of(row), "\n".join(lines[row.id]), at=at)
        elif subject.open:
            subjects.hide(subject, at=at)
    session.flush()


def title_of(block: CompetitivenessBlock) -> str:
    """“Bloque de competitividad alta, ayuntamientos”."""
    return f"Bloque de competitividad {LEVELS[block.level]}, {ORGANS[block.scope]}"
