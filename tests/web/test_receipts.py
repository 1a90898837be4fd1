"""Acknowledging, papers, answering, and what a citizen sees of it with the folio."""

import dataclasses
import io
from hashlib import sha256

import pyotp
import pyrage
import pytest

from decide.accounts import second_factor
from decide.accounts.actions import set_passphrase
from decide.accounts.codes import typed_code
from decide.accounts.roles import Role
from decide.app import create_app
from decide.delivery import answers, phrases
from decide.kernel import typeset
from decide.kernel.clock import FrozenClock
from decide.participation.folio import Folio, written
from decide.seals import keys
from decide.seals.notes import opened
from decide.web.shared.context import KEY
from tests import factories
from tests.delivery_world import own_world, spoken_world  # noqa: F401
from tests.person import Person, account
from tests.portal import PASSPHRASE
from tests.verified import delivered_world, everything_delivered  # noqa: F401

REFUSED_AT_COMMIT = """
CREATE FUNCTION refused() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room'; END $$;
CREATE CONSTRAINT TRIGGER refused AFTER INSERT ON delivery_phrase
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refused()
"""


@pytest.fixture
def settings(settings, world):
    return dataclasses.replace(settings, database_url=world["url"])


@pytest.fixture
def clock():
    return FrozenClock(factories.RESULTS)


@pytest.fixture
def app(settings, clock, office):
    made = create_app(settings, clock=clock)
    yield made
    house = made.extensions[KEY]
    house.door.close()
    house.snapshot.close()
    house.resources.close()


@pytest.fixture
def house(app):
    return app.extensions[KEY].resources


@pytest.fixture
def people(app, house, clock, world):
    wanted = (
        ("lucero", Role.COORDINATOR, "lucero"),
        ("editora", Role.EDITOR, "lucero"),
        ("raiz", Role.COORDINATOR, "raiz"),
        ("nopal", Role.COORDINATOR, "nopal"),
        ("jefa", Role.ADMINISTRATOR, None),
    )
    with house.database.transaction() as session:
        rows = {}
        for name, role, party in wanted:
            rows[name] = account(
                session, name, role, at=clock.instant,
                actor_id=world["actors"][party] if party else None,
            )  # fmt: skip
            set_passphrase(
                session, house.settings, rows[name].id, PASSPHRASE, at=clock.instant, by=None
            )
    return {name: Person(app, row) for name, row in rows.items()}


@pytest.fixture
def own(office):
    return office.numbers["lucero"]


def signed_for(person, number):
    """Download and sign, with the passphrase."""
    person.open("/partido/base-de-datos")
    person.post(f"/partido/base-de-datos/{number}/descargar", status=200)
    person.open("/partido/base-de-datos")
    person.post(f"/partido/base-de-datos/{number}/acuse", code=PASSPHRASE)
    return person.open("/partido/base-de-datos")


@pytest.fixture
def papers(monkeypatch):
    """What each paper was told to say; it is set as always."""
    told = []
    real = typeset.pdf

    def noted(template, data):
        told.append(data)
        return real(template, data)

    monkeypatch.setattr(typeset, "pdf", noted)
    return told


def kept(world, table):
    return world["sql"].execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_the_page_tells_what_was_checked_and_notices_a_file_that_changed(people, own, office):
    lucero = people["lucero"].open("/partido/base-de-datos")
    assert "Está completa y sin cambios" in lucero.text
    assert "Descargue primero su base de datos" in lucero.text
    spoiled = bytearray(office.packages["lucero"])
    spoiled[len(spoiled) // 2] ^= 1
    office.path("lucero").write_bytes(spoiled)
    lucero.open("/partido/base-de-datos")
    assert "No coincide" in lucero.text
    assert "Está completa" not in lucero.text


def test_a_receipt_is_signed_once_after_the_download_and_stands_on_paper(
    people, own, office, house, world, papers
):
    lucero = people["lucero"].open("/partido/base-de-datos")
    path = f"/partido/base-de-datos/{own}/acuse"
    lucero.post(path, status=422, code=PASSPHRASE)
    assert "Descargue primero" in lucero.text
    signed_for(lucero, own)
    assert "Firmó el acuse" in lucero.text
    assert kept(world, "acknowledgement") == 1
    lucero.open(f"{path}.pdf")
    assert lucero.page.headers["Cache-Control"] == "no-store"
    pdf = lucero.page.data
    digest = sha256(office.packages["lucero"]).hexdigest()
    assert pdf.startswith(b"%PDF")
    (told,) = papers
    assert told["person"] == "Persona lucero"
    assert told["actor"].startswith("Partido Lucero")
    assert told["sha256"] == digest
    assert told["folio"] in lucero.page.headers["Content-Disposition"]
    assert told["by_code"] is False
    lucero.open(f"/partido/base-de-datos/{own}/firma-del-acuse.txt")
    with house.database.reading() as session:
        about, names = opened(lucero.html, keys.verifiers(session))
    assert about.split("\n")[2] == sha256(pdf).hexdigest()
    assert names
    lucero.open("/partido/base-de-datos")
    lucero.post(path, status=409, code=PASSPHRASE)
    assert kept(world, "acknowledgement") == 1


def test_whoever_sits_at_somebodys_open_browser_cannot_sign(people, own, world):
    lucero = people["lucero"].open("/partido/base-de-datos")
    lucero.post(f"/partido/base-de-datos/{own}/descargar", status=200)
    for _ in range(7):
        lucero.open("/partido/base-de-datos")
        lucero.post(f"/partido/base-de-datos/{own}/acuse", status=None, code="no la sé")
        assert lucero.page.status_code in (422, 429)
    lucero.post(f"/partido/base-de-datos/{own}/acuse", status=None, code=PASSPHRASE)
    assert kept(world, "acknowledgement") == 0, "the tries are used up"


def test_with_a_second_factor_a_fresh_code_signs_and_the_passphrase_does_not(
    people, own, house, world, clock, papers
):
    (number,) = world["sql"].execute("SELECT id FROM account WHERE username = 'lucero'").fetchone()
    with house.database.transaction() as session:
        secret = second_factor.offer(session, house.settings, number).grouped.replace(" ", "")
    world["sql"].execute("UPDATE account SET totp_at = now() WHERE id = %s", (number,))
    lucero = people["lucero"].open("/partido/base-de-datos")
    lucero.post(f"/partido/base-de-datos/{own}/descargar", status=200)
    lucero.open("/partido/base-de-datos")
    assert "Código de su aplicación" in lucero.text
    path = f"/partido/base-de-datos/{own}/acuse"
    lucero.post(path, status=422, code=PASSPHRASE)
    assert kept(world, "acknowledgement") == 0
    code = pyotp.TOTP(secret).at(int(clock.instant.timestamp()))
    lucero.post(path, code=code)
    assert papers[-1]["by_code"] is True
    assert kept(world, "acknowledgement") == 1


def test_another_actors_receipt_does_not_exist_and_an_editor_signs_nothing(people, own, world):
    signed_for(people["lucero"], own)
    nopal = people["nopal"].open("/partido/base-de-datos")
    for path in ("acuse.pdf", "firma-del-acuse.txt"):
        nopal.open(f"/partido/base-de-datos/{own}/{path}", status=404)
    nopal.open("/partido/base-de-datos")
    nopal.post(f"/partido/base-de-datos/{own}/acuse", status=404, code=PASSPHRASE)
    editor = people["editora"].open("/partido/base-de-datos")
    editor.post(f"/partido/base-de-datos/{own}/acuse", status=403, code=PASSPHRASE)
    editor.open("/partido/ideas", status=403)
    assert kept(world, "acknowledgement") == 1


def test_staff_see_who_signed_and_print_the_formal_letter(people, own, world, papers):
    boss = people["jefa"].open("/oficina/entregas")
    assert "0 de 5 entregas listas" in boss.text
    signed_for(people["lucero"], own)
    boss.open("/oficina/entregas")
    assert "1 de 5 entregas listas" in boss.text
    boss.open(f"/oficina/entregas/{own}")
    assert "Persona lucero" in boss.text
    path = f"/oficina/entregas/{own}/oficio"
    boss.post(path, status=422, number="", body="Hola")
    assert "número del oficio" in boss.text
    boss.open(f"/oficina/entregas/{own}")
    words = "Le remitimos su base.\r\n\r\n#let x = 1 *nada* @de esto es código."
    boss.post(path, status=200, number="IEEM/123/2021", body=words)
    assert boss.page.data.startswith(b"%PDF")
    assert papers[-1]["number"] == "IEEM/123/2021"
    assert papers[-1]["paragraphs"] == words.split("\r\n\r\n")
    assert papers[-1]["actor"].startswith("Partido Lucero")
    other = next(number for number in (1, 2, 3) if number != own)
    boss.open(f"/oficina/entregas/{other}")
    assert "#let x = 1 *nada*" in boss.text, "the next letter begins with these words"
    assert kept(world, "delivery_letter") == 1


def test_a_copy_by_hand_counts_as_received_once_its_receipt_is_there(people, own, world):
    boss = people["jefa"].open(f"/oficina/entregas/{own}")
    path = f"/oficina/entregas/{own}/en-mano"
    said = {"medium": "Memoria USB", "received_by": "Ana", "document": "IEEM/9/2021"}
    boss.post(path, status=422, handed_on="2035-01-01", **said)
    assert "no puede estar en el futuro" in boss.text
    boss.post(path, handed_on="2021-06-14", **said)
    boss.open("/oficina/entregas")
    assert "0 de 5 entregas listas" in boss.text, "without the signed receipt nobody received it"
    boss.open(f"/oficina/entregas/{own}")
    scan = (io.BytesIO(b"%PDF-1.7 signed"), "acuse.pdf")
    boss.post(path, handed_on="2021-06-14", scan=scan, **said)
    boss.open("/oficina/entregas")
    assert "1 de 5 entregas listas" in boss.text
    boss.open(f"/oficina/entregas/{own}")
    assert boss.html.count("/en-mano/") == 1
    (number,) = world["sql"].execute("SELECT max(id) FROM delivery_handover").fetchone()
    boss.open(f"{path}/{number}")
    assert boss.page.data == b"%PDF-1.7 signed"
    boss.page.close()
    assert boss.page.mimetype == "application/octet-stream"
    other = next(each for each in (1, 2, 3) if each != own)
    boss.open(f"/oficina/entregas/{other}/en-mano/{number}", status=404)
    lucero = people["lucero"].open("/partido/base-de-datos")
    assert "La recibió en mano el 14 de junio de 2021" in lucero.text
    lucero.open("/partido/ideas")
    assert "Respondidas" in lucero.text


def one_idea(world, key):
    """(number, folio hash, text) of an idea about an actor's own subject."""
    return world["sql"].execute(
        "SELECT i.id, i.text FROM idea i JOIN subject s ON s.id = i.subject_id"
        " WHERE s.actor_id = %s AND i.withdrawn_at IS NULL ORDER BY i.id LIMIT 1",
        (world["actors"][key],),
    ).fetchone()  # fmt: skip


def with_known_folio(world, number):
    """Give an idea a folio that we know, as if its author were here."""
    folio = Folio(bytes(range(16)))
    world["sql"].execute(
        "UPDATE idea SET folio_hash = %s WHERE id = %s", (sha256(folio).digest(), number)
    )
    return written(folio)


def test_before_the_receipt_no_idea_is_shown_nor_answered(people, world):
    number, words = one_idea(world, "lucero")
    lucero = people["lucero"].open("/partido/ideas")
    assert "Firme primero el acuse" in lucero.text
    assert words not in lucero.text
    lucero.post(f"/partido/ideas/{number}/responder", status=422, state="read", text="")
    assert kept(world, "idea_answer") == 0


def test_an_answer_reaches_whoever_holds_the_folio_and_nobody_else(app, people, own, world, office):
    number, words = one_idea(world, "lucero")
    folio = with_known_folio(world, number)
    citizen = Person(app)
    citizen.open(f"/folios/{folio}")
    assert "Sellada" in citizen.text
    assert "Entregada a Partido Lucero" in citizen.text
    assert "Todavía no" in citizen.text
    lucero = signed_for(people["lucero"], own).open("/partido/ideas")
    path = f"/partido/ideas/{number}/responder"
    lucero.post(path, status=422, state="declined", text=" ")
    assert "por qué no es viable" in lucero.text
    lucero.post(path, status=422, state="", text="x")
    lucero.post(path, status=422, state="read", text="x" * 601)
    secret = "Está en el punto 4 <b>de</b> nuestro programa"
    lucero.post(path, state="adopted", text=secret)
    lucero.follow()
    assert "Guardamos su respuesta" in lucero.text
    citizen.open(f"/folios/{folio}")
    assert f"La incorporó. {secret}" in citizen.text
    assert "<b>de</b>" not in citizen.html
    assert words not in citizen.text, "the folio page never shows the idea"
    people["nopal"].open("/partido/base-de-datos")
    for page in ("/sellos", "/", "/estadisticas", "/actores"):
        citizen.open(page)
        assert "punto 4" not in citizen.text, page
    lucero.open("/partido/ideas")
    lucero.post(path, state="studied", text="")
    assert kept(world, "idea_answer") == 1, "answering again replaces the answer"
    citizen.open(f"/folios/{folio}")
    assert "La tiene en estudio" in citizen.text
    assert "punto 4" not in citizen.text


def test_before_the_calendar_hands_over_the_folio_tells_the_seal_only(app, people, clock, world):
    number, _ = one_idea(world, "lucero")
    folio = with_known_folio(world, number)
    clock.instant = factories.SILENCE
    citizen = Person(app).open(f"/folios/{folio}")
    assert "Sellada" in citizen.text
    assert "Partido" not in citizen.text.split("El camino de su idea")[1].split("Ir al inicio")[0]


def test_nobody_answers_an_idea_that_another_received(people, own, world):
    lucero = signed_for(people["lucero"], own).open("/partido/ideas")
    for key in ("nopal", "raiz", "solo"):
        number, words = one_idea(world, key)
        lucero.post(f"/partido/ideas/{number}/responder", status=404, state="read", text="")
        assert words not in lucero.text
    assert kept(world, "idea_answer") == 0


def test_each_member_of_an_alliance_answers_for_itself(app, people, own, office, world):
    number, _ = one_idea(world, "juntas")
    folio = with_known_folio(world, number)
    signed_for(people["lucero"], own)
    signed_for(people["raiz"], office.numbers["raiz"])
    citizen = Person(app).open("/sellos")
    all_ideas = kept(world, "idea WHERE withdrawn_at IS NULL")
    assert f"Los actores han respondido 0 de {all_ideas} ideas" in citizen.text
    people["lucero"].post(f"/partido/ideas/{number}/responder", state="read", text="")
    people["raiz"].post(f"/partido/ideas/{number}/responder", state="studied", text="")
    _, first, second = citizen.open(f"/folios/{folio}").text.split("Respuesta de ")
    assert first.startswith("Partido Lucero")
    assert "La leyó" in first
    assert "La tiene en estudio" in second
    citizen.open("/sellos")
    assert f"Los actores han respondido 1 de {all_ideas} ideas" in citizen.text


def test_one_answer_for_all_that_wait_of_a_text_leaves_the_others(people, own, world):
    lucero = signed_for(people["lucero"], own).open("/partido/ideas")
    number, _ = one_idea(world, "lucero")
    lucero.post(f"/partido/ideas/{number}/responder", state="adopted", text="En la página 3.")
    lucero.post("/partido/ideas/responder", status=422, state="read", text="")
    assert "Elija primero un tema" in lucero.text
    (subject,) = (
        world["sql"].execute("SELECT subject_id FROM idea WHERE id = %s", (number,)).fetchone()
    )
    of_it = kept(world, f"idea WHERE withdrawn_at IS NULL AND subject_id = {subject}")
    lucero.open(f"/partido/ideas?asunto={subject}")
    lucero.post("/partido/ideas/responder", state="read", text="", asunto=subject)
    assert kept(world, "idea_answer") == of_it
    assert kept(world, "idea_answer WHERE state = 'adopted'") == 1, "what was answered stays"
    lucero.open(f"/partido/ideas?asunto={subject}&estado=pendientes")
    assert "Ninguna idea con esos filtros" in lucero.text


def test_the_list_pages_and_narrows(people, own, world, house):
    lucero = signed_for(people["lucero"], own)
    with house.database.reading() as session:
        everything = answers.received(session, world["actors"]["lucero"], answers.Wanted())
        last = answers.received(
            session, world["actors"]["lucero"], answers.Wanted(), page=everything.pages
        )
    assert everything.matching == everything.total
    assert last.ideas
    for wrong in ("tema=nada", "asunto=x", "pagina=0"):
        lucero.open(f"/partido/ideas?{wrong}", status=404)


def test_a_package_for_a_usb_stick_opens_for_its_recipient_only(people, own, office, world):
    identity = pyrage.x25519.Identity.generate()
    boss = people["jefa"].open(f"/oficina/entregas/{own}")
    path = f"/oficina/entregas/{own}/descargar"
    boss.post(path, status=422, reason="USB", key="age1nada")
    assert "no es una clave pública de age" in boss.text
    assert kept(world, "delivery_download") == 0, "what cannot begin is not written down"
    boss.post(path, status=200, reason="USB", key=f" {identity.to_public()} ")
    assert "decide-lucero-v1.zip.age" in boss.page.headers["Content-Disposition"]
    assert boss.page.headers["Cache-Control"] == "no-store"
    assert boss.page.data[:21] == b"age-encryption.org/v1"
    assert pyrage.decrypt(boss.page.data, [identity]) == office.packages["lucero"]
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(boss.page.data, [pyrage.x25519.Identity.generate()])
    assert {each.suffix for each in office.path("lucero").parent.iterdir()} == {".zip"}
    assert kept(world, "delivery_download") == 1


def test_a_package_behind_a_phrase_opens_with_the_letter_only(
    people, own, office, world, settings, monkeypatch
):
    letters, real = [], typeset.pdf

    def noted(template, data):
        letters.append(data)
        return real(template, data)

    monkeypatch.setattr(typeset, "pdf", noted)
    boss = people["jefa"].open(f"/oficina/entregas/{own}")
    page, path = f"/oficina/entregas/{own}", f"/oficina/entregas/{own}/descargar"
    boss.post(path, status=404, reason="USB", phrase="1")
    assert kept(world, "delivery_download") == 0, "there is no copy yet"
    boss.open(page).post(f"{page}/frase", status=200)
    assert boss.page.data.startswith(b"%PDF")
    assert boss.page.headers["Cache-Control"] == "no-store"
    phrase = letters[-1]["phrase"]
    assert typed_code(phrase).grouped == phrase, "groups of four, the last symbol checks"
    boss.open(page).post(path, status=422, reason="", phrase="1")
    assert 'href="#phrase_reason"' in boss.html, "beside the form that was sent"
    boss.open(page).post(path, status=200, reason="USB", phrase="1")
    first = boss.page.data
    assert "decide-lucero-v1.zip.age" in boss.page.headers["Content-Disposition"]
    assert boss.page.headers["Cache-Control"] == "no-store"
    assert sha256(first).hexdigest() == letters[-1]["encrypted_sha256"]
    assert pyrage.passphrase.decrypt(first, phrase) == office.packages["lucero"]
    lucero = people["lucero"].open("/partido/base-de-datos")
    assert "Hay una copia cifrada" in lucero.text
    lucero.post(f"/partido/base-de-datos/{own}/descargar", status=200, phrase="1")
    assert lucero.page.data == first
    assert kept(world, "delivery_download") == 2
    people["nopal"].open("/partido/base-de-datos")
    people["nopal"].post(f"/partido/base-de-datos/{own}/descargar", status=404, phrase="1")
    boss.open(page).post(f"{page}/frase", status=200)
    boss.open(page).post(path, status=200, reason="USB", phrase="1")
    with pytest.raises(pyrage.DecryptError):
        pyrage.passphrase.decrypt(boss.page.data, phrase)
    assert kept(world, "delivery_phrase") == 2
    (told,) = (
        world["sql"]
        .execute(
            "SELECT string_agg(t::text, '') FROM (SELECT to_jsonb(p) FROM delivery_phrase p"
            " UNION ALL SELECT to_jsonb(a) FROM audit_entry a) AS t"
        )
        .fetchone()
    )
    for each in {letter["phrase"] for letter in letters if "phrase" in letter}:
        assert each not in told
        assert each.replace("-", "") not in told


@pytest.mark.parametrize("letters", [1, 2])
@pytest.mark.parametrize("step", ["typesetting", "commit"])
def test_a_letter_that_fails_leaves_the_copy_of_the_one_before(
    people, own, office, world, papers, monkeypatch, tmp_path, letters, step
):
    boss = people["jefa"]
    page, path = f"/oficina/entregas/{own}", f"/oficina/entregas/{own}/descargar"
    for _ in range(letters):
        boss.open(page).post(f"{page}/frase", status=200)
    phrase = papers[-1]["phrase"]
    boss.open(page)
    with monkeypatch.context() as patched:
        if step == "typesetting":
            patched.setattr(phrases, "TEMPLATE", tmp_path / "absent.typ")
        else:
            world["sql"].execute(REFUSED_AT_COMMIT)
        boss.post(f"{page}/frase", status=None)
    assert boss.page.status_code >= 500
    assert kept(world, "delivery_phrase") == letters
    boss.open(page).post(path, status=200, reason="USB", phrase="1")
    assert pyrage.passphrase.decrypt(boss.page.data, phrase) == office.packages["lucero"]
