"""What a seal takes in: ideas that no leaf holds yet, and every actor's counts at an instant."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from decide.seals.leaf import KINDS, SealedIdea, content_of, folio_part, leaf_of

BATCH = 5_000

# A withdrawn idea keeps its leaf, which can no longer be opened. One that came back has a new salt.
_UNSEALED = text("""
SELECT i.id, a.key, i.subject_id, i.version, i.kind, i.topic, i.municipality_number, i.received_on,
       i.text, i.salt, i.folio_hash, sha256(i.salt)
FROM idea i
JOIN subject s ON s.id = i.subject_id
JOIN political_actor a ON a.id = s.actor_id
WHERE i.received_on <= :last_day
  AND NOT EXISTS (
      SELECT FROM sealed_idea l
      WHERE l.idea_id = i.id AND (i.withdrawn_at IS NOT NULL OR l.salt_hash = sha256(i.salt))
  )
""")
_COUNTS = text("""
SELECT s.actor_id, r.subject_id, r.version,
       count(*) FILTER (WHERE r.choice = 1), count(*) FILTER (WHERE r.choice = 2)
FROM reaction r JOIN subject s ON s.id = r.subject_id
WHERE r.pressed_at < :through AND r.choice > 0
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
""")
_HELD = text("""
SELECT s.actor_id, count(*), sha256(string_agg(l.leaf_hash, ''::bytea ORDER BY l.leaf))
FROM sealed_idea l JOIN idea i ON i.id = l.idea_id JOIN subject s ON s.id = i.subject_id
GROUP BY 1
""")
_ACTORS = text("SELECT id, key FROM political_actor ORDER BY registration_order, id")


@dataclass(frozen=True)
class Leaf:
    """One idea about to be sealed."""

    idea_id: int
    leaf_hash: bytes
    content: bytes
    salt_hash: bytes


def unsealed(session: Session, last_day: date) -> list[Leaf]:
    """Leaves of the ideas received up to a day and not sealed yet, in the order of their hashes.

    That order says nothing about when in the day an idea came, nor about whom.
    """
    rows = session.execute(
        _UNSEALED, {"last_day": last_day}, execution_options={"yield_per": BATCH}
    )
    leaves = []
    for row in rows:
        number, actor, subject, version, kind, topic, municipality, day, words = row[:9]
        salt, folio_hash, salt_hash = (bytes(each) for each in row[9:])
        idea = SealedIdea(
            actor, subject, version, KINDS[kind], topic, municipality, day.isoformat(), words
        )
        content = content_of(salt, idea)
        leaves.append(Leaf(number, leaf_of(content, folio_part(folio_hash)), content, salt_hash))
    return sorted(leaves, key=lambda leaf: leaf.leaf_hash)


def actors(session: Session) -> list[tuple[int, str]]:
    """(id, key) of every actor, in registration order."""
    return [(int(number), str(key)) for number, key in session.execute(_ACTORS)]


def held(session: Session) -> dict[int, tuple[int, bytes]]:
    """Actor → how many leaves are its own, and one hash over all of them in the log's order."""
    return {int(row[0]): (int(row[1]), bytes(row[2])) for row in session.execute(_HELD)}


def counts(session: Session, through: datetime) -> Iterator[tuple[int, int, int, int, int]]:
    """(actor, subject, version, likes, dislikes) of the choices that stood at an instant."""
    rows = session.execute(_COUNTS, {"through": through}, execution_options={"yield_per": BATCH})
    for row in rows:
        yield tuple(int(each) for each in row)  # type: ignore[misc]
