"""Asking the ledger: totals for running the service, rows for a delivery, how far the drain is.

Nothing here tells how an actor does: per-actor counts leave this room only through a delivery.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.orm import Session

from decide.catalog import touched
from decide.errors import Unavailable
from decide.kernel.resources import Resources
from decide.participation.entry import Unreadable, idea_of, press_of
from decide.participation.folio import Folio, hash_of
from decide.participation.store import microseconds_of
from decide.participation.streams import BEGINNING, Streams

SLICE = 5_000


MOST_COUNTED = 100_000
Cursors = dict[str, tuple[str, int]]


@dataclass(frozen=True)
class Totals:
    """What came in, over all actors together."""

    reactions: int
    ideas: int
    withdrawn_ideas: int
    ideas_today: int
    misfits: int


@dataclass(frozen=True)
class Lag:
    """How far the drain is behind one stream."""

    stream: str
    waiting: int
    copied: int


@dataclass(frozen=True)
class Count:
    """What one version of a subject has."""

    subject_id: int
    version: int
    likes: int
    dislikes: int


@dataclass(frozen=True)
class IdeaRow:
    """One idea as a delivery receives it; without text when its author withdrew it."""

    id: int
    subject_id: int
    version: int
    kind: str
    text: str
    topic: str | None
    municipality_number: int | None
    received_on: date
    withdrawn: bool


@dataclass(frozen=True)
class FolioFacts:
    """What the holder of a folio may see: never the text, for folios are shown around."""

    kind: str
    subject_id: int
    subject_title: str
    received_on: date
    withdrawn_at: datetime | None


def totals(session: Session, today: date) -> Totals:
    """Sums for the staff's front page."""
    row = session.execute(
        text(
            "SELECT (SELECT coalesce(sum(likes + dislikes), 0) FROM tally),"
            " count(*) FILTER (WHERE withdrawn_at IS NULL),"
            " count(*) FILTER (WHERE withdrawn_at IS NOT NULL),"
            " count(*) FILTER (WHERE received_on = :today),"
            " (SELECT count(*) FROM drain_misfit) FROM idea"
        ),
        {"today": today},
    ).one()
    return Totals(*(int(value) for value in row))


def counts_of(session: Session, actor_ids: list[int]) -> Iterator[Count]:
    """Counts per subject and version of these actors, in order, as a stream from the server."""
    found = session.execute(
        text(
            "SELECT t.subject_id, t.version, t.likes, t.dislikes"
            " FROM tally t JOIN subject s ON s.id = t.subject_id"
            " WHERE s.actor_id = ANY(:actors) ORDER BY t.subject_id, t.version"
        ),
        {"actors": actor_ids},
        execution_options={"yield_per": SLICE},
    )
    for row in found:
        yield Count(*row)


def ideas_of(session: Session, actor_ids: list[int]) -> Iterator[IdeaRow]:
    """All ideas sent to these actors, in the order of their subjects, as a stream."""
    found = session.execute(
        text(
            "SELECT i.id, i.subject_id, i.version, i.kind, i.text, i.topic, i.municipality_number,"
            " i.received_on, i.withdrawn_at IS NOT NULL"
            " FROM idea i JOIN subject s ON s.id = i.subject_id"
            " WHERE s.actor_id = ANY(:actors) ORDER BY i.subject_id, i.folio_hash"
        ),
        {"actors": actor_ids},
        execution_options={"yield_per": SLICE},
    )
    for row in found:
        yield IdeaRow(*row)


def idea_by_folio(session: Session, folio: Folio) -> FolioFacts | None:
    """What is known of an idea; None when SQL does not hold it (yet)."""
    row = session.execute(
        text(
            "SELECT i.kind, i.subject_id, v.title, i.received_on, i.withdrawn_at"
            " FROM idea i JOIN subject_version v USING (subject_id, version)"
            " WHERE i.folio_hash = :hash"
        ),
        {"hash": hash_of(folio)},
    ).first()
    return FolioFacts(*row) if row else None


def title_of(session: Session, subject_id: int, version: int | None = None) -> str | None:
    """Title of a subject as it stood in a version, or as it stands; None when there is none."""
    return session.execute(
        text(
            "SELECT v.title FROM subject_version v JOIN subject s ON s.id = v.subject_id"
            " WHERE v.subject_id = :subject AND v.version = coalesce(:version, s.version)"
        ),
        {"subject": subject_id, "version": version},
        execution_options={"only": touched.by_subject(subject_id)},
    ).scalar()


def lag(resources: Resources, cursors: Cursors | None = None) -> list[Lag]:
    """Entries that wait in each stream, counted up to MOST_COUNTED: looking must stay cheap just
    when much waits. `cursors` spares SQL. Raises RedisError when the log is away.
    """
    streams = Streams(resources.ledger, resources.settings.ledger_shards)
    known = _cursors(resources) if cursors is None else cursors
    found = []
    for name in streams.names():
        entry, copied = known.get(name, (BEGINNING, 0))
        waiting = 0
        for slice_ in _waiting(streams, name, entry):
            waiting += len(slice_)
            if waiting >= MOST_COUNTED:
                break
        found.append(Lag(name, waiting, copied))
    return found


def cursors_of(session: Session) -> Cursors:
    """Stream → (last entry in SQL, entries copied since the beginning)."""
    rows = session.execute(text("SELECT stream, entry, copied FROM drain_cursor"))
    return {stream: (entry, copied) for stream, entry, copied in rows}


def undrained_before(resources: Resources, cutoff: datetime) -> int:
    """How many entries decided before `cutoff` are not in SQL yet: 0 means that all are.

    A press may take two seconds from the calendar's decision to the log, so ask some seconds after
    the cut-off. Unavailable when the log cannot be asked: nobody can be sure then.
    """
    streams = Streams(resources.ledger, resources.settings.ledger_shards)
    edge = microseconds_of(cutoff)
    cursors = _cursors(resources)
    early = 0
    try:
        for name in streams.names():
            read = idea_of if streams.holds_ideas(name) else press_of
            for slice_ in _waiting(streams, name, cursors.get(name, (BEGINNING, 0))[0]):
                for _, fields in slice_:
                    try:
                        early += read(fields).at < edge
                    except Unreadable:
                        early += 1
    except RedisError as error:
        raise Unavailable("El registro de opiniones no responde. Inténtelo más tarde.") from error
    return early


def _cursors(resources: Resources) -> Cursors:
    with resources.database.reading() as session:
        return cursors_of(session)


def _waiting(streams: Streams, name: str, entry: str) -> Iterator[list[tuple[str, list[bytes]]]]:
    while slice_ := streams.after(name, entry, SLICE):
        yield slice_
        entry = slice_[-1][0]
