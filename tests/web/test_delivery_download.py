"""Taking a package home: one's own, with a session, by POST, written down, kept by nobody."""

import dataclasses
import hashlib
import io
import re
import zipfile

import pytest

from decide.accounts.roles import Role
from decide.app import create_app
from decide.audit.models import AuditEntry
from decide.delivery import actions, jobs, queries
from decide.delivery.folder import Shelf
from decide.delivery.models import Delivery, DeliveryDownload
from decide.kernel import jobs as queue
from decide.kernel.clock import FrozenClock
from decide.kernel.resources import open_resources
from decide.web.shared.context import KEY
from tests import factories
from tests.delivery_world import CUTOFF, own_world, owned, spoken_world  # noqa: F401
from tests.greedy_proxy import ask, greedy_proxy
from tests.person import OURS, Person, account


@pytest.fixture
def settings(settings, world):
    return dataclasses.replace(settings, database_url=world["url"])


@pytest.fixture
def clock():
    return FrozenClock(factories.RESULTS)


@pytest.fixture
def app(settings, clock):
    made = create_app(settings, clock=clock)
    queue.bind(lambda: open_resources(settings, clock=clock))
    yield made
    queue.Workshop.opener = None
    made.extensions[KEY].resources.close()


@pytest.fixture
def house(app):
    return app.extensions[KEY].resources


@pytest.fixture
def people(app, house, clock, world):
    """Coordinators of two parties, an editor of the first, and the authority's administrator."""
    wanted = (
        ("lucero", Role.COORDINATOR, "lucero"),
        ("editora", Role.EDITOR, "lucero"),
        ("nopal", Role.COORDINATOR, "nopal"),
        ("jefa", Role.ADMINISTRATOR, None),
    )
    with house.database.transaction() as session:
        rows = {
            name: account(
                session, name, role, at=clock.instant,
                actor_id=world["actors"][party] if party else None,
            )
            for name, role, party in wanted
        }  # fmt: skip
    return {name: Person(app, row) for name, row in rows.items()}


@pytest.fixture
def delivered(house, world, clock):
    """Lucero's delivery, built; its number."""
    with house.database.transaction() as session:
        number = actions.order(
            session, house.jobs, world["actors"]["lucero"], cutoff=CUTOFF, at=clock.instant, by=None
        )
    jobs.build(number)
    return number


def trail(house):
    with house.database.reading() as session:
        kept = session.query(AuditEntry).filter_by(deed="delivery.downloaded").count()
        return kept, session.query(DeliveryDownload).count()


def test_a_coordinator_takes_the_package_home_and_it_is_written_down(
    people, delivered, house, world, settings
):
    lucero = people["lucero"].open("/partido/base-de-datos")
    wanted = Shelf(settings.files_folder).finished(delivered).read_bytes()
    said, subjects = world["said"], owned(world, "lucero")
    assert f"{said.likes(subjects) + said.dislikes(subjects):,}" in lucero.text
    assert f"{len(said.texts(subjects)):,} ideas" in lucero.text or "ideas" in lucero.text
    digest = hashlib.sha256(wanted).hexdigest()
    assert digest in lucero.html.replace(" ", "")
    (path,) = lucero.actions()
    lucero.post(path, status=200)
    answer = lucero.page
    assert answer.data == wanted
    assert zipfile.ZipFile(io.BytesIO(answer.data)).testzip() is None
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Length"] == str(len(wanted))
    assert "attachment; filename=decide-lucero-v1.zip" in answer.headers["Content-Disposition"]
    assert not {"ETag", "Last-Modified"} & set(answer.headers.keys())
    assert trail(house) == (1, 1)
    lucero.post(path, status=200)
    assert trail(house) == (2, 2), "a second download is a second line"


def test_the_package_is_sent_in_pieces(people, delivered):
    lucero = people["lucero"].open("/partido/base-de-datos")
    answer = lucero.client.post(
        lucero.actions()[0],
        data={"csrf_token": lucero.html.split('name="csrf_token" value="')[1].split('"')[0]},
        headers=OURS,
        buffered=False,
    )
    assert answer.is_streamed
    answer.close()


def test_another_actors_delivery_does_not_exist(people, delivered, house):
    people["nopal"].open("/partido/base-de-datos")
    path = f"/partido/base-de-datos/{delivered}/descargar"
    people["nopal"].post(path, status=404)
    refused = people["nopal"].text
    people["nopal"].open("/partido/base-de-datos")
    people["nopal"].post("/partido/base-de-datos/999999/descargar", status=404)
    assert people["nopal"].text == refused, "whether it exists stays private"
    assert trail(house) == (0, 0)


def test_a_copied_address_is_worth_nothing(app, people, delivered, house):
    """R30: the address of a download that worked, without the session or as a link."""
    lucero = people["lucero"].open("/partido/base-de-datos")
    (path,) = lucero.actions()
    lucero.post(path, status=200)
    stranger = app.test_client()
    assert stranger.get(path).status_code == 405
    for address in (path, path.replace(f"/{delivered}/", "/999999/")):
        answer = stranger.post(address, headers=OURS)
        assert answer.status_code == 403, "the same whether or not there is such a delivery"
        assert answer.mimetype == "text/html"
    assert lucero.client.get(path).status_code == 405
    assert lucero.client.post(path, headers=OURS).status_code == 403, "without the form's token"
    assert trail(house) == (1, 1)


def test_a_door_that_forgets_whose_delivery_it_is_is_found_out(
    people, delivered, house, monkeypatch
):
    """The seeded defects of R30: one wall fallen is held by the other, both together are seen."""
    owner = delivery_owner(house, delivered)
    real = queries.delivery_of
    monkeypatch.setattr(
        queries, "delivery_of", lambda session, actor, number: real(session, owner, number)
    )
    people["nopal"].open("/partido/base-de-datos")
    path = f"/partido/base-de-datos/{delivered}/descargar"
    people["nopal"].post(path, status=404)
    assert trail(house) == (0, 0), "the query forgot the owner, the database did not"
    monkeypatch.setattr("decide.web.shared.guards.stay_within", lambda _: None)
    people["nopal"].open("/partido/base-de-datos")
    people["nopal"].post(path, status=200)
    assert trail(house) == (1, 1), "what the tests above forbid did happen"


def delivery_owner(house, number):
    with house.database.reading() as session:
        return session.get(Delivery, number).actor_id


def test_the_staffs_door_does_not_open_with_an_actors_log_in(people, delivered, house):
    lucero = people["lucero"].open("/partido/base-de-datos")
    lucero.post(f"/oficina/entregas/{delivered}/descargar", status=None, reason="mía")
    assert lucero.page.mimetype != "application/zip"
    assert lucero.page.status_code == 403
    assert trail(house) == (0, 0)


def test_an_editor_sees_the_page_and_cannot_download(people, delivered, house):
    editor = people["editora"].open("/partido/base-de-datos")
    assert editor.actions() == []
    assert "Solo la coordinación" in editor.text
    editor.post(f"/partido/base-de-datos/{delivered}/descargar", status=None)
    assert editor.page.status_code == 403
    assert trail(house) == (0, 0)


def test_before_the_calendar_opens_it_nobody_downloads(people, delivered, clock, house):
    people["lucero"].open("/partido/base-de-datos")
    clock.instant = factories.SILENCE
    path = f"/partido/base-de-datos/{delivered}/descargar"
    people["lucero"].post(path, status=404)
    people["lucero"].open("/partido/base-de-datos")
    assert "Podrá descargarla desde el 14 de junio de 2021" in people["lucero"].text
    assert people["lucero"].actions() == []
    assert trail(house) == (0, 0)


def test_what_is_not_ready_or_was_lost_is_not_found_and_not_written_down(
    people, delivered, house, settings, world
):
    people["lucero"].open("/partido/base-de-datos")
    Shelf(settings.files_folder).finished(delivered).unlink()
    path = f"/partido/base-de-datos/{delivered}/descargar"
    people["lucero"].post(path, status=404)
    world["sql"].execute("UPDATE delivery SET state = 'building'")
    people["lucero"].post(path, status=404)
    assert trail(house) == (0, 0)


def test_staff_download_only_with_a_reason_that_is_shown_on_the_page(people, delivered, house):
    boss = people["jefa"].open(f"/oficina/entregas/{delivered}")
    path = f"/oficina/entregas/{delivered}/descargar"
    boss.post(path, status=422, reason="  ")
    assert "Escriba el motivo" in boss.text
    assert trail(house) == (0, 0)
    boss.post(path, status=200, reason="Entrega en USB, oficio 123")
    assert boss.page.headers["Cache-Control"] == "no-store"
    assert trail(house) == (1, 1)
    boss.open(f"/oficina/entregas/{delivered}")
    assert "Entrega en USB, oficio 123" in boss.text
    assert "Persona jefa" in boss.text
    boss.open("/oficina/bitacora?asunto=delivery")
    assert "Descargó una entrega" in boss.text


def test_an_order_for_a_new_version_leaves_the_old_one_at_hand(people, delivered, house, world):
    with house.database.transaction() as session:
        now = house.clock.now(session)
        newer = actions.order(
            session, house.jobs, world["actors"]["lucero"], cutoff=CUTOFF, at=now, by=None
        )
    lucero = people["lucero"].open("/partido/base-de-datos")
    assert "está preparando una versión nueva" in lucero.text
    assert len(lucero.actions()) == 1
    jobs.build(newer)
    lucero.open("/partido/base-de-datos")
    assert len(lucero.actions()) == 2
    assert "Versiones anteriores" in lucero.text


# --- R30 with a cache in front


def leaked(port, person, number):
    """The owner downloads through the proxy; then strangers try the copied address in every way."""
    path = f"/partido/base-de-datos/{number}/descargar"
    person.open("/partido/base-de-datos")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', person.html)[1]
    cookie = "; ".join(f"{each.key}={each.value}" for each in person.client._cookies.values())
    own = ask(port, "POST", path, cookie=cookie, form={"csrf_token": token})
    assert (own.status, own.body[:2]) == (200, b"PK"), own.body[:500]
    assert own.headers["X-Kept"] == "MISS", "the proxy looked in its memory"
    name = cookie.partition("=")[0]
    tries = [
        ask(port, "GET", path),
        ask(port, "HEAD", path),
        ask(port, "POST", path, form={}),
        ask(port, "POST", path, form={"csrf_token": token}),
        ask(port, "POST", path, cookie=f"{name}=nadie", form={"csrf_token": token}),
    ]
    return [each for each in tries if each.status == 200 or each.body[:2] == b"PK"]


@pytest.mark.faults
def test_a_copied_address_gives_nothing_though_a_cache_stands_in_front(
    app, people, delivered, tmp_path
):
    with greedy_proxy(app, tmp_path / "greedy") as port:
        assert leaked(port, people["lucero"], delivered) == []


@pytest.mark.faults
def test_a_package_that_a_cache_may_keep_would_be_found_out(app, people, delivered, tmp_path):
    """The seeded defect: the same door, and nothing in its answer that forbids to keep it."""

    def careless(environ, start):
        def told(status, headers, *more):
            kept = [
                pair for pair in headers if pair[0] not in ("Cache-Control", "Set-Cookie", "Vary")
            ]
            return start(status, [*kept, ("Cache-Control", "max-age=600")], *more)

        return app(environ, told)

    with greedy_proxy(careless, tmp_path / "greedy") as port:
        assert leaked(port, people["lucero"], delivered) != []
