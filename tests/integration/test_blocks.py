"""Competitiveness blocks: imported, shown with who heads where, answered, and taken back."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from decide.catalog import queries_blocks, registry_blocks
from decide.catalog.models import Subject, SubjectKind, SubjectVersion
from decide.errors import NotFound
from decide.imports import actions, history
from tests.import_files import (
    AT,
    listing,
    registered_world,  # noqa: F401
    session_that_forgets,  # noqa: F401
    stream,
)

HEADER = "clave_ine;municipio;siglas;bloque;genero"
ROWS = ("107;TOLUCA;PAN;Alta;Mujer", "26;CHALCO;PAN;alta;hombre", "2;ACOLMAN;PAN;BAJA;mujer")
LATER = datetime(2021, 5, 2, tzinfo=UTC)


def imported(session, *rows, header=HEADER):
    plan = actions.dry_run(session, None, stream(listing(*rows, header=header)), "bloques.csv")
    assert plan.problems == ()
    return actions.commit(session, plan, at=AT, by=None)


def shape(page):
    return [
        (each.scope, each.level, [(place.contest.place, place.gender) for place in each.places])
        for each in page.blocks
    ]


def test_the_list_of_a_party_becomes_its_blocks_from_high_to_low(session):
    imported(session, *ROWS)
    imported(
        session, "2;TOLUCA DE LERDO;PAN;media;m", header="distrito;cabecera;siglas;bloque;genero"
    )
    page = queries_blocks.blocks_of(session, "pan")
    assert shape(page) == [
        ("legislative", "medium", [("Toluca de Lerdo", "woman")]),
        ("municipal", "high", [("Chalco", "man"), ("Toluca", "woman")]),
        ("municipal", "low", [("Acolman", "woman")]),
    ]
    assert page.blocks[1].headed_by("woman") == 1
    assert [each.slug for each in queries_blocks.actors_with_blocks(session)] == ["pan"]


def test_a_block_is_a_subject_whose_text_says_who_heads_where(session):
    imported(session, *ROWS)
    block = queries_blocks.blocks_of(session, "pan").blocks[0]
    assert block.subject.title == "Bloque de competitividad alta, ayuntamientos"
    assert block.subject.text.splitlines() == [
        "Ayuntamiento de Chalco: encabeza un hombre",
        "Ayuntamiento de Toluca: encabeza una mujer",
    ]
    subject = session.get_one(Subject, block.subject.id)
    assert (subject.kind, subject.open, subject.version) == (SubjectKind.BLOCK, True, 1)


def test_moving_a_place_is_a_new_version_of_both_blocks_and_an_empty_one_closes(session):
    imported(session, *ROWS)
    low = queries_blocks.blocks_of(session, "pan").blocks[1].subject.id
    imported(session, *ROWS[:2], "2;ACOLMAN;PAN;ALTA;mujer")
    page = queries_blocks.blocks_of(session, "pan")
    assert shape(page) == [
        ("municipal", "high", [("Acolman", "woman"), ("Chalco", "man"), ("Toluca", "woman")])
    ]
    assert page.blocks[0].subject.version == 2
    assert not session.get_one(Subject, low).open
    kept = select(SubjectVersion.text).where(SubjectVersion.subject_id == low)
    assert session.scalars(kept).all() == ["Ayuntamiento de Acolman: encabeza una mujer"]


def test_an_import_of_blocks_can_be_taken_back(session):
    imported(session, *ROWS[:1])
    before = registry_blocks.blocks(session)
    second = imported(session, "107;TOLUCA;PAN;media;hombre", *ROWS[1:])
    history.undo(session, second.id, at=LATER, by=None, reason="Lista equivocada.")
    assert registry_blocks.blocks(session) == before


def test_who_registered_none_has_no_page(session):
    with pytest.raises(NotFound, match="no ha registrado"):
        queries_blocks.blocks_of(session, "pan")


@pytest.mark.parametrize(
    ("row", "column", "remedy"),
    [
        ("107;TOLUCA;MOREN;alta;mujer", "siglas", "¿Quiso decir «MORENA»?"),
        ("107;TOLUCA;PAN;regular;mujer", "bloque", "alta, media o baja"),
        ("107;TOLUCA;PAN;alta;x", "genero", "mujer, hombre o no binario"),
        ("26;TOLUCA;PAN;alta;mujer", "clave_ine", "107"),
    ],
)
def test_a_mistake_in_the_list_names_its_cell_and_what_to_write(session, row, column, remedy):
    plan = actions.dry_run(session, None, stream(listing(row, header=HEADER)), "bloques.csv")
    assert [(each.column, remedy in each.remedy) for each in plan.problems] == [(column, True)]
