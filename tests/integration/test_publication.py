"""Publication: an actor writes, publishes, corrects and withdraws what is its own, in campaign."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from decide.audit.models import AuditEntry
from decide.catalog import actions, actions_profiles, queries, subjects
from decide.catalog.actions import NotEditable, StaleProposal
from decide.catalog.actions_platforms import SectionEntry, put_platform
from decide.catalog.actions_profiles import StaleProfile
from decide.catalog.models import (
    Candidacy,
    PlatformScope,
    PlatformSection,
    Profile,
    ProfileVersion,
    Proposal,
    ProposalState,
    Subject,
    SubjectVersion,
)
from decide.catalog.owner import Owner
from decide.catalog.states import STEPS, WrongState, move
from decide.catalog.texts import ProfileText, ProposalText, TextRefused, one_line, paragraphs
from decide.errors import NotFound, Refused
from tests import factories

LIGHT = ProposalText("seguridad", "Luz en cada parada", "Pondremos luz en 300 paradas.")
DARK = ProposalText("seguridad", "Luz en cada parada", "Pondremos luz en 400 paradas.")
ANA = ProfileText(schooling="Secundaria", motive="Mi calle no tiene luz.")
BEA = ProfileText(schooling="Secundaria", motive="Mi calle no tiene agua.")


@dataclass
class Desk:
    """A party at work: short words for the actions, each in its own transaction."""

    database: object
    party: int
    other: int
    head: int
    second: int
    foreign: int
    at: object = factories.CAMPAIGN

    def do(self, action, *arguments, party=None, at=None, **more):
        with self.database.transaction() as session:
            return action(
                session, Owner(party or self.party), *arguments, at=at or self.at, by=7, **more
            )

    def write(self, text=LIGHT, **how):
        return self.do(actions.create_proposal, self.head, text, **how)

    def save(self, key, text, revision, **how):
        return self.do(actions.save_proposal, key, text, revision=revision, **how)

    def publish(self, key, revision, **how):
        self.do(actions.publish_proposal, key, revision=revision, **how)

    def withdraw(self, key, **how):
        self.do(actions.withdraw_proposal, key, **how)

    def rows(self, statement):
        with self.database.reading() as session:
            return session.scalars(statement).all()

    def one(self, model, key):
        with self.database.reading() as session:
            return session.get(model, key)

    def subject(self, key):
        return self.one(Subject, self.one(Proposal, key).subject_id)

    def revision(self):
        with self.database.reading() as session:
            return queries.content_revision(session)


@pytest.fixture
def desk(resources):
    with resources.database.transaction() as session:
        factories.process(session)
        lucero, raiz = factories.actor(session, "LUCERO"), factories.actor(session, "RAIZ")
        anywhere = factories.contest(session)
        head = factories.slate(session, anywhere, lucero)
        foreign = factories.slate(session, anywhere, raiz, number=20)
        return Desk(resources.database, lucero.id, raiz.id, head.id, head.id + 1, foreign.id)


def test_a_draft_is_seen_by_nobody_until_it_is_published(desk):
    key = desk.write()
    before = desk.revision()
    assert (desk.subject(key).version, desk.subject(key).open) == (0, False)
    desk.publish(key, 1)
    assert (desk.subject(key).version, desk.subject(key).open) == (1, True)
    assert desk.revision() > before, "public pages are rendered anew"


def test_each_publication_is_a_version_with_its_hash(desk):
    key = desk.write()
    desk.publish(key, 1)
    desk.publish(key, desk.save(key, DARK, 1))
    versions = desk.rows(select(SubjectVersion).order_by(SubjectVersion.version))
    assert [each.text for each in versions] == [LIGHT.text, DARK.text]
    assert [each.sha256 for each in versions] == [
        subjects.digest_of(each.title, each.text) for each in (LIGHT, DARK)
    ]
    assert desk.subject(key).version == 2


def test_saving_a_correction_does_not_change_what_citizens_see(desk):
    key = desk.write()
    desk.publish(key, 1)
    desk.save(key, DARK, 1)
    (shown,) = desk.rows(select(SubjectVersion))
    assert shown.text == LIGHT.text
    assert desk.one(Proposal, key).state is ProposalState.PUBLISHED


def test_publishing_twice_makes_one_version_and_one_entry(desk):
    key = desk.write()
    desk.publish(key, 1)
    desk.publish(key, 1)
    assert len(desk.rows(select(SubjectVersion))) == 1
    entries = desk.rows(select(AuditEntry.deed).where(AuditEntry.subject_kind == "proposal"))
    assert entries == ["proposal.created", "proposal.published"]


def test_sending_the_same_new_proposal_twice_makes_one_draft(desk):
    assert desk.write() == desk.write()
    assert len(desk.rows(select(Proposal))) == 1


def test_saving_the_same_twice_is_no_conflict(desk):
    key = desk.write()
    assert desk.save(key, DARK, 1) == 2
    assert desk.save(key, DARK, 1) == 2


def test_a_stale_save_is_a_conflict_that_carries_both_texts(desk):
    key = desk.write()
    desk.save(key, DARK, 1)
    mine = ProposalText("agua", "Otra cosa", "Escrita al mismo tiempo.")
    with pytest.raises(StaleProposal) as conflict:
        desk.save(key, mine, 1)
    assert (conflict.value.mine, conflict.value.theirs, conflict.value.revision) == (mine, DARK, 2)
    assert desk.one(Proposal, key).text == DARK.text
    assert desk.save(key, mine, 2) == 3, "after looking, one's own text may win"


def test_nobody_publishes_words_they_have_not_seen(desk):
    key = desk.write()
    desk.save(key, DARK, 1)
    with pytest.raises(StaleProposal):
        desk.publish(key, 1)
    assert desk.subject(key).version == 0


def test_of_two_saves_at_once_one_wins_and_the_other_is_told(desk):
    key = desk.write()
    start = threading.Barrier(8)

    def save(number):
        start.wait()
        try:
            return desk.save(key, ProposalText("agua", f"Título {number}", "Texto."), 1)
        except StaleProposal as conflict:
            return conflict.theirs.title

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(save, range(8)))
    won = desk.one(Proposal, key).title
    assert sorted(answers, key=str) == [2] + [won] * 7


def test_the_table_says_what_may_follow_what():
    class Row:
        state = None
        changed_at = None

    for here, allowed in STEPS.items():
        for there in ProposalState:
            row = Row()
            row.state = here
            if there in allowed:
                move(row, there, at=factories.CAMPAIGN)
                assert (row.state, row.changed_at) == (there, factories.CAMPAIGN)
            else:
                with pytest.raises(WrongState):
                    move(row, there, at=factories.CAMPAIGN)


def test_a_withdrawn_proposal_is_hidden_and_may_come_back(desk):
    key = desk.write()
    desk.publish(key, 1)
    desk.withdraw(key)
    assert not desk.subject(key).open
    with pytest.raises(WrongState, match="retirada"):
        desk.withdraw(key)
    desk.publish(key, 1)
    assert (desk.subject(key).version, desk.subject(key).open) == (1, True), "same words"
    desk.withdraw(key)
    desk.publish(key, desk.save(key, DARK, 1))
    assert desk.subject(key).version == 2


def test_a_draft_is_not_withdrawn_but_discarded(desk):
    key = desk.write()
    with pytest.raises(WrongState, match="en borrador"):
        desk.withdraw(key)
    desk.do(actions.discard_draft, key)
    assert desk.rows(select(Proposal)) == []
    assert desk.rows(select(Subject)) == []


def test_what_was_public_is_never_deleted(desk):
    key = desk.write()
    desk.publish(key, 1)
    desk.withdraw(key)
    with pytest.raises(Refused, match="borrador"):
        desk.do(actions.discard_draft, key)


FULL = ProposalText(
    "seguridad", "Luz en cada parada", "Pondremos luz en 300 paradas.",
    how="Con lámparas solares.", place="Colonia Centro", goal="7", gender="1",
)  # fmt: skip


def test_topic_and_details_are_shown_only_after_publishing(desk):
    key = desk.write()
    desk.publish(key, 1)
    moved = replace(FULL, topic="movilidad")
    revision = desk.save(key, moved, 1)
    row = desk.one(Proposal, key)
    assert (row.topic, row.details) == ("seguridad", {"topic": "seguridad"})
    assert actions.text_of(row) == moved
    assert desk.save(key, moved, 1) == revision
    desk.publish(key, revision)
    row = desk.one(Proposal, key)
    assert (row.topic, row.details["place"], row.draft) == ("movilidad", "Colonia Centro", {})
    assert desk.subject(key).version == 2, "details are part of a version"
    assert desk.one(SubjectVersion, (row.subject_id, 2)).details == moved.details
    desk.publish(key, revision)
    assert desk.subject(key).version == 2


def test_details_can_be_taken_away_again(desk):
    key = desk.write(FULL)
    desk.publish(key, 1)
    bare = ProposalText("", FULL.title, FULL.text)
    desk.save(key, bare, 1)
    assert actions.text_of(desk.one(Proposal, key)) == bare
    desk.save(key, FULL, 2)
    assert desk.one(Proposal, key).draft == {}


def test_a_version_of_an_archive_is_not_published_anew_for_its_topic(desk):
    with desk.database.transaction() as session:
        head = session.get(Candidacy, desk.head)
        key = factories.proposal(session, head).id
    desk.publish(key, 1)
    assert desk.subject(key).version == 1


ON_A_PROPOSAL = {
    "save": lambda desk, key, how: desk.save(key, DARK, 1, **how),
    "publish": lambda desk, key, how: desk.publish(key, 1, **how),
    "withdraw": lambda desk, key, how: desk.withdraw(key, **how),
    "discard": lambda desk, key, how: desk.do(actions.discard_draft, key, **how),
}
ON_A_HEAD = {
    "create": lambda desk, head, how: desk.do(actions.create_proposal, head, LIGHT, **how),
    "save profile": lambda desk, head, how: desk.do(
        actions_profiles.save_profile, head, ANA, revision=0, **how
    ),
    "publish profile": lambda desk, head, how: desk.do(
        actions_profiles.publish_profile, head, revision=0, **how
    ),
    "withdraw profile": lambda desk, head, how: desk.do(
        actions_profiles.withdraw_profile, head, **how
    ),
}


@pytest.mark.parametrize("verb", ON_A_PROPOSAL)
def test_another_partys_proposal_does_not_exist(desk, verb):
    key = desk.write()
    with pytest.raises(NotFound):
        ON_A_PROPOSAL[verb](desk, key, {"party": desk.other})
    with pytest.raises(NotFound):
        ON_A_PROPOSAL[verb](desk, 999_999, {})


@pytest.mark.parametrize("verb", ON_A_HEAD)
def test_only_own_heads_can_be_written_about(desk, verb):
    for candidacy in (desk.foreign, desk.second, 999_999):
        with pytest.raises(NotFound):
            ON_A_HEAD[verb](desk, candidacy, {})


@pytest.mark.parametrize(
    "at", [factories.BEFORE, factories.PLATFORMS, factories.SILENCE, factories.RESULTS]
)
def test_nothing_can_be_changed_outside_the_campaign(desk, at):
    key = desk.write()
    for verb in ON_A_PROPOSAL.values():
        with pytest.raises(NotEditable):
            verb(desk, key, {"at": at})
    for verb in ON_A_HEAD.values():
        with pytest.raises(NotEditable):
            verb(desk, desk.head, {"at": at})


@pytest.mark.parametrize(
    ("text", "field", "part"),
    [
        (ProposalText("agua", "x" * 121, "y"), "title", "120 caracteres. Le sobran 1 carácter"),
        (ProposalText("agua", "x", "y" * 1605), "text", "1,600 caracteres. Le sobran 5"),
        (ProposalText("futbol", "x", "y"), "topic", "tema"),
        (ProposalText("agua", " \n ", "\t"), "title", "al menos el título"),
        (ProposalText("agua", "x", "y", how="z" * 601), "how", "hasta 600"),
        (ProposalText("agua", "x", "y", goal="18"), "goal", "objetivo"),
        (ProposalText("agua", "x", "y", place="z" * 121), "place", "hasta 120"),
    ],
)
def test_limits_are_sentences_that_name_their_field(desk, text, field, part):
    with pytest.raises(TextRefused, match=part) as refusal:
        desk.write(text)
    assert refusal.value.field == field


@pytest.mark.parametrize("missing", ["topic", "title", "text"])
def test_an_incomplete_proposal_can_be_kept_but_not_published(desk, missing):
    words = {"topic": "agua", "title": "Título", "text": "Texto"} | {missing: ""}
    key = desk.write(ProposalText(**words))
    with pytest.raises(TextRefused, match="antes de publicar") as refusal:
        desk.publish(key, 1)
    assert refusal.value.field == missing


def test_a_text_of_exactly_the_limit_is_taken_with_its_new_lines(desk):
    text = "línea\r\n" * 266 + "fines"
    assert len(paragraphs(text)) == 1601
    key = desk.write(ProposalText("agua", "t" * 120, text[:-1]))
    assert len(desk.one(Proposal, key).text) == 1600


def test_one_candidacy_has_room_for_twenty_proposals(desk):
    for number in range(20):
        desk.write(ProposalText("agua", f"Propuesta {number}", ""))
    with pytest.raises(Refused, match="hasta 20"):
        desk.write(ProposalText("agua", "Una más", ""))


def test_a_trajectory_is_published_from_its_working_copy(desk):
    save, publish = actions_profiles.save_profile, actions_profiles.publish_profile
    assert desk.do(save, desk.head, ANA, revision=0) == 1
    assert desk.one(Profile, desk.head) is None
    desk.do(publish, desk.head, revision=1)
    assert desk.one(Profile, desk.head).motive == ANA.motive
    assert desk.do(save, desk.head, BEA, revision=1) == 2
    assert desk.one(Profile, desk.head).motive == ANA.motive, "not yet"
    with pytest.raises(StaleProfile):
        desk.do(publish, desk.head, revision=1)
    desk.do(publish, desk.head, revision=2)
    desk.do(publish, desk.head, revision=2)
    assert desk.one(Profile, desk.head).motive == BEA.motive
    versions = desk.rows(select(ProfileVersion).order_by(ProfileVersion.version))
    assert [each.told["motive"] for each in versions] == [ANA.motive, BEA.motive]
    assert len({each.sha256 for each in versions}) == 2


def test_a_stale_trajectory_is_a_conflict_that_carries_both_texts(desk):
    save = actions_profiles.save_profile
    desk.do(save, desk.head, ANA, revision=0)
    desk.do(save, desk.head, ANA, revision=0)
    with pytest.raises(StaleProfile) as conflict:
        desk.do(save, desk.head, BEA, revision=0)
    assert (conflict.value.mine, conflict.value.theirs, conflict.value.revision) == (BEA, ANA, 1)


def test_a_trajectory_can_be_withdrawn_and_published_again(desk):
    publish, withdraw = actions_profiles.publish_profile, actions_profiles.withdraw_profile
    with pytest.raises(Refused, match="vacía"):
        desk.do(publish, desk.head, revision=0)
    desk.do(actions_profiles.save_profile, desk.head, ANA, revision=0)
    desk.do(publish, desk.head, revision=1)
    desk.do(withdraw, desk.head)
    assert desk.one(Profile, desk.head).published_at is None
    with pytest.raises(Refused, match="no está publicada"):
        desk.do(withdraw, desk.head)
    desk.do(publish, desk.head, revision=1)
    assert desk.one(Profile, desk.head).published_at == desk.at


WATER = SectionEntry("agua", "Agua", "Agua en cada colonia.")
SAFE = SectionEntry("seguridad", "Calles", "Luz y policía de a pie.")
WORK = SectionEntry("empleo", "Empleo", "Ferias de empleo cada mes.")


def put(desk, *sections, title="Plataforma", summary="Lo que haremos."):
    with desk.database.transaction() as session:
        return put_platform(
            session, desk.party, PlatformScope.MUNICIPAL, title, summary, sections,
            at=desk.at, by=None,
        )  # fmt: skip


def sections_of(desk):
    with desk.database.reading() as session:
        rows = session.execute(
            select(PlatformSection.topic, Subject.id, Subject.version, Subject.open)
            .join(Subject, Subject.id == PlatformSection.subject_id)
            .order_by(PlatformSection.position)
        ).all()
    return [tuple(row) for row in rows]


def test_putting_the_same_platform_again_changes_nothing(desk):
    first = put(desk, WATER, SAFE)
    before, revision = sections_of(desk), desk.revision()
    assert put(desk, WATER, SAFE) == first
    assert sections_of(desk) == before
    assert desk.revision() == revision
    assert desk.rows(select(AuditEntry.deed)).count("platform.put") == 1


def test_a_section_keeps_its_subject_when_its_place_or_words_change(desk):
    put(desk, WATER, SAFE)
    (_, water, *_), (_, safe, *_) = sections_of(desk)
    put(desk, SAFE, WORK, SectionEntry("agua", "Agua", "Agua en cada casa."))
    (one, two, three) = sections_of(desk)
    assert one == ("seguridad", safe, 1, True)
    assert three == ("agua", water, 2, True)
    assert (two[0], two[2]) == ("empleo", 1)


def test_a_section_that_is_gone_is_closed_and_kept(desk):
    put(desk, WATER, SAFE)
    put(desk, SAFE)
    assert [(topic, is_open) for topic, _, _, is_open in sections_of(desk)] == [
        ("seguridad", True),
        ("agua", False),
    ]
    put(desk, WATER, SAFE)
    assert [(topic, version, is_open) for topic, _, version, is_open in sections_of(desk)] == [
        ("agua", 1, True),
        ("seguridad", 1, True),
    ]


def test_two_sections_may_share_a_topic(desk):
    wells = SectionEntry("agua", "Pozos", "Tres pozos nuevos.")
    put(desk, WATER, wells)
    before = sections_of(desk)
    put(desk, WATER, wells)
    assert sections_of(desk) == before
    assert len({subject for _, subject, *_ in before}) == 2


@pytest.mark.parametrize(
    ("section", "part"),
    [
        (SectionEntry("futbol", "x", "y"), "no es un tema"),
        (SectionEntry("agua", "x", " "), "necesita título y texto"),
        (SectionEntry("agua", "x" * 121, "y"), "hasta 120"),
        (SectionEntry("agua", "x", "y" * 20_001), "hasta 20,000"),
    ],
)
def test_a_platform_section_is_checked(desk, section, part):
    with pytest.raises(Refused, match=part):
        put(desk, section)


def test_a_platform_belongs_to_a_registered_actor(desk):
    with desk.database.transaction() as session, pytest.raises(NotFound):
        put_platform(
            session, 999, PlatformScope.MUNICIPAL, "x", "y", [], at=desk.at, by=None
        )  # fmt: skip


def test_the_same_platform_put_by_many_at_once_stands_once(desk):
    start = threading.Barrier(6)

    def work(_):
        start.wait()
        return put(desk, WATER, SAFE)

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(work, range(6)))) == 1
    assert len(sections_of(desk)) == 2


@given(st.text(max_size=300))
def test_cleaning_a_text_twice_is_cleaning_it_once(text):
    assert one_line(one_line(text)) == one_line(text)
    assert paragraphs(paragraphs(text)) == paragraphs(text)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_a_cleaned_text_has_nothing_that_a_database_or_a_reader_trips_over(text):
    for cleaned in (one_line(text), paragraphs(text)):
        assert not set(cleaned) & {"\x00", "\r", "\u202e", "\u2028", "\t"}
        assert cleaned == cleaned.strip()
        assert len(cleaned) <= len(text) * 4
    assert "\n" not in one_line(text)
    assert "\n\n\n" not in paragraphs(text)
