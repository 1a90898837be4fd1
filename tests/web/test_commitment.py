"""The commitment followed in public: a list in, dates and evidence by staff, a public page."""

import io
import re

import pytest

from decide.commitments.shipped import EXAMPLE
from decide.imports import command
from decide.web.shared.context import KEY
from tests.portal import OURS

PDF = b"%PDF-1.7 boletin"


@pytest.fixture
def loader(enter):
    return enter("textos", door="/oficina")


@pytest.fixture
def loaded(loader):
    loader.open("/oficina/seguimiento")
    return loader.send("/oficina/seguimiento/cargar", status=303).follow()


def activity_of(person, code):
    (path,) = re.findall(rf'href="(/oficina/seguimiento/\d+)">{code} ', person.html)
    return path


def public(app):
    return app.test_client().get("/seguimiento").get_data(as_text=True)


def test_the_shipped_commitment_is_loaded_by_a_click_and_shown_to_everybody(portal_app, loaded):
    assert "Cargamos el compromiso de ejemplo" in loaded.text
    assert loaded.html.count("/oficina/seguimiento/") >= 13
    page = public(portal_app)
    assert page.count("<article") == 13
    assert page.index("1.2 ") < page.index("2.1 ") < page.index("6.1 ")
    assert "0 de 13" in page
    assert "31 de marzo de 2021 – 2 de junio de 2021" in page
    assert "Atrasada" not in page
    loaded.open("/oficina/seguimiento")
    late = loaded.html.count("Atrasada")
    assert late == 10  # on 10 May those that should have begun in April
    house = portal_app.extensions[KEY].resources
    again = command.import_file(house, "compromiso", EXAMPLE, dry_run=True)
    assert (len(again.plan.create), len(again.plan.change), len(again.plan.problems)) == (0, 0, 0)


def test_staff_write_dates_and_evidence_and_the_public_sees_them(portal_app, loaded, enter):
    path = activity_of(loaded, "1.1")
    loaded.open(path)
    wrong = {"actual_start": "2021-05-02", "actual_end": "2021-04-01"}
    loaded.send(path, status=422, **wrong)
    assert "El término va después" in loaded.text
    assert 'value="2021-04-01"' in loaded.html
    loaded.send(path, status=422, actual_start="2099-01-01", actual_end="")
    assert "no puede estar en el futuro" in loaded.text
    loaded.send(path, status=303, actual_start="2021-03-31", actual_end="2021-05-09").follow()
    form = loaded.form(f"{path}/evidencias")
    for body, status in ((b"MZ evil", 422), (PDF, 303)):
        answer = loaded.client.post(
            form["action"],
            data=form["fields"]
            | {"title": "Boletín <b>31</b>", "file": (io.BytesIO(body), "boletin.exe")},
            headers=OURS,
        )
        assert answer.status_code == status, answer.get_data(as_text=True)
    page = public(portal_app)
    assert "1 de 13" in page
    assert "Boletín &lt;b&gt;31&lt;/b&gt;" in page
    (file,) = re.findall(r'href="(/seguimiento/evidencias/\d+)"', page)
    got = portal_app.test_client().get(file)
    assert got.get_data() == PDF
    assert got.headers["Content-Disposition"].endswith(".pdf")
    assert got.headers["Content-Type"] == "application/octet-stream"
    got.close()
    trail = enter("jefa", door="/oficina").open("/oficina/bitacora").text
    assert "Agregó una evidencia" in trail
    assert "Cambió las fechas de una actividad" in trail
    watcher = enter("mirada", door="/oficina").open(path)
    assert "Agregar evidencia" not in watcher.text


FAULTS = """clave,linea,actividad,objetivo,medio_verificacion,area,inicio_previsto,termino_previsto,inicio_real
A1,L,T,O,V,A,2021-04-10,2021-06-02,
2,L,T,O,V,A,10 de abril,2021-06-02,
3,L,T,O,V,,2021-04-10,2021-04-01,
3,L,T,O,V,A,10/04/2021,02/06/2021,
"""  # noqa: E501


def test_every_fault_of_a_list_is_named(portal_app, tmp_path):
    file = tmp_path / "compromiso.csv"
    file.write_text(FAULTS, encoding="utf-8")
    house = portal_app.extensions[KEY].resources
    plan = command.import_file(house, None, file, dry_run=True).plan
    assert [(each.row, each.column) for each in plan.problems] == [
        (2, "clave"),
        (3, "inicio_previsto"),
        (4, "area"),
        (4, "termino_previsto"),
    ]


def test_nothing_is_said_before_there_is_a_commitment(portal_app):
    assert "Todavía no hay actividades" in public(portal_app)
    assert portal_app.test_client().get("/seguimiento/evidencias/7").status_code == 404
