"""Filling in many texts by a spreadsheet, and publishing what waits at once."""

import io
from datetime import timedelta

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from decide.catalog import own
from decide.catalog.owner import Owner
from decide.web.shared.context import KEY
from tests import factories
from tests.portal import OURS, PASSPHRASE, Person

# Midnight of 3 June 2021 in Mexico, when the campaign ends.
CLOSING = factories.SILENCE.replace(day=3, hour=5, minute=0)


def table_of(person, kind):
    answer = person.client.get(f"/partido/archivos/{kind}.xlsx")
    assert answer.status_code == 200
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()


def book(rows):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as made:
        page = made.add_worksheet()
        for place, row in enumerate(rows):
            page.write_row(place, 0, row)
    return out.getvalue()


def bring(person, kind, body, name="lleno.xlsx", status=303):
    form = person.open("/partido/archivos").form("/partido/archivos")["fields"]
    person.page = person.client.post(
        "/partido/archivos",
        data=form | {"kind": kind, "file": (io.BytesIO(body), name)},
        headers=OURS,
    )
    assert person.page.status_code == status, person.text[:1500]
    return person


def changed(rows, row, **cells):
    header = rows[0]
    for name, value in cells.items():
        rows[row][header.index(name)] = value
    return rows


@pytest.fixture
def nopal(enter):
    return enter("nopal")


@pytest.fixture
def stands(portal_app, portal_world):
    """The proposals of Nopal's heads as they stand."""

    def look(username="nopal"):
        from decide.accounts import queries

        with portal_app.extensions[KEY].resources.database.reading() as session:
            line = queries.account_named(session, username)
            every = own.all_proposals(session, Owner(line.actor_id)).values()
            return [each for written in every for each in written]

    return look


def test_the_template_carries_the_own_candidates_and_what_they_wrote(ana, world):
    rows = table_of(ana, "trayectorias")
    assert rows[0][:3] == ["CLAVE", "ELECCION", "NOMBRE"]
    assert rows[1][2] == world["owner"]
    assert "Enfermera en una clínica rural" in rows[1]
    titles = [
        row[rows_header("TITULO", table_of(ana, "propuestas"))]
        for row in table_of(ana, "propuestas")
    ]
    assert "Borrador que nadie ve" in titles
    assert "Luz de otro partido" not in titles


def rows_header(name, rows):
    return rows[0].index(name)


def test_a_filled_template_becomes_drafts_and_bringing_it_again_changes_nothing(nopal, stands):
    rows = table_of(nopal, "propuestas")
    changed(
        rows,
        1,
        TEMA="Agua",
        TITULO="Pozos",
        TEXTO="Tres pozos.\n\nUno por año.",
        PROPUESTA_GENERO="no",
    )
    changed(
        rows, 3, TEMA="salud", TITULO="Clínica", TEXTO="De noche.", ODS=3, PROPUESTA_GENERO="Sí"
    )
    bring(nopal, "propuestas", book(rows)).follow()
    assert "Filas nuevas 2" in nopal.text
    assert stands() == []
    nopal.send(status=303).follow()
    assert "Guardamos 2 borradores" in nopal.text
    first, second = sorted(stands(), key=lambda each: each.text.topic)
    assert (first.text.topic, first.text.text, first.state) == (
        "agua", "Tres pozos.\n\nUno por año.", "draft",
    )  # fmt: skip
    assert (second.text.goal, second.text.gender) == ("3", "1")
    bring(nopal, "propuestas", book(rows)).follow()
    assert "Filas iguales 2" in nopal.text
    assert "Guardar" not in nopal.html.split("<form")[-1]
    rows = table_of(nopal, "propuestas")
    bring(nopal, "propuestas", book(rows)).follow()
    assert "Filas iguales 2" in nopal.text
    assert len(stands()) == 2


def test_a_proposal_known_by_its_number_may_change_its_title(ana, stands):
    rows = table_of(ana, "propuestas")
    before = len(stands("lucero"))
    changed(rows, 1, TITULO="Otro título")
    bring(ana, "propuestas", book(rows)).follow().send(status=303)
    assert len(stands("lucero")) == before
    assert stands("lucero")[0].text.title == "Otro título"
    assert stands("lucero")[0].shown_title != "Otro título", "citizens still see the old one"


def test_bad_rows_are_named_good_rows_are_kept_and_the_mended_file_does_not_double(nopal, stands):
    rows = table_of(nopal, "propuestas")
    changed(rows, 1, TEMA="agua", TITULO="Pozos", TEXTO="Tres pozos.")
    changed(rows, 2, TEMA="futbol", TITULO="Canchas", TEXTO="Dos canchas.")
    changed(rows, 3, TEMA="salud", TITULO="t" * 121, TEXTO="x")
    bring(nopal, "propuestas", book(rows)).follow()
    assert "Filas por corregir 2" in nopal.text
    assert "3 TEMA futbol Elija un tema de la lista." in nopal.text
    assert "4 TITULO" in nopal.text
    assert "Le sobran 1 carácter" in nopal.text
    nopal.send(status=303).follow()
    assert "Faltan 2 filas" in nopal.text
    changed(changed(rows, 2, TEMA="cultura-deporte"), 3, TITULO="Clínica")
    bring(nopal, "propuestas", book(rows)).follow()
    assert "Filas nuevas 2" in nopal.text
    nopal.send(status=303)
    assert sorted(each.text.title for each in stands()) == ["Canchas", "Clínica", "Pozos"]


def test_more_proposals_than_one_candidacy_may_have_are_named_before_saving(nopal, stands):
    rows = table_of(nopal, "propuestas")
    key = rows[1][rows[0].index("CLAVE")]
    cells = [{"CLAVE": key, "TEMA": "agua", "TITULO": f"Pozo {n}", "TEXTO": "x"} for n in range(22)]
    written = [[each.get(name, "") for name in rows[0]] for each in cells]
    bring(nopal, "propuestas", book([rows[0], *written])).follow()
    assert "Filas por corregir 2" in nopal.text
    assert "ya tendría más de 20 propuestas" in nopal.text
    nopal.send(status=303)
    assert len(stands()) == 20


@pytest.mark.parametrize(
    ("cells", "part"),
    [
        ({"CLAVE": "em.m999"}, "no es de una candidatura suya"),
        ({"PROPUESTA": "999999"}, "La propuesta 999999 no es de"),
        ({"PROPUESTA_GENERO": "quizá"}, "Escriba sí o no"),
        ({"ODS": "18"}, "objetivo de la lista"),
    ],
)
def test_each_problem_says_what_to_do(nopal, cells, part):
    rows = changed(table_of(nopal, "propuestas"), 1, TITULO="Pozos", **cells)
    bring(nopal, "propuestas", book(rows)).follow()
    assert part in nopal.text
    assert "Filas por corregir 1" in nopal.text


def test_the_number_of_another_partys_proposal_is_nobodys(ana, world):
    rows = changed(table_of(ana, "propuestas"), 1, PROPUESTA=str(world["foreign_proposal"]))
    bring(ana, "propuestas", book(rows)).follow()
    assert "Deje vacío el número" in ana.text


def test_trajectories_come_as_csv_too_and_blank_cells_leave_what_there_was(ana, portal_app, world):
    rows = table_of(ana, "trayectorias")
    head = dict(zip(rows[0], rows[1], strict=True))
    text = (
        "CLAVE;NOMBRE;MOTIVO_CARGO_PUBLICO;ESCOLARIDAD;ESTATUS_ESCOLARIDAD\n"
        f"{head['CLAVE']};x;Otro motivo.;;En curso\n"
    )
    bring(ana, "trayectorias", text.encode("cp1252"), name="t.csv").follow()
    ana.send(status=303)
    after = dict(zip(rows[0], table_of(ana, "trayectorias")[1], strict=True))
    assert after["MOTIVO_CARGO_PUBLICO"] == "Otro motivo."
    assert after["ESCOLARIDAD"] == head["ESCOLARIDAD"]
    assert after["ESTATUS_ESCOLARIDAD"] == "en-curso"


def test_the_same_candidate_twice_is_a_problem(ana):
    rows = table_of(ana, "trayectorias")
    bring(ana, "trayectorias", book([*rows, rows[1]])).follow()
    assert "está dos veces" in ana.text


def test_text_that_looks_like_a_formula_comes_back_as_it_was(ana, stands):
    rows = changed(table_of(ana, "propuestas"), 1, TITULO="=SUM(1)", TEXTO="+5 policías")
    bring(ana, "propuestas", book(rows)).follow().send(status=303)
    again = table_of(ana, "propuestas")
    assert again[1][rows_header("TITULO", again)] == "'=SUM(1)"
    bring(ana, "propuestas", book(again)).follow()
    assert "Filas con cambios 0" in ana.text
    assert stands("lucero")[0].text.text == "+5 policías"


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (b"", "está vacío"),
        (b"%PDF-1.7", "es un PDF"),
        (b"PK\x03\x04" + b"\0" * 99, ""),
        (b"uno,dos\n1,2\n", "le falta la columna"),
        (b"CLAVE,OTRA\nem.m001,x\n", "le falta la columna"),
    ],
)
def test_a_file_that_is_no_template_is_refused_in_a_sentence(ana, body, part):
    bring(ana, "propuestas", body)
    ana.open(ana.page.headers["Location"], 422)
    assert part in ana.text


def test_somebody_elses_file_does_not_exist(ana, enter):
    bring(ana, "propuestas", book(table_of(ana, "propuestas")))
    path = ana.page.headers["Location"]
    for other in ("raiz", "lucero.dos"):
        enter(other).open(path, 404)


def test_a_file_read_in_the_campaign_keeps_nothing_after_it(nopal, stands, clock, portal_app):
    rows = changed(table_of(nopal, "propuestas"), 1, TEMA="agua", TITULO="Pozos", TEXTO="x")
    clock.instant = CLOSING - timedelta(minutes=1)
    late = Person(portal_app).open("/partido/entrar")
    late.send(username="nopal", passphrase=PASSPHRASE)
    bring(late, "propuestas", book(rows)).follow()
    clock.move(minutes=2)
    late.send(status=303).follow()
    assert "Ahora no se pueden cambiar" in late.text
    assert stands() == []


def test_an_editor_fills_in_only_the_own_elections(enter, ana, portal_app, contest_of_lucero):
    editor = enter("lucero.dos")
    assert len(table_of(editor, "trayectorias")) == len(table_of(ana, "trayectorias"))
    contest_of_lucero(frozenset())
    assert len(table_of(editor, "trayectorias")) == 1


@pytest.fixture
def contest_of_lucero(portal_app, clock):
    """Set the elections of Lucero's editor."""
    from decide.accounts import actions, queries

    def set_to(contests):
        with portal_app.extensions[KEY].resources.database.transaction() as session:
            line = queries.account_named(session, "lucero.dos")
            actions.set_contests(session, line.id, contests, at=clock.instant, by=None)

    return set_to


def test_many_texts_are_published_at_once(nopal, stands, portal_app, world):
    rows = table_of(nopal, "propuestas")
    for place in (1, 2, 3, 4):
        changed(rows, place, TEMA="agua", TITULO=f"Pozo {place}", TEXTO="Texto.")
    changed(rows, 4, TEMA="")
    bring(nopal, "propuestas", book(rows)).follow().send(status=303)
    nopal.open("/partido/publicar")
    form = nopal.form("/partido/publicar")["fields"]
    marks = [f"propuesta-{each.id}-{each.revision}" for each in stands()]
    nopal.page = nopal.client.post(
        "/partido/publicar", data=form | {"mark": [*marks, "x", "propuesta-1"]}, headers=OURS
    )
    nopal.follow()
    assert "Publicamos 3 textos." in nopal.text
    assert "Elija un tema antes de publicar." in nopal.text
    assert "Pozo 4" in nopal.text
    first = next(each for each in stands() if each.text.title == "Pozo 1")
    assert "Pozo 1" in Person(portal_app).open(f"/candidaturas/{first.candidacy_id}").text


def test_a_text_that_changed_meanwhile_is_not_published_unread(ana, stands):
    waiting = next(each for each in stands("lucero") if each.state == "draft")
    form = ana.open("/partido/publicar").form("/partido/publicar")["fields"]
    ana.open(f"/partido/propuestas/{waiting.id}").send(text="Otras palabras.", then="list")
    ana.page = ana.client.post(
        "/partido/publicar", data=form | {"mark": f"propuesta-{waiting.id}-1"}, headers=OURS
    )
    assert "Un texto cambió mientras lo leía" in ana.follow().text
    assert next(each for each in stands("lucero") if each.id == waiting.id).state == "draft"
