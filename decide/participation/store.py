"""How presses and ideas become rows: the one piece of SQL that the drain and the fallback share.

A press applies only when it is not older than the row it meets, so the log and the direct way may
arrive in any order and any number of times. `RETURNING OLD/NEW` says exactly what each row was
and became, also against a transaction that ran at the same time; the tally moves by that alone.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from decide.participation.entry import NOBODY, IdeaSent, Press

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Rows are locked in one order, and all rows before any tally: two writers cannot block each other.
_PRESSES = text("""
WITH batch AS (
    SELECT *
    FROM unnest(CAST(:subjects AS bigint[]), CAST(:presses AS uuid[]), CAST(:versions AS int[]),
                CAST(:choices AS smallint[]), CAST(:instants AS bigint[]),
                CAST(:ways AS smallint[]))
         AS pressed (subject_id, press_id, version, choice, at, way)
), applied AS (
    INSERT INTO reaction AS held (subject_id, press_id, version, choice, pressed_at,
                                  circumstance)
    SELECT subject_id, press_id, version, choice,
           timestamptz 'epoch' + at * interval '1 microsecond', way
    FROM batch
    ORDER BY subject_id, press_id
    ON CONFLICT (subject_id, press_id) DO UPDATE
        SET version = excluded.version, choice = excluded.choice, pressed_at = excluded.pressed_at,
            circumstance = excluded.circumstance
        WHERE excluded.pressed_at >= held.pressed_at
    RETURNING new.subject_id AS subject_id, old.version AS old_version, old.choice AS old_choice,
              new.version AS new_version, new.choice AS new_choice
), moves AS (
    SELECT subject_id, new_version AS version,
           (new_choice = 1)::int AS likes, (new_choice = 2)::int AS dislikes
    FROM applied
    UNION ALL
    SELECT subject_id, old_version, -(old_choice = 1)::int, -(old_choice = 2)::int
    FROM applied
    WHERE old_version IS NOT NULL
)
INSERT INTO tally AS counted (subject_id, version, likes, dislikes)
SELECT subject_id, version, sum(likes), sum(dislikes)
FROM moves
GROUP BY subject_id, version
HAVING sum(likes) <> 0 OR sum(dislikes) <> 0
ORDER BY subject_id, version
ON CONFLICT (subject_id, version) DO UPDATE
    SET likes = counted.likes + excluded.likes, dislikes = counted.dislikes + excluded.dislikes
RETURNING subject_id
""")

_HELD = text(
    "SELECT press_id, pressed_at FROM reaction WHERE press_id = ANY(CAST(:presses AS uuid[]))"
)

# A text sent again after its author withdrew it stands again; a mere repetition changes nothing.
_IDEAS = text("""
INSERT INTO idea AS held (subject_id, version, kind, text, topic, municipality_number, folio_hash,
                          salt, received_on, author)
SELECT sent.*
FROM unnest(CAST(:subjects AS bigint[]), CAST(:versions AS int[]), CAST(:kinds AS text[]),
            CAST(:texts AS text[]), CAST(:topics AS text[]), CAST(:municipalities AS smallint[]),
            CAST(:hashes AS bytea[]), CAST(:salts AS bytea[]), CAST(:days AS date[]),
            CAST(:authors AS uuid[])) AS sent
ON CONFLICT (folio_hash) DO NOTHING
""")

_REVIVED = text("""
UPDATE idea SET text = :text, version = :version, author = CAST(:author AS uuid),
                withdrawn_at = NULL
WHERE folio_hash = :folio_hash AND withdrawn_at < :sent_at
""")


def instant_of(at: int) -> datetime:
    """Microseconds of the database's clock as an aware instant."""
    return EPOCH + timedelta(microseconds=at)


def microseconds_of(instant: datetime) -> int:
    """An aware instant in whole microseconds since 1970."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def last_words(presses: Sequence[Press], held: Mapping[bytes, int] | None = None) -> list[Press]:
    """One press per press id: the last in the log's order, with the latest time seen of it.

    Workers know the database's time to a fraction of a millisecond; the log's order is exact. But
    an old entry may stand in the log once more (a replay, a restored copy), and then it is no
    later word: what is equal to an entry before it, or not newer than what SQL already has of its
    press id (`held`, µs, for those that `out_of_order` named), does not count.
    """
    kept: dict[bytes, Press] = {}
    heard: set[Press] = set()
    held = held or {}
    for press in presses:
        if press.press_id in held:
            if press.at <= held[press.press_id] or press in heard:
                continue
            heard.add(press)
        earlier = kept.get(press.press_id)
        late = earlier is not None and earlier.at > press.at
        kept[press.press_id] = press._replace(at=earlier.at) if late and earlier else press
    return list(kept.values())


def out_of_order(presses: Sequence[Press]) -> set[bytes]:
    """Press ids of which an entry is not newer than one before it: a repetition, or two workers."""
    latest: dict[bytes, int] = {}
    found = set()
    for press in presses:
        if press.at <= latest.get(press.press_id, -1):
            found.add(press.press_id)
        else:
            latest[press.press_id] = press.at
    return found


def held_instants(session: Session, press_ids: Iterable[bytes]) -> dict[bytes, int]:
    """When (µs) the stored word of each press id was said; -1 where nothing is stored."""
    found = dict.fromkeys(press_ids, -1)
    rows = session.execute(_HELD, {"presses": [each.hex() for each in found]})
    return found | {press_id.bytes: microseconds_of(at) for press_id, at in rows}


def store_presses(session: Session, presses: Sequence[Press]) -> set[int]:
    """Apply presses, each press id at most once; returns the subjects whose tally moved.

    Arrays go as PostgreSQL's own text form: of numbers and hexadecimals only, and much faster to
    make than one parameter for each element.
    """
    if not presses:
        return set()
    moved = session.execute(
        _PRESSES,
        {
            "subjects": _array(str(press.subject_id) for press in presses),
            "presses": _array(press.press_id.hex() for press in presses),
            "versions": _array(str(press.version) for press in presses),
            "choices": _array(str(press.choice) for press in presses),
            "instants": _array(str(press.at) for press in presses),
            "ways": _array(str(press.circumstance) for press in presses),
        },
    )
    return set(moved.scalars())


def store_ideas(session: Session, ideas: Sequence[IdeaSent], zone: ZoneInfo) -> None:
    """Keep ideas, one row per folio; the day of receipt is the citizens' own (`zone`)."""
    if not ideas:
        return
    session.execute(
        _IDEAS,
        {
            "subjects": [idea.subject_id for idea in ideas],
            "versions": [idea.version for idea in ideas],
            "kinds": [idea.kind.value for idea in ideas],
            "texts": [idea.text for idea in ideas],
            "topics": [idea.topic or None for idea in ideas],
            "municipalities": [idea.municipality_number or None for idea in ideas],
            "hashes": [idea.folio_hash for idea in ideas],
            "salts": [os.urandom(16) for _ in ideas],
            "authors": [None if idea.author == NOBODY else idea.author.hex() for idea in ideas],
            "days": [instant_of(idea.at).astimezone(zone).date() for idea in ideas],
        },
    )
    hashes = [idea.folio_hash for idea in ideas]
    withdrawn = set(
        session.execute(
            text(
                "SELECT folio_hash FROM idea WHERE folio_hash = ANY(:hashes)"
                " AND withdrawn_at IS NOT NULL"
            ),
            {"hashes": hashes},
        ).scalars()
    )
    for idea in ideas:
        if idea.folio_hash in withdrawn:
            session.execute(
                _REVIVED,
                {
                    "text": idea.text,
                    "version": idea.version,
                    "author": None if idea.author == NOBODY else idea.author.hex(),
                    "folio_hash": idea.folio_hash,
                    "sent_at": instant_of(idea.at),
                },
            )


def _array(parts: Iterable[str]) -> str:
    return "{" + ",".join(parts) + "}"
