"""Official cartography: every format the same, checked against the catalogue, small on the page."""

import io
import json
import math
import os
import re
import struct
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from decide.geography import queries, queries_shapes
from decide.geography.actions_shapes import Incomplete, check_shapes, put_shapes, remove_shapes
from decide.geography.queries_shapes import DISTRICT, MUNICIPALITY
from decide.geography.shapes.projection import UnknownProjection, degrees
from decide.geography.shapes.reading import Unreadable, read
from decide.geography.shapes.simplify import Borders, Sheet
from tests.import_files import registered_world, session_that_forgets  # noqa: F401

AT = datetime(2021, 4, 1, tzinfo=UTC)
OFFICIAL = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "geo"
SQUARE = [[-99.5, 19.5], [-99.4, 19.5], [-99.4, 19.6], [-99.5, 19.6], [-99.5, 19.5]]


def utm(longitude, latitude, zone=14):
    """Forward by Snyder's series (USGS 1395, 8-9 to 8-15): not the formula on trial."""
    a, e2, k0 = 6_378_137.0, 0.00669437999014, 0.9996
    phi, lam = math.radians(latitude), math.radians(longitude - (zone * 6 - 183))
    ep2 = e2 / (1 - e2)
    n = a / math.sqrt(1 - e2 * math.sin(phi) ** 2)
    t, c, big = math.tan(phi) ** 2, ep2 * math.cos(phi) ** 2, math.cos(phi) * lam
    m = a * (
        (1 - e2 / 4 - 3 * e2**2 / 64 - 5 * e2**3 / 256) * phi
        - (3 * e2 / 8 + 3 * e2**2 / 32 + 45 * e2**3 / 1024) * math.sin(2 * phi)
        + (15 * e2**2 / 256 + 45 * e2**3 / 1024) * math.sin(4 * phi)
        - (35 * e2**3 / 3072) * math.sin(6 * phi)
    )
    x = big + (1 - t + c) * big**3 / 6 + (5 - 18 * t + t**2 + 72 * c - 58 * ep2) * big**5 / 120
    y = big**2 / 2 + (5 - t + 9 * c + 4 * c**2) * big**4 / 24
    y += (61 - 58 * t + t**2 + 600 * c - 330 * ep2) * big**6 / 720
    return 500_000 + k0 * n * x, k0 * (m + n * math.tan(phi) * y)


UTM = [utm(*corner) for corner in SQUARE]


def official(name):
    path = OFFICIAL / name
    if not path.exists():
        if os.environ.get("CI"):
            pytest.fail(f"NO OFFICIAL MAP: {name}")
        pytest.skip(f"NO OFFICIAL MAP: {name}")
    return path.read_bytes()


def geojson(*features, **more):
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def square(told=None, ring=tuple(SQUARE)):
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": told or {"nombre": "Toluca"}, "geometry": geometry}


def shapefile(ring, prj="", name="Toluca"):
    points = b"".join(struct.pack("<2d", *point) for point in ring)
    record = struct.pack("<i4d3i", 5, 0, 0, 0, 0, 1, len(ring), 0) + points
    shp = (
        struct.pack(">7i", 9994, *[0] * 6)
        + bytes(72)
        + struct.pack(">2i", 1, len(record) // 2)
        + record
    )
    field = b"NOMGEO".ljust(11, b"\0") + b"C" + bytes(4) + bytes([20, 0]) + bytes(14)
    dbf = struct.pack("<4BiHH", 3, 121, 1, 1, 1, 65, 21) + bytes(20) + field + b"\r"
    dbf += b" " + name.encode("latin-1").ljust(20)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as folder:
        folder.writestr("mapa/m.shp", shp)
        folder.writestr("mapa/m.dbf", dbf)
        if prj:
            folder.writestr("mapa/m.prj", prj)
    return packed.getvalue()


def topojson():
    arcs = [[[0, 0], [1000, 0], [0, 1000]], [[1000, 1000], [-1000, 0], [0, -1000]]]
    return json.dumps(
        {
            "type": "Topology",
            "transform": {"scale": [0.0001, 0.0001], "translate": [-99.5, 19.5]},
            "arcs": arcs,
            "objects": {
                "m": {
                    "type": "GeometryCollection",
                    "geometries": [
                        {"type": "Polygon", "arcs": [[0, 1]], "properties": {"nombre": "Toluca"}}
                    ],
                }
            },
        }
    ).encode()


def opened(content):
    return read(io.BytesIO(content))


@pytest.mark.parametrize(
    "content",
    [
        geojson(square()),
        topojson(),
        shapefile(UTM, 'PROJCS["WGS_1984_UTM_Zone_14N",GEOGCS["GCS_WGS_1984"]]'),
        shapefile(UTM),
        shapefile(SQUARE, 'GEOGCS["GCS_WGS_1984"]'),
        geojson(square(ring=[list(p) for p in UTM]), crs={"properties": {"name": "EPSG:32614"}}),
    ],
)
def test_every_format_and_projection_gives_the_same_square(content):
    (ring,) = opened(content).shapes[0].rings
    for got, wanted in zip(ring, SQUARE, strict=True):
        assert got == pytest.approx(wanted, abs=1e-7)


def test_utm_is_turned_back_to_degrees_on_the_meridian_of_its_zone():
    assert degrees(500_000, 0, 14) == pytest.approx((-99.0, 0.0))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"hola", "no es un GeoJSON"),
        (b"PK\x03\x04rest", "dañado"),
        (geojson(), "ningún polígono"),
        (geojson(square(ring=[[10, 10], [11, 10], [11, 11], [10, 10]])), "fuera del estado"),
        (geojson({"type": "Feature", "geometry": {"type": "Point"}}), "GeoJSON"),
        (shapefile(UTM, 'PROJCS["Lambert_Conformal_Conic"]'), "WGS84 ni UTM"),
        (geojson(square(), crs={"properties": {"name": "EPSG:6372"}}), "6372"),
        (shapefile(UTM)[:200], "dañado"),
        (json.dumps({"type": "Topology", "arcs": [], "objects": {}}).encode(), "un solo mapa"),
    ],
)  # fmt: skip
def test_what_is_no_map_is_refused_with_what_to_do(content, words):
    with pytest.raises((Unreadable, UnknownProjection), match=words):
        opened(content)


def test_missing_and_extra_places_are_named_and_nothing_is_written(session):
    content = geojson(square(), square({"nombre": "Atlantis"}), square({"clave": 107}))
    report = check_shapes(session, MUNICIPALITY, io.BytesIO(content), "m.geojson")
    assert len(report.matched.missing) == 124
    assert "Toluca" not in report.matched.missing
    # A bare number could be the INE's or INEGI's: it is nobody's.
    assert report.matched.extra == ("Atlantis", "107")
    with pytest.raises(Incomplete):
        put_shapes(session, report, at=AT, by=None)
    assert queries_shapes.state_map(session, MUNICIPALITY) is None


@pytest.mark.parametrize(
    ("kind", "name", "count"),
    [
        (MUNICIPALITY, "edomex_municipios_ine2021_simpl.geojson", 125),
        (DISTRICT, "edomex_distritos_locales_2017map_simpl.geojson", 45),
    ],
)
def test_the_official_map_is_complete_small_and_can_be_given_up(session, kind, name, count):
    report = check_shapes(session, kind, io.BytesIO(official(name)), name)
    assert (report.matched.missing, report.matched.extra) == ((), ())
    assert put_shapes(session, report, at=AT, by=None) == count
    drawn = queries_shapes.state_map(session, kind)
    assert len(drawn.paths) == count
    assert all(re.fullmatch(r"(M\d+ \d+l[-\d ]+z)+", path) for path in drawn.paths.values())
    assert sum(map(len, drawn.paths.values())) < 20_000  # of the 40 kB of a map
    # Twice the same map is the same drawing; a second one takes the place of the first.
    again = check_shapes(session, kind, io.BytesIO(official(name)), name)
    assert put_shapes(session, again, at=AT, by=None) == count
    assert queries_shapes.state_map(session, kind) == drawn
    page = (
        queries.municipality(session, 34) if kind == MUNICIPALITY else queries.district(session, 2)
    )
    assert page.outline == queries_shapes.outline(session, kind, page.number)
    assert len(page.outline.path) < 8_000
    remove_shapes(session, kind, at=AT, by=None)
    assert queries_shapes.state_map(session, kind) is None


def test_neighbours_keep_one_border_however_much_is_simplified():
    wave = [(-99.5 + 0.001 * (n % 7), 19.5 + 0.001 * n) for n in range(101)]
    left = [(-99.6, 19.5), *wave, (-99.6, 19.6)]
    right = [(-99.4, 19.6), *wave[::-1], (-99.4, 19.5)]
    borders = Borders({1: [left], 2: [right]}, Sheet.around([left, right], 3_600))
    shared = [piece for piece in borders.weights if len(piece) > 50]
    assert len(shared) == 1
    few = borders.within([1, 2], 120)
    assert sum(map(len, few.values())) <= 120
    assert all(path.count("z") == 1 for path in few.values())
