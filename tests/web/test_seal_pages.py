"""The seals in public: everything that a stranger needs to check, and nothing that tells."""

import base64
import xml.etree.ElementTree as ET
from hashlib import sha256

import pytest

from decide.app import create_app
from decide.seals import queries
from decide.seals.merkle import root_of
from decide.seals.notes import Checkpoint, Signer, Verifier, opened, signed
from decide.web.shared.context import KEY
from tests.delivery_world import own_world, spoken_world  # noqa: F401
from tests.verified import delivered_world, everything_delivered, verificar  # noqa: F401

OURS = {"Origin": "http://localhost"}


@pytest.fixture
def app(office):
    made = create_app(office.house.settings, clock=office.house.clock)
    yield made
    made.extensions[KEY].resources.close()


@pytest.fixture
def client(app):
    return app.test_client()


def text(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers
    return answer.get_data(as_text=True)


def test_a_stranger_can_check_the_whole_log_from_the_public_files_alone(client, office):
    verifiers = [Verifier.parse(line) for line in text(client, "/sellos/clave.txt").splitlines()]
    leaves = []
    for number in range(1, len(office.seals) + 1):
        note = text(client, f"/sellos/{number}/cabeza.txt")
        head = Checkpoint.parse(opened(note, verifiers)[0])
        lines = text(client, f"/sellos/{number}/hojas.txt").splitlines()
        leaves += [base64.b64decode(line) for line in lines]
        assert (head.size, head.root) == (len(leaves), root_of(leaves))
        public = text(client, f"/sellos/{number}/compromisos.txt").encode()
        assert base64.b64encode(sha256(public).digest()).decode() == head.told()["conteos"]


def test_the_shipped_program_takes_the_published_key_and_passes_every_package(client, office):
    key = text(client, "/sellos/clave.txt").splitlines()[0]
    assert "def revisar(" in text(client, "/sellos/verificar.py")
    for name in office.packages:
        _, head, _ = verificar.revisar(office.path(name), key)
        assert head[2] in text(client, f"/sellos/{len(office.seals)}/cabeza.txt")


def test_no_public_file_of_a_seal_tells_a_count_of_an_actor(client, office):
    """Commitments are of one length, and their order is that of registration."""
    lines = text(client, f"/sellos/{len(office.seals)}/compromisos.txt").splitlines()
    names = [line.split()[0] for line in lines]
    assert names == ["LUCERO", "RAIZ", "NOPAL", "LUCERO-RAIZ", "IND1", "PRUEBA"]
    assert {len(line.split()[1]) for line in lines} == {64}


def test_the_page_shows_every_head_and_explains_itself(client, office):
    page = client.get("/sellos").get_data(as_text=True)
    for line in office.seals:
        assert line.head in page
    assert office.key in page
    assert "seal-tree" in page
    one = client.get("/sellos/54").get_data(as_text=True)
    assert office.seals[0].note.splitlines()[2] in one
    for number in (0, 55):
        assert client.get(f"/sellos/{number}").status_code == 404
        assert client.get(f"/sellos/{number}/hojas.txt").status_code == 404


def test_the_feed_is_sound_and_carries_the_signed_heads(client, office):
    answer = client.get("/sellos.atom")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    space = "{http://www.w3.org/2005/Atom}"
    feed = ET.fromstring(answer.data)
    entries = feed.findall(f"{space}entry")
    assert len(entries) == 54
    assert entries[0].find(f"{space}content").text == office.seals[0].note
    assert len({entry.find(f"{space}id").text for entry in entries}) == 54


def compare(client, note):
    answer = client.post("/sellos", data={"note": note}, headers=OURS)
    return answer.status_code, answer.get_data(as_text=True)


def test_whoever_holds_a_head_learns_whether_it_is_one_of_these(client, office):
    status, page = compare(client, office.seals[3].note.replace("\n", "\r\n"))
    assert status == 200
    assert "Es igual a la del sello 51" in page
    head = queries.checkpoint(office.seals[0])
    fork = signed(head.text().replace("sello 54", "sello 99"), [office.signer])
    status, page = compare(client, fork)
    assert status == 422
    assert "puede haber dos registros" in page
    stranger = Signer("otra", office.signer.private)
    for nonsense in ("", "hola", signed("hola\n", [stranger]), "x" * 9_000):
        status, page = compare(client, nonsense)
        assert status == 422
        assert "No es una cabeza firmada" in page


def test_a_new_seal_and_a_new_witness_show_at_once(client, office):
    from decide.seals import actions

    before = client.get("/sellos").get_data(as_text=True)
    with office.house.database.transaction() as session:
        actions.countersign(
            session, 54, office.world["actors"]["nopal"], at=office.house.clock.instant, by=1
        )
    assert client.get("/sellos").get_data(as_text=True) != before
