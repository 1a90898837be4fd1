"""The authority's office: who may do what, and that its pages do what they say."""

import dataclasses
import io
import itertools
import os
import re

import pytest

from decide.accounts.roles import STAFF_ROLES, Role
from decide.app import create_app
from decide.audit import actions as audit
from decide.audit.models import AuditEntry
from decide.calendar import queries as calendar
from decide.delivery import jobs
from decide.delivery.models import Delivery
from decide.errors import NotFound
from decide.imports.layouts import BY_KEY
from decide.imports.uploads import Uploads
from decide.kernel import jobs as queue
from decide.kernel.clock import FrozenClock
from decide.kernel.resources import open_resources
from decide.web.shared.context import KEY
from decide.web.shared.guards import OPEN_VIEWS
from decide.web.staff.permissions import MAY
from tests import factories
from tests.delivery_world import own_world, spoken_world  # noqa: F401
from tests.person import Person, account

ACTORS = ",".join(column.header for column in BY_KEY["actores"].columns[:3]).encode() + b"\n"
ROLES = tuple(role for role in Role if role in STAFF_ROLES)


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
def staff(app, house, clock):
    """Somebody of each role, at a browser."""
    with house.database.transaction() as session:
        accounts = {role: account(session, role, role, at=clock.instant) for role in ROLES}
    return {role: Person(app, who) for role, who in accounts.items()}


@pytest.fixture
def boss(staff):
    return staff[Role.ADMINISTRATOR]


def test_every_page_of_the_office_stands_in_the_table_of_roles(app):
    views = {
        rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("staff.")
    } - OPEN_VIEWS
    assert views == set(MAY)


def test_the_table_is_held_for_every_page_and_role(app, staff):
    """Closed to a role means 403, whatever the address would have answered."""
    values = {
        "key": "campaign",
        "number": 99,
        "actor_id": 99,
        "account_id": 99,
        "session_id": 99,
        "marking_id": 99,
        "handover_id": 99,
        "token": "x" * 22,
    }
    for person in staff.values():
        person.open("/oficina")
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint in MAY]
    for rule, (role, person) in itertools.product(rules, staff.items()):
        if rule.endpoint in ("staff.logout", "staff.end_everywhere"):
            continue
        path = re.sub(r"<\w+:(\w+)>", lambda part: str(values.get(part[1], 99)), rule.rule)
        for method in rule.methods & {"GET", "POST"}:
            if method == "GET":
                status = person.client.get(path).status_code
            else:
                status = person.post(path, status=None).page.status_code
            assert (status == 403) == (role not in MAY[rule.endpoint]), (role, method, path)


def test_a_stranger_and_an_actor_are_sent_to_the_log_in(app, house, clock, world):
    stranger = Person(app)
    for path in ("/oficina", "/oficina/entregas", "/oficina/bitacora"):
        stranger.open(path, 302)
        assert stranger.page.headers["Location"].startswith("/oficina/entrar")
    with house.database.transaction() as session:
        who = account(
            session, "lucero", Role.COORDINATOR, at=clock.instant,
            actor_id=world["actors"]["lucero"],
        )  # fmt: skip
    Person(app, who).open("/oficina/entregas", 302)


def test_the_dashboard_tells_totals_and_no_actor(boss, world):
    boss.open("/oficina")
    total = sum(world["said"].choices.values()) - sum(
        count for (_, choice), count in world["said"].choices.items() if not choice
    )
    assert f"respuestas vigentes {total}" in boss.text
    for name in ("LUCERO", "RAIZ", "NOPAL"):
        assert name not in boss.text


def test_the_dashboard_stands_when_log_and_queue_are_away(settings, staff, clock, house):
    deaf = dataclasses.replace(
        settings, redis_url="redis://127.0.0.1:1/0", queue_url="redis://127.0.0.1:1/1"
    )
    app = create_app(deaf, clock=clock)
    with house.database.transaction() as session:
        who = account(session, "otra", Role.OBSERVER, at=clock.instant)
    person = Person(app, who).open("/oficina")
    for part in ("Copia de opiniones", "Registro de opiniones", "Cola de trabajos"):
        assert f"{part}: No responde. Avise a informática." in person.text
    app.extensions[KEY].resources.close()


# --- calendar


def test_a_phase_is_moved_with_a_reason_that_stays_in_the_trail(boss, house, staff, clock):
    clock.instant = factories.PLATFORMS
    boss.open("/oficina/calendario/campaign")
    assert 'value="2021-04-30T00:00"' in boss.html
    boss.post(
        "/oficina/calendario/campaign",
        opens="2021-04-30T00:00", closes="2099-06-02 08:00", reason="Acuerdo 12",
    )  # fmt: skip
    assert "Cambiamos las fechas de «Campañas»" in boss.follow().text
    with house.database.reading() as session:
        window = next(w for w in calendar.windows(session) if w.key == "campaign")
    assert window.closes_at.astimezone(factories.ZONE).isoformat() == "2099-06-02T08:00:00-06:00"
    observer = staff[Role.OBSERVER].open("/oficina/bitacora?asunto=phase")
    assert "Movió una etapa" in observer.text
    assert "Acuerdo 12" in observer.text
    assert "Persona administrator" in observer.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"opens": "2021-04-29T08:00", "closes": "", "reason": ""}, "Escriba por qué"),
        ({"opens": "", "closes": "", "reason": "x"}, "Escriba cuándo abre"),
        ({"opens": "mañana", "closes": "", "reason": "x"}, "Escriba fecha y hora así"),
        (
            {"opens": "2021-05-01T00:00", "closes": "2021-04-01T00:00", "reason": "x"},
            "debe cerrar después de abrir",
        ),
        (
            {"opens": "2021-05-01T00:00", "closes": "2021-06-01T00:00", "reason": "x"},
            "La apertura no puede",
        ),
        (
            {"opens": "2021-04-30T00:00", "closes": "2021-04-30T01:00", "reason": "x"},
            "El cierre no puede estar en el pasado",
        ),
    ],
)
def test_wrong_dates_are_named_at_their_field_and_nothing_typed_is_lost(
    boss, house, fields, sentence
):
    with house.database.reading() as session:
        before = calendar.windows(session)
    boss.open("/oficina/calendario/campaign")
    boss.post("/oficina/calendario/campaign", status=422, **fields)
    assert sentence in boss.text
    assert boss.html.count("<title>Error: ") == 1
    for value in fields.values():
        assert not value or value in boss.html
    with house.database.reading() as session:
        assert calendar.windows(session) == before


def test_a_phase_that_does_not_exist_is_not_found(boss):
    boss.open("/oficina/calendario/verano", 404)


# --- deliveries


def test_all_deliveries_are_ordered_built_and_shown_without_counts(boss, house, world):
    boss.open("/oficina/entregas")
    assert "Sin pedir" in boss.text
    boss.post("/oficina/entregas/preparar").follow()
    assert "Pedimos 5 entregas" in boss.text
    assert "En cola" in boss.text
    assert 'http-equiv="refresh"' in boss.html
    with house.database.reading() as session:
        numbers = [row.id for row in session.query(Delivery)]
    for number in numbers:
        jobs.build(number)
    boss.open("/oficina/entregas")
    assert boss.text.count("Lista") == 5
    assert 'http-equiv="refresh"' not in boss.html
    said = world["said"]
    for key in ("lucero", "nopal"):
        subjects = world["subjects"][key]
        assert f" {said.likes(subjects)} " not in boss.text


def test_a_stopped_delivery_says_why_and_can_be_retried(boss, house, world):
    boss.open("/oficina/entregas")
    boss.post(f"/oficina/entregas/preparar/{world['actors']['nopal']}").follow()
    page = boss.page.request.path
    world["sql"].execute("ALTER TABLE idea RENAME TO hidden")
    number = int(page.rsplit("/", 1)[1])
    with pytest.raises(Exception, match="does not exist"):
        jobs.build(number)
    world["sql"].execute("ALTER TABLE hidden RENAME TO idea")
    boss.open(page)
    assert "La base de datos dejó de responder" in boss.text
    boss.post(f"{page}/reintentar").follow()
    assert "Reintentando: en cola" in boss.text
    jobs.build(number)
    assert "Lista" in boss.open(page).text


def test_nothing_is_offered_before_the_calendar_opens_it_but_a_rehearsal(boss, house, clock, world):
    clock.instant = factories.CAMPAIGN
    with house.database.transaction() as session:
        who = account(session, "segunda", Role.ADMINISTRATOR, at=clock.instant)
    person = Person(boss.client.application, who).open("/oficina/entregas")
    assert "La ciudadanía todavía puede opinar" in person.text
    with house.database.reading() as session:
        test_actor = session.query(factories.PoliticalActor).filter_by(is_test=True).one().id
    assert person.actions() == [f"/oficina/entregas/preparar/{test_actor}"]
    person.post("/oficina/entregas/preparar", status=422)
    person.open("/oficina/entregas")
    person.post(f"/oficina/entregas/preparar/{world['actors']['nopal']}", status=422)
    person.open("/oficina/entregas")
    person.post(f"/oficina/entregas/preparar/{test_actor}")


# --- imports


def upload(person, content, name="actores.csv", layout=""):
    person.open("/oficina/importaciones")
    return person.post(
        "/oficina/importaciones", layout=layout, file=(io.BytesIO(content), name)
    ).follow()


def test_a_file_is_checked_before_it_is_written(boss):
    upload(boss, ACTORS + b"MAREA,Partido Marea,otra cosa\n", layout="actores")
    assert "no se puede importar todavía" in boss.text
    assert "Qué hacer" in boss.text
    path = boss.page.request.path
    assert f"{path}/importar" not in boss.actions()
    boss.open(f"{path}/filas-con-error")
    assert boss.page.mimetype == "text/csv"
    assert boss.page.data.startswith(b"\xef\xbb\xbf")
    boss.open(path)
    boss.post(f"{path}/importar").follow()
    assert "porque el archivo tiene errores" in boss.text
    boss.post(f"{path}/descartar").follow()
    assert "No se importó nada" in boss.text
    boss.open(path, 404)


def test_a_good_file_is_written_once_confirmed_and_named_when_it_comes_again(boss, house):
    content = ACTORS + b"MAREA,Partido Marea,partido\n"
    upload(boss, content)
    assert "Todo está en orden" in boss.text
    assert "nuevas 1" in boss.text
    path = boss.page.request.path

    def known():
        with house.database.reading() as session:
            return session.query(factories.PoliticalActor).filter_by(key="MAREA").count()

    assert known() == 0, "a dry run writes nothing"
    boss.post(f"{path}/importar").follow()
    assert "Filas nuevas: 1" in boss.text
    assert known() == 1
    boss.open(path, 404)
    upload(boss, content)
    assert "ya se importó" in boss.text
    assert f"{boss.page.request.path}/importar" not in boss.actions()


def test_the_last_import_is_shown_field_by_field_and_taken_back_with_a_reason(boss, staff, house):
    for name in ("Partido Marea", "Partido Marea Alta"):
        upload(boss, ACTORS + f"MAREA,{name},partido\n".encode())
        boss.post(f"{boss.page.request.path}/importar").follow()
    path = re.search(r"/oficina/importaciones/hechas/\d+", boss.html)[0]
    boss.open(path)
    assert "Partido Marea Alta" in boss.text
    boss.post(f"{path}/deshacer", status=422)
    assert "Escriba el motivo" in boss.text
    boss.post(f"{path}/deshacer", reason="Nombre equivocado").follow()
    assert "Deshicimos la importación" in boss.text
    with house.database.reading() as session:
        party = session.query(factories.PoliticalActor).filter_by(key="MAREA").one()
        assert party.name == "Partido Marea"
    boss.open(path).post(f"{path}/deshacer", status=422, reason="Otra vez")
    assert "ya se deshizo" in boss.text
    loader = staff[Role.IMPORTER].open(path)
    assert f"{path}/deshacer" not in loader.actions()
    loader.post(f"{path}/deshacer", status=403, reason="x")


def test_an_upload_that_nobody_commits_is_forgotten_after_a_day(settings):
    uploads = Uploads(settings.files_folder)
    old = uploads.keep(io.BytesIO(b"x"), "a.csv", None)
    for path in (settings.files_folder / "uploads").iterdir():
        os.utime(path, (1, 1))
    new = uploads.keep(io.BytesIO(b"y"), "../../b.csv", "actores")
    with pytest.raises(NotFound):
        uploads.find(old)
    assert uploads.find(new).layout == "actores"
    assert len(list((settings.files_folder / "uploads").iterdir())) == 2


def test_a_missing_file_is_asked_for(boss):
    boss.open("/oficina/importaciones")
    boss.post("/oficina/importaciones", status=422)
    assert "Elija un archivo" in boss.text


def test_a_token_that_was_never_given_opens_nothing(boss):
    for token in ("x" * 22, "..", "%2e%2e%2fuploads"):
        assert boss.client.get(f"/oficina/importaciones/{token}").status_code == 404


def test_the_trail_turns_pages_and_keeps_one_kind(boss, house):
    with house.database.transaction() as session:
        for number in range(120):
            audit.record(
                session, "phase.moved", at=factories.RESULTS, by=None, subject=("phase", number)
            )
    boss.open("/oficina/bitacora?asunto=phase")
    assert "Etapa 119" in boss.text
    assert "El programa" in boss.text
    rows = boss.html.partition("<tbody")[2].partition("</tbody>")[0]
    assert rows.count("Etapa") == 25
    assert "Entrega" not in rows
    boss.open("/oficina/bitacora?asunto=otra", 404)
    boss.open("/oficina/bitacora?antes=x", 404)
    with house.database.reading() as session:
        middle = session.query(AuditEntry).filter_by(subject_id=60, deed="phase.moved").one().id
    boss.open(f"/oficina/bitacora?asunto=phase&antes={middle}")
    assert "Etapa 59" in boss.text
    assert "Etapa 60" not in boss.text
