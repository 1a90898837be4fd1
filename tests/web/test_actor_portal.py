"""The actors' portal as a person uses it, without scripts."""

import re

import pytest

from tests import factories
from tests.portal import OURS, PASSPHRASE, Person


def test_a_stranger_is_asked_to_log_in_and_then_led_to_the_page_wanted(portal_app, world):
    person = Person(portal_app).open(f"/partido/candidaturas/{world['head']}", 302)
    person.follow().send(username="lucero", passphrase=PASSPHRASE)
    assert person.page.headers["Location"] == f"/partido/candidaturas/{world['head']}"


@pytest.mark.parametrize(
    "wanted",
    ["https://example.org/", "//example.org/partido", "/oficina", "/partido/../oficina",
     "/partido/entrar", "/partido/no-existe", "/partido\\@example.org", "javascript:alert(1)"],
)  # fmt: skip
def test_the_log_in_page_sends_nobody_elsewhere(portal_app, world, wanted):
    person = Person(portal_app)
    person.client.get("/partido/entrar", query_string={"siguiente": wanted})
    person.page = person.client.get("/partido/entrar", query_string={"siguiente": wanted})
    person.send(username="lucero", passphrase=PASSPHRASE)
    assert person.page.headers["Location"] == "/partido"


def test_a_wrong_passphrase_says_one_sentence_and_keeps_the_user_name(portal_app, world):
    person = Person(portal_app).open("/partido/entrar")
    person.send(status=422, username="lucero", passphrase="otra cosa")
    assert "El usuario o la contraseña no son correctos" in person.text
    assert 'value="lucero"' in person.html
    assert "otra cosa" not in person.html


def test_empty_fields_are_named_with_links(portal_app, world):
    person = Person(portal_app).open("/partido/entrar").send(status=422, username="", passphrase="")
    assert '<a href="#username">Escriba su usuario.</a>' in person.html
    assert '<a href="#passphrase">Escriba su contraseña.</a>' in person.html


def test_too_many_tries_get_a_429_with_the_wait(portal_app, world):
    person = Person(portal_app).open("/partido/entrar")
    for _ in range(10):
        person.send(status=422, username="lucero", passphrase="otra cosa")
    person.send(status=429, username="lucero", passphrase=PASSPHRASE)
    assert "Espere 2 minutos" in person.text


def test_the_session_changes_at_log_in_and_dies_at_the_server_when_logging_out(portal_app, world):
    person = Person(portal_app).open("/partido/entrar")
    before = person.client.get_cookie("s").value
    person.send(username="lucero", passphrase=PASSPHRASE)
    inside = person.client.get_cookie("s").value
    assert inside != before
    person.open("/partido").send("/partido/salir")
    thief = Person(portal_app)
    thief.client.set_cookie("s", inside)
    thief.open("/partido", 302)


def test_a_session_planted_before_the_log_in_is_worth_nothing_after(portal_app, world):
    victim = Person(portal_app).open("/partido/entrar")
    planted = victim.client.get_cookie("s").value
    victim.send(username="lucero", passphrase=PASSPHRASE)
    attacker = Person(portal_app)
    attacker.client.set_cookie("s", planted)
    attacker.open("/partido", 302)


def test_the_cookie_holds_no_account_and_nothing_of_the_browser(ana, portal_app):
    from flask.sessions import SecureCookieSessionInterface

    kept = SecureCookieSessionInterface().get_signing_serializer(portal_app)
    content = kept.loads(ana.client.get_cookie("s").value)
    assert set(content) <= {"_user_id", "_fresh", "csrf_token"}
    assert "lucero" not in str(content)


def test_logging_in_again_ends_the_session_of_before(ana, portal_app):
    first = ana.client.get_cookie("s").value
    ana.client.set_cookie("s", first)
    ana.open("/partido").send("/partido/salir").follow()
    ana.send(username="lucero", passphrase=PASSPHRASE)
    assert ana.client.get_cookie("s").value != first


def test_the_dashboard_shows_heads_in_ballot_order_and_what_is_missing(ana, world):
    ana.open("/partido").open("/partido")
    assert "Partido Lucero" in ana.text
    assert world["owner"] in ana.text
    assert "Ayuntamiento de Toluca" in ana.text
    assert "0 de 1 candidaturas completas" in ana.text
    assert "Falta: partes de la trayectoria o la fotografía." in ana.text
    assert "1 sin publicar" in ana.text
    assert "hasta el 2 de junio de 2021, 23:59 h" in ana.text


def test_an_empty_candidacy_is_what_comes_next(enter, world):
    person = enter("nopal").open("/partido")
    assert "0 de 2 candidaturas completas" in person.text
    assert "Lo que sigue" in person.text
    assert "Falta: trayectoria y propuestas." in person.text
    assert f'/partido/candidaturas/{world["other"]}"' in person.html


def test_a_proposal_goes_from_the_form_to_the_citizens_page(ana, world):
    head = world["head"]
    ana.open(f"/partido/candidaturas/{head}/propuestas/nueva").send(
        topic="salud", title="Clínica de noche", text="Abriremos de noche.\r\n\r\nCada día.",
        then="preview",
    )  # fmt: skip
    public = f"/candidaturas/{head}"
    assert "Clínica de noche" not in Person(ana.client.application).open(public).text
    ana.follow()
    assert "Así la verá la ciudadanía" in ana.text
    ana.send().follow()
    assert "La propuesta ya está publicada." in ana.text
    page = Person(ana.client.application).open(public)
    assert "Clínica de noche" in page.text
    assert "<p>Abriremos de noche.</p><p>Cada día.</p>" in page.html


def test_details_of_a_proposal_reach_the_citizens_page_as_in_the_preview(ana, portal_app, world):
    path = f"/partido/propuestas/{world['proposal']}"
    details = {
        "how": "Con lámparas solares.", "place": "Colonia Centro", "goal": "7", "gender": "1",
    }  # fmt: skip
    ana.open(path).send(then="preview", **details).follow()
    preview = ana.text
    ana.send().follow()
    page = Person(portal_app).open(f"/candidaturas/{world['head']}").text
    for shown in (preview, page):
        assert "Cómo y con qué: Con lámparas solares." in shown
        assert "Dónde: Colonia Centro" in shown
        assert "Sostenible 7: Energía asequible" in shown
        assert "Propuesta de género" in shown
    assert ana.open(path).form(path)["fields"]["gender"] == "1"


def test_a_correction_waits_until_it_is_published(ana, world):
    public = f"/candidaturas/{world['head']}"
    ana.open(f"/partido/propuestas/{world['proposal']}").send(title="Agua siempre", then="list")
    assert "Hay cambios sin publicar" in ana.follow().text
    assert "Agua siempre" not in Person(ana.client.application).open(public).text
    ana.open(f"/partido/propuestas/{world['proposal']}/vista-previa").send()
    assert "Agua siempre" in Person(ana.client.application).open(public).text


def test_a_draft_can_be_deleted_and_what_was_published_cannot(ana, world):
    page = f"/partido/candidaturas/{world['head']}"
    ana.open(f"{page}/propuestas/nueva").send(
        topic="agua", title="Mi bosquejo", text="Todavía no.", then="list"
    )
    draft = max(map(int, re.findall(r"/partido/propuestas/(\d+)/borrar", ana.follow().html)))
    ana.open(f"/partido/propuestas/{draft}/borrar").send().follow()
    assert "Borramos el borrador." in ana.text
    assert "Mi bosquejo" not in ana.open(page).text
    ana.post(f"/partido/propuestas/{world['proposal']}/borrar", status=422)


def test_a_withdrawn_proposal_leaves_the_citizens_page(ana, world):
    public = f"/candidaturas/{world['head']}"
    ana.open(f"/partido/propuestas/{world['proposal']}/retirar").send().follow()
    assert "Retirada" in ana.text
    assert "Agua todos los días" not in Person(ana.client.application).open(public).text


def test_an_error_keeps_the_text_and_points_at_its_field(ana, world):
    ana.open(f"/partido/propuestas/{world['proposal']}")
    ana.send(status=422, title="t" * 121, text="Mi texto largo que no quiero perder")
    assert '<a href="#title">El título puede tener hasta 120 caracteres' in ana.html
    assert "Mi texto largo que no quiero perder" in ana.html
    assert ana.html.count('aria-invalid="true"') == 1
    assert "<title>Error: " in ana.html


def test_two_people_at_once_get_both_texts_and_lose_none(ana, enter, world):
    path = f"/partido/propuestas/{world['proposal']}"
    other = enter("lucero.dos").open(path)
    ana.open(path).send(text="Lo que escribió Ana.")
    other.send(status=409, text="Lo que escribió la otra.")
    assert "Lo que escribió Ana." in other.text
    assert "Lo que escribió la otra." in other.html
    other.send().follow()
    assert "Lo que escribió la otra." in other.open(path).html


def test_publishing_a_preview_that_is_no_longer_true_shows_the_new_text_first(ana, enter, world):
    path = f"/partido/propuestas/{world['proposal']}"
    ana.open(path).send(text="Uno.")
    ana.open(f"{path}/vista-previa")
    enter("lucero.dos").open(path).send(text="Dos.")
    ana.send().follow()
    assert "Otra persona cambió la propuesta" in ana.text
    assert "Dos." in ana.text


def test_a_trajectory_is_written_previewed_published_and_withdrawn(enter, world):
    person = enter("nopal").open(f"/partido/candidaturas/{world['other']}/trayectoria")
    person.send(motive="Mi calle no tiene luz.", then="preview").follow()
    assert "Mi calle no tiene luz." in person.text
    assert "No informó" in person.text
    person.send().follow()
    assert "La trayectoria ya está publicada." in person.text
    public = f"/candidaturas/{world['other']}"
    assert "Mi calle no tiene luz." in Person(person.client.application).open(public).text
    person.open(f"/partido{public}/trayectoria/retirar").send().follow()
    assert "Mi calle no tiene luz." not in Person(person.client.application).open(public).text


def test_two_trajectories_at_once_show_only_the_parts_that_differ(ana, enter, world):
    path = f"/partido/candidaturas/{world['head']}/trayectoria"
    other = enter("lucero.dos").open(path)
    ana.open(path).send(motive="El motivo de Ana.")
    other.send(status=409, motive="El motivo de la otra.")
    assert "El motivo de Ana." in other.text
    assert other.html.count("Lo que guardó la otra persona") == 1
    other.send().follow()
    assert "El motivo de la otra." in other.text


def test_after_the_campaign_nothing_changes_and_the_text_is_still_there(ana, world, clock):
    path = f"/partido/propuestas/{world['proposal']}"
    ana.open(path)
    clock.instant = factories.SILENCE
    ana.client.get("/")
    person = Person(ana.client.application)
    person.open("/partido/entrar").send(username="lucero", passphrase=PASSPHRASE)
    person.open(path)
    assert "La campaña terminó" in person.text
    person.send(status=422, text="Escrito un minuto tarde.")
    assert "Ahora no se pueden cambiar" in person.text
    assert "Escrito un minuto tarde." in person.html


def test_a_text_survives_a_session_that_ended_while_it_was_typed(ana, world, clock):
    path = f"/partido/propuestas/{world['proposal']}"
    ana.open(path)
    clock.move(minutes=31)
    ana.send(status=403, text="Media hora de trabajo en este texto.", then="list")
    assert "Su sesión terminó" in ana.text
    assert "Media hora de trabajo en este texto." in ana.text
    ana.send(status=200, username="lucero", passphrase=PASSPHRASE)
    assert "Su texto está a salvo" in ana.text
    ana.send().follow()
    assert "Media hora de trabajo en este texto." in ana.open(path).html


def test_the_text_survives_a_mistyped_passphrase_too(ana, world, clock):
    path = f"/partido/propuestas/{world['proposal']}"
    ana.open(path)
    clock.move(minutes=31)
    ana.send(status=403, text="Media hora de trabajo en este texto.", then="list")
    ana.send(status=422, username="lucero", passphrase="no era")
    ana.send(status=200, username="lucero", passphrase=PASSPHRASE)
    assert "Media hora de trabajo en este texto." in ana.text


def test_a_form_from_a_log_in_before_is_offered_again(ana, world):
    path = f"/partido/propuestas/{world['proposal']}"
    ana.open(path)
    form = ana.form()
    ana.send("/partido/salir").follow().send(username="lucero", passphrase=PASSPHRASE)
    data = form["fields"] | {"text": "Escrito en la otra pestaña."}
    ana.page = ana.client.post(form["action"], data=data, headers=OURS)
    assert ana.page.status_code == 403
    assert "Escrito en la otra pestaña." in ana.text
    ana.send().follow()
    assert "Escrito en la otra pestaña." in ana.open(path).html


def test_a_form_from_another_site_is_refused_and_not_offered(ana, world):
    path = f"/partido/propuestas/{world['proposal']}"
    data = {"text": "Palabras que nadie escribió aquí.", "title": "x", "revision": "1"}
    for headers in ({"Origin": "https://example.org"}, {"Sec-Fetch-Site": "cross-site"}, {}):
        answer = ana.client.post(path, data=data, headers=headers)
        assert answer.status_code == 403
        assert "Palabras que nadie" not in answer.get_data(as_text=True)


def test_a_seal_that_is_not_ours_is_ignored(portal_app, world):
    person = Person(portal_app).open("/partido/entrar")
    person.send(username="lucero", passphrase=PASSPHRASE, guardado="W10.x.y")
    assert person.page.headers["Location"] == "/partido"


def test_a_passphrase_is_never_carried_through_the_log_in(portal_app, world):
    person = Person(portal_app).open("/partido/entrar")
    token = person.form()["fields"]["csrf_token"]
    person.page = person.client.post(
        "/partido/candidaturas/1/trayectoria",
        data={"csrf_token": token, "passphrase": "un secreto muy largo", "motive": "Un motivo."},
        headers=OURS,
    )
    assert person.page.status_code == 403
    assert "un secreto muy largo" not in person.html
    assert "Su sesión terminó" in person.text


def test_another_partys_pages_do_not_exist(ana, world):
    for path in (
        f"/partido/candidaturas/{world['other']}",
        f"/partido/candidaturas/{world['other']}/trayectoria",
        f"/partido/candidaturas/{world['other']}/propuestas/nueva",
        "/partido/propuestas/999999",
    ):
        ana.open(path, 404)


def test_a_form_without_its_revision_is_a_bad_request(ana, world):
    ana.open(f"/partido/propuestas/{world['proposal']}").send(status=400, revision="x")


def test_every_page_of_the_portal_stays_out_of_caches(ana, world):
    for path in ("/partido", f"/partido/candidaturas/{world['head']}", "/partido/entrar"):
        assert ana.open(path, 302 if path.endswith("entrar") else 200)
        assert ana.page.headers["Cache-Control"] == "no-store"
