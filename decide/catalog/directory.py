"""Every candidacy in memory, so that a narrowed list and a search for a name ask no database.

A directory is read anew when the register of candidacies changes, what was published about them
(`told`) when somebody publishes; 15,000 candidacies are some ten megabytes. Which rows fit and in
which order is what SQL would say; names are compared letter by letter with every word that some
name has, so nothing is lost to a rough first sieve.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nsmallest
from typing import Any

from sqlalchemy import func, literal, or_, select
from sqlalchemy.orm import Session

from decide.catalog.models import (
    Candidacy,
    Contest,
    PoliticalActor,
    Profile,
    Proposal,
    Subject,
)
from decide.catalog.queries import (
    ACTOR,
    BY_BALLOT,
    BY_REGISTRATION,
    CONTEST,
    ActorRef,
    ContestRef,
    actor_ref,
    contest_ref,
)
from decide.catalog.queries_candidacies import (
    IN_SLATE,
    SCHOOLING,
    CandidacyFilter,
    CandidacyLine,
    CandidacyList,
)
from decide.catalog.sound import sounded_word
from decide.geography.models import District, Municipality
from decide.geography.search import Vocabulary

FIT = 80.0  # likeness of the typed words and a name, 0–100
HEARD = 60.0  # likeness of a word that may be meant at all
MOST_WORDS = 6  # typed words that are compared
WORD = re.compile(r"[0-9a-z]+")


@dataclass(frozen=True)
class Told:
    """What an actor has published about a person; `schooling` without accents."""

    photo: str
    schooling: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A candidacy as the register has it."""

    id: int
    post: str
    rank: int
    is_head: bool
    owner: str
    gender: str | None
    age: int | None
    substitute: str | None
    names: str  # owner and substitute without accents and capitals
    by_name: int  # place in the order of names
    actor: ActorRef
    contest: ContestRef


NOTHING = Told("", "")
# What a filter compares, by its name there; each value leads to its rows.
EXACT: dict[str, Callable[[Entry], object]] = {
    "contest_kind": lambda each: each.contest.kind,
    "district": lambda each: each.contest.number if each.contest.kind == "district" else None,
    "municipality": lambda each: (
        each.contest.number if each.contest.kind == "ayuntamiento" else None
    ),
    "actor": lambda each: each.actor.slug,
    "post": lambda each: each.post,
    "gender": lambda each: each.gender,
}


class Directory:
    """All candidacies in ballot order, and what has been published about them. Never changes."""

    def __init__(
        self,
        entries: Sequence[Entry],
        told: dict[int, Told],
        *,
        actors: Sequence[ActorRef],
    ) -> None:
        """`told` by candidacy, for those with a published trajectory or an open proposal.

        `actors` are all but the test actor, in registration order.
        """
        self.actors = tuple(actors)
        self._entries = entries
        self._told = told
        self._rows: dict[tuple[str, object], list[int]] = {}
        for place, each in enumerate(entries):
            for name, value_of in EXACT.items():
                self._rows.setdefault((name, value_of(each)), []).append(place)

    def retold(self, told: dict[int, Told]) -> "Directory":
        """The same register with what has been published about whom; shares all else."""
        newer = object.__new__(Directory)
        newer.__dict__.update(self.__dict__)
        newer._told = told
        return newer

    def page(self, wanted: CandidacyFilter, *, page: int, size: int) -> CandidacyList:
        """One page (from 1) of the narrowed list in ballot order or by name."""
        found = self._narrowed(wanted)
        chosen = found[(page - 1) * size : page * size]
        return CandidacyList(tuple(map(self._line, chosen)), len(found))

    def every(self, wanted: CandidacyFilter) -> Iterator[CandidacyLine]:
        """The whole narrowed list."""
        return map(self._line, self._narrowed(wanted))

    def named(self, typed: str, *, most: int) -> tuple[CandidacyLine, ...]:
        """Whose owner's or substitute's name is like what was typed, likest first.

        Equally like ones: heads first, then in ballot order. The test actor is not found.
        """
        return tuple(map(self._line, self._names.like(typed, most)))

    def _narrowed(self, wanted: CandidacyFilter) -> list[int]:
        entries = self._entries
        asked = [(name, getattr(wanted, name)) for name in EXACT if getattr(wanted, name)]
        lists = sorted((self._rows.get(pair, []) for pair in asked), key=len)
        found: Iterable[int] = lists[0] if lists else range(len(entries))
        for each in lists[1:]:
            also = set(each)
            found = [place for place in found if place in also]
        for word in folded(wanted.name).split():
            found = [place for place in found if word in entries[place].names]
        if wanted.ages:
            first, last = wanted.ages
            found = [place for place in found if first <= (entries[place].age or -1) <= last]
        if wanted.schooling or wanted.published:
            found = [place for place in found if entries[place].id in self._told]
        if wanted.schooling:
            level = LEVELS[wanted.schooling]
            found = [p for p in found if level.search(self._told[entries[p].id].schooling)]
        if wanted.by_name:
            return sorted(found, key=lambda place: entries[place].by_name)
        return list(found)

    def _line(self, place: int) -> CandidacyLine:
        each = self._entries[place]
        return CandidacyLine(
            id=each.id,
            post=each.post,
            rank=each.rank,
            is_head=each.is_head,
            owner=each.owner,
            gender=each.gender,
            age=each.age,
            substitute=each.substitute,
            published=each.id in self._told,
            photo=self._told.get(each.id, NOTHING).photo,
            actor=each.actor,
            contest=each.contest,
        )

    @cached_property
    def _names(self) -> "Names":
        known = {actor.id for actor in self.actors}
        heads_first = sorted(
            (place for place, each in enumerate(self._entries) if each.actor.id in known),
            key=lambda place: not self._entries[place].is_head,
        )
        return Names(self._entries, heads_first)


class Names:
    """The words of all names by their sound, each with the people who bear it."""

    def __init__(self, entries: Sequence[Entry], order: Sequence[int]) -> None:
        """`order` are the places in `entries`, those first that go first when equally like."""
        numbers: dict[str, int] = {}
        self._place: list[int] = []  # of each person, in `entries`: owners first
        self._bearers: list[list[int]] = []  # of each word, as numbers of people
        lengths = {place: len(folded(entries[place].owner)) for place in order}
        for part in (0, 1):
            for place in order:
                names, length = entries[place].names, lengths[place]
                name = names[length:] if part else names[:length]
                heard = {sound for word in WORD.findall(name) if (sound := sounded_word(word))}
                if not heard:
                    continue
                own = tuple(numbers.setdefault(sound, len(numbers)) for sound in heard)
                self._bearers += [[] for _ in range(len(numbers) - len(self._bearers))]
                for number in own:
                    self._bearers[number].append(len(self._place))
                self._place.append(place)
        self._known = Vocabulary(list(numbers))

    def like(self, typed: str, most: int) -> list[int]:
        """Places of the `most` likest, best first; those below FIT are not like it.

        The likeness of a name is the mean, over the typed words, of the likest word in it; a word
        below HEARD is not in it at all.
        """
        wanted = [sound for sound in map(sounded_word, WORD.findall(folded(typed))) if sound]
        wanted = wanted[:MOST_WORDS]
        least = HEARD if len(wanted) > 1 else FIT
        near = [self._bearing(self._known.near(word, least)) for word in wanted]
        # Who lacks more words than this cannot fit: so one of the rarest words is in each who does.
        lacking = int(len(wanted) * (100.0 - FIT) / 100.0)
        near.sort(key=len)
        people = {person for those in near[: lacking + 1] for person in those}
        if not lacking:
            people = people.intersection(*near)
        total = {person: sum(those.get(person, 0.0) for those in near) for person in people}
        enough = FIT * len(wanted)
        fit = [(-score, person) for person, score in total.items() if score >= enough]
        # Owner and substitute of one row may both fit: the row is found once.
        best = dict.fromkeys(self._place[person] for _, person in nsmallest(2 * most, fit))
        return list(best)[:most]

    def _bearing(self, near: dict[int, float]) -> dict[int, float]:
        """People who bear one of these words, with the likeness of the likest that they bear."""
        found: dict[int, float] = {}
        for number, score in sorted(near.items(), key=lambda pair: pair[1]):
            found |= dict.fromkeys(self._bearers[number], score)
        return found


def read(session: Session) -> Directory:
    """The directory as it stands; four statements."""
    return registered(session).retold(told(session))


def registered(session: Session) -> Directory:
    """The directory without what was published: nobody seems to have told anything."""
    rows = session.execute(select(*ACTOR, PoliticalActor.is_test).order_by(*BY_REGISTRATION)).all()
    actors = {row[0]: actor_ref(row) for row in rows}
    contests = {
        row[0]: contest_ref(row)
        for row in session.execute(
            select(*CONTEST)
            .outerjoin(District, District.number == Contest.district_number)
            .outerjoin(Municipality, Municipality.number == Contest.municipality_number)
        )
    }
    columns = (
        Candidacy.id,
        Candidacy.post,
        Candidacy.rank,
        Candidacy.is_head,
        Candidacy.owner_name,
        Candidacy.owner_gender,
        Candidacy.owner_age,
        Candidacy.substitute_name,
        Candidacy.folded_names,
        func.row_number().over(order_by=(Candidacy.folded_owner, Candidacy.id)),
        Candidacy.actor_id,
        Candidacy.contest_id,
    )
    found = session.execute(
        select(*columns)
        .join(PoliticalActor, PoliticalActor.id == Candidacy.actor_id)
        .join(Contest, Contest.id == Candidacy.contest_id)
        .order_by(*BY_BALLOT, *BY_REGISTRATION, *IN_SLATE)
    )
    entries = [
        Entry(
            id=row[0],
            post=row[1].value,
            rank=row[2],
            is_head=row[3],
            owner=row[4],
            gender=row[5].value if row[5] else None,
            age=row[6],
            substitute=row[7],
            names=row[8],
            by_name=row[9],
            actor=actors[row[10]],
            contest=contests[row[11]],
        )
        for row in found
    ]
    known = [actors[row[0]] for row in rows if not row.is_test]
    return Directory(entries, {}, actors=known)


def told(session: Session) -> dict[int, Told]:
    """What has been published about whom; one statement."""
    speaking = select(Proposal.candidacy_id).join(Subject, Subject.id == Proposal.subject_id)
    rows: Iterable[Any] = session.execute(
        select(
            Candidacy.id,
            func.coalesce(Profile.photo, literal("")),
            func.coalesce(func.folded(Profile.schooling), literal("")),
        )
        .outerjoin(
            Profile, (Profile.candidacy_id == Candidacy.id) & Profile.published_at.is_not(None)
        )
        .where(
            or_(Profile.candidacy_id.is_not(None), Candidacy.id.in_(speaking.where(Subject.open)))
        )
    )
    return {key: Told(photo, schooling) for key, photo, schooling in rows}


def folded(words: str) -> str:
    """`words` without accents and capitals, signs kept: what SQL's `folded` makes of names."""
    letters = unicodedata.normalize("NFKD", words)
    return "".join(each for each in letters if not unicodedata.combining(each)).lower()


LEVELS = {
    level: re.compile(pattern.replace(r"\m", r"\b"), re.ASCII)
    for level, pattern in SCHOOLING.items()
}
