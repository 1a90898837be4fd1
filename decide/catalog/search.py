"""Finding people, actors and texts by what somebody types, accents and slips forgiven.

People and actors are found by sound and likeness (trigrams). Texts are found by their words, and by
the likeness of their titles where a word is misspelt. Nothing is ranked by what citizens answered.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import fmean
from typing import TypeVar

from sqlalchemy import ColumnElement, Text, func, literal, literal_column, or_, select, union_all
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from decide.catalog.models import (
    Candidacy,
    Contest,
    Platform,
    PlatformScope,
    PlatformSection,
    PoliticalActor,
    Proposal,
    Subject,
    SubjectVersion,
)
from decide.catalog.queries import ACTOR, BY_BALLOT, BY_REGISTRATION, CONTEST, ActorRef, actor_ref
from decide.catalog.queries_candidacies import LINE, CandidacyLine, line
from decide.catalog.queries_platforms import CURRENT
from decide.catalog.sound import sounded
from decide.geography.models import District, Municipality
from decide.geography.search import word_alike

T = TypeVar("T")

REGCONFIG: ColumnElement[str] = literal_column("'spanish'::regconfig")
CLOSE = 0.3  # likeness of whole words from which a name counts as meant, 0–1
SHORTEST = 4  # letters of a word whose misspelling is looked for in titles
MOST_WORDS = 6
FIT = 80.0  # likeness of the typed words and a name, 0–100
LOOKED_AT = 60  # names that are compared letter by letter


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


def forgive(session: Session) -> None:
    """Let `<<%` take names from CLOSE on, for this transaction; one statement."""
    threshold = "pg_trgm.strict_word_similarity_threshold"
    session.execute(select(func.set_config(threshold, str(CLOSE), True)))


def people(session: Session, typed: str, *, most: int) -> tuple[CandidacyLine, ...]:
    """Candidacies whose owner or substitute has such a name, likest first; one statement."""
    wanted = literal(sounded(typed))
    rows = session.execute(
        select(*LINE, *ACTOR, *CONTEST)
        .select_from(Candidacy)
        .join(PoliticalActor, PoliticalActor.id == Candidacy.actor_id)
        .join(Contest, Contest.id == Candidacy.contest_id)
        .outerjoin(District, District.number == Contest.district_number)
        .outerjoin(Municipality, Municipality.number == Contest.municipality_number)
        .where(wanted.op("<<%")(Candidacy.sounded_names), ~PoliticalActor.is_test)
        .order_by(
            func.strict_word_similarity(wanted, Candidacy.sounded_names).desc(),
            Candidacy.is_head.desc(),
            *BY_BALLOT,
            *BY_REGISTRATION,
            Candidacy.id,
        )
        .limit(LOOKED_AT)
    )
    return fitting(typed, map(line, rows), lambda each: (each.owner, each.substitute or ""))[:most]


def actors(session: Session, typed: str, *, most: int) -> tuple[ActorRef, ...]:
    """Actors of such a name or acronym, likest first; one statement."""
    rows = session.execute(select(*ACTOR).where(~PoliticalActor.is_test).order_by(*BY_REGISTRATION))
    return fitting(typed, map(actor_ref, rows), lambda each: (each.name, each.acronym))[:most]


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
    return fmean(max(word_alike(word, known) for known in words) for word in wanted.split())


def texts(
    session: Session, typed: str, *, sections: bool, proposals: bool, most: int
) -> tuple[FoundText, ...]:
    """Sections and proposals that speak of it: those with all words first; one statement.

    `sections` and `proposals` say which of the two the calendar shows.
    """
    asked = func.plainto_tsquery(REGCONFIG, func.worded(typed))
    any_word = func.replace(asked.cast(Text), "&", "|").cast(TSQUERY)
    heard = [literal(word) for word in sounded(typed).split() if len(word) >= SHORTEST]
    title = SubjectVersion.sounded_title
    fits = or_(
        SubjectVersion.words.op("@@")(any_word),
        *(word.op("<<%")(title) for word in heard[:MOST_WORDS]),
    )
    likeness = sum(
        (func.strict_word_similarity(word, title) for word in heard[:MOST_WORDS]),
        start=func.ts_rank(SubjectVersion.words, any_word),
    )
    found = union_all(
        select(
            Subject.id.label("subject_id"),
            Subject.actor_id.label("actor_id"),
            PlatformSection.topic.label("topic"),
            Platform.scope.label("scope"),
            literal(None).cast(Candidacy.id.type).label("candidacy_id"),
            literal("").label("candidate"),
        )
        .join(PlatformSection, PlatformSection.subject_id == Subject.id)
        .join(Platform, Platform.id == PlatformSection.platform_id)
        .where(literal(sections)),
        select(
            Subject.id,
            Subject.actor_id,
            Proposal.topic,
            literal(None).cast(Platform.scope.type),
            Candidacy.id,
            Candidacy.owner_name,
        )
        .join(Proposal, Proposal.subject_id == Subject.id)
        .join(Candidacy, Candidacy.id == Proposal.candidacy_id)
        .where(literal(proposals)),
    ).subquery()
    all_words: ColumnElement[bool] = SubjectVersion.words.op("@@")(asked)
    rows = session.execute(
        select(
            Subject.id,
            Subject.kind,
            SubjectVersion.title,
            found.c.topic,
            found.c.scope,
            found.c.candidacy_id,
            found.c.candidate,
            *ACTOR,
        )
        .select_from(SubjectVersion)
        .join(Subject, CURRENT)
        .join(found, found.c.subject_id == Subject.id)
        .join(PoliticalActor, PoliticalActor.id == Subject.actor_id)
        .where(fits, ~PoliticalActor.is_test)
        .order_by(
            all_words.desc(),
            likeness.desc(),
            *BY_REGISTRATION,
            Subject.id,
        )
        .limit(most)
    )
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
