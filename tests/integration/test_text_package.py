"""All texts as one package: out, in again, into another house, and hostile ones."""

import io
import json
import zipfile
from datetime import UTC, datetime

import psycopg
import pytest
from PIL import Image
from sqlalchemy import text

from decide.desk.pictures import Drawer
from decide.editorial import actions, package
from decide.editorial.desk import shipped_keys
from decide.editorial.kinds import Key, Kind
from decide.editorial.published import published
from decide.editorial.reading import library
from decide.editorial.shape import fields_of
from decide.kernel.walls import APP

SHIPPED = len(tuple(shipped_keys()))
AT = datetime(2021, 5, 1, 12, tzinfo=UTC)
TERM = Key(Kind.TERM, "planilla")
NOTICE = Key(Kind.TEXT, "cambio-de-sede")


@pytest.fixture
def files(settings):
    return settings.files_folder


def photograph():
    body = io.BytesIO()
    Image.linear_gradient("L").resize((900, 600)).convert("RGB").save(body, "JPEG")
    body.seek(0)
    return body


def show(session, key):
    row = actions.locked(session, key)
    actions.approve(
        session, key, revision=row.revision, due_at=None, at=AT, by=None, second=None
    )  # fmt: skip


def wrote(session, files):
    """A word in other words, a notice with a picture, a word in English."""
    told = fields_of(Kind.TERM, library().terms["planilla"])
    actions.write(
        session, TERM, told | {"definition": "Van juntas."}, note="", revision=0, at=AT, by=None
    )
    show(session, TERM)
    actions.create(
        session, Kind.TEXT, {"title": "Cambio de sede", "body": "# Dónde\n\nAquí."}, at=AT, by=None
    )
    picture = Drawer(files, "texts").receive(photograph())
    actions.put_image(
        session, NOTICE, picture, alt="Un cartel en la plaza.", caption="", at=AT, by=None
    )
    show(session, NOTICE)
    english = Key(TERM.kind, TERM.slug, "en")
    actions.write(session, english, told | {"term": "Slate"}, note="", revision=0, at=AT, by=None)
    show(session, english)


def brought(session, path, files, *, dry_run=False, publish=False):
    return package.bring(session, path, files, dry_run=dry_run, publish=publish, at=AT)


def emptied(database):
    """By the owner of the tables: the program itself may not."""
    address = database.replace("+psycopg", "").replace(f"{APP}@", "postgres@")
    with psycopg.connect(address) as connection:
        connection.execute("TRUNCATE editorial_link, editorial_version, editorial_text")


def test_a_package_comes_into_an_empty_house_and_is_the_same_again(
    resources, database, files, tmp_path
):
    path, again = tmp_path / "a.zip", tmp_path / "b.zip"
    with resources.database.transaction() as session:
        wrote(session, files)
        assert package.export(session, files, path) == SHIPPED + 2
        package.export(session, files, again)
        assert path.read_bytes() == again.read_bytes(), "the same texts, the same bytes"
        same = brought(session, path, files)
        assert (same.create, same.change, same.problems) == ([], [], [])
        before = published(session)
    emptied(database)
    with resources.database.transaction() as session:
        dry = brought(session, path, files, dry_run=True)
        assert (len(dry.create), len(dry.change), dry.unchanged) == (2, 1, SHIPPED - 1)
        assert session.scalar(text("SELECT count(*) FROM editorial_text")) == 0
        drafts = brought(session, path, files)
        assert (drafts.create, drafts.change) == (dry.create, dry.change)
        assert published(session).terms["planilla"].definition != "Van juntas."
        assert brought(session, path, files).unchanged == SHIPPED + 2, "twice is once"
        shown = brought(session, path, files, publish=True)
        assert len(shown.create) + len(shown.change) == 3
        after = published(session)
    assert after.terms == before.terms
    assert after.texts["cambio-de-sede"].images[0].alt == "Un cartel en la plaza."
    assert after.translations[Key(TERM.kind, TERM.slug, "en")].current


def packed(tmp_path, told, **files):
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.zip"
    with zipfile.ZipFile(path, "w") as out:
        body = told if isinstance(told, str) else json.dumps({"formato": 1, "textos": told})
        out.writestr("textos.json", body)
        for name, content in files.items():
            out.writestr(name, content)
    return path


def entry(**more):
    base = {"idioma": "es", "tipo": "text", "clave": "nuevo", "campos": {"title": "Nuevo"}}
    return base | {"imagenes": []} | more


BAD = {
    "tipo": entry(tipo="poema"),
    "clave": entry(clave="../etc"),
    "idioma": entry(idioma="<b>"),
    "campos": entry(campos={"title": 7}),
    "onload": entry(campos={"title": "x", "onload": "y"}),
    "title": entry(campos={"title": "x" * 200}),
    "imagenes": entry(imagenes=[{"name": "../a", "alt": "x"}]),
    "": "nada",
}


def test_what_is_wrong_is_told_by_row_and_box_and_nothing_is_written(resources, files, tmp_path):
    told = [entry(clave=f"bueno-{n}") for n in range(2)] + list(BAD.values())
    told += [entry(clave="bueno-0"), entry(tipo="organ", clave="senado", campos={"name": "Senado"})]
    path = packed(tmp_path, told)
    with resources.database.transaction() as session:
        report = brought(session, path, files)
        assert session.scalar(text("SELECT count(*) FROM editorial_text")) == 0
    assert {(each.row, each.box) for each in report.problems} == {
        (3 + n, box) for n, box in enumerate(BAD)
    } | {(11, "clave"), (12, "clave")}
    assert all(each.what.endswith(".") for each in report.problems)


def test_to_be_shown_a_text_must_be_fit(resources, files, tmp_path):
    path = packed(tmp_path, [entry(campos={"title": "x", "body": "Lo dice el artículo 9."})])
    with resources.database.transaction() as session:
        report = brought(session, path, files, publish=True)
    assert [each.box for each in report.problems] == ["confirmed_by"]


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"formato": 2, "textos": []}', "[" * 100_000])
def test_what_is_no_package_is_refused(resources, files, tmp_path, body):
    with resources.database.transaction() as session, pytest.raises(package.PackageRefused):
        brought(session, packed(tmp_path, body), files)


def test_a_bomb_and_a_missing_or_false_picture_are_refused(resources, files, tmp_path, monkeypatch):
    image = {"name": "0" * 32, "alt": "Un cartel en la plaza.", "caption": ""}
    monkeypatch.setattr(package, "LARGEST", 5_000)
    cases = (
        packed(tmp_path, "x" * 6_000),
        packed(tmp_path, [entry(imagenes=[image])]),
        packed(tmp_path, [entry(imagenes=[image])], **{f"imagenes/{'0' * 32}.jpg": b"<svg/>"}),
    )
    (tmp_path / "no.zip").write_text("no")
    for path in (*cases, tmp_path / "no.zip"):
        with pytest.raises(package.PackageRefused), resources.database.transaction() as session:
            brought(session, path, files)
    with resources.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM editorial_text")) == 0
