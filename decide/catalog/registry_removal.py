"""Taking registered entries back, as long as nothing hangs on them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import BigInteger, BindParameter, any_, delete, literal, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.catalog.entries import ActorEntry, AllianceEntry, CandidacyEntry
from decide.catalog.models import Alliance, AllianceMember, Candidacy, PoliticalActor
from decide.catalog.registry import Ids
from decide.errors import Refused
from decide.kernel.db import constraint_of


class InUse(Refused):
    """Something hangs on what was to be removed; the sentence says what."""


# What hangs on an entry, by the beginning of the constraint that says so.
SENTENCES = (
    ("fk_profile", "Ya hay trayectorias publicadas de esas candidaturas."),
    ("fk_proposal", "Ya hay propuestas de esas candidaturas."),
    ("fk_candidacy", "Ya hay candidaturas de esos actores políticos."),
    ("fk_alliance", "Ya hay alianzas registradas de esos actores políticos."),
    ("fk_competitiveness", "Ya hay bloques de competitividad de esos actores políticos."),
    ("fk_block", "Ya hay bloques de competitividad de esos actores políticos."),
    ("fk_platform", "Ya hay plataformas de esos actores políticos."),
    ("fk_subject", "Ya hay propuestas o plataformas de esos actores políticos."),
    ("fk_account", "Ya hay cuentas de esos actores políticos."),
    ("fk_result", "Ya hay resultados de esos actores políticos."),
)


def remove_candidacies(
    session: Session, entries: Sequence[CandidacyEntry], *, at: datetime, by: int | None
) -> None:
    """Delete candidacies; raises InUse when one has a trajectory or a proposal."""
    ids = Ids(session)
    known = {
        (contest, actor, post, rank): candidacy
        for candidacy, contest, actor, post, rank in session.execute(
            select(
                Candidacy.id,
                Candidacy.contest_id,
                Candidacy.actor_id,
                Candidacy.post,
                Candidacy.rank,
            )
        )
    }
    gone = [
        known[ids.contest(each.contest), ids.actor(each.actor), each.post, each.rank]
        for each in entries
    ]
    with asked(session):
        session.execute(delete(Candidacy).where(Candidacy.id == any_(listed(gone))))
    tell(session, "candidacies.removed", "candidacy", len(gone), at=at, by=by)


def remove_alliances(
    session: Session, entries: Sequence[AllianceEntry], *, at: datetime, by: int | None
) -> None:
    """Delete registrations of alliances in contests."""
    ids = Ids(session)
    gone = [(ids.contest(each.contest), ids.actor(each.actor)) for each in entries]
    place = tuple_(Alliance.contest_id, Alliance.alliance_id)
    session.execute(delete(Alliance).where(place.in_(gone)))
    tell(session, "alliances.removed", "alliance", len(gone), at=at, by=by)


def remove_actors(
    session: Session, entries: Sequence[ActorEntry], *, at: datetime, by: int | None
) -> None:
    """Delete actors; raises InUse when one stands, publishes, logs in or has votes."""
    ids = Ids(session)
    gone = [ids.actor(each.code) for each in entries]
    with asked(session):
        session.execute(
            delete(AllianceMember).where(AllianceMember.alliance_id == any_(listed(gone)))
        )
        session.execute(delete(PoliticalActor).where(PoliticalActor.id == any_(listed(gone))))
    tell(session, "actors.removed", "actor", len(gone), at=at, by=by)


def listed(ids: Sequence[int]) -> BindParameter[Sequence[int]]:
    """Ids as one parameter, however many."""
    return literal(ids, ARRAY(BigInteger))


@contextmanager
def asked(session: Session) -> Iterator[None]:
    """Let the database say whether something hangs on the rows; its word becomes a sentence."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        name = constraint_of(error)
        told = (sentence for start, sentence in SENTENCES if name.startswith(start))
        raise InUse(next(told, "Ya hay otros datos que dependen de esto.")) from error


def tell(
    session: Session, deed: str, kind: str, count: int, *, at: datetime, by: int | None
) -> None:
    """One line in the trail for a whole batch."""
    audit.record(session, deed, at=at, by=by, subject=(kind, None), before={"rows": count})
