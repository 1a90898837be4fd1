"""A page is made anew when its bytes change, and only then: over every public address.

All pages are kept; something is done by the real action; all are asked again. Every answer must be
that of a process that has nothing in memory, and what was made anew must be what changed.

Of the many addresses of one rule three are enough for CI, those of whom the tests are about among
them; EXACT=whole asks for every one.
"""

import os
import re
from itertools import groupby

import psycopg
import pytest
from flask import request_started
from psycopg import sql
from sqlalchemy import text
from werkzeug.exceptions import HTTPException

from decide.app import create_app
from decide.catalog import actions, touched
from decide.catalog.models import PoliticalActor
from decide.catalog.owner import Owner
from decide.catalog.texts import ProposalText
from decide.editorial import actions as editorial
from decide.editorial.kinds import Key, Kind
from decide.editorial.reading import library
from decide.editorial.shape import fields_of
from decide.kernel.clock import FrozenClock
from decide.kernel.db import Database
from decide.settings import Settings
from decide.web.shared.context import KEY
from tests import factories
from tests.public_bytes import addresses, differences, told
from tests.public_world import world_of

AT = factories.CAMPAIGN
# Made anew though no byte may have changed, each for its reason.
DATA = re.compile(
    r"^/(datos|api)(/|$)"  # editions of files, which follow the revision as a whole
    r"|^/estadisticas$|^/sellos"  # counts and seals: some of their tables tell nobody of changes
    r"|^/robots\.txt$"  # a view that answers for itself: nobody vouches for its notes
)
# Who publishes shows here by being found, counted or compared, or does not: nobody knows before.
ABOUT_PROPOSALS = re.compile(
    r"^/buscar|^/candidaturas(\.\w+)?\?.*publico|^/candidaturas\.\w+"
    r"|^/feeds/|^/comparar/(municipios|distritos)/|^/embed/candidaturas/"
)
PERSONS = "/candidaturas/"
OF_A_RULE = 1_000_000 if os.environ.get("EXACT") == "whole" else 3


def few(app, paths, about):
    """At most OF_A_RULE addresses of each rule: first whom the tests are `about`, and the last."""
    rules = app.url_map.bind("localhost")

    def rule_of(path):
        if path.startswith(PERSONS):
            return path  # every one: a single page of all of them is to be made anew
        try:
            return rules.match(path.split("?")[0], return_rule=True)[0].rule
        except HTTPException:  # of a server before the application, or of nobody
            return path.split("/")[1]

    def rank(path):
        return rule_of(path), -len(about & set(re.split(r"[/.?=]", path))), path

    kept = []
    for _rule, group in groupby(sorted(paths, key=rank), rule_of):
        all_of_it = list(group)
        kept += all_of_it[: OF_A_RULE - 1] + all_of_it[OF_A_RULE - 1 :][-1:]
    return kept


class Site:
    """One process that keeps pages, and its addresses."""

    def __init__(self, settings, world, only=""):
        self.settings = settings
        self.app = create_app(settings, clock=FrozenClock(AT))
        found = few(self.app, addresses(self.app, world), world["about"])
        found += [f"/en{path}" for path in found if path.startswith(PERSONS)]
        self.only = only
        self.paths = [path for path in found if only in path]
        self.made = set()
        self.asked = None
        request_started.connect(self._made, self.app)

    def fill(self):
        """Look twice: what reaches the application again is never kept."""
        self.walk()
        self.seen = self.walk()
        self.never_kept = set(self.made)
        return self

    def _made(self, _app, **_):
        self.made.add(self.asked)

    def walk(self):
        """Every answer; `made` are the addresses that reached the application."""
        self.made.clear()
        client = self.app.test_client()
        seen = {}
        for path in self.paths:
            self.asked = path
            seen[path] = told(client.get(path))
        return seen

    def close(self):
        self.app.extensions[KEY].resources.close()


class Ground:
    """The kept pages of one process, before and after what is done."""

    def __init__(self, settings, database):
        self.settings = settings
        self.database = database
        with database.transaction() as session:
            self.world = world_of(session)
            nopal = session.query(PoliticalActor).filter_by(key="NOPAL").one().id
            heads = session.scalars(
                text("SELECT id FROM candidacy WHERE actor_id = :actor AND is_head"),
                {"actor": nopal},
            )
            self.world["about"] = {"nopal", "107", "presidencia", *map(str, (nopal, *heads))}
        self.site = Site(settings, self.world).fill()

    def after(self, work):
        """Do it. Gives what was made anew and what changed; every answer is as a fresh one."""
        before = self.site.seen
        work()
        after = self.site.seen = self.site.walk()
        anew = self.site.made - self.site.never_kept
        fresh = Site(self.settings, self.world, self.site.only)
        try:
            expected = fresh.walk()
        finally:
            fresh.close()
        stale = differences(after, expected)
        assert not stale, stale[:5]
        changed = {path for path, _ in differences(before, after)} - self.site.never_kept
        return anew, changed

    def kept(self):
        """How many of the addresses come from memory."""
        return len(self.site.paths) - len(self.site.never_kept)

    def do(self, work):
        """`work` in a transaction, as what is done to `after`."""

        def done():
            with self.database.transaction() as session:
                work(session)

        return done

    def close(self):
        self.site.close()


@pytest.fixture(scope="module")
def ground(postgres, template_database, valkey_server, tmp_path_factory):
    name = "exactness"
    with psycopg.connect(postgres.conninfo(), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template_database)
            )
        )
    settings = Settings(
        database_url=postgres.url(name), redis_url=valkey_server.url(4),
        queue_url=valkey_server.url(5), secret_key="s", process_key="p", ledger_shards=1,
        api_per_minute=1_000_000, open_data_minutes=0.0, snapshot_seconds=0.0,
        shared_pages_mib=0, files_folder=tmp_path_factory.mktemp("files"),
    )  # fmt: skip
    database = Database(settings.database_url)
    made = Ground(settings, database)
    yield made
    made.close()
    database.close()


@pytest.fixture(scope="module")
def nopal(ground):
    """Somebody who has published nothing but what the world gave them: head, owner, drafts."""
    with ground.database.transaction() as session:
        actor = session.query(PoliticalActor).filter_by(key="NOPAL").one()
        head = session.scalar(
            text("SELECT id FROM candidacy WHERE actor_id = :actor AND is_head ORDER BY id DESC"),
            {"actor": actor.id},
        )
        return head, Owner(actor.id)


def words(title):
    return ProposalText(topic="salud", title=title, text="Médicos todo el día y de noche también.")


def exact(found, allowed):
    """What was made anew is what changed, but for what has a reason."""
    anew, changed = found
    assert changed <= anew
    return {path for path in anew - changed if not DATA.search(path) and not allowed(path)}


def nothing(_path):
    return False


def about_proposals(path):
    return bool(ABOUT_PROPOSALS.search(path))


def test_every_page_that_is_for_everybody_is_kept(ground):
    assert ground.kept() > 150


def test_a_proposal_from_draft_to_withdrawal(ground, nopal):
    head, owner = nopal
    keys = []

    def act(action, *arguments, **more):
        return ground.do(
            lambda session: keys.append(action(session, owner, *arguments, at=AT, by=None, **more))
        )

    def save_and_draft(session):
        actions.save_proposal(session, owner, one, words("Más médicos"), revision=1, at=AT, by=None)
        keys.append(
            actions.create_proposal(session, owner, head, words("Enfermeras"), at=AT, by=None)
        )

    own = f"/candidaturas/{head}"
    act(actions.create_proposal, head, words("Médicos"))()
    one = keys[-1]
    first = ground.after(act(actions.publish_proposal, one, revision=1))
    assert {own, f"/en{own}", "/donde-voto?seccion=5176", "/feeds/propuestas.xml"} <= first[1]
    assert exact(first, about_proposals) == set()
    others = {path for path in ground.site.paths if re.match(r"(/en)?/candidaturas/\d+$", path)}
    assert len(others) > 10
    assert first[0] & others == {own, f"/en{own}"}, "of thousands, one"
    assert {"/candidaturas", "/actores/nopal", "/temas/agua", "/"} <= set(ground.site.paths)
    assert {"/candidaturas", "/actores/nopal", "/temas/agua", "/"}.isdisjoint(first[0])

    saved = ground.after(ground.do(save_and_draft))
    assert saved == (set(), set()), "a working copy is nobody's business"
    second = ground.after(act(actions.publish_proposal, keys[-1], revision=1))
    assert own in second[1]
    assert exact(second, about_proposals) == set()
    assert not any(
        path.startswith(("/municipios", "/distritos", "/donde-voto")) for path in second[0]
    )

    corrected = ground.after(act(actions.publish_proposal, one, revision=2))
    assert own in corrected[1]
    assert exact(corrected, about_proposals) == set()
    withdrawn = ground.after(act(actions.withdraw_proposal, one))
    assert own in withdrawn[1]
    assert exact(withdrawn, about_proposals) == set()


def publish_text(session, key, fields):
    told_now = fields_of(key.kind, library().terms["planilla"]) if key.slug == "planilla" else {}
    editorial.write(session, key, told_now | fields, note="", revision=0, at=AT, by=None)
    row = editorial.locked(session, key)
    editorial.approve(
        session, key, revision=row.revision, due_at=None, at=AT, by=None, second=None
    )  # fmt: skip


def test_a_word_of_the_glossary(ground):
    key = Key(Kind.TERM, "planilla")
    found = ground.after(
        ground.do(lambda session: publish_text(session, key, {"definition": "Van juntas."}))
    )
    assert "/quitadudas/planilla" in found[1]
    lists = re.compile(r"^/(quitadudas|organos|buscar|sitemap|opinion|sugerencias|service)")
    assert exact(found, lists.search) == set()
    assert not any(path.startswith(("/candidaturas", "/municipios")) for path in found[0])


def test_the_first_notice_shows_at_the_foot_of_every_page(ground):
    def create(session):
        key = editorial.create(
            session, Kind.TEXT, {"title": "Cambio de sede", "body": "# Dónde\n\nAquí."},
            at=AT, by=None,
        )  # fmt: skip
        row = editorial.locked(session, key)
        editorial.approve(
            session, key, revision=row.revision, due_at=None, at=AT, by=None, second=None
        )  # fmt: skip

    _anew, changed = ground.after(ground.do(create))
    assert {"/", "/candidaturas", "/municipios/107"} <= changed


def test_the_calendar_makes_everything_anew(ground):
    move = ground.do(
        lambda session: session.execute(
            text("UPDATE phase SET title = title || ' bis' WHERE opens_at <= :at"), {"at": AT}
        )
    )
    anew, changed = ground.after(move)
    assert ground.kept() - len(anew) < 5, "but for files whose address carries their content"
    assert len(changed) > 80


def test_a_trajectory_shows_on_its_page_and_where_it_is_said_who_has_published(ground):
    with ground.database.reading() as session:
        head = session.scalar(
            text(
                "SELECT c.id FROM candidacy c JOIN political_actor a ON a.id = c.actor_id"
                " WHERE a.key = 'LUCERO-RAIZ' AND c.is_head"
            )
        )
    found = ground.after(
        ground.do(
            lambda session: factories.profile(session, session.get(factories.Candidacy, head))
        )
    )
    assert f"/candidaturas/{head}" in found[1]
    assert "/donde-voto?seccion=5176" in found[1]
    allowed = re.compile(r"^/candidaturas(\.\w+|\?.*publico)|^/comparar/|^/embed/candidaturas/")
    assert exact(found, allowed.search) == set()


def test_a_page_that_does_not_note_what_it_shows_is_found(ground, nopal, monkeypatch):
    """Seen red: a person's page that says of its statements that they show no proposal."""
    head, owner = nopal
    monkeypatch.setattr(touched, "by_head", lambda _head: touched.NOTED_APART)
    ground.site, whole = Site(ground.settings, ground.world, PERSONS).fill(), ground.site
    try:
        with ground.database.transaction() as session:
            key = actions.create_proposal(session, owner, head, words("Otra"), at=AT, by=None)
        publish = ground.do(
            lambda session: actions.publish_proposal(
                session, owner, key, revision=1, at=AT, by=None
            )
        )
        with pytest.raises(AssertionError, match=f"/candidaturas/{head}"):
            ground.after(publish)
    finally:
        ground.site.close()
        ground.site = whole
