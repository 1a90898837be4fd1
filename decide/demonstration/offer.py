"""The whole invented offer: who stands where, for which post, with what texts.

Everything follows from the territory that is passed in; the same call gives the same election.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from decide.catalog.entries import (
    AllianceEntry,
    CandidacyEntry,
    contest_of_district,
    contest_of_list,
    contest_of_municipality,
)
from decide.catalog.models import ActorKind, ContestKind, Gender, Post
from decide.demonstration.actors import DemoActor, actors
from decide.demonstration.people import DemoPerson, People, other
from decide.geography.facts import Territory

LIST_LENGTH = 8
GENDERS = (Gender.WOMAN, Gender.MAN)
ALLIANCES = (ActorKind.COALITION, ActorKind.COMMON_CANDIDACY)


@dataclass(frozen=True)
class DemoPlace:
    """A municipality (the INE's number and name) or a district (number and cabecera)."""

    number: int
    name: str


@dataclass(frozen=True)
class DemoSeats:
    """Posts of an ayuntamiento's slate, by relative majority."""

    presidencies: int
    syndics: int
    councillors: int

    def posts(self) -> tuple[Post, ...]:
        """The posts in the order of the slate."""
        return (
            *(Post.PRESIDENCY,) * self.presidencies,
            *(Post.SYNDIC,) * self.syndics,
            *(Post.COUNCILLOR,) * self.councillors,
        )


def ground(
    territory: Territory,
) -> tuple[tuple[DemoPlace, ...], tuple[DemoPlace, ...], dict[int, DemoSeats]]:
    """Municipalities, districts and seats of the shipped territory, as `candidacies` wants them."""
    return (
        tuple(DemoPlace(one.number, one.name) for one in territory.municipalities),
        tuple(DemoPlace(number, seat) for number, seat in territory.districts),
        {
            one.number: DemoSeats(
                one.seats.presidencies, one.seats.syndics_mr, one.seats.councillors_mr
            )
            for one in territory.municipalities
        },
    )


@dataclass(frozen=True)
class DemoCandidacy:
    """One post: owner and substitute of the same gender.

    `place` is None on the proportional list. `rank` counts from 1 through the slate or list.
    `lane` is the actor's place among those of the contest, from 0: no two heads there share one.
    """

    contest: str
    kind: ContestKind
    place: DemoPlace | None
    actor: str
    post: Post
    rank: int
    is_head: bool
    owner: DemoPerson
    substitute: DemoPerson
    lane: int

    @property
    def key(self) -> str:
        """What this candidacy's texts are drawn by."""
        return f"{self.contest}/{self.actor}/{self.rank}"

    @property
    def entry(self) -> CandidacyEntry:
        """As the catalog registers it."""
        return CandidacyEntry(
            contest=self.contest,
            actor=self.actor,
            post=self.post,
            rank=self.rank,
            is_head=self.is_head,
            owner_name=self.owner.full_name,
            owner_gender=self.owner.gender,
            owner_age=self.owner.age,
            substitute_name=self.substitute.full_name,
        )


def standing(kind: ContestKind, number: int, among: Sequence[DemoActor]) -> tuple[DemoActor, ...]:
    """Who stands in a contest, by order: an alliance instead of its members, never beside them."""
    allied = [one for one in among if one.kind in ALLIANCES and number in places(kind, one)]
    absorbed = {member for one in allied for member in one.members}
    return tuple(
        one
        for one in among
        if one in allied
        or (one.kind is ActorKind.PARTY and not one.is_test and one.id not in absorbed)
        or (kind is ContestKind.AYUNTAMIENTO and one.municipality == number)
    )


def places(kind: ContestKind, alliance: DemoActor) -> frozenset[int]:
    """Where an alliance stands, for this kind of contest."""
    return alliance.municipalities if kind is ContestKind.AYUNTAMIENTO else alliance.districts


def alliances(
    municipalities: Sequence[DemoPlace], districts: Sequence[DemoPlace]
) -> Iterator[AllianceEntry]:
    """In which contests each alliance is registered."""
    for one in actors():
        for place in municipalities:
            if place.number in one.municipalities:
                yield AllianceEntry(contest_of_municipality(place.number), one.id)
        for place in districts:
            if place.number in one.districts:
                yield AllianceEntry(contest_of_district(place.number), one.id)


def candidacies(
    municipalities: Sequence[DemoPlace],
    districts: Sequence[DemoPlace],
    seats: Mapping[int, DemoSeats],
    *,
    more_parties: int = 0,
) -> Iterator[DemoCandidacy]:
    """Every post of every actor: districts, ayuntamientos, proportional lists, in this order.

    `seats` is by the municipality's number; a missing one is a KeyError.
    """
    among = actors(more_parties)
    people = People()
    for one in among:
        if one.person is not None:
            people.add(one.person)
    turns = dict.fromkeys((one.id for one in among), 0)
    deputation = (Post.DEPUTATION,)
    for place in districts:
        for lane, actor in enumerate(standing(ContestKind.DISTRICT, place.number, among)):
            yield from slate(actor, ContestKind.DISTRICT, place, deputation, lane, people, turns)
    for place in municipalities:
        posts = seats[place.number].posts()
        for lane, actor in enumerate(standing(ContestKind.AYUNTAMIENTO, place.number, among)):
            yield from slate(actor, ContestKind.AYUNTAMIENTO, place, posts, lane, people, turns)
    parties = [one for one in among if one.kind is ActorKind.PARTY and not one.is_test]
    for lane, actor in enumerate(parties):
        posts = deputation * LIST_LENGTH
        yield from slate(actor, ContestKind.PROPORTIONAL, None, posts, lane, people, turns)


def slate(
    actor: DemoActor,
    kind: ContestKind,
    place: DemoPlace | None,
    posts: Sequence[Post],
    lane: int,
    people: People,
    turns: dict[str, int],
) -> Iterator[DemoCandidacy]:
    """An actor's posts in one contest; genders alternate down the slate and from head to head.

    `turns` counts each actor's slates: its heads alternate too, so half of them are women.
    """
    contest = contest_key(kind, place)
    gender = GENDERS[(turns[actor.id] + actor.order) % 2]
    turns[actor.id] += 1
    if actor.person is not None:
        gender = actor.person.gender
    for rank, post in enumerate(posts, start=1):
        seat = f"{contest}/{actor.id}/{rank}"
        is_head = rank == 1 and kind is not ContestKind.PROPORTIONAL
        known = actor.person if is_head else None
        yield DemoCandidacy(
            contest=contest,
            kind=kind,
            place=place,
            actor=actor.id,
            post=post,
            rank=rank,
            is_head=is_head,
            owner=known or people.draw(f"{seat}/owner", gender, head=is_head),
            substitute=people.draw(f"{seat}/substitute", gender),
            lane=lane,
        )
        gender = other(gender)


def contest_key(kind: ContestKind, place: DemoPlace | None) -> str:
    """The catalog's key of a contest."""
    if place is None:
        return contest_of_list()
    if kind is ContestKind.DISTRICT:
        return contest_of_district(place.number)
    return contest_of_municipality(place.number)
