"""Finding actors and texts by what somebody types, accents and slips forgiven.

Actors are found by sound and likeness, as people are (`catalog.directory`). Texts are found by
their words; a word that no title has stands for the likest ones that some title has. Nothing is
ranked by what citizens answered.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, Integer, Select, Text, bindparam, func, literal_column, select
from sqlalchemy.orm import Session

from decide.catalog.models import (
    Candidacy,
    Platform,
    PlatformScope,
    PlatformSection,
    PoliticalActor,
    Proposal,
    Subject,
    SubjectKind,
    SubjectVersion,
)
from decide.catalog.queries import ACTOR, BY_REGISTRATION, ActorRef, actor_ref
from decide.catalog.queries_platforms import CURRENT
from decide.catalog.sound import sounded, sounded_word
from decide.geography.search import plain, word_alike

T = TypeVar("T")

REGCONFIG: ColumnElement[str] = literal_column("'spanish'::regconfig")
CLOSE = 75.0  # likeness of a word of some title from which it may be meant, 0–100
SHORTEST = 4  # letters of a word whose misspelling is looked for in titles
MOST_WORDS = 6
CION = re.compile(r"cion$")
MOST_MEANT = 4  # words that one typed word may stand for
FIT = 80.0  # likeness of the typed words and a name, 0–100


@dataclass(frozen=True)
class FoundText:
    """A platform's section, or a proposal, that speaks of what was asked."""

    subject_id: int
    kind: str
    title: str
    topic: str
    actor: ActorRef
    scope: str  # of the platform; empty for a proposal
    candidacy_id: int | None
    candidate: str


class Titles:
    """The words of all titles that can be read, by their sound: what a slip may have meant."""

    def __init__(self, words: Iterable[str]) -> None:
        """`words` without accents and capitals."""
        self._by_sound: dict[str, list[str]] = {}
        for word in dict.fromkeys(words):
            if len(word) >= SHORTEST:
                self._by_sound.setdefault(sounded_word(word), []).append(word)
        self._sounds = list(self._by_sound)

    def meant(self, word: str) -> list[str]:
        """A plain word, and the words that it may have meant: the same to the ear, else alike."""
        sound = sounded_word(word)
        if len(word) < SHORTEST:
            return [word]
        near = [sound] if sound in self._by_sound else self._alike(sound)
        return [word, *(each for heard in near for each in self._by_sound[heard] if each != word)]

    def _alike(self, sound: str) -> list[str]:
        found = process.extract(
            sound, self._sounds, scorer=fuzz.ratio, score_cutoff=CLOSE, limit=MOST_MEANT
        )
        return [heard for heard, _, _ in found]


def titles(session: Session) -> Titles:
    """The titles that can be read now; one statement."""
    rows = session.scalars(
        select(func.folded(SubjectVersion.title)).join(Subject, CURRENT).distinct()
    )
    return Titles(word for title in rows for word in plain(title).split())


def actors(session: Session, typed: str, *, most: int) -> tuple[ActorRef, ...]:
    """Actors of such a name or acronym, likest first; one statement."""
    rows = session.execute(select(*ACTOR).where(~PoliticalActor.is_test).order_by(*BY_REGISTRATION))
    return actors_like(typed, map(actor_ref, rows), most=most)


def actors_like(typed: str, known: Iterable[ActorRef], *, most: int) -> tuple[ActorRef, ...]:
    """Those of the known actors of such a name or acronym, likest first."""
    return fitting(typed, known, lambda each: (each.name, each.acronym))[:most]


def fitting(
    typed: str, things: Iterable[T], names: Callable[[T], tuple[str, ...]]
) -> tuple[T, ...]:
    """The things one of whose names fits what was typed, likest first, else in the order given.

    Letter by letter, because trigrams miss swapped letters.
    """
    wanted = sounded(typed)
    scored = [(max(alike(wanted, sounded(name)) for name in names(each)), each) for each in things]
    fits = [pair for pair in scored if pair[0] >= FIT]
    return tuple(each for _, each in sorted(fits, key=lambda pair: -pair[0]))


def alike(wanted: str, name: str) -> float:
    """How alike the typed words are to the nearest words of a name, 0–100."""
    words = name.split()
    if not words:
        return 0.0
    typed = wanted.split()
    return sum(max(word_alike(word, known) for known in words) for word in typed) / len(typed)


def _texts() -> Select[*tuple[Any, ...]]:
    """Which texts, and what they say: written once, since writing it costs more than asking it."""
    said = SubjectVersion.words
    any_word = _query("any_word")
    whole: ColumnElement[bool] = said.op("@@")(_query("all_words"))
    # A word as it was typed counts more than one that it may have meant.
    rank = func.ts_rank(said, any_word) + func.ts_rank(said, _query("as_typed"))
    # First which ones, then what they say: else PostgreSQL looks all of them up.
    chosen = (
        select(
            Subject.id,
            Subject.kind,
            Subject.actor_id,
            SubjectVersion.title,
            PoliticalActor.registration_order.label("turn"),
            whole.label("whole"),
            rank.label("rank"),
        )
        .select_from(SubjectVersion)
        .join(Subject, CURRENT)
        .join(PoliticalActor, PoliticalActor.id == Subject.actor_id)
        .where(
            said.op("@@")(any_word),
            Subject.kind.in_(bindparam("kinds", expanding=True)),
            ~PoliticalActor.is_test,
        )
        .order_by(
            literal_column("whole").desc(),
            literal_column("rank").desc(),
            literal_column("turn"),
            Subject.id,
        )
        .limit(bindparam("most", type_=Integer))
        .cte("chosen")
    )
    return (
        select(
            chosen.c.id,
            chosen.c.kind,
            chosen.c.title,
            func.coalesce(PlatformSection.topic, Proposal.topic),
            Platform.scope,
            Candidacy.id,
            func.coalesce(Candidacy.owner_name, ""),
            *ACTOR,
        )
        .select_from(chosen)
        .join(PoliticalActor, PoliticalActor.id == chosen.c.actor_id)
        .outerjoin(PlatformSection, PlatformSection.subject_id == chosen.c.id)
        .outerjoin(Platform, Platform.id == PlatformSection.platform_id)
        .outerjoin(Proposal, Proposal.subject_id == chosen.c.id)
        .outerjoin(Candidacy, Candidacy.id == Proposal.candidacy_id)
        .order_by(chosen.c.whole.desc(), chosen.c.rank.desc(), chosen.c.turn, chosen.c.id)
    )


def _query(name: str) -> ColumnElement[Any]:
    return func.to_tsquery(REGCONFIG, bindparam(name, type_=Text))


TEXTS = _texts()


def texts(
    session: Session, typed: str, known: Titles, *, sections: bool, proposals: bool, most: int
) -> tuple[FoundText, ...]:
    """Sections and proposals that speak of it: those with all words first; one statement.

    Each word may stand for those that `known` says it may have meant. `sections` and `proposals`
    say which of the two the calendar shows.
    """
    asking = asked(typed, known)
    kinds = [SubjectKind.SECTION] * sections + [SubjectKind.PROPOSAL] * proposals
    if not asking or not kinds:
        return ()
    rows = session.execute(TEXTS, {**asking, "kinds": kinds, "most": most})
    return tuple(
        FoundText(
            subject_id=row[0],
            kind=row[1].value,
            title=row[2],
            topic=row[3],
            scope=PlatformScope(row[4]).value if row[4] else "",
            candidacy_id=row[5],
            candidate=row[6],
            actor=actor_ref(row, start=7),
        )
        for row in rows
    )


def asked(typed: str, known: Titles) -> dict[str, str]:
    """What was typed in the database's query language; empty when there is no word in it."""
    words = plain(typed).split()[:MOST_WORDS]
    if not words:
        return {}
    groups = [f"({' | '.join(map(_worded, known.meant(word)))})" for word in words]
    return {
        "all_words": " & ".join(groups),
        "any_word": " | ".join(groups),
        "as_typed": " | ".join(map(_worded, words)),
    }


def _worded(word: str) -> str:
    """A plain word as SQL's `worded` has it; it holds no sign of the query language."""
    return CION.sub("ción", word)
