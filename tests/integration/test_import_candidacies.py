"""The authority's list of candidates: what is understood, what is refused, and with which words."""

import pytest
from sqlalchemy import func, select

from decide.audit.models import AuditEntry
from decide.catalog import registry
from decide.catalog.models import Candidacy, Post
from decide.errors import Conflict
from decide.imports import actions, queries
from decide.imports.models import ImportRun
from tests.import_files import (
    AT,
    GOOD,
    HEADER,
    listing,
    registered_world,  # noqa: F401
    session_that_forgets,  # noqa: F401
    stream,
)

NAME = "lista.csv"


def plan_of(session, *rows, layout="candidaturas", encoding="utf-8", **how):
    """The dry run of a list with these rows."""
    return actions.dry_run(session, layout, stream(listing(*rows, **how), encoding), NAME)


def only_problem(plan):
    """The single problem of a plan."""
    assert len(plan.problems) == 1, plan.problems
    return plan.problems[0]


def test_a_dry_run_says_what_would_be_created_and_writes_nothing(session):
    plan = plan_of(session, *GOOD)
    assert plan.good
    assert (len(plan.create), len(plan.change), plan.unchanged) == (5, 0, 0)
    assert session.scalar(select(func.count()).select_from(Candidacy)) == 0
    assert session.scalar(select(func.count()).select_from(ImportRun)) == 0


def test_the_layout_is_recognised_by_the_header(session):
    assert plan_of(session, *GOOD, layout=None).layout == "candidaturas"


def test_commit_writes_all_heads_of_slate_and_says_so_in_the_trail(session):
    run = actions.commit(session, plan_of(session, *GOOD), at=AT, by=7)
    assert (run.created, run.changed, run.unchanged, run.rows) == (5, 0, 0, 5)
    entries = registry.candidacies(session).values()
    assert all(each.is_head and each.post is Post.PRESIDENCY for each in entries)
    deed = session.scalars(select(AuditEntry).where(AuditEntry.deed == "import.committed")).one()
    assert deed.account_id == 7
    assert queries.runs(session)[0] == run


def test_the_figure_of_the_same_three_parties_is_the_one_registered_there(session):
    actions.commit(session, plan_of(session, *GOOD), at=AT, by=None)
    of = {(each.contest, each.actor) for each in registry.candidacies(session).values()}
    assert ("em.m002", "PT-MORENA-NAEM") in of
    assert ("em.m003", "PT-MORENA-NAEM (CC)") in of


def test_the_same_file_twice_is_already_imported(session):
    actions.commit(session, plan_of(session, *GOOD), at=AT, by=None)
    again = plan_of(session, *GOOD)
    assert again.repeated
    assert again.imported_at == AT
    assert again.unchanged == 5


def test_the_same_list_saved_otherwise_changes_nothing(session):
    actions.commit(session, plan_of(session, *GOOD), at=AT, by=None)
    again = plan_of(session, *GOOD, encoding="utf-16")
    assert (again.imported_at, again.unchanged, again.create, again.change) == (None, 5, (), ())


def test_a_substitution_changes_the_same_candidacy(session):
    actions.commit(session, plan_of(session, *GOOD), at=AT, by=None)
    ids = set(session.scalars(select(Candidacy.id)))
    other = GOOD[0].replace("ELVIA NAVA ORDÓÑEZ", "ITZEL NAVA ORDÓÑEZ")
    plan = plan_of(session, other, *GOOD[1:])
    assert (len(plan.create), plan.unchanged) == (0, 4)
    assert [(each.before.owner_name, each.after.owner_name) for each in plan.change] == [
        ("ELVIA NAVA ORDÓÑEZ", "ITZEL NAVA ORDÓÑEZ")
    ]
    actions.commit(session, plan, at=AT, by=None)
    assert set(session.scalars(select(Candidacy.id))) == ids
    assert session.scalar(select(Candidacy.slug).order_by(Candidacy.id)) == "itzel-nava-ordonez"


def test_what_changed_since_the_dry_run_is_a_conflict(session):
    first, second = plan_of(session, *GOOD), plan_of(session, GOOD[0].replace("ELVIA", "ANA"))
    actions.commit(session, first, at=AT, by=None)
    with pytest.raises(Conflict):
        actions.commit(session, second, at=AT, by=None)


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252", "mac_roman", "cp850"]
)
def test_letters_survive_whatever_excel_saved(session, encoding):
    actions.commit(session, plan_of(session, *GOOD, encoding=encoding), at=AT, by=None)
    names = [each.owner_name for each in registry.candidacies(session).values()]
    assert "DARÍO PEÑALOZA GÜEMES" in names


# ---- broken files: row, column, value, remedy; nothing written ----------------------------------


def test_a_wrong_separator_is_named(session):
    text = listing(*GOOD).replace(";", "~")
    problem = only_problem(actions.dry_run(session, None, stream(text), NAME))
    assert problem.row == 1
    assert "una sola columna" in problem.what
    assert "CSV UTF-8" in problem.remedy


def test_a_missing_column_is_named_with_those_that_came(session):
    text = listing(*GOOD).replace(";part;", ";quien;")
    problem = only_problem(actions.dry_run(session, None, stream(text), NAME))
    assert (problem.row, problem.column) == (1, "part")
    assert problem.what == "Falta la columna «part»."
    assert "quien" in problem.remedy


def test_a_told_mapping_finds_the_column(session):
    text = listing(*GOOD).replace(";part;", ";quien;")
    mapping = {"actor": "quien"}
    plan = actions.dry_run(session, "candidaturas", stream(text), NAME, mapping=mapping)
    assert plan.good


def test_a_doubled_column_is_not_guessed(session):
    header = HEADER.replace("ord;", "part;")
    problem = only_problem(plan_of(session, *GOOD, header=header))
    assert "está 2 veces" in problem.what


BROKEN = {
    "an unknown municipality": (
        "9;200;ACOLMAN;pvem;ANA NAVA;INÉS NAVA",
        (
            "IDENTIFICADOR_MUNICIPIO",
            "200",
            "No hay municipio con el número 200.",
            "número 2 del INE",
        ),
    ),
    "an INEGI key of five digits": (
        "9;15025;CHALCO;pvem;ANA NAVA;INÉS NAVA",
        ("IDENTIFICADOR_MUNICIPIO", "15025", "clave del INEGI de Chalco", "Escriba 26."),
    ),
    "an INEGI key of three digits": (
        "9;025;CHALCO;pvem;ANA NAVA;INÉS NAVA",
        ("IDENTIFICADOR_MUNICIPIO", "025", "25 es la clave del INEGI de Chalco", "Escriba 26."),
    ),
    "a name of another municipality": (
        "9;1;ACULCO;pvem;ANA NAVA;INÉS NAVA",
        ("IDENTIFICADOR_MUNICIPIO", "1", "la fila dice Aculco", "escriba 3."),
    ),
    "a name of nowhere": (
        "9;2;ACOLMÁN DE LAS FLORES;pvem;ANA NAVA;INÉS NAVA",
        ("mun", "ACOLMÁN DE LAS FLORES", "El número 2 es de Acolman", "Corrija"),
    ),
    "letters for a number": (
        "9;dos;ACOLMAN;pvem;ANA NAVA;INÉS NAVA",
        ("IDENTIFICADOR_MUNICIPIO", "dos", "no es un número", "sólo el número"),
    ),
    "an unknown party": (
        "9;1;ACAMBAY;pven;ANA NAVA;INÉS NAVA",
        ("part", "pven", "«pven» no es un actor", "¿Quiso decir «PVEM»?"),
    ),
    "an alliance that does not stand there": (
        "9;1;ACAMBAY;pan-pri-prd;ANA NAVA;INÉS NAVA",
        ("part", "pan-pri-prd", "no está registrada en Acambay", "lista de alianzas"),
    ),
    "a party that goes in an alliance there": (
        "9;2;ACOLMAN;pri;ANA NAVA;INÉS NAVA",
        ("part", "pri", "PRI va en coalición en Acolman", "«PAN-PRI-PRD»"),
    ),
    "no owner": (
        "9;1;ACAMBAY;pvem;;INÉS NAVA",
        ("CANDIDATURA_PROPIETARIA", "", "vacía", "Escriba el dato"),
    ),
    "a number for a person": (
        "9;1;ACAMBAY;pvem;5512345678;INÉS NAVA",
        ("CANDIDATURA_PROPIETARIA", "5512345678", "nombre de una persona", "sin números"),
    ),
    "a repeated row": (
        GOOD[0].replace("1;", "9;", 1),
        ("part", "pan", "la misma candidatura que la fila 2", "Deje una sola"),
    ),
    "a cell too many": (
        "9;1;ACAMBAY;pvem;ANA NAVA;INÉS NAVA;otra",
        (None, "otra", "7 celdas y el encabezado 6", "comas"),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_row_is_named_by_row_column_value_and_remedy(session, name):
    row, (column, value, what, remedy) = BROKEN[name]
    plan = plan_of(session, *GOOD, row)
    problem = only_problem(plan)
    assert (problem.row, problem.column, problem.value) == (7, column, value)
    assert what in problem.what
    assert remedy in problem.remedy
    assert plan.refused == (7,)
    assert [number for number, _ in plan.bad_rows] == [7]
    with pytest.raises(actions.NothingToImport):
        actions.commit(session, plan, at=AT, by=None)
    assert session.scalar(select(func.count()).select_from(Candidacy)) == 0


def test_all_faults_of_a_file_are_found_in_one_look(session):
    rows = [row for row, _ in BROKEN.values()]
    plan = plan_of(session, *GOOD, *rows)
    assert plan.refused == tuple(range(7, 7 + len(rows)))


def test_every_sentence_for_staff_is_short_and_ends(session):
    plan = plan_of(session, *GOOD, *(row for row, _ in BROKEN.values()))
    for problem in plan.problems:
        for text in (problem.what, problem.remedy):
            assert text.endswith((".", "?"))
            assert all(len(each.split()) <= 20 for each in text.split(". ")), text


def test_broken_letters_are_named(session):
    data = listing(*GOOD).encode().replace("Ñ".encode(), b"\xef\xbf\xbd")
    plan = actions.dry_run(session, None, stream(data), NAME)
    assert {problem.column for problem in plan.problems} == {
        "mun", "CANDIDATURA_PROPIETARIA", "CANDIDATURA_SUPLENTE",
    }  # fmt: skip
    assert all("letras rotas" in problem.what for problem in plan.problems)


def test_an_unreadable_file_is_a_problem_without_a_row(session):
    plan = actions.dry_run(session, None, stream(b"%PDF-1.7"), "lista.pdf")
    problem = only_problem(plan)
    assert (problem.row, problem.value) == (None, "lista.pdf")
    assert "PDF" in problem.what


def test_what_is_not_read_is_said(session):
    title = "INSTITUTO ELECTORAL;;;;;\n\n"
    text = (
        title + listing(*(row + ";sí" for row in GOOD), header=HEADER + ";foto") + "Fuente: DPP\n"
    )
    notes = " ".join(actions.dry_run(session, None, stream(text), NAME).notes)
    assert "El encabezado está en la fila 3." in notes
    assert "foto" in notes
    assert "Fuente: DPP" in notes
