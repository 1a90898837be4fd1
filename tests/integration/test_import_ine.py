"""The INE's export of 25 columns: persons joined to candidacies, texts left to the actors."""

import io

import pytest
import xlsxwriter

from decide.catalog import registry
from decide.catalog.models import Gender, Post
from decide.imports import actions
from tests.import_files import (
    AT,
    registered_world,  # noqa: F401
    session_that_forgets,  # noqa: F401
    stream,
)

COLUMNS = (
    "PARTIDO_COALICION", "CARGO", "ENTIDAD", "DISTRITO FEDERAL", "CIRCUNSCRIPCION", "MUNICIPIO",
    "NUM_LISTA_O_FORMULA", "NOMBRE_CANDIDATO", "TIPO_CANDIDATO", "EDAD", "SEXO",
    "DIRECCION_CASA_CAMPAÑA", "TELEFONO", "CORREO_ELECTRONICO", "PAGINA_WEB", "REDES",
    "ESCOLARIDAD", "ESTATUS_ESCOLARIDAD", "CURSOS", "HISTORIA_PROFESIONAL",
    "TRAYECTORIA_POLITICA", "MOTIVO_CARGO_PUBLICO", "PROPUESTA_1", "PROPUESTA_2",
    "PROPUESTA_GENERO",
)  # fmt: skip
LONG = "Trabajé quince años en clínicas; coordiné brigadas, cursos y talleres.\n" * 60


def line(actor, post, who, role, *, place="ACOLMAN", rank="1", age="45.0", gender="MUJER", **more):
    """One row of the export."""
    cells = {
        "PARTIDO_COALICION": actor, "CARGO": post, "ENTIDAD": "MEXICO", "MUNICIPIO": place,
        "NUM_LISTA_O_FORMULA": rank, "NOMBRE_CANDIDATO": who, "TIPO_CANDIDATO": role,
        "EDAD": age, "SEXO": gender, "HISTORIA_PROFESIONAL": LONG,
    } | more  # fmt: skip
    return [cells.get(column, "") for column in COLUMNS]


GOOD = (
    line("PT-MORENA-NAEM", "PRESIDENCIA MUNICIPAL", "ROSAURA ZÁRATE", "PROPIETARIO"),
    line("PT-MORENA-NAEM", "PRESIDENCIA MUNICIPAL", "ADELA NAVA", "SUPLENTE", age="38.0"),
    line("PVEM", "REGIDURIA", "ULISES ORDÓÑEZ", "PROPIETARIO", rank="3", gender="HOMBRE", age=""),
    line("PVEM", "REGIDURIA", "TOMÁS QUIROZ", "SUPLENTE", rank="3", gender="HOMBRE"),
    line("Partido PAN", "DIPUTACION LOCAL MR", "ANA NAVA", "PROPIETARIA", place="",
         **{"DISTRITO FEDERAL": "DISTRITO 02"}),
    line("pvem", "DIPUTACION LOCAL RP", "INÉS TÉLLEZ", "PROPIETARIA", place="", rank="4",
         CIRCUNSCRIPCION="5"),
)  # fmt: skip


def workbook(*rows):
    """The export as XLSX, with numbers as numbers."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Candidaturas")
        sheet.write_row(0, 0, COLUMNS)
        for at, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                number = cell.replace(".", "").isdigit()
                sheet.write(at, column, float(cell) if number else cell)
    return target.getvalue()


def plan_of(session, *rows):
    """The dry run of an export."""
    return actions.dry_run(session, None, stream(workbook(*rows)), "candidatas.xlsx")


def test_owner_and_substitute_become_one_candidacy(session):
    plan = plan_of(session, *GOOD)
    assert plan.layout == "candidaturas-ine"
    assert plan.problems == ()
    assert plan.rows == 6
    actions.commit(session, plan, at=AT, by=None)
    entries = {entry.owner_name: entry for entry in registry.candidacies(session).values()}
    assert len(entries) == 4
    head = entries["ROSAURA ZÁRATE"]
    assert (head.contest, head.actor, head.post) == ("em.m002", "PT-MORENA-NAEM", Post.PRESIDENCY)
    assert (head.is_head, head.owner_age, head.owner_gender) == (True, 45, Gender.WOMAN)
    assert head.substitute_name == "ADELA NAVA"
    councillor = entries["ULISES ORDÓÑEZ"]
    assert (councillor.rank, councillor.is_head, councillor.owner_age) == (3, False, None)
    assert entries["ANA NAVA"].contest == "em.d02"
    assert entries["ANA NAVA"].is_head
    listed = entries["INÉS TÉLLEZ"]
    assert (listed.contest, listed.rank, listed.is_head) == ("em.rp", 4, False)


def test_texts_of_actors_are_left_to_them_and_said_so(session):
    notes = " ".join(plan_of(session, *GOOD).notes)
    assert "las publica cada actor político" in notes
    assert "PROPUESTA_GENERO" in notes


def test_a_formula_of_two_genders_is_said_but_not_refused(session):
    other = list(GOOD[1])
    other[COLUMNS.index("SEXO")] = "HOMBRE"
    plan = plan_of(session, GOOD[0], other)
    assert plan.problems == ()
    assert "mismo género en las filas 2" in " ".join(plan.notes)


BROKEN = {
    "another state": (GOOD[0], {"ENTIDAD": "PUEBLA"}, "ENTIDAD", "otra entidad"),
    "a federal post": (GOOD[0], {"CARGO": "DIPUTACION FEDERAL MR"}, "CARGO", "este proceso"),
    "an unknown place": (GOOD[0], {"MUNICIPIO": "ACOLMANN"}, "MUNICIPIO", "Acolman lleva"),
    "an INEGI key": (GOOD[0], {"MUNICIPIO": "15025"}, "MUNICIPIO", "Escriba 26."),
    "no district": (GOOD[4], {"DISTRITO FEDERAL": "46"}, "DISTRITO FEDERAL", "del 1 al 45"),
    "no place in the list": (GOOD[2], {"NUM_LISTA_O_FORMULA": ""}, "NUM_LISTA_O_FORMULA", "falta"),
    "a role of neither kind": (GOOD[0], {"TIPO_CANDIDATO": "X"}, "TIPO_CANDIDATO", "SUPLENTE"),
    "a letter that may mean both": (GOOD[0], {"SEXO": "M"}, "SEXO", "MUJER, HOMBRE"),
    "an age of a child": (GOOD[0], {"EDAD": "8"}, "EDAD", "18 años"),
    "a substitute alone": (GOOD[0], {"TIPO_CANDIDATO": "SUPLENTE"}, "TIPO_CANDIDATO",
                           "fila que falta"),
    "an alliance of elsewhere": (
        GOOD[0], {"MUNICIPIO": "ACULCO", "PARTIDO_COALICION": "PAN-PRI-PRD"}, "PARTIDO_COALICION",
        "registrada PT-MORENA-NAEM",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_person_is_named_by_row_column_and_remedy(session, name):
    row, changed, column, words = BROKEN[name]
    cells = [changed.get(each, cell) for each, cell in zip(COLUMNS, row, strict=True)]
    plan = plan_of(session, GOOD[2], cells) if row is not GOOD[2] else plan_of(session, cells)
    assert [each.column for each in plan.problems] == [column]
    assert words in f"{plan.problems[0].what} {plan.problems[0].remedy}"


def test_two_owners_of_one_post_are_a_repeated_row(session):
    plan = plan_of(session, GOOD[0], GOOD[0])
    assert [(each.row, each.column) for each in plan.problems] == [(3, "NOMBRE_CANDIDATO")]
    assert "la fila 2" in plan.problems[0].what
