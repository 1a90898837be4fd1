"""Photographs of many candidates in one ZIP, and ZIPs that mean harm."""

import io
import resource
import struct
import time
import zipfile

import pytest

from decide.catalog import own
from decide.catalog.owner import Owner
from decide.catalog.photos import Album
from decide.imports import own_photos
from decide.imports.limits import Unreadable
from decide.web.shared.context import KEY
from tests.portal import OURS
from tests.unit.test_photos import HOSTILE, as_bytes, portrait

PATH = "/partido/archivos/fotografias"


def zipped(files, **how):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **how) as archive:
        for name, body in files:
            archive.writestr(name, body)
    return out.getvalue()


def bring(person, body, status=303):
    form = person.open("/partido/archivos").form(PATH)["fields"]
    person.page = person.client.post(
        PATH, data=form | {"photos": (io.BytesIO(body), "fotos.zip")}, headers=OURS
    )
    assert person.page.status_code == status, person.text[:1500]
    return person


@pytest.fixture
def heads(portal_app, world):
    """The heads of Partido Lucero as they stand."""

    def look():
        with portal_app.extensions[KEY].resources.database.reading() as session:
            return own.own_heads(session, Owner(world["lucero"]))

    return look


@pytest.fixture
def stands(portal_app, world):
    """The working copies of Partido Lucero's trajectories."""

    def look():
        with portal_app.extensions[KEY].resources.database.reading() as session:
            return own.all_profiles(session, Owner(world["lucero"]))

    return look


def test_photographs_named_by_their_keys_become_drafts_once(ana, heads, stands):
    head = heads()[0]
    body = zipped(
        [
            (f"fotos/{head.contest.key.upper()}.JPG", as_bytes(portrait())),
            ("__MACOSX/._x.jpg", b"clutter"),
            (".DS_Store", b"clutter"),
        ]
    )
    bring(ana, body).follow()
    assert "Guardamos 1 fotografías como borrador" in ana.text
    kept = stands()[head.id]
    assert kept.text.photo
    assert kept.text.photo_alt == f"Retrato de {head.name}."
    assert kept.shown is None or kept.shown.photo == "", "nothing is published"
    bring(ana, body).follow()
    assert stands()[head.id].revision == kept.revision


def test_what_cannot_be_taken_is_named_and_holds_up_nothing(ana, heads, stands):
    head = heads()[0]
    files = [
        (f"{head.contest.key}.png", as_bytes(portrait(), "PNG")),
        (f"{head.contest.key}.jpg", as_bytes(portrait())),
        ("em.m999.jpg", as_bytes(portrait())),
    ]
    bring(ana, zipped(files), 422)
    assert "ya tiene otra fotografía en este archivo" in ana.text
    assert "no es la clave de una candidatura suya" in ana.text
    assert stands()[head.id].text.photo


def test_photographs_of_another_party_are_nobodys(enter, heads, stands):
    before = stands()
    raiz = enter("raiz")
    files = [(f"{head.contest.key}.jpg", as_bytes(portrait((600, 750)))) for head in heads()]
    form = raiz.open("/partido/archivos").form(PATH)["fields"]
    body = zipped(files)
    raiz.client.post(PATH, data=form | {"photos": (io.BytesIO(body), "f.zip")}, headers=OURS)
    assert stands() == before


def test_a_file_brought_after_the_campaign_keeps_nothing(enter, heads, stands, clock):
    body = zipped([(f"{heads()[0].contest.key}.jpg", as_bytes(portrait()))])
    clock.move(days=40)
    ana = enter("lucero").open("/partido/cuenta")
    token = ana.form("/partido/cuenta/clave")["fields"]["csrf_token"]
    fields = {"csrf_token": token, "photos": (io.BytesIO(body), "f.zip")}
    ana.page = ana.client.post(PATH, data=fields, headers=OURS)
    assert ana.page.status_code == 422
    assert not any(each.text.photo for each in stands().values())


def locked(body):
    """The same ZIP saying that it is encrypted."""
    body = bytearray(body)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = body.index(mark)
        body[at + place] |= 1
    return bytes(body)


def another_method(body):
    """The same ZIP naming a compression that nobody has."""
    body = bytearray(body)
    for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = body.index(mark)
        body[at + place : at + place + 2] = struct.pack("<H", 97)
    return bytes(body)


KEY_OF = "em.m106.jpg"
GOOD = zipped([(KEY_OF, as_bytes(portrait((300, 400))))])
ZEROS = b"\0" * (30 * 2**20)
HOSTILE_ZIPS = {
    "nothing": b"",
    "no zip": b"hola",
    "only the mark": b"PK\x03\x04",
    "only the end": GOOD[-22:],
    "cut": GOOD[: len(GOOD) // 2],
    "cut at the end": GOOD[:-5],
    "without files": zipped([]),
    "only folders": zipped([("fotos/", b"")]),
    "locked": locked(GOOD),
    "another method": another_method(GOOD),
    "damaged inside": GOOD[:60] + b"\xff" * 60 + GOOD[120:],
    "many files": zipped([(f"{n}.jpg", b"x") for n in range(300)]),
    "many photographs": zipped([(f"{n}.jpg", b"x") for n in range(41)]),
    "a bomb": zipped([(f"{n}.jpg", ZEROS) for n in range(12)], compression=zipfile.ZIP_DEFLATED),
    "a bomb of bzip2": zipped([(KEY_OF, ZEROS)], compression=zipfile.ZIP_BZIP2),
    "a zip in a zip": zipped([(KEY_OF, GOOD)]),
    "ways out": zipped([("../../etc/em.m106.jpg", b"x"), ("/em.m106.jpg", b"y")]),
    "a name with NUL": zipped([("em.m106\x00.jpg", b"x")]),
    "a svg": zipped([(KEY_OF, HOSTILE["svg"])]),
}


def outcome(own_heads, folder, body):
    """The sentences with which a ZIP is refused, or its files."""
    try:
        brought = own_photos.read(own_heads, Album(folder), io.BytesIO(body))
    except Unreadable as refusal:
        return [str(refusal)]
    return [each.sentence for each in brought.troubles] + [None] * len(brought.pictures)


def test_hostile_zips_are_refused_in_time_and_leave_nothing(portal_app, heads, tmp_path):
    own_heads = heads()
    for name, body in HOSTILE_ZIPS.items():
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begun = time.process_time()
        told = outcome(own_heads, tmp_path, body)
        assert told, name
        assert all(sentence and sentence.endswith(".") for sentence in told), name
        assert time.process_time() - begun <= 2, name
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024, name
    assert list(tmp_path.rglob("*.avif")) == []


def test_every_hostile_photograph_in_a_zip_is_named_with_its_reason(heads, tmp_path):
    head = heads()[0]
    for name, body in list(HOSTILE.items())[::6]:
        if len(body) < 1_000_000:
            stream = io.BytesIO(zipped([(f"{head.contest.key}.jpg", body)]))
            brought = own_photos.read(heads(), Album(tmp_path), stream)
            assert brought.pictures == (), name
            assert len(brought.troubles) == 1, name
