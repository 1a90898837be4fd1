"""Cards, posters and what a shared link tells: the same box for everybody, small, and right."""

import io
import re
import struct
import subprocess
from html import unescape

import pytest
import segno
from PIL import Image
from sqlalchemy import text

from decide.catalog.queries import actors
from decide.kernel import typeset
from decide.kernel.clock import FrozenClock
from decide.outreach.pictures import PAPER, SIZES, Sender, Words, card, poster, poster_words, square
from decide.outreach.sheets import About, sheets
from decide.web.shared.context import KEY
from tests import factories
from tests.real_process import opened
from tests.tools import need

SENDER = Sender("Decide", "Instituto Electoral del Estado de México")
LONGEST = (
    "María del Carmen Guadalupe Concepción de los Ángeles Montesdeoca-Villavicencio y Güemes " * 2
)
SITE = "http://127.0.0.1:8000"


@pytest.fixture
def world(resources):
    with resources.database.transaction() as session:
        made = factories.small_world(session)
        return made["heads"]["LUCERO"].id


@pytest.fixture
def client(settings, world):
    app, close = opened(settings, settings.database_url, FrozenClock(factories.CAMPAIGN))
    yield app.test_client()
    close()


def told(client, path):
    html = client.get(path).text
    found = dict(re.findall(r'<meta (?:property|name)="([\w:]+)" content="([^"]*)"', html))
    found["canonical"] = re.search(r'<link rel="canonical" href="([^"]*)"', html)[1]
    return {name: unescape(value) for name, value in found.items()}


def test_every_page_names_a_card_that_exists_and_itself(client, world):
    pages = {
        "/": "sitio", "/calendario": "sitio", "/datos": "sitio",
        "/municipios/107": "municipios/107", "/distritos/2": "distritos/2",
        "/actores/lucero": "actores/lucero", f"/candidaturas/{world}": f"candidaturas/{world}",
    }  # fmt: skip
    for path, name in pages.items():
        found = told(client, path)
        assert found["canonical"] == found["og:url"] == SITE + path
        assert found["og:image"] == f"{SITE}/tarjetas/{name}.png"
        answer = client.get(f"/tarjetas/{name}.png")
        assert answer.mimetype == "image/png"
        assert struct.unpack(">II", answer.get_data()[16:24]) == (1200, 630)
        assert len(answer.get_data()) <= 60_000
        assert "Decide" in found["og:title"]
        assert 20 < len(found["og:description"]) <= 160
    assert told(client, "/municipios/107?utm_medium=qr")["canonical"] == f"{SITE}/municipios/107"


def test_the_longest_name_fits_and_stays_small():
    for title in (LONGEST[:120], "Á", "PT-MORENA-NAEM", "ñandú " * 15):
        made = card(Words("Diputación del distrito 45, Almoloya de Juárez", title), SENDER)
        assert len(made) <= 60_000
        assert white_below_the_title(made) == 0, title


def white_below_the_title(made):
    """Bright points between the title's room and the band at the foot."""
    with Image.open(io.BytesIO(made)) as picture:
        room = picture.convert("L").crop((0, 470, 1200, 510))
        return sum(room.histogram()[129:])


def test_words_are_words_and_never_typst(client):
    plain = card(Words("x", "#panic() $x$ [a] *b* \\ // </script>"), SENDER)
    assert plain[:8] == b"\x89PNG\r\n\x1a\n"


def test_what_is_not_open_has_no_card(settings, world):
    app, close = opened(settings, settings.database_url, FrozenClock(factories.BEFORE))
    client = app.test_client()
    for path in (
        "/tarjetas/municipios/107.png", "/tarjetas/actores/lucero.png",
        f"/tarjetas/candidaturas/{world}.png", "/difusion/carteles/municipios/107/carta.pdf",
        "/difusion/carteles/cargos/presidencia/cuadro.png", "/difusion/carteles/actores/1/a4.pdf",
        "/difusion", "/a/1",
    ):  # fmt: skip
        assert client.get(path).status_code == 404
    assert client.get("/tarjetas/sitio.png").status_code == 200
    close()


@pytest.mark.parametrize("size", SIZES)
def test_a_poster_is_one_page_in_every_size_also_for_the_longest_name(size):
    words = Words("Su ayuntamiento y su distrito", LONGEST[:110], "Apunte la cámara.")
    pages = typeset.pictures(
        PAPER / "poster.typ", poster_words(words, SENDER, f"{SITE}/m/1", size), dots=20
    )
    assert len(pages) == 1
    assert poster(words, SENDER, f"{SITE}/m/1", size).startswith(b"%PDF-")


def test_the_code_on_paper_is_the_code_of_the_short_address():
    address = "https://decide.example.org/m/107"
    words = poster_words(Words("a", "b", "c"), SENDER, address, "carta")
    page = typeset.pictures(PAPER / "poster.typ", words, dots=96)[0]
    assert modules_on(page, segno.make(address, error="m")) == 0


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("title", ["Toluca", LONGEST[:110]])
def test_a_phones_reader_finds_the_address_on_a_poster_of_every_size(tmp_path, size, title):
    address = "https://decide.example.org/m/107"
    words = poster_words(
        Words("Su ayuntamiento y su distrito", title, "Apunte."), SENDER, address, size
    )
    page = tmp_path / "poster.png"
    page.write_bytes(typeset.pictures(PAPER / "poster.typ", words, dots=96)[0])
    read = [need("zbarimg"), "--quiet", "--raw", str(page)]
    assert subprocess.run(read, capture_output=True, check=True).stdout.decode() == f"{address}\n"


@pytest.mark.parametrize("title", ["Toluca", LONGEST[:110], "ñandú " * 15])
def test_the_square_for_networks_is_small_and_read_and_its_words_fit(tmp_path, title):
    address = "https://decide.example.org/m/107"
    made = square(Words("Su ayuntamiento y su distrito", title, "Apunte."), SENDER, address)
    assert struct.unpack(">II", made[16:24]) == (1080, 1080)
    assert len(made) <= 60_000
    file = tmp_path / "square.png"
    file.write_bytes(made)
    read = [need("zbarimg"), "--quiet", "--raw", str(file)]
    assert subprocess.run(read, capture_output=True, check=True).stdout.decode() == f"{address}\n"


def numbers_of_actors(app):
    with app.extensions[KEY].resources.database.reading() as session:
        return [line.actor.id for line in actors(session)]


def read_on(picture, folder):
    """What a phone reads on a picture."""
    file = folder / "seen.png"
    file.write_bytes(picture)
    read = [need("zbarimg"), "--quiet", "--raw", str(file)]
    return subprocess.run(read, capture_output=True, check=True).stdout.decode().strip()


def test_places_offices_and_actors_have_posters_that_lead_to_them(client, tmp_path):
    page = client.get("/difusion").text
    first = numbers_of_actors(client.application)[0]
    for kind, key, short in (
        ("municipios", 107, "/m/107"), ("distritos", 2, "/d/2"),
        ("cargos", "presidencia", "/c/presidencia"), ("actores", first, f"/a/{first}"),
    ):  # fmt: skip
        folder = f"/difusion/carteles/{kind}/{key}"
        for name in ("carta.pdf", "a4.pdf", "a3.pdf", "cuadro.png"):
            assert f'href="{folder}/{name}"' in page
            assert client.get(f"{folder}/{name}").status_code == 200, name
        drawn = client.get(f"{folder}/cuadro.png")
        assert drawn.mimetype == "image/png"
        assert read_on(drawn.get_data(), tmp_path) == f"{SITE}{short}"
    for wrong in ("municipios/999", "municipios/0107", "cargos/gubernatura", "actores/999999"):
        assert client.get(f"/difusion/carteles/{wrong}/cuadro.png").status_code == 404, wrong
    assert client.get("/difusion/carteles/candidaturas/1/cuadro.png").status_code == 404


def test_every_office_and_every_actor_is_read_at_screen_resolution_in_every_size(client, tmp_path):
    """R: words alone, the same layout for all; what the code says is what is printed."""
    with client.application.extensions[KEY].resources.database.reading() as session:
        found = [*sheets(session, About.OFFICES), *sheets(session, About.ACTORS)]
    assert len(found) > 8
    for size in SIZES:
        boxes = set()
        for each in found:
            address = f"https://decide.example.org{each.path}"
            told = poster_words(each.words, SENDER, address, size)
            (drawn,) = typeset.pictures(PAPER / "poster.typ", told, dots=96)
            assert read_on(drawn, tmp_path) == address
            with Image.open(io.BytesIO(drawn)) as picture:
                assert not any(saturation(picture)), each.name
                boxes.add((picture.size, dark_square(picture.convert("L"))))
        assert len(boxes) == 1, boxes  # the code stands at the same place for all


def saturation(picture):
    """Coloured points: a poster has none, so none can be a party's."""
    return picture.convert("RGB").convert("HSV").getchannel("S").histogram()[9:]


def test_the_test_actor_has_no_poster(client):
    house = client.application.extensions[KEY].resources
    with house.database.reading() as session:
        number = session.scalar(text("SELECT id FROM political_actor WHERE is_test"))
    assert client.get(f"/difusion/carteles/actores/{number}/cuadro.png").status_code == 404
    assert client.get(f"/a/{number}").status_code == 404
    assert "prueba" not in client.get("/difusion").text


def test_a_poster_says_in_english_what_it_says_in_spanish(client, tmp_path):
    spanish = client.get("/difusion/carteles/cargos/presidencia/cuadro.png")
    english = client.get("/en/difusion/carteles/cargos/presidencia/cuadro.png")
    assert english.status_code == 200
    assert english.get_data() != spanish.get_data()
    assert read_on(english.get_data(), tmp_path) == f"{SITE}/c/presidencia"


def modules_on(page, code):
    """How many squares of a code are not on the page as they should be, wherever it stands."""
    matrix = [list(row) for row in code.matrix]
    with Image.open(io.BytesIO(page)) as picture:
        grey = picture.convert("L")
        left, top, right, _ = dark_square(grey)
    step = (right - left) / len(matrix)
    wrong = 0
    for row, squares in enumerate(matrix):
        for column, dark in enumerate(squares):
            point = (int(left + (column + 0.5) * step), int(top + (row + 0.5) * step))
            wrong += (grey.getpixel(point) < 128) != bool(dark)
    return wrong


def dark_square(grey):
    """The largest run of rows with dark points in the middle of the page: the code."""
    width, height = grey.size
    dark = [
        any(grey.getpixel((x, y)) < 128 for x in range(width // 5, width * 4 // 5, 2))
        for y in range(height)
    ]
    runs, begun = [], None
    for y, is_dark in enumerate([*dark, False]):
        if is_dark and begun is None:
            begun = y
        elif not is_dark and begun is not None:
            runs.append((y - begun, begun, y))
            begun = None
    _, top, bottom = max(runs)
    columns = [
        x for x in range(width) if any(grey.getpixel((x, y)) < 128 for y in range(top, bottom))
    ]
    return columns[0], top, columns[-1] + 1, bottom


def test_a_short_address_leads_to_its_page_and_says_that_it_came_from_paper(client):
    for short, long in (("/m/107", "/municipios/107"), ("/d/2", "/distritos/2")):
        answer = client.get(short)
        assert answer.status_code == 302
        assert answer.headers["Location"] == f"{long}?utm_medium=qr"
    first = numbers_of_actors(client.application)[0]
    answer = client.get(f"/a/{first}")
    assert answer.headers["Location"] == "/actores/lucero?utm_medium=qr"
    answer = client.get("/c/sindicatura")
    assert answer.headers["Location"] == "/candidaturas?cargo=sindicatura&utm_medium=qr"
    assert client.get(answer.headers["Location"]).status_code == 200
    assert client.get("/difusion/carteles/distritos/2/a5.pdf").status_code == 404
    assert "carteles/municipios/107/a3.pdf" in client.get("/difusion").text
