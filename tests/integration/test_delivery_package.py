"""What stands in a delivered package, compared with what was sent."""

import contextlib
import csv
import hashlib
import io
import json
import multiprocessing
import re
import sqlite3
import time
import zipfile
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from decide.delivery import package
from decide.delivery.contents import Scope
from decide.delivery.package import Issuer, NotVerified
from decide.delivery.spreadsheet import STARTERS, inert, original
from decide.kernel.db import Database
from decide.participation.choices import Choice
from decide.seals import queries
from tests import factories
from tests.delivery_world import CUTOFF, own_world, owned, seal_all, spoken_world  # noqa: F401

ISSUER = Issuer("Decide", "Instituto de prueba", "a process key only of tests")
FILES = [
    "manifiesto.json", "manifiesto.firma.txt", "LEEME.txt", "LEEME.pdf", "datos.sqlite",
    "resumen.xlsx", "conteos.csv", "ideas.csv", "datapackage.json", "cabeza.txt",
    "compromisos.txt", "clave.txt", "verificar.py",
]  # fmt: skip


def build(database_url, seal_number, actor_id, target, folder, cutoff=CUTOFF):
    """Build one package in this process; for tests that start several."""
    folder.mkdir()
    with contextlib.closing(Database(database_url)) as database, database.reading() as session:
        return package.write(
            target,
            session,
            Scope(actor_id, cutoff, factories.ZONE, seal_number),
            ISSUER,
            tree=queries.tree(session, seal_number),
            folder=folder,
            progress=lambda share: None,
        )


@pytest.fixture
def built(tmp_path, world, settings):
    """Give an actor's opened package: (facts of the build, ZIP, SQLite connection)."""
    opened = []

    def make(key, name="p", **more):
        number = seal_all(world["url"], settings)
        target = tmp_path / f"{key}-{name}.zip"
        facts = build(
            world["url"], number, world["actors"][key], target, tmp_path / f"{key}-{name}", **more
        )
        archive = zipfile.ZipFile(target)
        base = sqlite3.connect(archive.extract("datos.sqlite", tmp_path / f"{key}-{name}-out"))
        opened.extend((archive, base))
        return facts, archive, base

    yield make
    for each in opened:
        each.close()


@pytest.mark.parametrize("key", ["lucero", "raiz", "nopal", "solo"])
def test_the_numbers_equal_an_independent_recount(built, world, key):
    facts, _, base = built(key)
    said, subjects = world["said"], owned(world, key)
    counted = {
        (subject, choice): total
        for subject, likes, dislikes in base.execute(
            "SELECT asunto, sum(me_gusta), sum(no_me_gusta) FROM conteo GROUP BY 1"
        )
        for choice, total in ((Choice.LIKE, likes), (Choice.DISLIKE, dislikes))
    }
    expected = {
        (subject, choice): said.choices[subject, choice]
        for subject in subjects
        for choice in (Choice.LIKE, Choice.DISLIKE)
    }
    assert counted == expected
    assert sorted(text for (text,) in base.execute("SELECT texto FROM idea")) == said.texts(
        subjects
    )
    assert facts.reactions == said.likes(subjects) + said.dislikes(subjects)
    assert facts.ideas == len(said.texts(subjects))


def test_days_are_those_of_mexico_and_add_up(built, world):
    _, _, base = built("lucero")
    daily = {
        (subject, day, choice): total
        for subject, day, likes, dislikes in base.execute(
            "SELECT asunto, dia, sum(me_gusta), sum(no_me_gusta) FROM conteo_diario GROUP BY 1, 2"
        )
        for choice, total in ((Choice.LIKE, likes), (Choice.DISLIKE, dislikes))
        if total
    }
    wanted = set(owned(world, "lucero"))
    assert daily == {
        key: total
        for key, total in world["said"].by_day.items()
        if key[0] in wanted and key[2] is not Choice.NONE
    }


def test_each_member_of_an_alliance_gets_a_full_copy_and_nobody_else_anything(built, world):
    rows = {}
    for key in ("lucero", "raiz", "nopal", "solo"):
        _, _, base = built(key)
        rows[key] = {
            "subjects": {subject for (subject,) in base.execute("SELECT asunto FROM asunto")},
            "texts": {text for (text,) in base.execute("SELECT texto FROM idea")},
        }
    shared = set(world["subjects"]["juntas"])
    assert shared
    assert shared <= rows["lucero"]["subjects"]
    assert shared <= rows["raiz"]["subjects"]
    assert rows["lucero"]["subjects"] & rows["raiz"]["subjects"] == shared
    for one, other in (
        ("nopal", "lucero"),
        ("nopal", "raiz"),
        ("solo", "nopal"),
        ("solo", "lucero"),
    ):
        assert not rows[one]["subjects"] & rows[other]["subjects"]
        assert not rows[one]["texts"] & rows[other]["texts"]


def test_the_readme_tells_the_alliance_rule_and_the_members(built):
    _, archive, base = built("raiz")
    text = " ".join(archive.read("LEEME.txt").decode().split())
    assert "se entrega completo a cada partido integrante" in text
    assert "Juntas por el Estado (coalición): integrante. Integrantes: LUCERO, RAIZ." in text
    assert base.execute("SELECT siglas FROM integrante ORDER BY 1").fetchall() == [
        ("LUCERO",), ("RAIZ",)
    ]  # fmt: skip


def test_every_column_is_explained_in_the_database_and_in_the_readme(built):
    _, archive, base = built("nopal")
    text = archive.read("LEEME.txt").decode()
    tables = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    assert len(tables) == 19
    for table in tables:
        assert f"\n{table}: " in text
        for _, column, *_rest in base.execute(f"PRAGMA table_info({table})").fetchall():
            assert f"\n  {column}: " in text
            assert base.execute(
                "SELECT significado FROM diccionario WHERE tabla = ? AND columna = ?",
                (table, column),
            ).fetchone()


def test_every_view_answers_and_agrees_with_the_tables(built):
    facts, _, base = built("lucero")
    views = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type='view'")]
    assert len(views) == 9
    answers = {view: base.execute(f"SELECT * FROM {view}").fetchall() for view in views}
    assert all(answers.values())
    by_actor = answers["resumen_por_actor"]
    assert sum(row[2] + row[3] for row in by_actor) == facts.reactions
    assert sum(row[4] for row in by_actor) == len(answers["ideas_completas"]) == facts.ideas
    assert sum(row[1] for row in answers["ideas_por_tema"]) == facts.ideas
    assert sum(row[1] for row in answers["ideas_por_municipio"]) == facts.ideas
    assert sum(row[3] for row in answers["respuestas_por_dia"]) == facts.ideas


def test_what_was_said_of_an_ayuntamiento_is_counted_by_its_municipality(built, world):
    _, archive, base = built("lucero")
    said, mine, wanted = world["said"], owned(world, "lucero"), {}
    for place, subject in world["sql"].execute(
        "SELECT m.name, p.subject_id FROM proposal p JOIN candidacy c ON c.id = p.candidacy_id"
        " JOIN contest e ON e.id = c.contest_id JOIN municipality m"
        " ON m.number = e.municipality_number WHERE p.subject_id = ANY(%s)",
        (mine,),
    ):
        counted = (1, said.likes([subject]), said.dislikes([subject]), len(said.texts([subject])))
        before = wanted.get(place, (0, 0, 0, 0))
        wanted[place] = tuple(map(sum, zip(before, counted, strict=True)))
    found = base.execute("SELECT * FROM respuestas_por_municipio").fetchall()
    assert found == [(place, *counted) for place, counted in sorted(wanted.items())]
    assert sum(row[2] for row in found) > 0
    text = " ".join(archive.read("LEEME.txt").decode().split())
    assert "Los «Me gusta» y «No me gusta» no llevan lugar" in text


def test_foreign_keys_hold_and_the_file_is_sound(built):
    _, _, base = built("lucero")
    assert base.execute("PRAGMA foreign_key_check").fetchall() == []
    assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_the_manifest_names_every_file_with_its_hash_and_rows(built):
    facts, archive, base = built("lucero")
    manifest = json.loads(archive.read("manifiesto.json"))
    assert archive.namelist() == FILES
    assert [each["nombre"] for each in manifest["archivos"]] == FILES[2:]
    for each in manifest["archivos"]:
        content = archive.read(each["nombre"])
        assert each["bytes"] == len(content)
        assert each["sha256"] == hashlib.sha256(content).hexdigest()
    assert manifest["totales"]["ideas"] == facts.ideas
    for table, rows in manifest["tablas"].items():
        assert base.execute(f"SELECT count(*) FROM {table}").fetchone() == (rows,)


def test_the_tables_say_the_same_as_the_database(built, world):
    facts, archive, _ = built("lucero")
    raw = archive.read("conteos.csv")
    assert raw.startswith(b"\xef\xbb\xbf"), "Excel needs the mark to see UTF-8"
    counts = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert sum(int(row["me_gusta"]) + int(row["no_me_gusta"]) for row in counts) == facts.reactions
    ideas = csv.DictReader(io.StringIO(archive.read("ideas.csv").decode("utf-8-sig"), newline=""))
    texts = sorted(original(row["texto"]) for row in ideas)
    assert texts == world["said"].texts(owned(world, "lucero"))


def test_the_descriptor_says_what_the_tables_are(built):
    _, archive, _ = built("lucero")
    described = json.loads(archive.read("datapackage.json"))
    assert [each["path"] for each in described["resources"]] == ["conteos.csv", "ideas.csv"]
    kinds = {"integer": int, "string": str, "date": date.fromisoformat}
    for each in described["resources"]:
        content = archive.read(each["path"])
        assert each["bytes"] == len(content)
        assert each["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        fields = {field["name"]: field["type"] for field in each["schema"]["fields"]}
        assert list(rows[0]) == list(fields)
        keys = {tuple(row[name] for name in each["schema"]["primaryKey"]) for row in rows}
        assert len(keys) == len(rows)
        for row in rows:
            for name, value in row.items():
                assert value == "" or kinds[fields[name]](value) is not None


def test_the_workbook_has_the_same_numbers_and_no_formula(built, world):
    subject = world["subjects"]["nopal"][0]
    world["sql"].execute(
        "UPDATE idea SET text = '=1+cmd|'' /C calc''!A0' WHERE subject_id = %s", (subject,)
    )
    facts, archive, _ = built("nopal")
    book = CalamineWorkbook.from_filelike(io.BytesIO(archive.read("resumen.xlsx")))
    assert book.sheet_names == [
        "Resumen", "Textos", "Por día", "Por tema", "Por municipio", "Ayuntamientos", "Grupos",
        "Ideas",
    ]  # fmt: skip
    texts = book.get_sheet_by_name("Textos").to_python()
    assert sum(row[6] + row[7] for row in texts[1:]) == facts.reactions
    ideas = book.get_sheet_by_name("Ideas").to_python()
    assert len(ideas) - 1 == facts.ideas
    assert sum(row[-1].startswith("=1+cmd") for row in ideas) > 0, "as a text, unchanged"
    with zipfile.ZipFile(io.BytesIO(archive.read("resumen.xlsx"))) as parts:
        assert not [name for name in parts.namelist() if b"<f>" in parts.read(name)]
        drawn = parts.read("xl/charts/chart1.xml").decode()
        assert re.findall(r"<c:tx><c:strRef><c:f>'Por día'!(.*?)</c:f>", drawn) == [
            "$B$1", "$C$1", "$D$1",
        ], "likes, dislikes and ideas of each day"  # fmt: skip
        assert '<autoFilter ref="A1:I' in parts.read("xl/worksheets/sheet2.xml").decode()


def test_the_summary_is_a_pdf_that_anybody_can_have_read_aloud(built):
    _, archive, _ = built("lucero")
    paper = archive.read("LEEME.pdf")
    assert paper.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in paper or b"/MarkInfo" in paper


def test_repeated_texts_and_personal_data_are_pointed_out(built, world):
    subjects = world["subjects"]["nopal"]
    numbers = [
        number for (number,) in world["sql"].execute(
            "SELECT id FROM idea WHERE subject_id = ANY(%s)"
            " ORDER BY received_on, folio_hash LIMIT 3",
            (subjects,),
        )
    ]  # fmt: skip
    for number, text in zip(
        numbers, ("¡Más LUZ, ya!", "mas luz ya", "Llámeme al 722 123 4567"), strict=True
    ):
        world["sql"].execute("UPDATE idea SET text = %s WHERE id = %s", (text, number))
    _, _, base = built("nopal")
    found = base.execute(
        "SELECT texto, repetida_de, datos_personales FROM idea WHERE idea <= 3 ORDER BY idea"
    ).fetchall()
    assert found == [
        ("¡Más LUZ, ya!", None, None), ("mas luz ya", 1, None),
        ("Llámeme al 722 123 4567", None, "teléfono"),
    ]  # fmt: skip


def test_an_idea_that_repeats_many_of_its_day_is_marked_unless_it_was_withdrawn(built, world):
    marked, withdrawn = world["sql"].execute(
        "SELECT id FROM idea WHERE subject_id = ANY(%s) ORDER BY received_on, folio_hash LIMIT 2",
        (world["subjects"]["nopal"],),
    ).fetchall()  # fmt: skip
    for (number,), copies in ((marked, 23), (withdrawn, 31)):
        world["sql"].execute(
            "INSERT INTO idea_mark (idea_id, day, copies)"
            " SELECT id, received_on, %s FROM idea WHERE id = %s", (copies, number),
        )  # fmt: skip
    world["sql"].execute("UPDATE idea SET text = '', withdrawn_at = now() WHERE id = %s", withdrawn)
    _, _, base = built("nopal")
    assert base.execute("SELECT * FROM idea_marcada").fetchall() == [(1, 23)]


def test_a_withdrawn_idea_stays_as_a_row_without_text(built, world):
    subject = world["subjects"]["nopal"][0]
    withdrawn = (
        world["sql"]
        .execute(
            "UPDATE idea SET text = '', withdrawn_at = now() WHERE subject_id = %s", (subject,)
        )
        .rowcount
    )
    assert withdrawn
    facts, archive, base = built("nopal")
    assert facts.ideas == len(world["said"].texts(world["subjects"]["nopal"])) - withdrawn
    assert base.execute("SELECT count(*) FROM idea WHERE retirada AND texto = ''").fetchone() == (
        withdrawn,
    )
    assert json.loads(archive.read("manifiesto.json"))["totales"]["ideas_retiradas"] == withdrawn


def test_an_answer_to_a_version_that_is_not_on_record_is_delivered(built, world):
    subject = world["subjects"]["nopal"][0]
    world["sql"].execute("UPDATE reaction SET version = 9 WHERE subject_id = %s", (subject,))
    world["sql"].execute("UPDATE idea SET version = 8 WHERE subject_id = %s", (subject,))
    facts, _, base = built("nopal")
    said, own = world["said"], world["subjects"]["nopal"]
    assert facts.reactions == said.likes(own) + said.dislikes(own)
    assert facts.ideas == len(said.texts(own))
    assert {version for (version,) in base.execute(
        "SELECT version FROM version WHERE asunto = ?", (subject,)
    )} == {1, 8, 9}  # fmt: skip


def test_what_came_after_the_cutoff_is_left_out(built, world, tmp_path):
    early = factories.CAMPAIGN + timedelta(days=1)
    # The head that is at hand was made later: such a package is whole and may not go out.
    with pytest.raises(NotVerified, match="no son los comprometidos"):
        built("nopal", cutoff=early)
    last = early.astimezone(factories.ZONE).date().isoformat()
    with contextlib.closing(sqlite3.connect(tmp_path / "nopal-p" / "datos.sqlite")) as base:
        (ideas,) = base.execute("SELECT count(*) FROM idea").fetchone()
        assert 0 < ideas < len(world["said"].texts(world["subjects"]["nopal"]))
        assert base.execute("SELECT max(dia) FROM idea").fetchone()[0] <= last
        assert base.execute("SELECT max(dia) FROM conteo_diario").fetchone()[0] <= last


def test_two_builds_give_the_same_bytes_whatever_the_clock_of_the_host_says(built):
    first, _, _ = built("lucero", "first")
    time.sleep(2.1)  # longer than the coarsest clock in a ZIP
    second, _, _ = built("lucero", "second")
    assert first == second


def test_two_processes_building_at_once_give_the_same_bytes(tmp_path, world, settings):
    number = seal_all(world["url"], settings)
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(2) as pool:
        built = pool.starmap(
            build,
            [
                (
                    world["url"],
                    number,
                    world["actors"]["lucero"],
                    tmp_path / f"{n}.zip",
                    tmp_path / n,
                )
                for n in ("one", "two")
            ],
        )
    assert built[0] == built[1]
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


@given(st.text(max_size=20))
def test_no_cell_begins_like_a_formula_and_every_text_comes_back(text):
    cell = inert(text)
    assert original(cell) == text
    assert cell.lstrip(" \u00a0")[:1] not in STARTERS
