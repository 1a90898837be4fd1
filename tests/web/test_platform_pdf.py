"""Platforms from a PDF: the guess, what staff correct, what citizens get; and hostile files."""

import io
import json
import re
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
import typst
from sqlalchemy import text

from decide.platforms import child, editing, headings
from decide.platforms.editing import Section
from decide.platforms.reading import Line
from decide.platforms.shelf import PlatformShelf
from decide.web.shared.context import KEY
from tests import factories
from tests.portal import OURS

SOURCE = """
#set page(numbering: "1", header: [Plataforma de prueba 2021])
#align(center, text(24pt)[Una plataforma para todas las personas])
Este documento dice qué haremos desde el gobierno.
= 1. Agua para todas las casas
Repararemos las tuberías y cuidaremos los pozos de cada colonia. #lorem(160)
== Drenaje
Limpiaremos el drenaje antes de las lluvias. #lorem(120)
= 2. Policía de proximidad y justicia
Habrá policía de barrio. #lorem(400)
= 3. Escuelas dignas
Daremos becas a quien estudia. #lorem(500)
"""
PAGE = "/oficina/plataformas"


@pytest.fixture(scope="session")
def document():
    """A PDF as a party would send it."""
    return typst.compile(SOURCE.encode())


@pytest.fixture
def loader(enter):
    return enter("carga", door="/oficina").open(PAGE)


@pytest.fixture
def house(portal_app):
    return portal_app.extensions[KEY].resources


def send(person, world, body, *, scope="legislative", name="plataforma.pdf"):
    """Bring a PDF for Partido Raíz."""
    fields = person.open(PAGE).form(PAGE)["fields"]
    person.page = person.client.post(
        PAGE,
        data=fields
        | {"actor": str(world["raiz"]), "scope": scope, "document": (io.BytesIO(body), name)},
        headers=OURS,
    )
    return person


def fields_of(person):
    """Every box of the draft that is open."""
    return person.form(person.path.split("#")[0])["fields"]


@pytest.fixture
def draft(loader, world, document):
    """A draft that has just been made of the document."""
    answer = send(loader, world, document).page
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return loader.follow()


def test_headings_become_sections_with_a_topic_and_no_text_is_lost(draft):
    fields = fields_of(draft)
    titles = [fields[f"title-{n}"] for n in range(1, 6)]
    assert titles == [
        "Una plataforma para todas las personas", "1. Agua para todas las casas", "Drenaje",
        "2. Policía de proximidad y justicia", "3. Escuelas dignas",
    ]  # fmt: skip
    assert "title-6" not in fields
    assert [fields.get(f"topic-{n}", "") for n in range(2, 6)] == [
        "agua", "agua", "seguridad", "educacion",
    ]  # fmt: skip
    whole = " ".join(fields[f"text-{n}"] for n in range(1, 6))
    for words in ("Este documento dice", "cada colonia", "policía de barrio", "Daremos becas"):
        assert words in whole
    assert "Plataforma de prueba 2021" not in whole, "running titles are no text"
    assert not re.search(r"(^|\n)\d+(\n|$)", whole), "nor are page numbers"


def test_what_is_corrected_survives_a_reload_and_every_button_keeps_what_was_typed(draft):
    fields = fields_of(draft) | {"summary": "Lo que haremos.", "title-2": "Agua", "do": "save"}
    draft.send(status=303, **fields).follow()
    assert fields_of(draft)["title-2"] == "Agua"
    draft.send(status=303, **(fields_of(draft) | {"title-1": "Inicio", "do": "join-3"})).follow()
    joined = fields_of(draft)
    assert joined["title-1"] == "Inicio"
    assert "Drenaje\n\nLimpiaremos" in joined["text-2"]
    cut = joined["text-2"].replace("Drenaje\n", "---\nDrenaje\n")
    draft.send(status=303, **(joined | {"text-2": cut, "do": "cut-2"})).follow()
    assert fields_of(draft)["title-3"] == "Drenaje"
    assert fields_of(draft)["text-3"].startswith("Limpiaremos")
    draft.send(status=303, **(fields_of(draft) | {"do": "raise-3"})).follow()
    assert fields_of(draft)["title-2"] == "Drenaje"
    draft.send(status=303, **(fields_of(draft) | {"do": "drop-2"})).follow()
    assert "title-5" not in fields_of(draft)
    assert fields_of(draft)["summary"] == "Lo que haremos."


def test_a_stale_page_loses_nothing(draft, enter):
    other = enter("textos", door="/oficina").open(draft.path)
    draft.send(status=303, **(fields_of(draft) | {"title-1": "De una", "do": "save"}))
    other.send(status=409, **(fields_of(other) | {"title-1": "De otra", "do": "save"}))
    assert "Otra persona guardó este borrador" in other.text
    assert 'value="De otra"' in other.html
    other.send(other.path, status=303, **(fields_of(other) | {"do": "save"})).follow()
    assert fields_of(other)["title-1"] == "De otra"


def test_what_is_missing_is_said_at_its_box_and_the_rest_is_kept(draft):
    draft.send(status=422, **(fields_of(draft) | {"title-2": "", "topic-3": "", "do": "register"}))
    for sentence in ("Escriba un resumen", "Tema 2: escriba un título", "Tema 3: elija de qué"):
        assert sentence in draft.text
    assert 'href="#title-2"' in draft.html
    assert draft.html.count("<title>Error: ") == 1


def test_a_registered_platform_is_read_and_downloaded_by_citizens(
    draft, portal_app, house, clock, document
):
    fields = fields_of(draft) | {"summary": "Lo que haremos en tres años.", "topic-1": "campo"}
    draft.send(status=303, **(fields | {"do": "register"})).follow()
    assert "Registramos la plataforma con su PDF" in draft.text
    citizen = portal_app.test_client()
    page = citizen.get("/plataformas/raiz/legislative").get_data(as_text=True)
    assert "Lo que haremos en tres años." in page
    assert "2. Policía de proximidad y justicia" in page
    assert re.search(r"Descargar el documento registrado \(PDF, [\d.]+ kB\)", page)
    answer = citizen.get("/plataformas/raiz/legislative.pdf")
    assert answer.data == document
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "Set-Cookie" not in answer.headers
    answer.close()
    assert citizen.get("/plataformas/lucero/municipal.pdf").status_code == 404
    with house.database.reading() as session:
        deeds = session.execute(text("SELECT deed FROM audit_entry ORDER BY id DESC LIMIT 2"))
        assert {row[0] for row in deeds} == {"platform.put", "platform.file_put"}
    clock.instant = factories.BEFORE
    assert citizen.get("/plataformas/raiz/legislative.pdf").status_code == 404, "not open yet"


def test_there_is_one_draft_for_a_platform_until_it_is_thrown_away(draft, loader, world, document):
    path = draft.path
    assert send(loader, world, document).page.status_code == 422
    assert "Ya hay un borrador" in loader.text
    loader.open(path).send(f"{path}/borrar", status=303).follow()
    assert "Borramos el borrador" in loader.text
    loader.open(path, 404)
    assert send(loader, world, document).page.status_code == 303


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"actor": ""}, "Elija de quién es"),
        ({"scope": "lunar"}, "Elija para qué es"),
        ({"document": (io.BytesIO(b"PK\x03\x04"), "x.pdf")}, "no es un PDF"),
        ({"document": (io.BytesIO(b""), "")}, "Elija el PDF"),
    ],
)
def test_a_wrong_form_is_told_at_its_box(loader, world, document, fields, sentence):
    good = {"actor": str(world["raiz"]), "scope": "municipal"}
    told = loader.form(PAGE)["fields"] | good | {"document": (io.BytesIO(document), "x.pdf")}
    loader.page = loader.client.post(PAGE, data=told | fields, headers=OURS)
    assert loader.page.status_code == 422
    assert sentence in loader.text


# --- the guess


def test_a_heading_over_two_lines_is_one_and_words_that_were_cut_are_whole_again():
    told = [
        Line(1, 14.0, 700, "Un título que"), Line(1, 14.0, 700, "sigue abajo"),
        Line(1, 10.0, 400, "La pala-"), Line(1, 10.0, 400, "bra sigue hasta el final."),
        Line(1, 10.0, 400, "Fin."),
    ]  # fmt: skip
    (only,) = headings.sections(told)
    assert only.title == "Un título que sigue abajo"
    assert only.text.startswith("La palabra sigue")


def test_joining_and_cutting_lose_no_word_and_bear_any_place():
    two = [Section("A", "agua", "uno"), Section("B", "", "dos\n---\nTres\ncuatro")]
    for deed in editing.DEEDS.values():
        for place in (-1, 0, 1, 2, 99):
            deed(two, place)
    (whole,) = editing.joined(two, 1)
    assert whole.text == "uno\n\nB\n\ndos\n---\nTres\ncuatro"
    assert [each.title for each in editing.cut(two, 1)] == ["A", "B", "Tres"]


# --- hostile files


def built(objects):
    """A PDF of these objects, whose numbers start at 1; the first is the root."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(out)


def stream(body, extra=b""):
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(body), extra, body)


def one_page(content, extra=b""):
    return built(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources 6 0 R >>",
            stream(content, extra),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            b"<< /Font << /F 5 0 R >> >>",
        ]
    )


def bomb():
    """A page whose content unpacks to 2 GB of text operators."""
    packer = zlib.compressobj(9)
    piece = b"BT /F 12 Tf (a) Tj ET\n" * 50_000
    body = b"".join(packer.compress(piece) for _ in range(2_000)) + packer.flush()
    return one_page(body, b"/Filter /FlateDecode")


def many_pages(count):
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(count))
    pages = [b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"] * count
    return built(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count),
            *pages,
        ]
    )


def endless():
    """A tree of pages that holds itself."""
    return built(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>",
        ]
    )


HOSTILE = {
    "nothing after the first bytes": lambda document: b"%PDF-1.7\n",
    "cut in the middle": lambda document: document[: len(document) // 2],
    "noise": lambda document: b"%PDF-1.7\n" + bytes(range(256)) * 4_000,
    "a bomb": lambda document: bomb(),
    "401 pages": lambda document: many_pages(401),
    "a tree that holds itself": lambda document: endless(),
    "no text": lambda document: one_page(b"0 0 100 100 re f"),
    "a billion pages claimed": lambda document: many_pages(1).replace(
        b"/Count 1", b"/Count 999999999"
    ),
    "very deep": lambda document: built([b"[" * 200_000 + b"]" * 200_000]),
}


READER = """
import json, resource, sys
from pathlib import Path
from decide.platforms.reading import NotReadable, lines
try:
    lines(Path(sys.argv[1]))
except NotReadable as error:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps([str(error), used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence_and_little_is_used(tmp_path, document, what):
    path = tmp_path / "x.pdf"
    path.write_bytes(HOSTILE[what](document))
    # In a small process of its own: a child's largest size begins with that of its parent.
    told = subprocess.run(
        [sys.executable, "-c", READER, str(path)], capture_output=True, text=True, check=True
    )
    refusal, spent, largest = json.loads(told.stdout)
    # The limit itself is whole seconds; starting the process counts too.
    assert spent <= child.SECONDS + 2
    assert largest <= child.MEMORY >> 10
    assert refusal.endswith(".")


def test_the_reading_process_can_write_nothing_and_knows_nothing(tmp_path, monkeypatch):
    """With a library that turned hostile: it may not write a file, nor see our environment."""
    monkeypatch.setenv("SECRET_KEY", "x")
    source = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import os, child, signal\n"
        "assert 'SECRET_KEY' not in os.environ\n"
        "child.limit()\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"out = os.open({str(tmp_path / 'out')!r}, os.O_CREAT | os.O_WRONLY)\n"
        "try:\n    os.write(out, b'x')\nexcept OSError: sys.exit(7)\n"
    )
    (tmp_path / "child.py").write_bytes(Path(child.__file__).read_bytes())
    done = subprocess.run([sys.executable, "-c", source], env={}, check=False)
    assert done.returncode == 7


def test_the_shelf_gives_back_what_it_was_given(tmp_path, document):
    kept = PlatformShelf(tmp_path).keep(io.BytesIO(document))
    assert PlatformShelf(tmp_path).find(kept.sha256).read_bytes() == document
