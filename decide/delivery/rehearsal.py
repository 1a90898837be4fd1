"""The test actor's open counts: the only ones that anybody may see before the end.

Observers press from telephones they know and compare. Nothing here can show a real actor: the
actor must be marked as a test, be the only one so marked, stand in no election and in no alliance.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from decide.catalog import registry
from decide.catalog.actions_platforms import SectionEntry, put_platform
from decide.catalog.entries import ActorEntry
from decide.catalog.models import ActorKind, PlatformScope, PoliticalActor
from decide.errors import Conflict, NotFound

SHOWN = 50
CODE, NAME = "PRUEBA", "Partido de prueba"
TITLE = "Plataforma de prueba"
SUMMARY = "Este texto no es de un partido. Sirve para probar el sistema."
SECTIONS = (
    SectionEntry("agua", "Texto de prueba uno", "Oprima aquí Me gusta o No me gusta."),
    SectionEntry("salud", "Texto de prueba dos", "Envíe aquí una idea de prueba."),
)

_ACTOR = text("""
SELECT a.id, a.name, a.slug FROM political_actor a
WHERE a.is_test
  AND (SELECT count(*) FROM political_actor WHERE is_test) = 1
  AND NOT EXISTS (SELECT FROM candidacy c WHERE c.actor_id = a.id)
  AND NOT EXISTS (SELECT FROM alliance_member m WHERE a.id IN (m.member_id, m.alliance_id))
""")
_COUNTS = text("""
SELECT s.id, v.title,
       coalesce((SELECT sum(t.likes) FROM tally t WHERE t.subject_id = s.id), 0),
       coalesce((SELECT sum(t.dislikes) FROM tally t WHERE t.subject_id = s.id), 0),
       (SELECT count(*) FROM idea i WHERE i.subject_id = s.id)
FROM subject s JOIN subject_version v ON v.subject_id = s.id AND v.version = s.version
WHERE s.actor_id = :actor ORDER BY s.id
""")
_LOG = text("""
SELECT r.pressed_at, v.title, r.choice, encode(substring(uuid_send(r.press_id) FOR 4), 'hex')
FROM reaction r
JOIN subject s ON s.id = r.subject_id
JOIN subject_version v ON v.subject_id = s.id AND v.version = r.version
WHERE s.actor_id = :actor ORDER BY r.pressed_at DESC, r.press_id LIMIT :shown
""")


@dataclass(frozen=True)
class OpenCount:
    """What one text of the test actor has now."""

    subject_id: int
    title: str
    likes: int
    dislikes: int
    ideas: int


@dataclass(frozen=True)
class OpenPress:
    """A current answer; `mark` begins its press id and stays the same when it is changed."""

    at: datetime
    title: str
    choice: int
    mark: str


@dataclass(frozen=True)
class Rehearsal:
    """The test actor with everything that citizens answered to it."""

    name: str
    slug: str
    counts: tuple[OpenCount, ...]
    log: tuple[OpenPress, ...]


def register(session: Session, *, at: datetime, by: int | None) -> None:
    """Make the test actor and its platform, last on every list; doing so again changes nothing."""
    known = registry.actors(session)
    others = [each for each in known.values() if each.is_test and each.code != CODE]
    if others:
        raise Conflict("Ya hay otro partido de prueba. Solo puede haber uno.")
    mine = known.get((CODE,))
    if mine is not None and not mine.is_test:
        raise Conflict(f"La clave {CODE} ya es de un actor de verdad.")
    if mine is None:
        last = max((each.order for each in known.values()), default=0) + 1
        entry = ActorEntry(CODE, ActorKind.PARTY, CODE, NAME, None, last, is_test=True)
        registry.register_actors(session, [entry], at=at, by=by)
    number = session.scalars(select(PoliticalActor.id).where(PoliticalActor.key == CODE)).one()
    put_platform(session, number, PlatformScope.MUNICIPAL, TITLE, SUMMARY, SECTIONS, at=at, by=by)


def rehearsal(session: Session) -> Rehearsal:
    """The test actor's counts as they stand in SQL; NotFound when there is none, or a doubt."""
    actor = session.execute(_ACTOR).one_or_none()
    if actor is None:
        raise NotFound("Aquí no hay un partido de prueba.")
    counts = session.execute(_COUNTS, {"actor": actor.id})
    log = session.execute(_LOG, {"actor": actor.id, "shown": SHOWN})
    return Rehearsal(
        actor.name,
        actor.slug,
        tuple(OpenCount(*row) for row in counts),
        tuple(OpenPress(*row) for row in log),
    )
