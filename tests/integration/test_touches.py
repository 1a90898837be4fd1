"""What a commit says that it touched: exactly that, in the order of the commits."""

from threading import Thread

import pytest
from sqlalchemy import select, text

from decide.catalog import actions, queries
from decide.catalog.models import ContentTouch, Proposal
from decide.catalog.owner import Owner
from decide.catalog.texts import ProposalText
from decide.editorial import noted
from decide.editorial.kinds import Key, Kind
from decide.editorial.published import Over, laid_over
from decide.editorial.reading import library
from decide.editorial.shape import fields_of
from decide.kernel.notes import ANY, DEFAULT, TELLING, collecting
from tests import factories
from tests.owner import as_owner
from tests.person import account

WORDS = ProposalText(topic="agua", title="Agua diaria", text="Repararemos las fugas en un año.")


class Desk:
    """An actor at work, and what its commits touch."""

    def __init__(self, resources):
        self.database = resources.database
        self.at = factories.CAMPAIGN
        with self.database.transaction() as session:
            factories.process(session)
            factories.map_of_the_state(session)
            lucero = factories.actor(session, "LUCERO")
            toluca = factories.contest(session, municipality=107)
            self.head = factories.slate(session, toluca, lucero).id
            self.party, self.contest = lucero.id, toluca.id
            self.person = account(
                session, "lucero", "coordinator", at=self.at, actor_id=lucero.id
            ).id

    def do(self, action, *arguments, walled=True, **more):
        with self.database.transaction(actor_id=self.party if walled else None) as session:
            return action(
                session, Owner(self.party), *arguments, at=self.at, by=self.person, **more
            )  # fmt: skip

    def draft(self, title="Agua diaria"):
        words = ProposalText(topic="agua", title=title, text=WORDS.text)
        return self.do(actions.create_proposal, self.head, words)

    def publish(self, key, revision=1):
        self.do(actions.publish_proposal, key, revision=revision)

    def touched(self, work):
        """The tags that `work` writes; None when it moves nothing."""
        with self.database.reading() as session:
            before = queries.content_revision(session)
        work()
        with self.database.reading() as session:
            after = queries.content_revision(session)
            rows = session.scalars(select(ContentTouch.tag).where(ContentTouch.number > before))
            return set(rows) if after > before else None

    def proposal(self, key):
        with self.database.reading() as session:
            return session.get(Proposal, key)

    @property
    def spoken(self):
        return {
            "subject", "proposal", f"proposal:{self.head}", f"proposal.contest:{self.contest}",
            f"proposal.actor:{self.party}",
        }  # fmt: skip

    @property
    def turned(self):
        return {"told", f"told.contest:{self.contest}"}


@pytest.fixture
def desk(resources):
    return Desk(resources)


def test_what_nobody_sees_touches_nothing(desk):
    keys = []
    assert desk.touched(lambda: keys.append(desk.draft())) is None
    other = ProposalText(topic="agua", title="Otro", text="Otro texto que nadie ha visto.")
    save = lambda: desk.do(actions.save_proposal, keys[0], other, revision=1)  # noqa: E731
    assert desk.touched(save) is None
    assert desk.touched(lambda: desk.do(actions.discard_draft, keys[0], walled=False)) is None


def test_a_working_copy_of_what_is_shown_touches_nothing(desk):
    key = desk.draft()
    desk.publish(key)
    other = ProposalText(topic="salud", title="Otro", text="Otro texto que nadie ha visto.")
    save = lambda: desk.do(actions.save_proposal, key, other, revision=1)  # noqa: E731
    assert desk.touched(save) is None
    subject = f"subject:{desk.proposal(key).subject_id}"
    assert desk.touched(lambda: desk.publish(key, 2)) == desk.spoken | {subject}


def test_the_first_publication_of_a_person_says_that_they_have_published_now(desk):
    one, two = desk.draft(), desk.draft("Otra")
    tag = lambda key: f"subject:{desk.proposal(key).subject_id}"  # noqa: E731
    assert desk.touched(lambda: desk.publish(one)) == desk.spoken | desk.turned | {tag(one)}
    assert desk.touched(lambda: desk.publish(two)) == desk.spoken | {tag(two)}
    withdraw = lambda key: lambda: desk.do(actions.withdraw_proposal, key)  # noqa: E731
    assert desk.touched(withdraw(one)) == desk.spoken | {tag(one)}
    assert desk.touched(withdraw(two)) == desk.spoken | desk.turned | {tag(two)}


def test_two_at_once_in_one_commit_are_a_first_publication(desk):
    one, two = desk.draft(), desk.draft("Otra")

    def both():
        with desk.database.transaction() as session:
            for key in (one, two):
                with session.begin_nested():
                    actions.publish_proposal(
                        session, Owner(desk.party), key, revision=1, at=desk.at, by=desk.person
                    )

    assert desk.touched(both) >= desk.spoken | desk.turned


def test_one_published_while_another_is_withdrawn_elsewhere(desk):
    """Each sees the other or is seen by it: one of the two says that nothing is told any more."""
    one, two = desk.draft(), desk.draft("Otra")
    desk.publish(one)
    desk.publish(two)
    done = []

    def withdraw(key):
        done.append(desk.touched(lambda: desk.do(actions.withdraw_proposal, key)))

    for _ in range(8):
        done.clear()
        threads = [Thread(target=withdraw, args=(key,)) for key in (one, two)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        with desk.database.reading() as session:
            last = session.scalars(
                select(ContentTouch.tag).order_by(ContentTouch.number.desc()).limit(8)
            ).all()
        assert "told" in last
        for key in (one, two):
            desk.publish(key, desk.proposal(key).revision)


def test_a_trajectory_says_whose_it_is(desk):
    with desk.database.transaction() as session:
        head = session.get_one(factories.Candidacy, desk.head)
        session.expunge(head)
    profile = {f"profile:{desk.head}", "profile"}

    def tell():
        with desk.database.transaction() as session:
            factories.profile(session, head)

    assert desk.touched(tell) == profile | desk.turned

    def correct():
        with desk.database.transaction() as session:
            session.execute(text("UPDATE profile SET occupation = 'Maestra'"))

    assert desk.touched(correct) == profile
    assert desk.touched(lambda: desk.publish(desk.draft())).isdisjoint(desk.turned)


def test_the_calendar_touches_everything(desk):
    def move():
        with desk.database.transaction() as session:
            session.execute(text("UPDATE phase SET title = title || ' '"))

    assert desk.touched(move) == {ANY}


def test_emptying_a_table_or_a_great_import_touches_everything(desk, resources):
    def bring():
        with desk.database.transaction() as session:
            session.execute(
                text("INSERT INTO subject (kind, actor_id, version, open, changed_at)"
                     " SELECT 'section', :actor, 0, true, now() FROM generate_series(1, 400)"),
                {"actor": desk.party},
            )  # fmt: skip

    assert ANY in desk.touched(bring)

    def empty():
        with as_owner(resources) as session:
            session.execute(text("TRUNCATE result_vote"))

    assert desk.touched(empty) == {ANY}


def test_saying_that_pages_changed_though_no_row_has_touches_everything(desk):
    def say():
        with desk.database.transaction() as session:
            actions.touch_content(session)

    assert desk.touched(say) == {ANY}


def test_what_was_rolled_back_was_not_touched(desk):
    one, two = desk.draft(), desk.draft("Otra")

    def half():
        with desk.database.transaction() as session:
            publish = lambda key: actions.publish_proposal(  # noqa: E731
                session, Owner(desk.party), key, revision=1, at=desk.at, by=desk.person
            )
            nested = session.begin_nested()
            publish(one)
            session.flush()
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            nested.rollback()
            publish(two)

    tags = desk.touched(half)
    assert f"subject:{desk.proposal(two).subject_id}" in tags
    assert f"subject:{desk.proposal(one).subject_id}" not in tags


def test_only_the_last_thousand_are_kept_and_who_is_further_behind_knows_nothing(desk):
    with desk.database.reading() as session:
        beginning = queries.content_revision(session)
        old = queries.touches(session, beginning, None)
    with desk.database.transaction() as session:
        session.execute(text("UPDATE content_revision SET number = number + 2000"))
    desk.publish(desk.draft())
    with desk.database.reading() as session:
        revision = queries.content_revision(session)
        numbers = set(session.scalars(select(ContentTouch.number)))
        assert numbers == {revision}
        new = queries.touches(session, revision, old)
    assert new.latest[ANY] == revision - 1
    assert not new.spared({"result"}, beginning)
    assert new.spared({"result"}, revision - 1)


def test_a_history_that_was_set_back_is_another_one(desk):
    desk.publish(desk.draft())
    with desk.database.reading() as session:
        then = queries.touches(session, queries.content_revision(session), None)
    with desk.database.transaction() as session:
        session.execute(text("UPDATE content_revision SET number = 1"))
    with desk.database.reading() as session:
        back = queries.touches(session, 1, then)
        again = queries.touches(session, 1, back)
    assert back.era != then.era
    assert again.era == back.era


def test_every_table_that_is_said_to_tell_has_its_triggers(resources):
    with resources.database.reading() as session:
        rows = session.execute(
            text(
                "SELECT c.relname, string_agg(DISTINCT t.tgtype::text, ',')"
                " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                " JOIN pg_proc p ON p.oid = t.tgfoid"
                " WHERE p.proname LIKE 'touch%' AND t.tgenabled = 'O' GROUP BY 1"
            )
        ).all()
    events = {name: 0 for name, _ in rows}
    for name, types in rows:
        for each in types.split(","):
            events[name] |= int(each)
    insert, delete, update, emptied = 4, 8, 16, 32
    whole = insert | delete | update | emptied
    telling = TELLING | DEFAULT.keys()
    assert {name for name in telling if events.get(name, 0) & whole != whole} == set()


def test_a_statement_of_a_session_is_noted(resources):
    with collecting() as found, resources.database.reading() as session:
        session.execute(text("SELECT count(*) FROM candidacy"))
    assert found == {"candidacy"}


# The texts of the site: the program finds by itself what changed.


def over(slug, **fields):
    told = fields_of(Kind.TERM, library().terms["planilla"]) | fields
    return Over(Key(Kind.TERM, slug), 1, told, (), None, False)


def test_a_text_says_which_it_is():
    before = noted.noted(library())
    changed = noted.noted(laid_over(library(), [over("planilla", definition="Otra.")]))
    assert noted.changes(before, before) == set()
    found = noted.changes(before, changed)
    assert {"text:term", "text:term:planilla", "text.mark"} == found
    more = noted.noted(laid_over(library(), [over("nueva", term="Nueva")]))
    assert {"text:term", "text:term:nueva"} <= noted.changes(before, more)
    assert noted.changes(None, more) == {ANY}


def test_looking_at_one_text_notes_that_one():
    known = noted.noted(library())

    def by(look):
        with collecting() as found:
            look()
        return found

    assert by(lambda: known.terms["planilla"]) == {"text:term:planilla"}
    assert by(lambda: known.terms.get("nunca")) == {"text:term:nunca"}
    assert by(lambda: list(known.terms.values())) >= {"text:term"}
    key = Key(Kind.GUIDE, "como-votar")
    for look in (
        lambda: key in known.changed,
        lambda: {key} & known.old_easy,
        lambda: known.translations.get(key),
        lambda: known.entry(key),
    ):
        assert "text:guide:como-votar" in by(look)
    assert by(lambda: known.has_notices) == {"text.has_notices"}
    assert by(lambda: known.notices) == {"text.notices"}
    assert "text:assignment" in by(lambda: known.assignment)
