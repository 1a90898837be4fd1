"""R23: no public byte tells how an actor does.

Random worlds with the same totals: the same presses and ideas, given to other actors. Every public
page, file, feed and answer, with all its headers, must be byte for byte the same. Four worlds by
default; `WORLDS=1000` for the whole proof.

One world in WHOLE_EVERY is made whole. In the others every statement of every page is asked again;
a page is made anew only where one of them answers otherwise, because else nothing could have moved.
"""

import os
import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import psycopg
import pytest
from flask import Response
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as worlds
from hypothesis import strategies as st
from psycopg import sql
from sqlalchemy import text

from decide.app import create_app
from decide.kernel.clock import FrozenClock
from decide.participation.choices import Choice, IdeaKind
from decide.participation.entry import IdeaSent, Press
from decide.participation.store import microseconds_of, store_ideas, store_presses
from decide.settings import Settings
from decide.statistics.settle import close_days
from decide.web.shared.context import KEY
from tests import factories
from tests.heads import is_page, lacks, shared
from tests.owner import as_owner
from tests.public_bytes import Seen, addresses, differences, told
from tests.public_world import world_of
from tests.reads import Reads, contents

WORLDS = int(os.environ.get("WORLDS", "4"))
PRESSES, IDEAS = 120, 45
WHOLE_EVERY = 25
REVISION = 1000  # of the content, in every world
# What citizens' opinions are kept in: emptied and filled anew for each world.
OPINIONS = ("reaction", "tally", "idea", "closed_day")
# All that a new world changes: the revision counts the closings of days, and says that it was they.
MOVING = (*OPINIONS, "content_revision", "content_touch")
PHASES = {"campaign": factories.CAMPAIGN, "results": factories.RESULTS}


class Ground:
    """One territory and one offer, with an application for each phase; opinions come and go."""

    def __init__(self, knobs):
        fixed = replace(knobs, snapshot_seconds=3600.0, page_cache_mib=0, open_data_minutes=0.0)
        self.apps = {
            name: create_app(fixed, clock=FrozenClock(instant)) for name, instant in PHASES.items()
        }
        self.house = self.apps["results"].extensions[KEY].resources
        with self.house.database.transaction() as session:
            self.world = world_of(session)
        self.paths = {name: addresses(app, self.world) for name, app in self.apps.items()}
        self.reads = Reads(MOVING)
        self.steps = []
        with self.house.database.reading() as session:
            self.revision = session.scalar(text("SELECT number FROM content_revision"))
        for app in self.apps.values():
            self.reads.watch(app.extensions[KEY].resources)

    def become(self, opinions):
        """Let these opinions stand."""
        for app in self.apps.values():
            app.extensions["visits"]._noted.clear()
        with as_owner(self.house) as session:
            session.execute(text(f"TRUNCATE {', '.join(OPINIONS)} CASCADE"))
        with self.house.database.transaction() as session:
            opinions.write(session)
        self.house.ledger.flushdb()
        with self.house.database.reading() as session:
            for subject, likes, dislikes in session.execute(
                text("SELECT subject_id, likes, dislikes FROM tally")
            ):
                self.house.ledger.set(f"{{p00}}:tally:{subject}", f"{likes} {dislikes}")
        close_days(self.house)
        self.settle_revision()

    def settle_revision(self):
        """Each world moves the revision by the same steps; then it stands where it stood before.

        Without that, every page that is made from an edition would have to be made in every world.
        """
        with as_owner(self.house) as session:
            number = session.scalar(text("SELECT number FROM content_revision"))
            session.execute(text("SET LOCAL session_replication_role = replica"))
            session.execute(text(f"UPDATE content_revision SET number = {REVISION}"))
        steps, self.revision = number - self.revision, REVISION
        self.steps.append(steps)

    def observe(self, opinions, apps=None, only=None):
        """Let these opinions stand and look at everything, or at the pages in `only`."""
        self.become(opinions)
        return self.look(apps, only)

    def look(self, apps=None, only=None):
        """Make every page of `apps`, or those in `only`."""
        seen = Seen()
        for phase, app in (apps or self.apps).items():
            client = app.test_client()
            for path in self.paths[phase]:
                if only is None or (phase, path) in only:
                    self.reads.during((phase, path))
                    seen[phase, path] = told(client.get(path))
        self.reads.during(None)
        return seen

    def answers(self):
        """What every statement of every page gives now."""
        with self.house.database.engine.connect() as connection:
            return self.reads.answers(connection)

    def close(self):
        for app in self.apps.values():
            closed(app)


def closed(app):
    """Give back what an application opened."""
    house = app.extensions[KEY]
    house.resources.close()


class Opinions:
    """PRESSES presses of as many devices and IDEAS texts; `whose` says on which subject each is."""

    def __init__(self, subjects, seed):
        chance = random.Random(seed)
        weights = [chance.random() ** 3 for _ in subjects]
        self.pressed = chance.choices(subjects, weights, k=PRESSES)
        self.written = chance.choices(subjects, weights, k=IDEAS)
        self.likes = chance.random()
        self.chance = chance

    def write(self, session):
        presses, ideas = [], []
        for number, subject in enumerate(self.pressed):
            liked = self.chance.random() < self.likes
            moment = factories.CAMPAIGN + timedelta(minutes=number)
            presses.append(
                Press(
                    sha256(f"{number}".encode()).digest()[:16], subject, 1,
                    int(Choice.LIKE if liked else Choice.DISLIKE), microseconds_of(moment),
                )
            )  # fmt: skip
        for number, subject in enumerate(self.written):
            ideas.append(
                IdeaSent(
                    sha256(f"idea {number}".encode()).digest(), subject, 1,
                    tuple(IdeaKind)[number % 3], f"Idea número {number}", "agua", number % 126,
                    microseconds_of(factories.CAMPAIGN + timedelta(hours=number)),
                )
            )  # fmt: skip
        store_presses(session, presses)
        store_ideas(session, ideas, factories.ZONE)


@pytest.fixture(scope="module")
def module_database(postgres, template_database):
    name = "neutrality"
    with psycopg.connect(postgres.conninfo(), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template_database)
            )
        )
    return postgres.url(name)


@pytest.fixture(scope="module")
def ground(module_database, valkey_server, tmp_path_factory):
    made = Ground(
        Settings(
            database_url=module_database, redis_url=valkey_server.url(2),
            queue_url=valkey_server.url(3), secret_key="s", process_key="p", ledger_shards=1,
            api_per_minute=1_000_000,  # all worlds happen in the same minute
            files_folder=tmp_path_factory.mktemp("files"),
        )
    )  # fmt: skip
    yield made
    made.close()


@pytest.fixture(scope="module")
def first(ground):
    """What the public sees in one world."""
    return ground.observe(Opinions(ground.world["subjects"], 0))


def test_the_walk_reaches_every_public_page_of_every_actor(ground, first):
    for phase in PHASES:
        seen = {
            path for seen_in, path in first if seen_in == phase and first[seen_in, path][0] == 200
        }
        for actor in ("lucero", "raiz", "nopal", "ind1"):
            assert f"/actores/{actor}" in seen
        assert any(path.startswith("/candidaturas/") for path in seen)
    assert ("results", "/estadisticas") in first
    assert first["results", "/estadisticas"][0] == 200
    assert b"ideas, propuestas y comentarios" in first["results", "/estadisticas"][2]
    assert b"De la visita a la idea" in first["results", "/estadisticas"][2]
    assert (
        first["results", f"/difusion/carteles/actores/{ground.world['actor']}/carta.pdf"][0] == 200
    )
    assert first["results", "/resultados/actores/lucero"][0] == 200


# The same walk shows what every page must have to be found and shared.


def card_in(first, phase):
    """Gives the pictures that were fetched in a phase."""
    return lambda path: first[phase, path][2] if (phase, path) in first else None


def test_every_public_page_has_a_title_a_description_an_address_and_a_card(first):
    pages = {key: each[2].decode() for key, each in first.items() if is_page(each)}
    wrong = {
        key: found
        for key, html in pages.items()
        if (found := lacks(key[1], html, card_in(first, key[0])))
    }
    assert wrong == {}
    seen = {path for _phase, path in pages}
    assert {
        "/resultados/comparar/2015", "/resultados/municipios/107/secciones",
        "/resultados/secciones/5176", "/evaluacion", "/evaluacion/2021",
    } <= seen  # fmt: skip


@pytest.mark.parametrize(
    "gone",
    [
        '<meta name="description"', '<link rel="canonical"', '<meta property="og:image" ',
        "<title>", "/tarjetas/municipios/107.png", "Toluca",
    ],
)  # fmt: skip
def test_a_page_whose_head_lacks_something_is_found(first, gone):
    path = "/resultados/municipios/107/secciones"
    html = first["results", path][2].decode()
    assert gone in html
    assert lacks(path, html, card_in(first, "results")) == []
    longer = "Toluca " * 30 if gone == "Toluca" else "<x"
    assert lacks(path, html.replace(gone, longer), card_in(first, "results"))


# Kinds of page of which one is the other with a year, a month or a version chosen.
ALIKE = (
    {"public.benchmark", "public.benchmark_of_year"},
    {"public.bulletin", "public.bulletin_version"},
)


def kinds_of(app):
    """Gives the kind of page that an address is."""
    adapter = app.url_map.bind("localhost")
    return lambda path: adapter.match(path.partition("?")[0])[0]


def htmls(first):
    """(path, page) of everything that is one, also of what search engines may not keep."""
    return [
        (path, each[2].decode())
        for (_phase, path), each in first.items()
        if each[0] == 200 and dict(each[1])["Content-Type"].startswith("text/html")
        and not path.startswith("/embed/")
    ]  # fmt: skip


def test_no_two_kinds_of_page_share_a_title_or_a_description(ground, first):
    pages, kind_of = htmls(first), kinds_of(ground.apps["results"])
    assert len({kind_of(path) for path, _ in pages}) > 50
    assert shared(pages, kind_of, ALIKE) == {}


def test_pages_that_share_their_words_are_found(ground, first):
    pages, kind_of = htmls(first), kinds_of(ground.apps["results"])
    home = next(html for path, html in pages if path == "/")
    found = shared([*pages, ("/calendario", home)], kind_of, ALIKE)
    assert {name for name, _ in found} == {"title", "description"}
    assert ["/", "/calendario"] in found.values()


def test_the_map_of_the_site_names_what_was_compared_counted_and_measured(first):
    named = first["results", "/sitemap.xml"][2]
    before = first["campaign", "/sitemap.xml"][2]
    for path in (b"/resultados/comparar/2015<", b"/resultados/municipios/107/secciones<"):
        assert path in named
        assert path not in before
    assert b"/evaluacion/2021<" in named


def test_only_what_citizens_say_moves_between_worlds(ground, first):
    with ground.house.database.engine.connect() as connection:
        before = contents(connection)
    ground.become(Opinions(ground.world["subjects"], 7))
    with ground.house.database.engine.connect() as connection:
        after = contents(connection)
    moved = {name for name in before if before[name] != after[name]}
    assert moved
    assert moved <= set(MOVING)


@pytest.fixture(scope="module")
def answers(ground, first):
    """What every statement gave in the world of `first`."""
    ground.become(Opinions(ground.world["subjects"], 0))
    return ground.answers()


@pytest.fixture(scope="module")
def walk():
    """How many worlds have been looked at, whole ones among them, and how many pages were made."""
    counted = Counter()
    yield counted
    print(f"\nR23: {dict(counted)}")  # noqa: T201 -- the figure of the long run (pytest -s)


@worlds(
    max_examples=WORLDS, deadline=None, database=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(seed=st.integers(1, 2**63))
def test_moving_opinions_between_actors_changes_no_public_byte(ground, first, answers, walk, seed):
    ground.become(Opinions(ground.world["subjects"], seed))
    only = None
    if walk["worlds"] % WHOLE_EVERY:
        only = ground.reads.pages_that_may_differ(answers, ground.answers())
    other = ground.look(only=only)
    walk.update(worlds=1, whole=only is None, pages=len(other))
    assert len(set(ground.steps[1:])) == 1
    expected = {key: first[key] for key in other}
    found = differences(expected, other)
    assert not found, [where for where, _ in found][:20]


LEAKS = {
    "an order by popularity": (
        "SELECT string_agg(slug, ' ' ORDER BY n DESC, a.id) FROM political_actor a JOIN (SELECT"
        " s.actor_id, sum(likes + dislikes) n FROM tally t JOIN subject s ON s.id = t.subject_id"
        " GROUP BY 1) c ON c.actor_id = a.id"
    ),
    "a count of one subject": "SELECT max(likes)::text FROM tally",
    "how many subjects have an idea": "SELECT count(DISTINCT subject_id)::text FROM idea",
}


@pytest.mark.parametrize("name", LEAKS)
@pytest.mark.parametrize("where", ["body", "header"])
def test_the_comparison_turns_red_for_a_page_that_leaks(ground, name, where):
    app = create_app(
        replace(ground.house.settings, snapshot_seconds=3600.0),
        clock=FrozenClock(PHASES["results"]),
    )

    def leak():
        with ground.house.database.reading() as session:
            told = session.scalar(text(LEAKS[name])) or ""
        return Response(told if where == "body" else "", headers={"X-Order": told[: 1 << 10]})

    app.add_url_rule("/fuga", "public.leak", leak)
    ground.paths["leak"] = ["/fuga"]
    ground.reads.watch(app.extensions[KEY].resources)
    seen, given_then = [], []
    for seed in (1, 2, 3):
        seen.append(ground.observe(Opinions(ground.world["subjects"], seed), {"leak": app}))
        given_then.append(ground.answers())
    closed(app)
    found = [n for n in (1, 2) if differences(seen[0], seen[n])]
    assert found
    # The short way of the long run would have made this page anew.
    for n in found:
        assert ("leak", "/fuga") in ground.reads.pages_that_may_differ(given_then[0], given_then[n])
