"""The office gives access: accounts, letters, hand-over, closing."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from decide.accounts import letters, queries, receipts
from decide.accounts.activation import Letter
from decide.accounts.batch import read
from decide.accounts.codes import new_code
from decide.accounts.letters import Addressed
from decide.accounts.roles import Role
from decide.kernel import typeset
from decide.web.shared.context import KEY
from tests.portal import OURS, Person

PDF = b"%PDF-1.7 a scan"


@pytest.fixture
def chief(enter):
    return enter("jefa", door="/oficina")


@pytest.fixture
def lines(portal_app, clock):
    """The accounts as they stand."""

    def look():
        with portal_app.extensions[KEY].resources.database.reading() as session:
            return {each.username: each for each in queries.access_lines(session, at=clock.instant)}

    return look


@pytest.fixture
def codes(monkeypatch):
    """The activation codes that went to paper, in order."""
    printed = []
    real = letters.as_pdf

    def noted(addressed, *arguments, **more):
        printed.extend(each.letter.code.grouped for each in addressed)
        return real(addressed, *arguments, **more)

    monkeypatch.setattr(letters, "as_pdf", noted)
    return printed


def test_many_people_get_accounts_and_one_page_each(chief, lines, codes):
    chief.open("/oficina/accesos/nuevos").send(
        status=303,
        people="LUCERO; Inés Zárate Güemes; coordinación\n\nraiz; Darío Nava Muñoz; edición\n"
        "LUCERO; Inés Zárate Peñaloza",
    )
    chief.follow()
    assert "Creamos 3 cuentas" in chief.text
    people = lines()
    assert people["ines.zarate"].role is Role.COORDINATOR
    assert people["dario.nava"].role is Role.EDITOR
    assert people["ines.zarate2"].person == "Inés Zárate Peñaloza"
    assert chief.html.count('name="account"') == 3
    answer = chief.client.post(
        "/oficina/accesos/cartas",
        data={
            "csrf_token": chief.form()["fields"]["csrf_token"],
            "account": [people[name].id for name in ("ines.zarate", "dario.nava", "ines.zarate2")],
        },
        headers=OURS,
    )
    assert answer.data.startswith(b"%PDF-1.7")
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(set(codes)) == 3
    assert {each.letter.value for each in lines().values() if each.issued_at} == {"valid"}


def test_a_printed_code_opens_the_account_and_another_print_voids_it(
    chief, lines, codes, portal_app
):
    chief.open(f"/oficina/accesos/{lines()['lucero'].id}")
    for _ in range(2):
        chief.send("/oficina/accesos/cartas", status=200)
        chief.open(f"/oficina/accesos/{lines()['lucero'].id}")
    first, second = codes
    person = Person(portal_app).open("/partido/activar")
    person.send(status=422, code=first)
    person.send(status=200, code=second)
    assert "Persona lucero" in person.text


def test_every_bad_line_is_named_and_nothing_is_created(chief, lines):
    before = set(lines())
    chief.open("/oficina/accesos/nuevos").send(
        status=422,
        people="LUCERO; Inés Zárate; coordinación\nNADA; Darío Nava\nLUCERO; Inés\n"
        "LUCERO; Ana Mora; reina\nLUCERO; Ana Mora; edición; a@b.mx; más\nLUCERO; Inés Zárate\n"
        "LUCERO; Ana Mora; edición; nada",
    )
    for sentence in (
        "Renglón 2: «NADA» no es la clave",
        "Renglón 3: Escriba nombre y apellido",
        "Renglón 4: «reina» no es una función",
        "Renglón 5: Hay más de cuatro partes",
        "Renglón 6: «Inés Zárate» está dos veces",
        "Renglón 7: Escriba el correo completo",
    ):
        assert sentence in chief.text
    assert set(lines()) == before
    assert "LUCERO; Inés Zárate; coordinación" in chief.text


def test_too_many_lines_are_refused_as_a_whole():
    wanted, problems = read("X; Ana Mora\n" * 501, {"X": 1})
    assert wanted == []
    assert "hasta 500" in problems[0].sentence


def test_a_hand_over_is_noted_with_its_receipt_which_comes_back_as_a_download(chief, lines, codes):
    path = f"/oficina/accesos/{lines()['raiz'].id}"
    chief.open(path).send("/oficina/accesos/cartas", status=200)
    chief.open(path)
    form = chief.form(f"{path}/entrega")["fields"]
    answer = chief.client.post(
        f"{path}/entrega",
        data=form | {"received_by": "Ana Mora", "receipt": (io.BytesIO(PDF), "../../x.pdf")},
        headers=OURS,
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert "Ana Mora" in chief.open(path).text
    answer = chief.client.get(f"{path}/acuse")
    assert answer.data == PDF
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Type"] == "application/octet-stream"
    answer.close()


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (b"<svg onload=alert(1)>", "PDF o una foto"),
        (b"MZ\x90", "PDF o una foto"),
        (b"%PDF-" + b"x" * 2000, "hasta 8 MB"),
    ],
)
def test_a_receipt_of_another_kind_is_refused(chief, lines, codes, monkeypatch, body, part):
    monkeypatch.setattr(receipts, "LARGEST", 1000)
    path = f"/oficina/accesos/{lines()['raiz'].id}"
    chief.open(path).send("/oficina/accesos/cartas", status=200)
    chief.open(path)
    form = chief.form(f"{path}/entrega")["fields"]
    chief.page = chief.client.post(
        f"{path}/entrega", data=form | {"receipt": (io.BytesIO(body), "x.pdf")}, headers=OURS
    )
    assert chief.page.status_code == 422
    assert part in chief.text
    assert lines()["raiz"].handed_on is None


def test_closing_an_account_needs_a_reason_and_ends_its_sessions(chief, lines, enter):
    person = enter("raiz").open("/partido")
    path = f"/oficina/accesos/{lines()['raiz'].id}"
    chief.open(path).send(f"{path}/cerrar", status=422, reason=" ")
    chief.send(f"{path}/cerrar", status=303, reason="Dejó el partido").follow()
    assert "La cuenta está cerrada" in chief.text
    person.open("/partido", 302)


def test_nobody_closes_the_own_account(chief, lines):
    path = f"/oficina/accesos/{lines()['jefa'].id}"
    chief.open(path).send(f"{path}/cerrar", status=422, reason="Prueba")
    assert "su propia cuenta" in chief.text


def test_a_colleague_gets_an_account(chief, lines):
    chief.open("/oficina/accesos/personal").send(status=422, person="Rosa Nava Téllez")
    assert "Elija una función" in chief.text
    chief.send(status=303, person="Rosa Nava Téllez", role="observer").follow()
    assert lines()["rosa.nava"].role is Role.OBSERVER
    chief.open("/oficina/accesos/personal").send(status=422, person=" ", role="observer")
    chief.send(status=422, person="Rosa Nava", role="coordinator")


def test_letters_need_somebody_to_be_marked(chief):
    chief.open("/oficina/accesos").send("/oficina/accesos/cartas", status=422)
    assert "Marque al menos una persona" in chief.text


def test_the_letter_has_one_page_per_person_and_takes_every_name_as_it_is(settings, clock):
    people = ["Inés Zárate", "#emph[x] $1$ \\ @y", "«Ñandú» & <b>" * 6]
    addressed = [
        Addressed(
            Letter(1, "x", name, "coordinator", 1, new_code(), clock.instant, clock.instant),
            name,
        )
        for name in people
    ]
    say = {"process": "Proceso 2021", "day": lambda instant: f"{instant:%d/%m}"}
    data = letters.contents(addressed, settings, **say)
    assert len(typeset.pictures(letters.TEMPLATE, data, dots=20)) == len(people)
    made = letters.as_pdf(addressed, settings, **say)
    assert made.startswith(b"%PDF")
    assert re.search(rb"pdfuaid:part", made), "PDF/UA"
    assert len(made) < 200_000


def test_the_qr_code_keeps_the_activation_code_behind_the_hash_sign(settings, clock):
    letter = Letter(1, "x", "X", "coordinator", 1, new_code(), clock.instant, clock.instant)
    assert letters.address_of(letter, settings) == "http://127.0.0.1:8000/partido/activar"
    staff = Letter(1, "x", "X", "observer", None, new_code(), clock.instant, clock.instant)
    assert letters.address_of(staff, settings).endswith("/oficina/activar")


# --- who only hands out letters


def test_whoever_hands_out_letters_cannot_become_a_colleague(enter, lines, codes):
    poster = enter("cartas", door="/oficina").open("/oficina/accesos")
    assert "Persona lucero" in poster.text
    assert "Persona jefa" not in poster.text
    boss, party = lines()["jefa"].id, lines()["raiz"].id
    poster.open(f"/oficina/accesos/{boss}", 404)
    poster.open("/oficina/accesos").post("/oficina/accesos/cartas", status=404, account=boss)
    poster.open("/oficina/accesos").post(
        f"/oficina/accesos/{boss}/entrega", status=404, handed_on="2021-05-10", received_by="X"
    )
    poster.open("/oficina/accesos").post("/oficina/accesos/cartas", status=200, account=party)
    assert len(codes) == 1


MENUS = {
    "jefa": {"Accesos", "Importaciones", "Entregas", "Bitácora", "Boletines", "Presión"},
    "carga": {"Importaciones"},
    "textos": {"Boletines"},
    "cartas": {"Accesos"},
    "mirada": {"Accesos", "Importaciones", "Entregas", "Bitácora", "Boletines", "Presión"},
    "contralor": {"Accesos", "Importaciones", "Entregas", "Bitácora", "Boletines", "Presión"},
}


@pytest.mark.parametrize("name", MENUS)
def test_everybody_sees_the_own_menu_and_every_entry_opens(enter, name):
    person = enter(name, door="/oficina").open("/oficina")
    menu = re.search(r'<nav class="office__nav".*?</nav>', person.html, re.DOTALL)[0]
    shown = set(re.findall(r"<span>([^<]+)</span>", menu))
    assert shown & MENUS["jefa"] == MENUS[name]
    assert {"Inicio", "Preparación", "Calendario", "Cambios", "Su cuenta"} <= shown
    for path in re.findall(r'href="([^"]+)"', menu):
        person.open(path)


# --- batches, revoking, and receipts that come later


def test_a_batch_tells_the_state_of_each_letter(chief, lines, codes, portal_app, clock, enter):
    chief.open("/oficina/accesos/tandas")
    assert "Todavía no se ha impreso ninguna carta" in chief.text
    people = [lines()[name].id for name in ("lucero", "raiz", "nopal")]
    token = chief.open("/oficina/accesos").form()["fields"]["csrf_token"]
    chief.client.post(
        "/oficina/accesos/cartas", data={"csrf_token": token, "account": people}, headers=OURS
    )
    Person(portal_app).open("/partido/activar").send(status=200, code=codes[0])
    path = f"/oficina/accesos/{people[1]}"
    chief.open(path).send(
        f"{path}/entrega", status=303, handed_on="2021-05-10", received_by="Ana Mora"
    )
    path = f"/oficina/accesos/{people[2]}"
    chief.open(path).send(f"{path}/anular", status=422, why=" ")
    assert "Escriba por qué anula" in chief.text
    chief.send(f"{path}/anular", status=303, why="Se perdió").follow()
    assert "Su código ya no sirve" in chief.text
    Person(portal_app).open("/partido/activar").send(status=422, code=codes[2])
    chief.open(path).post(f"{path}/anular", status=422, why="Otra vez")
    batch = chief.open("/oficina/accesos/tandas")
    assert "3 cartas" in batch.text
    batch.open(re.search(r"/oficina/accesos/tandas/\d+", batch.html)[0])
    for words in ("Entregada", "Anulada", "Impresa", "Ana Mora"):
        assert words in batch.text
    clock.instant += timedelta(days=15)
    later = enter("jefa", door="/oficina").open(batch.path)
    assert "Vencida" in later.text


def test_a_receipt_may_come_later_but_never_replaces_one(chief, lines, codes, enter, portal_app):
    path = f"/oficina/accesos/{lines()['raiz'].id}"
    chief.open(path).send("/oficina/accesos/cartas", status=200)
    chief.open(path).post(f"{path}/acuse", status=422)
    chief.open(path).send(
        f"{path}/entrega", status=303, handed_on="2021-05-10", received_by="Ana Mora"
    )
    chief.open(path).send(f"{path}/acuse", status=422)
    assert "Elija el acuse firmado" in chief.text
    for status in (303, 422):
        token = chief.open(path).form()["fields"]["csrf_token"]
        chief.page = chief.client.post(
            f"{path}/acuse",
            data={"csrf_token": token, "receipt": (io.BytesIO(PDF), "x.pdf")}, headers=OURS,
        )  # fmt: skip
        assert chief.page.status_code == status
    for name, status in (("contralor", 200), ("mirada", 403), ("cartas", 200)):
        answer = enter(name, door="/oficina").client.get(f"{path}/acuse")
        assert answer.status_code == status, name
        answer.close()
    with portal_app.extensions[KEY].resources.database.reading() as session:
        deeds = session.execute(text("SELECT deed FROM audit_entry WHERE deed LIKE 'letter.rec%'"))
        assert sorted(row[0] for row in deeds) == [
            "letter.receipt_kept", "letter.receipt_read", "letter.receipt_read",
        ]  # fmt: skip


def test_who_hands_out_letters_sees_no_colleagues_letters_in_a_batch(chief, enter, lines, codes):
    chief.open(f"/oficina/accesos/{lines()['mirada'].id}").send(
        "/oficina/accesos/cartas", status=200
    )
    assert "Persona mirada" in batch_of(chief).text
    poster = enter("cartas", door="/oficina")
    poster.open("/oficina/accesos/tandas")
    assert "Todavía no se ha impreso" in poster.text
    poster.open(chief.path, 404)


def batch_of(person):
    """The newest batch, opened."""
    person.open("/oficina/accesos/tandas")
    return person.open(re.search(r"/oficina/accesos/tandas/\d+", person.html)[0])
