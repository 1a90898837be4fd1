"""Asking for candidacies: a contest's slates, a person's page; the list is `catalog.directory`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from decide.catalog import touched
from decide.catalog.models import (
    Candidacy,
    Contest,
    PoliticalActor,
    Post,
    Profile,
    Proposal,
    Subject,
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
from decide.catalog.texts import PROFILE_FIELDS, ProfileText
from decide.errors import NotFound, Sentence
from decide.geography.models import District, Municipality
from decide.kernel.notes import note

Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class CandidacyFilter:
    """What a citizen asked for; None or empty = not narrowed by this."""

    name: str = ""
    contest_kind: str | None = None
    district: int | None = None
    municipality: int | None = None
    actor: str | None = None
    post: str | None = None
    gender: str | None = None
    ages: tuple[int, int] | None = None  # from, to
    schooling: str | None = None  # a key of SCHOOLING
    published: bool = False
    by_name: bool = False


@dataclass(frozen=True)
class CandidacyLine:
    """A candidacy in a list."""

    id: int
    post: str
    rank: int
    is_head: bool
    owner: str
    gender: str | None
    age: int | None
    substitute: str | None
    published: bool
    photo: str
    actor: ActorRef
    contest: ContestRef


@dataclass(frozen=True)
class CandidacyList:
    """One page of the narrowed list, and how long the whole is."""

    lines: tuple[CandidacyLine, ...]
    total: int


@dataclass(frozen=True)
class FilterWords:
    """What the filters can be set to: (value, words), each in its own order."""

    actors: tuple[tuple[str, str], ...]
    districts: tuple[tuple[int, str], ...]
    municipalities: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Trajectory:
    """What a person tells about themselves, as their actor published it."""

    text: ProfileText
    published_at: datetime


@dataclass(frozen=True)
class CandidacyPage:
    """One candidacy; `trajectory` is None when nothing has been published."""

    line: CandidacyLine
    trajectory: Trajectory | None


@dataclass(frozen=True)
class Slate:
    """What one actor presents in one contest, the head first."""

    actor: ActorRef
    lines: tuple[CandidacyLine, ...]


# An actor has said something about this person: a trajectory or an open proposal.
PUBLISHED: ColumnElement[bool] = or_(
    select(literal(1))
    .where(Profile.candidacy_id == Candidacy.id, Profile.published_at.is_not(None))
    .correlate(Candidacy)
    .exists(),
    select(literal(1))
    .where(Proposal.candidacy_id == Candidacy.id, Subject.id == Proposal.subject_id, Subject.open)
    .correlate(Candidacy)
    .exists(),
)
# Schooling is told in free words; a level is found by the words that name it, without accents.
SCHOOLING: dict[str, str] = {
    "basic": r"\m(primaria|secundaria)",
    "middle": r"\m(preparatoria|bachiller|tecnic|vocacional)",
    "higher": r"\m(licenciat|ingenier|universi)",
    "postgraduate": r"\m(maestria|doctorado|especialidad|posgrado)",
}
# The photograph of a published trajectory; empty where there is none.
PHOTO = func.coalesce(
    select(Profile.photo)
    .where(Profile.candidacy_id == Candidacy.id, Profile.published_at.is_not(None))
    .correlate(Candidacy)
    .scalar_subquery(),
    "",
)
AS_REGISTERED = (
    Candidacy.id,
    Candidacy.post,
    Candidacy.rank,
    Candidacy.is_head,
    Candidacy.owner_name,
    Candidacy.owner_gender,
    Candidacy.owner_age,
    Candidacy.substitute_name,
)
# A line on a person's own page, in a list that says who has published, and where neither shows.
LINE = (*AS_REGISTERED, PUBLISHED, PHOTO)
LINE_IN_LIST = (*AS_REGISTERED, PUBLISHED, literal(""))
LINE_OF_REGISTER = (*AS_REGISTERED, literal(False), literal(""))
NO_CANDIDACY = Sentence("Esa candidatura no existe. Búsquela por nombre en la lista completa.")
POST_ORDER = case({post: place for place, post in enumerate(Post)}, value=Candidacy.post)
IN_SLATE = (POST_ORDER, Candidacy.rank, Candidacy.id)


def filter_words(session: Session) -> FilterWords:
    """All values of the filters in one statement."""
    actors = select(
        literal(0).label("list"),
        PoliticalActor.registration_order.label("place"),
        PoliticalActor.slug.label("value"),
        PoliticalActor.name.label("words"),
    ).where(~PoliticalActor.is_test)
    districts = select(literal(1), District.number, literal(""), District.seat)
    municipalities = select(literal(2), Municipality.number, literal(""), Municipality.name)
    rows = session.execute(
        union_all(actors, districts, municipalities).order_by("list", "place", "value")
    ).all()
    return FilterWords(
        actors=tuple((row.value, row.words) for row in rows if row.list == 0),
        districts=tuple((row.place, row.words) for row in rows if row.list == 1),
        municipalities=tuple((row.place, row.words) for row in rows if row.list == 2),
    )


def slates(session: Session, contest_id: int) -> tuple[Slate, ...]:
    """Everybody who stands in one contest, as registered; one statement.

    Actors are in registration order.
    """
    rows = session.execute(
        _joined(select(*LINE_OF_REGISTER, *ACTOR, *CONTEST))
        .where(Candidacy.contest_id == contest_id)
        .order_by(*BY_REGISTRATION, *IN_SLATE)
    )
    return _grouped(map(line, rows))


def mates_of(session: Session, one: CandidacyLine) -> tuple[CandidacyLine, ...]:
    """The rest of the ticket or slate that a candidacy stands on, as registered; one statement."""
    rows = session.execute(
        _joined(select(*LINE_OF_REGISTER, *ACTOR, *CONTEST))
        .where(
            Candidacy.contest_id == one.contest.id,
            Candidacy.actor_id == one.actor.id,
            Candidacy.id != one.id,
        )
        .order_by(*IN_SLATE)
    )
    return tuple(map(line, rows))


def heads_in(session: Session, contest_ids: list[int]) -> dict[int, tuple[CandidacyLine, ...]]:
    """Who heads each ticket or slate of the given contests, by contest; one statement.

    Without photographs.
    """
    note(*map(touched.told_in, contest_ids))
    rows = session.execute(
        _joined(select(*LINE_IN_LIST, *ACTOR, *CONTEST))
        .execution_options(only=touched.NOTED_APART)
        .where(Candidacy.contest_id.in_(contest_ids), Candidacy.is_head)
        .order_by(*BY_REGISTRATION, *IN_SLATE)
    )
    found: dict[int, tuple[CandidacyLine, ...]] = dict.fromkeys(contest_ids, ())
    for each in map(line, rows):
        found[each.contest.id] = (*found[each.contest.id], each)
    return found


def candidacy_page(session: Session, candidacy_id: int) -> CandidacyPage:
    """One candidacy with its trajectory; NotFound otherwise. One statement."""
    row = session.execute(
        _joined(
            select(
                *LINE,
                *ACTOR,
                *CONTEST,
                *(getattr(Profile, part) for part in PROFILE_FIELDS),
                Profile.published_at,
            )
        )
        .execution_options(only=touched.by_head(candidacy_id))
        .outerjoin(
            Profile,
            and_(Profile.candidacy_id == Candidacy.id, Profile.published_at.is_not(None)),
        )
        .where(Candidacy.id == candidacy_id)
    ).one_or_none()
    if row is None:
        raise NotFound(NO_CANDIDACY)
    *told, published_at = tuple(row)[-len(PROFILE_FIELDS) - 1 :]
    if published_at is None:
        return CandidacyPage(line(row), None)
    text = ProfileText(**dict(zip(PROFILE_FIELDS, told, strict=True)))
    return CandidacyPage(line(row), Trajectory(text, published_at))


def registered(session: Session, candidacy_id: int) -> CandidacyLine:
    """One candidacy as registered; NotFound otherwise. One statement."""
    row = session.execute(
        _joined(select(*LINE_OF_REGISTER, *ACTOR, *CONTEST)).where(Candidacy.id == candidacy_id)
    ).one_or_none()
    if row is None:
        raise NotFound(NO_CANDIDACY)
    return line(row)


def photo_is_shown(session: Session, name: str) -> bool:
    """Whether some published trajectory shows this photograph."""
    shown = select(literal(1)).where(Profile.photo == name, Profile.published_at.is_not(None))
    return session.execute(shown.limit(1)).first() is not None


def _joined(columns: Rows) -> Rows:
    """`columns` of candidacies, with actor, contest and place at hand."""
    return (
        columns.select_from(Candidacy)
        .join(PoliticalActor, PoliticalActor.id == Candidacy.actor_id)
        .join(Contest, Contest.id == Candidacy.contest_id)
        .outerjoin(District, District.number == Contest.district_number)
        .outerjoin(Municipality, Municipality.number == Contest.municipality_number)
    )


def _grouped(lines: Iterator[CandidacyLine]) -> tuple[Slate, ...]:
    by_actor: dict[ActorRef, list[CandidacyLine]] = {}
    for each in lines:
        by_actor.setdefault(each.actor, []).append(each)
    return tuple(Slate(actor, tuple(each)) for actor, each in by_actor.items())


def line(row: Any) -> CandidacyLine:
    """The candidacy in a row that selected `LINE`, `ACTOR` and `CONTEST` first."""
    key, post, rank, is_head, owner, gender, age, substitute, published, photo = row[: len(LINE)]
    return CandidacyLine(
        id=key,
        post=post.value,
        rank=rank,
        is_head=is_head,
        owner=owner,
        gender=gender.value if gender else None,
        age=age,
        substitute=substitute,
        published=published,
        photo=photo,
        actor=actor_ref(row, start=len(LINE)),
        contest=contest_ref(row, start=len(LINE) + len(ACTOR)),
    )
