"""The invented parties, alliances and independents."""

from dataclasses import dataclass
from functools import cache

from decide.catalog.entries import ActorEntry
from decide.catalog.models import ActorKind, Gender
from decide.demonstration.people import DemoPerson
from decide.demonstration.reading import Table, content

MOST_MORE_PARTIES = 11


@dataclass(frozen=True)
class DemoActor:
    """A political actor that does not exist.

    An alliance has `members` (ids, in registration order) and the `municipalities` and `districts`
    where it stands; an independent has a `municipality` and a `person`.
    """

    id: str
    kind: ActorKind
    order: int
    acronym: str
    name: str
    colour: str | None
    emblem: str = ""
    members: tuple[str, ...] = ()
    municipalities: frozenset[int] = frozenset()
    districts: frozenset[int] = frozenset()
    municipality: int | None = None
    person: DemoPerson | None = None
    is_test: bool = False

    @property
    def entry(self) -> ActorEntry:
        """As the catalog registers it; the id is its code."""
        return ActorEntry(
            code=self.id,
            kind=self.kind,
            acronym=self.acronym,
            name=self.name,
            colour=self.colour,
            order=self.order,
            members=self.members,
            is_test=self.is_test,
        )


def actors(more_parties: int = 0) -> tuple[DemoActor, ...]:
    """All actors by order of registration; `more_parties` (at most 11) join the eight."""
    if not 0 <= more_parties <= MOST_MORE_PARTIES:
        raise ValueError(f"more_parties must be 0 to {MOST_MORE_PARTIES}, not {more_parties}")
    extra = (party(told) for told in content("actors")["more_party"][:more_parties])
    return tuple(sorted((*named_actors(), *extra), key=lambda one: one.order))


@cache
def named_actors() -> tuple[DemoActor, ...]:
    """The actors that always stand."""
    told = content("actors")
    return (
        *(party(one) for one in told["party"]),
        *(alliance(one) for one in told["alliance"]),
        *(independent(one) for one in told["independent"]),
        *(party(one, is_test=True) for one in told["test"]),
    )


def party(told: Table, *, is_test: bool = False) -> DemoActor:
    """A party of the content file."""
    return DemoActor(
        id=told["id"],
        kind=ActorKind.PARTY,
        order=told["order"],
        acronym=told["acronym"],
        name=told["name"],
        colour=told.get("colour"),
        emblem=told.get("emblem", ""),
        is_test=is_test,
    )


def alliance(told: Table) -> DemoActor:
    """A coalition or common candidacy of the content file."""
    return DemoActor(
        id=told["id"],
        kind=ActorKind(told["kind"]),
        order=told["order"],
        acronym=told["acronym"],
        name=told["name"],
        colour=told["colour"],
        emblem=told["emblem"],
        members=tuple(told["members"]),
        municipalities=walked(told["municipalities"]),
        districts=walked(told["districts"]),
    )


def independent(told: Table) -> DemoActor:
    """An independent of the content file; the actor bears the person's name."""
    person = DemoPerson(
        given_names=told["given_names"],
        first_surname=told["first_surname"],
        second_surname=told["second_surname"],
        gender=Gender(told["gender"]),
        age=told["age"],
    )
    return DemoActor(
        id=told["id"],
        kind=ActorKind.INDEPENDENT,
        order=told["order"],
        acronym=told["acronym"],
        name=person.full_name,
        colour=None,
        municipality=told["municipality"],
        person=person,
    )


def walked(rule: Table) -> frozenset[int]:
    """The places of an alliance: `count` numbers of a walk over 1…`of`, after `skip` others.

    `step` shares no divisor with `of`, so the walk meets every number once before it repeats.
    """
    first = rule["start"] - 1 + rule["step"] * rule["skip"]
    return frozenset(
        (first + rule["step"] * taken) % rule["of"] + 1 for taken in range(rule["count"])
    )
