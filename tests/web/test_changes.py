"""Changes that take two people: proposed by one, confirmed by another, announced to everybody."""

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from decide.accounts.roles import Role
from decide.app import create_app
from decide.calendar import queries as calendar
from decide.changes.states import Kind
from decide.changes.table import DEEDS
from decide.kernel.clock import FrozenClock
from decide.web.shared.context import KEY
from tests import factories
from tests.person import Person, account

EVE = factories.DATES.campaign_end  # the campaign closes at its end
NEAR = dt.datetime.combine(EVE, dt.time(12), factories.ZONE).astimezone(dt.UTC)


@pytest.fixture
def clock():
    return FrozenClock(NEAR)


@pytest.fixture
def app(settings, clock):
    made = create_app(settings, clock=clock)
    with made.extensions[KEY].resources.database.transaction() as session:
        factories.process(session)
    yield made
    made.extensions[KEY].resources.close()


@pytest.fixture
def people(app, clock):
    """Two administrators and an observer at their browsers."""
    roles = (("ana", Role.ADMINISTRATOR), ("beto", Role.ADMINISTRATOR), ("ver", Role.OBSERVER))
    with app.extensions[KEY].resources.database.transaction() as session:
        who = [account(session, name, role, at=clock.instant) for name, role in roles]
    return [Person(app, each).open("/oficina/cambios") for each in who]


def closing(app):
    with app.extensions[KEY].resources.database.reading() as session:
        return next(w.closes_at for w in calendar.windows(session) if w.key == "campaign")


def propose(person, closes="2021-06-03T06:00", status=303):
    return person.open("/oficina/calendario/campaign").post(
        "/oficina/calendario/campaign", status=status, opens="2021-04-30T00:00", closes=closes,
        reason="Acuerdo 31: fallas en el servicio",
    )  # fmt: skip


def test_what_closes_within_48_hours_is_moved_by_two_people_and_announced(app, people):
    ana, beto, _ = people
    before = closing(app)
    propose(ana).follow()
    page = ana.page.request.path
    assert "Lo debe confirmar otra persona" in ana.text
    ana.post(f"{page}/aprobar").follow()
    assert "no quien lo propuso" in ana.text
    assert closing(app) == before
    public = Person(app)
    assert "Cambiaron las fechas" not in public.open("/calendario").text
    beto.open(page)
    assert "3 de junio de 2021, 06:00" in beto.text
    beto.post(f"{page}/aprobar").follow()
    assert "Ya vale" in beto.text
    assert closing(app) == before + dt.timedelta(hours=6)
    public.open("/calendario")
    assert "Cambiaron las fechas de «Campañas»" in public.text
    assert "Acuerdo 31: fallas en el servicio" in public.text
    assert "Cierra: 3 de junio de 2021, 06:00 h. Antes: 3 de junio de 2021, 00:00 h." in public.text
    feed = public.open("/feeds/calendario.xml").html
    assert "Acuerdo 31" in feed
    assert "/calendario?utm_medium=feed" in feed
    beto.post(f"{page}/aprobar", status=409)
    trail = ana.open("/oficina/bitacora?asunto=change").text
    assert "Propuso un cambio" in trail
    assert "Confirmó un cambio" in trail


def test_what_is_far_away_is_moved_by_one_and_announced_too(app, people, clock):
    clock.instant = factories.PLATFORMS
    with app.extensions[KEY].resources.database.transaction() as session:
        who = account(session, "otra", Role.ADMINISTRATOR, at=clock.instant)
    ana = Person(app, who)
    propose(ana, closes="2021-06-01T00:00").follow()
    assert "Cambiamos las fechas" in ana.text
    assert "Cambiaron las fechas de «Campañas»" in Person(app).open("/calendario").text


@pytest.mark.parametrize("clock", [FrozenClock(factories.SILENCE)], ids=["silence"])
@pytest.mark.parametrize("closes", ["2021-06-30T00:00", ""], ids=["far ahead", "never"])
def test_a_closed_phase_is_opened_again_by_two_people_only(app, people, clock, closes):
    ana, beto, _ = people
    before = closing(app)
    assert before < clock.instant
    propose(ana, closes=closes).follow()
    assert "Lo debe confirmar otra persona" in ana.text
    assert "La etapa ya cerró" in ana.text
    assert closing(app) == before
    page = ana.page.request.path
    beto.open(page).post(f"{page}/aprobar").follow()
    assert "Ya vale" in beto.text
    assert closing(app) != before


def test_only_one_proposal_waits_and_a_discarded_one_changes_nothing(app, people):
    ana, beto, observer = people
    before = closing(app)
    propose(ana).follow()
    page = ana.page.request.path
    propose(beto, closes="2021-06-03T08:00", status=409)
    assert "Ya hay un cambio por confirmar" in beto.text
    assert "Hay un cambio de fechas por confirmar" in observer.open("/oficina/calendario").text
    observer.open(page)
    assert observer.actions() == []
    observer.post(f"{page}/aprobar", status=403)
    ana.post(f"{page}/rechazar").follow()
    assert "No cambió nada" in ana.text
    assert closing(app) == before
    propose(beto, closes="2021-06-03T08:00")


def test_dates_that_passed_while_the_proposal_waited_are_refused(app, people, clock):
    ana, beto, _ = people
    propose(ana, closes="2021-06-02T12:05").follow()
    page = ana.page.request.path
    clock.move(minutes=10)
    beto.open(page).post(f"{page}/aprobar").follow()
    assert "El cierre no puede estar en el pasado" in beto.text
    assert "Por confirmar" in beto.text


def test_a_proposal_for_other_dates_than_it_saw_is_a_conflict(app, people):
    ana, beto, _ = people
    propose(ana).follow()
    page = ana.page.request.path
    with app.extensions[KEY].resources.database.transaction() as session:
        session.execute(text("UPDATE phase SET closes_at = closes_at + interval '1 day'"
                             " WHERE key = 'campaign'"))  # fmt: skip
    beto.open(page).post(f"{page}/aprobar", status=409)
    assert "Las fechas cambiaron desde la propuesta" in beto.text


def statistics(app):
    return app.test_client().get("/estadisticas").status_code


def test_statistics_are_shown_before_the_results_when_two_people_want_it(app, people):
    ana, beto, observer = people
    page = "/oficina/calendario"
    assert "Mostrarlas desde ahora" not in observer.open(page).text
    ana.open(page).post(f"{page}/estadisticas", status=422, reason=" ")
    assert "Escriba por qué lo propone" in ana.text
    assert statistics(app) == 404
    ana.open(page).post(f"{page}/estadisticas", reason="Acuerdo 40")
    proposal = ana.page.headers["Location"]
    assert statistics(app) == 404, "one person alone changes nothing"
    beto.open(page).post(f"{page}/estadisticas", status=409, reason="Otra vez")
    beto.open(proposal).post(f"{proposal}/aprobar").follow()
    assert "Ya vale" in beto.text
    assert statistics(app) == 200
    assert app.test_client().get("/resultados").status_code == 404, "nothing else opens with them"
    assert "desde la etapa de plataformas" in ana.open(page).text
    with app.extensions[KEY].resources.database.transaction() as session:
        factories.process(session)
    assert statistics(app) == 200, "the plan, set again, takes back nothing that two decided"

    beto.post(f"{page}/estadisticas", reason="Hasta aquí")
    ana.open(beto.page.headers["Location"]).post(f"{ana.path}/aprobar")
    assert statistics(app) == 404
    assert "Ocultó las estadísticas" in ana.open("/oficina/bitacora").text


def test_the_database_itself_refuses_one_person_alone(app, people):
    propose(people[0])
    with (
        pytest.raises(IntegrityError, match="ck_change_two_people"),
        app.extensions[KEY].resources.database.transaction() as session,
    ):
        session.execute(text("UPDATE change SET state = 'confirmed', decided_at = now(),"
                             " decided_by = proposed_by"))  # fmt: skip


def test_the_page_shows_every_deed_of_two_people(people):
    shown = people[2].open("/oficina/cambios").text
    assert set(DEEDS) == set(Kind)
    assert "Mover una etapa del calendario" in shown
    assert "Cuando toca una fecha a menos de 48 horas" in shown
    assert "Anular respuestas Siempre" in shown
