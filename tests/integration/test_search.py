"""Search forgives how people write: five hundred misspelt queries on the whole demonstration."""

import random
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import ARRAY, Text, func, literal, select

from decide.catalog import directory, search
from decide.catalog.models import Candidacy, PoliticalActor, Subject, SubjectVersion
from decide.catalog.sound import sounded
from decide.demonstration.load import load
from decide.editorial import queries as editorial
from decide.editorial.reading import library
from decide.geography import queries as geography
from decide.geography.models import Municipality
from decide.geography.search import plain

QUERIES = {"people": 200, "places": 125, "terms": 75, "actors": 17, "texts": 83}
TOP = 5
# How people write a sound in another way.
SOUNDS = (
    ("v", "b"), ("b", "v"), ("z", "s"), ("s", "z"), ("ce", "se"), ("ci", "si"), ("ll", "y"),
    ("y", "ll"), ("h", ""), ("ge", "je"), ("gi", "ji"), ("que", "ke"), ("qui", "ki"), ("x", "j"),
    ("ñ", "n"), ("rr", "r"), ("m", "n"),
)  # fmt: skip


@pytest.fixture
def state(resources):
    """The demonstration in a session that reads."""
    with resources.database.transaction() as session:
        load(session, resources.settings, at=datetime.now(UTC))
    with resources.database.reading() as session:
        yield session


@pytest.fixture
def register(state):
    """Every candidacy, and the words of the titles."""
    return directory.read(state), search.titles(state)


def slip(word, chance):
    """`word` with one mistake of hand or ear."""
    ways = [(old, new) for old, new in SOUNDS if old in word]
    if ways and chance.random() < 0.5:
        old, new = chance.choice(ways)
        return word.replace(old, new, 1)
    at = chance.randrange(1, len(word) - 1)
    kind = chance.choice(("drop", "double", "swap"))
    if kind == "drop":
        return word[:at] + word[at + 1 :]
    if kind == "double":
        return word[:at] + word[at] + word[at:]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def misspelt(words, chance):
    """The words in small letters, mostly without accents, one of them with a mistake."""
    typed = words.lower()
    if chance.random() < 0.7:
        typed = plain(typed)
    parts = typed.split()
    long = [place for place, part in enumerate(parts) if len(part) > 3]
    if long:
        place = chance.choice(long)
        parts[place] = slip(parts[place], chance)
    return " ".join(parts)


def longest(title, count):
    """The longest words of a title, in their order."""
    words = re.findall(r"\w{4,}", title)
    kept = sorted(words, key=len, reverse=True)[:count]
    return " ".join(word for word in words if word in kept)


def holds(found, words):
    """Whether a name holds all of the words."""
    return all(word in plain(found).split() for word in plain(words).split())


def people(session, chance, register):
    names = session.scalars(select(Candidacy.owner_name).order_by(Candidacy.id)).all()
    for name in chance.sample(names, QUERIES["people"]):
        parts = name.split()
        asked = f"{parts[0]} {parts[-2]}" if chance.random() < 0.5 else " ".join(parts[-2:])

        def seen(typed, asked=asked):
            found = register[0].named(typed, most=TOP)
            return any(holds(f"{each.owner} {each.substitute}", asked) for each in found)

        yield asked, seen


def places(session, _chance, _register):
    for number, name in session.execute(select(Municipality.number, Municipality.name)).all():

        def seen(typed, number=number):
            found = geography.find_municipalities(session, typed)[:TOP]
            return number in [each.number for each in found]

        yield name, seen


def terms(_session, chance, _register):
    known = library()
    for term in chance.sample(list(known.terms.values()), QUERIES["terms"]):

        def seen(typed, slug=term.slug):
            return slug in [each.slug for each in editorial.find(known, typed)[:TOP]]

        yield re.sub(r"\(.*?\)|/.*", "", term.term), seen


def actors(session, _chance, _register):
    standing = select(PoliticalActor.name).where(~PoliticalActor.is_test)
    for name in session.scalars(standing).all():

        def seen(typed, name=name):
            return name in [each.name for each in search.actors(session, typed, most=TOP)]

        yield name, seen


def texts(session, chance, register):
    titles = session.scalars(
        select(func.min(SubjectVersion.title))
        .join(Subject, Subject.id == SubjectVersion.subject_id)
        .where(Subject.open, Subject.kind.in_(["section", "proposal"]))
        .group_by(SubjectVersion.title)
        .order_by(SubjectVersion.title)
    ).all()
    for title in chance.sample(titles, QUERIES["texts"]):

        def seen(typed, title=title):
            found = search.texts(
                session, typed, register[1], sections=True, proposals=True, most=TOP
            )
            return title in [each.title for each in found]

        yield longest(title, 3), seen


def test_misspelt_queries_find_what_was_meant_among_the_first_five(state, register):
    chance = random.Random(2021)
    missed, asked = {}, 0
    for kind in (people, places, terms, actors, texts):
        for words, seen in kind(state, chance, register):
            typed = misspelt(words, chance)
            asked += 1
            if not seen(typed):
                missed.setdefault(kind.__name__, []).append((words, typed))
    assert asked == sum(QUERIES.values()) == 500
    wrong = sum(map(len, missed.values()))
    assert 1 - wrong / asked >= 0.95, missed


def test_both_ears_hear_the_same(state):
    names = state.scalars(select(Candidacy.owner_name).limit(3000)).all()
    places = [each.name for each in geography.municipalities(state)]
    words = [*names, *places, "Güemes Xóchitl", "Huehuetoca", "Guerrero", "QUIJANO", "Ytzel Llano"]
    heard = state.scalars(select(func.sounded(func.unnest(literal(words, ARRAY(Text)))))).all()
    assert [sounded(word) for word in words] == heard


def test_words_of_a_text_are_found_in_any_form(state, register):
    def found(typed, *, sections=True, proposals=True):
        return search.texts(
            state, typed, register[1], sections=sections, proposals=proposals, most=TOP
        )

    assert any("tubería" in each.title for each in found("tuberías rotas"))
    assert found("educacion")
    assert all(each.kind == "section" for each in found("agua", proposals=False))
    assert all(each.kind == "proposal" for each in found("agua", sections=False))
    assert found("agua", sections=False, proposals=False) == ()


def test_signs_of_the_query_language_are_words_like_others(state, register):
    for typed in ("agua & !luz", "'; DROP TABLE subject;--", "%%%", "a|b:*", "\\", "<->"):
        search.texts(state, typed, register[1], sections=True, proposals=True, most=TOP)
        register[0].named(typed, most=TOP)
