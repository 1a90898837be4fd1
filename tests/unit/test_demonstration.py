"""The invented election: right seats, parity, equal room for every actor, the same every time."""

import itertools
import re
from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from decide.catalog.models import ActorKind, ContestKind, Gender, PlatformScope, Post
from decide.catalog.topics import TOPICS
from decide.demonstration import lots, offer, writing
from decide.demonstration.actors import MOST_MORE_PARTIES, actors
from decide.demonstration.people import HEAD_AGES, People, drawn
from decide.demonstration.reading import content
from decide.editorial.plain import officialese
from decide.geography.facts import shipped

REAL_PARTY_WORDS = (
    "acción nacional", "revolucion", "revolución", "del trabajo", "verde", "ciudadano", "morena",
    "alianza", "encuentro", "progresista", "fuerza", "juntos", "historia", "va por",
)  # fmt: skip
REAL_ACRONYMS = {"PAN", "PRI", "PRD", "PT", "PVEM", "MC", "MORENA", "NAEM", "PES", "RSP", "FXM"}
UNFILLED = re.compile(r"[{}|]")


@pytest.fixture(scope="module")
def ground():
    """The shipped territory, as the generator wants it."""
    return offer.ground(shipped())


@pytest.fixture(scope="module")
def election(ground):
    """Every candidacy of the named actors."""
    return tuple(offer.candidacies(*ground))


@pytest.fixture(scope="module")
def heads(election):
    return tuple(one for one in election if one.is_head)


def by_slate(candidacies):
    slates = defaultdict(list)
    for one in candidacies:
        slates[one.contest, one.actor].append(one)
    return slates


def ids(candidacies):
    return {one.actor for one in candidacies}


# Actors


def test_the_actors_are_those_of_the_brief_in_order_of_registration():
    kinds = Counter(one.kind for one in actors() if not one.is_test)
    assert kinds == {
        ActorKind.PARTY: 8,
        ActorKind.COALITION: 2,
        ActorKind.COMMON_CANDIDACY: 1,
        ActorKind.INDEPENDENT: 6,
    }
    orders = [one.order for one in actors(MOST_MORE_PARTIES)]
    assert orders == sorted(set(orders))
    assert [one.id for one in actors() if one.is_test] == ["prueba"]
    assert len({one.acronym for one in actors(MOST_MORE_PARTIES)}) == len(orders)


def test_no_name_or_acronym_is_near_a_real_party():
    for one in actors(MOST_MORE_PARTIES):
        assert one.acronym not in REAL_ACRONYMS
        assert not any(word in one.name.lower() for word in REAL_PARTY_WORDS), one.name


def test_a_coalition_and_the_common_candidacy_have_the_same_members_and_never_meet():
    by_id = {one.id: one for one in actors()}
    coalition, common = by_id["tierra-y-telar"], by_id["hilo-y-maiz"]
    assert coalition.members == common.members
    assert (coalition.kind, common.kind) == (ActorKind.COALITION, ActorKind.COMMON_CANDIDACY)
    assert not coalition.municipalities & common.municipalities
    assert not coalition.districts & common.districts


def test_each_alliance_stands_in_as_many_places_as_it_registered(ground):
    municipalities, districts, _ = ground
    registered = Counter(
        (one.actor, one.contest[3]) for one in offer.alliances(municipalities, districts)
    )
    assert registered == {
        ("ruta-clara", "m"): 16,
        ("ruta-clara", "d"): 6,
        ("tierra-y-telar", "m"): 18,
        ("tierra-y-telar", "d"): 7,
        ("hilo-y-maiz", "m"): 8,
        ("hilo-y-maiz", "d"): 3,
    }


def test_more_parties_than_there_are_names_for_are_refused():
    with pytest.raises(ValueError, match="more_parties"):
        actors(MOST_MORE_PARTIES + 1)


# Candidacies


def test_a_member_never_stands_beside_its_alliance(election):
    members = {one.id: set(one.members) for one in actors()}
    standing = defaultdict(set)
    for one in election:
        if one.kind is not ContestKind.PROPORTIONAL:
            standing[one.contest].add(one.actor)
    for contest, there in standing.items():
        for actor in there:
            assert not members[actor] & there, contest
        # Nobody is lost either: each party stands by itself or through an alliance.
        represented = there | {member for actor in there for member in members[actor]}
        parties = {one.id for one in actors() if one.kind is ActorKind.PARTY and not one.is_test}
        assert parties <= represented, contest


def test_every_slate_has_exactly_the_seats_of_its_municipality(election, ground):
    seats = ground[2]
    slates = {
        key: slate
        for key, slate in by_slate(election).items()
        if slate[0].kind is ContestKind.AYUNTAMIENTO
    }
    assert {slate[0].place.number for slate in slates.values()} == set(range(1, 126))
    for slate in slates.values():
        told = seats[slate[0].place.number]
        assert Counter(one.post for one in slate) == {
            Post.PRESIDENCY: 1,
            Post.SYNDIC: 1,
            Post.COUNCILLOR: told.councillors,
        }
        assert [one.rank for one in slate] == list(range(1, len(slate) + 1))
        assert slate[0].post is Post.PRESIDENCY


def test_slates_have_six_seven_or_nine_posts(ground):
    sizes = Counter(len(one.posts()) for one in ground[2].values())
    assert sizes == {6: 96, 7: 18, 9: 11}


def test_districts_have_one_ticket_per_actor_and_parties_one_list_of_eight(election):
    for slate in by_slate(election).values():
        if slate[0].kind is ContestKind.DISTRICT:
            assert [one.post for one in slate] == [Post.DEPUTATION]
        elif slate[0].kind is ContestKind.PROPORTIONAL:
            assert len(slate) == 8
            assert not any(one.is_head for one in slate)
    lists = {one.actor for one in election if one.kind is ContestKind.PROPORTIONAL}
    assert lists == {one["id"] for one in content("actors")["party"]}


def test_the_test_party_stands_nowhere_and_an_independent_in_one_municipality(election):
    assert "prueba" not in ids(election)
    for one in actors():
        if one.kind is ActorKind.INDEPENDENT:
            own = [each for each in election if each.actor == one.id]
            assert {each.place.number for each in own} == {one.municipality}
            assert own[0].owner == one.person


def test_owner_and_substitute_are_of_one_gender_and_genders_alternate(election):
    for slate in by_slate(election).values():
        for one in slate:
            assert one.owner.gender is one.substitute.gender
        for above, below in itertools.pairwise(slate):
            assert above.owner.gender is not below.owner.gender


def test_half_of_each_actors_heads_are_women(heads):
    women = Counter(one.actor for one in heads if one.owner.gender is Gender.WOMAN)
    for actor, count in Counter(one.actor for one in heads).items():
        assert abs(2 * women[actor] - count) <= 1, actor


def test_nobody_has_a_namesake_and_everybody_is_of_age(election):
    people = [person for one in election for person in (one.owner, one.substitute)]
    assert len({one.full_name for one in people}) == len(people)
    assert all(21 <= one.age <= 70 for one in people)
    assert all(len(one.full_name.split()) >= 3 for one in people)


def test_a_taken_name_is_drawn_again():
    people = People()
    first = drawn("somebody", 0, Gender.WOMAN, HEAD_AGES)
    assert people.add(first)
    again = people.draw("somebody", Gender.WOMAN, head=True)
    assert again == drawn("somebody", 1, Gender.WOMAN, HEAD_AGES)
    assert again.full_name != first.full_name


def test_the_sizes_are_those_that_the_documentation_names(ground):
    def size(more):
        rows = list(offer.candidacies(*ground, more_parties=more))
        return len(rows), sum(one.is_head for one in rows)

    assert size(0) == (6477, 1286)  # 12,954 people; about 13,500 were expected in 2021
    assert size(MOST_MORE_PARTIES) == (15871, 3156)


def test_every_candidacy_fits_the_catalog_once(election):
    entries = [one.entry for one in election]
    assert len({one.key for one in entries}) == len(entries)
    known = {one.entry.code for one in actors()}
    assert {one.actor for one in entries} <= known
    assert {member for one in actors() for member in one.entry.members} <= known


def test_the_same_call_gives_the_same_election(election, ground):
    assert tuple(offer.candidacies(*ground)) == election


def test_a_municipality_alone_gets_the_slates_it_has_in_the_whole(election, ground):
    municipalities, _, seats = ground
    alone = list(offer.candidacies(municipalities[:1], (), seats))
    whole = [one for one in election if one.contest == alone[0].contest]
    own = [one for one in alone if one.contest == alone[0].contest]
    assert [one.key for one in own] == [one.key for one in whole]


def test_draws_do_not_depend_on_the_machine():
    assert lots.number(1000, "a", 1) == 121
    assert lots.shuffled("abcdef", "x") == list("fadbce")


# What heads publish


def test_six_of_ten_heads_have_published(heads):
    shown = sum(writing.profiles(one) is not None for one in heads) / len(heads)
    proposed = sum(bool(writing.proposals(one)) for one in heads) / len(heads)
    assert 0.55 < shown < 0.65
    assert 0.55 < proposed < 0.65


def test_only_heads_publish(election):
    others = [one for one in election if not one.is_head]
    assert not any(writing.proposals(one) for one in others)
    assert not any(writing.profiles(one) for one in others)


def test_a_head_makes_three_to_six_proposals_on_as_many_topics(heads):
    counts = Counter()
    for one in heads:
        made = writing.proposals(one)
        if made:
            counts[len(made)] += 1
            assert len({each.topic for each in made}) == len(made)
    assert set(counts) == {3, 4, 5, 6}


def test_no_two_heads_of_a_contest_make_the_same_proposal(heads):
    titles = defaultdict(list)
    for one in heads:
        titles[one.contest].extend(each.title for each in writing.proposals(one))
    for contest, made in titles.items():
        assert len(made) == len(set(made)), contest


def test_proposals_are_filled_in_and_within_their_lengths(heads):
    for one in heads:
        for made in writing.proposals(one):
            assert not UNFILLED.search(made.title + made.text)
            assert len(made.title) <= 90, made.title
            assert 200 <= len(made.text) <= 900, made.text
            assert made == made.cleaned()
            made.complete()
            assert one.place.name in made.title + made.text


def test_each_topic_has_at_least_ten_templates_and_no_title_twice():
    told = content("proposals")
    assert [topic for topic in told if topic != "closings"] == list(TOPICS)
    titles = []
    for topic in TOPICS:
        templates = told[topic]["municipal"] + told[topic]["legislative"]
        assert len(templates) >= 10, topic
        titles.extend(one["title"] for one in templates)
    assert len(titles) == len(set(titles))


def test_trajectories_speak_of_women_as_women_and_of_men_as_men(heads):
    for one in heads:
        told = writing.profiles(one)
        if told is None:
            continue
        words = " ".join((told.schooling, told.occupation, told.history, told.motive))
        assert not UNFILLED.search(words), words
        assert told == told.cleaned()
        assert all((told.schooling, told.occupation, told.history, told.motive))
        wrong = "Licenciado " if one.owner.gender is Gender.WOMAN else "Licenciada "
        assert wrong not in words


def test_nobody_has_worked_longer_than_since_eighteen(heads):
    for one in heads:
        young = replace(one, owner=replace(one.owner, age=28))
        told = writing.profiles(young)
        if told is not None:
            years = [int(found) for found in re.findall(r"(\d+) años", told.occupation)]
            assert all(1 <= each <= 10 for each in years), told.occupation


# Platforms


@pytest.fixture(scope="module")
def platforms():
    return tuple(writing.platforms())


def test_everybody_who_stands_has_the_platforms_of_where_it_stands(platforms):
    scopes = defaultdict(set)
    for one in platforms:
        scopes[one.actor].add(one.scope)
    for one in actors():
        if one.kind is ActorKind.INDEPENDENT or one.is_test:
            assert scopes[one.id] == {PlatformScope.MUNICIPAL}, one.id
        else:
            assert scopes[one.id] == set(PlatformScope), one.id
    assert sum(map(len, scopes.values())) == len(platforms)


def test_platforms_give_every_actor_the_same_room(platforms):
    own = [one for one in platforms if one.actor != "prueba"]
    totals = [sum(len(each.text.split()) for each in one.sections) for one in own]
    middle = sorted(totals)[len(totals) // 2]
    assert all(abs(one - middle) <= middle * 0.2 for one in totals)
    for one in own:
        assert 8 <= len(one.sections) <= 10
        assert 12 <= len(one.summary.split()) <= 40


def test_platform_sections_are_of_known_topics_and_of_sixty_to_140_words(platforms):
    for one in platforms:
        topics = [each.topic for each in one.sections]
        assert len(topics) == len(set(topics))
        for each in one.sections:
            assert each == each.cleaned()
            assert 60 <= len(each.text.split()) <= 140, (one.actor, each.title)
            assert not officialese(each.text), (one.actor, each.title)


def test_some_topics_can_be_compared_across_all(platforms):
    for scope, common in (
        (PlatformScope.LEGISLATIVE, {"seguridad", "agua", "salud", "educacion", "transparencia"}),
        (PlatformScope.MUNICIPAL, {"seguridad", "agua", "salud", "movilidad", "transparencia"}),
    ):
        for one in platforms:
            if one.scope is scope and one.actor != "prueba":
                topics = {each.topic for each in one.sections}
                assert common <= topics, (one.actor, common - topics)


def test_no_two_actors_share_a_section_but_the_common_candidacy_and_its_coalition(platforms):
    texts = Counter(
        each.text for one in platforms if one.actor != "hilo-y-maiz" for each in one.sections
    )
    assert max(texts.values()) == 1
    common = {each.text for one in platforms if one.actor == "hilo-y-maiz" for each in one.sections}
    twin = {
        each.text for one in platforms if one.actor == "tierra-y-telar" for each in one.sections
    }
    assert common == twin


def test_no_actor_is_named_in_another_actors_text(platforms):
    names = {one.id: one.name for one in actors() if one.kind is not ActorKind.INDEPENDENT}
    for one in platforms:
        words = " ".join((one.title, one.summary, *(each.text for each in one.sections)))
        for actor, name in names.items():
            assert actor == one.actor or name not in words, (one.actor, name)


# Citizens' texts


def test_there_are_enough_citizen_texts_of_every_kind_and_topic():
    told = writing.ideas()
    assert len(told) >= 120
    assert {one.kind for one in told} == {"idea", "proposal", "comment"}
    assert {one.topic for one in told} == {*TOPICS, "general"}
    assert len({one.text for one in told}) == len(told)
    assert all(len(one.text) <= 300 for one in told)


def test_only_marked_texts_look_like_personal_data():
    looks = re.compile(
        r"\d{3}[- ]?\d{3,4}[- ]?\d{4}|\d{2} \d{4} \d{4}|\S+@\S+|[A-Z]{4}\d{6}|calle .+ número"
    )
    for one in writing.ideas():
        assert bool(looks.search(one.text)) is one.personal, one.text
