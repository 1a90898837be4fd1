"""One search across everything: people, actors, places, texts and terms, grouped."""

from dataclasses import dataclass

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from decide.catalog import search
from decide.catalog.queries import ActorRef
from decide.catalog.queries_candidacies import CandidacyLine
from decide.catalog.search import FoundText
from decide.catalog.sound import sounded
from decide.catalog.topics import TOPICS
from decide.editorial import queries as editorial
from decide.editorial.entries import Guide, Term, Text
from decide.errors import DecideError
from decide.geography import queries as geography
from decide.geography.queries import MunicipalityLine, Place
from decide.geography.search import best, word_alike
from decide.kernel.db import Session
from decide.web.public import phases
from decide.web.public.register import all_municipalities, people, titles
from decide.web.shared.context import library, must_see, reading
from decide.web.shared.counting import nothing_found
from decide.web.shared.pages import cacheable

LONGEST = 80  # characters that are searched
MOST = 5  # of each group
SHORTEST = 4  # letters of a word that names a topic
NEARLY = 80.0  # likeness, 0–100


@dataclass(frozen=True)
class Found:
    """What fits, best first in each group."""

    place: Place | None
    people: tuple[CandidacyLine, ...]
    actors: tuple[ActorRef, ...]
    municipalities: tuple[MunicipalityLine, ...]
    topics: tuple[str, ...]
    texts: tuple[FoundText, ...]
    terms: tuple[Term, ...]
    guides: tuple[Guide, ...]
    notices: tuple[Text, ...]

    @property
    def nothing(self) -> bool:
        """Whether all groups are empty."""
        return not any(vars(self).values())


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/buscar", view_func=search_everything)


@cacheable
def search_everything() -> ResponseReturnValue:
    """The box, and below it what fits; what the calendar hides is not found."""
    must_see("guide")
    typed = " ".join(request.args.get("q", "").split())[:LONGEST]
    found = look(typed) if sounded(typed) else None
    page = make_response(render_template("public/search.html", typed=typed, found=found))
    return nothing_found(page) if found is not None and found.nothing else page


def look(typed: str) -> Found:
    """Ask every room once; one statement, and two more for the number of a section."""
    show_people, show_platforms = phases.shown("candidacy"), phases.shown("platform")
    known, register = library(), people()
    places = [each.name for each in all_municipalities()]
    titles_known = titles()
    with reading() as session:
        texts = search.texts(
            session,
            typed,
            titles_known,
            sections=phases.shown("section"),
            proposals=phases.shown("proposal"),
            most=MOST,
        )
        place = place_of(session, typed)
    return Found(
        place=place,
        people=register.named(typed, most=MOST) if show_people else (),
        actors=search.actors_like(typed, register.actors, most=MOST) if show_platforms else (),
        municipalities=tuple(all_municipalities()[at] for at in best(typed, places)[:MOST]),
        topics=topics(typed) if phases.shown("section") else (),
        texts=texts,
        terms=editorial.find(known, typed)[:MOST],
        guides=editorial.find_guides(known, typed)[:MOST],
        notices=editorial.find_notices(known, typed)[:MOST],
    )


def place_of(session: Session, typed: str) -> Place | None:
    """Where a section votes, if its number was typed."""
    if not (typed.isascii() and typed.isdigit()):
        return None
    try:
        return geography.place_of_section(session, typed)
    except DecideError:  # a number that is no section is simply not found
        return None


def topics(typed: str) -> tuple[str, ...]:
    """Topics whose name holds one of the typed words, or nearly."""
    words = [word for word in sounded(typed).split() if len(word) >= SHORTEST]
    return tuple(
        topic
        for topic, name in TOPICS.items()
        if any(
            word_alike(word, known) >= NEARLY for word in words for known in sounded(name).split()
        )
    )
