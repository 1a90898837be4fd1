"""Official maps on the pages: put in by staff, checked, shown as links small enough for a phone."""

import gzip
import io
import re

from tests.integration.test_shapes import geojson, official, square
from tests.portal import OURS

PAGE = "/oficina/cartografia"


def put(person, content, kind="municipality", name="mapa.geojson"):
    person.open(PAGE)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', person.html)[1]
    sent = {"csrf_token": token, "kind": kind, "file": (io.BytesIO(content), name)}
    person.page = person.client.post(PAGE, data=sent, headers=OURS)
    return person


def boss(enter):
    return enter("jefa", door="/oficina")


def test_a_map_that_lacks_places_is_refused_by_their_names(enter, portal_app):
    person = put(boss(enter), geojson(square(), square({"nombre": "Atlantis"})))
    assert person.page.status_code == 422
    assert "Faltan" in person.text
    assert "Acambay" in person.text
    assert "Atlantis" in person.text
    assert "map--real" not in portal_app.test_client().get("/municipios").text


def test_a_complete_map_takes_the_place_of_the_hexagons_and_gives_it_back(enter, portal_app):
    person, visit = boss(enter), portal_app.test_client().get
    put(person, official("edomex_municipios_ine2021_simpl.geojson"))
    assert person.page.status_code == 303
    page = visit("/municipios")
    links = re.findall(r'<a href="/municipios/(\d+)"><title>[^<]+</title><path d="M', page.text)
    assert sorted(map(int, links)) == list(range(1, 126))
    # The list below the map has the same links: the map's twin.
    assert len(re.findall(r'<li><a href="/municipios/\d+">', page.text)) == 125
    assert len(gzip.compress(page.data, 6)) <= 14_000
    assert 'class="map map--place map--real"' in visit("/municipios/107").text
    person.open(PAGE).send(PAGE + "/quitar", status=303)
    assert "map--real" not in visit("/municipios").text
