"""The test actor's open page, and actors who confirm heads: what observers and witnesses do."""

import dataclasses
from datetime import timedelta
from hashlib import sha256

import pytest

from decide.accounts.roles import Role
from decide.app import create_app
from decide.delivery.rehearsal import register, rehearsal
from decide.errors import Conflict
from decide.kernel.clock import FrozenClock
from decide.participation.choices import Choice
from decide.participation.entry import Press
from decide.participation.store import microseconds_of, store_presses
from decide.seals import jobs
from decide.web.shared.context import KEY
from tests import factories
from tests.delivery_world import own_world, spoken_world  # noqa: F401
from tests.person import Person, account

PATH = "/partido-de-prueba"


@pytest.fixture
def settings(settings, world):
    return dataclasses.replace(settings, database_url=world["url"])


@pytest.fixture
def clock():
    return FrozenClock(factories.CAMPAIGN)


@pytest.fixture
def app(settings, clock):
    made = create_app(settings, clock=clock)
    yield made
    house = made.extensions[KEY]
    house.door.close()
    house.snapshot.close()
    house.resources.close()


@pytest.fixture
def house(app):
    return app.extensions[KEY].resources


def text_of_the_test_actor(house):
    """A text of the test actor, registered as the command does; the number of its subject."""
    for _ in range(2):  # again changes nothing
        with house.database.transaction() as session:
            register(session, at=factories.CAMPAIGN, by=None)
    with house.database.reading() as session:
        return rehearsal(session).counts[0].subject_id


def press(house, subject, choice, device=1, at=factories.CAMPAIGN):
    name = sha256(b"%d" % device).digest()[:16]
    with house.database.transaction() as session:
        store_presses(session, [Press(name, subject, 1, int(choice), microseconds_of(at))])


def test_an_observer_sees_the_own_press_change_and_is_counted_once(app, house):
    subject = text_of_the_test_actor(house)
    stranger = Person(app).open(PATH)
    assert stranger.page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in stranger.page.headers
    assert "Todavía nadie ha respondido" in stranger.text
    press(house, subject, Choice.LIKE)
    stranger.open(PATH)
    mark = sha256(b"1").hexdigest()[:8]
    assert stranger.html.count(mark) == 1
    assert "Todavía nadie" not in stranger.text
    press(house, subject, Choice.DISLIKE, at=factories.CAMPAIGN + timedelta(seconds=9))
    press(house, subject, Choice.DISLIKE, device=2)
    stranger.open(PATH)
    row = stranger.text.split("Cuentas de este momento")[1].split("Las últimas respuestas")[0]
    assert " 0 2 0" in row, "one device counts once, with its last word"
    assert stranger.html.count(mark) == 1


@pytest.mark.parametrize(
    "doubt",
    [
        "UPDATE political_actor SET is_test = false",
        "UPDATE political_actor SET is_test = true WHERE key = 'NOPAL'",
        "UPDATE political_actor SET is_test = key = 'NOPAL'",
        "UPDATE political_actor SET is_test = key = 'LUCERO-RAIZ'",
        "UPDATE political_actor SET is_test = key = 'RAIZ'",
    ],
)
def test_a_real_actor_can_never_be_shown_whatever_somebody_marks(app, world, doubt):
    """A party, a coalition, a second test actor: nobody's counts are shown at all."""
    world["sql"].execute(doubt)
    Person(app).open(PATH, status=404)


def test_there_is_one_test_actor_and_no_real_one_becomes_it(house, world):
    for doubt in (
        "UPDATE political_actor SET is_test = key = 'NOPAL'",
        "UPDATE political_actor SET is_test = false",
    ):
        world["sql"].execute(doubt)
        with pytest.raises(Conflict), house.database.transaction() as session:
            register(session, at=factories.CAMPAIGN, by=None)


def test_presses_on_real_actors_leave_the_page_as_it_is(app, house, world):
    text_of_the_test_actor(house)
    stranger = Person(app).open(PATH)
    before = stranger.page.data
    for device, subject in enumerate(world["subjects"]["lucero"]):
        press(house, subject, Choice.LIKE, device=1000 + device)
    assert stranger.open(PATH).page.data == before


def test_before_platforms_open_there_is_no_such_page(app, clock):
    clock.instant = factories.BEFORE
    Person(app).open(PATH, status=404)


def witness(app, house, world, clock, name="lucero", actor="lucero"):
    with house.database.transaction() as session:
        row = account(
            session, name, Role.COORDINATOR, at=clock.instant, actor_id=world["actors"][actor]
        )
    return Person(app, row)


def confirmed(world):
    return (
        world["sql"].execute("SELECT count(*), max(seal_number) FROM countersignature").fetchone()
    )


def test_an_actor_confirms_all_new_heads_with_one_click(app, house, world, clock):
    made = jobs.catch_up(house)
    lucero = witness(app, house, world, clock).open("/partido")
    assert f"Hay {made} sellos nuevos" in lucero.text
    (root,) = [part.split('"')[0] for part in lucero.html.split('name="root" value="')[1:]]
    assert lucero.text.count(root[:8]) == 1, "the person sees what is confirmed"
    lucero.post("/partido/sellos", root="00" * 32)
    lucero.follow()
    assert "Avise a la autoridad" in lucero.text
    assert confirmed(world) == (0, None), "a head that does not stand here is confirmed by nobody"
    lucero.post("/partido/sellos", root=root)
    lucero.follow()
    assert f"Confirmó {made} sellos" in lucero.text
    assert "sellos nuevos" not in lucero.text
    assert confirmed(world) == (made, made)
    lucero.open("/sellos")
    lucero.post("/partido/sellos", root=root)
    assert confirmed(world) == (made, made), "twice is once"
    clock.instant += timedelta(days=1)
    assert jobs.catch_up(house) == 1
    another = witness(app, house, world, clock, name="lucero.dos").open("/partido")
    assert "Hay un sello nuevo" in another.text
