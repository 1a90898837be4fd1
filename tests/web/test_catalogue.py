"""The catalogue for other catalogues, and each set for search engines, read by a real parser."""

import json
from dataclasses import replace

import pytest
from rdflib.namespace import DCAT, DCTERMS, RDF

from decide.kernel.clock import FrozenClock
from decide.opendata.formats import Format
from decide.opendata.sets import SETS
from tests import factories
from tests.catalogue import SCHEMA, graph_of, lacks, statements_of
from tests.real_process import opened

SITE = "http://127.0.0.1:8000"


@pytest.fixture
def client(settings, resources):
    with resources.database.transaction() as session:
        factories.small_world(session)
        factories.past(session)
    knobs = replace(settings, open_data_minutes=0.0)
    app, close = opened(knobs, settings.database_url, FrozenClock(factories.RESULTS))
    yield app.test_client()
    close()


def text_of(client):
    return client.get("/datos/catalog.jsonld").get_data(as_text=True)


def test_the_catalogue_has_all_that_dcat_ap_demands_of_each_set_and_each_file(client):
    graph = graph_of(text_of(client))
    assert lacks(graph) == []
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == len(SETS)
    files = sum(len(chosen.tables) for chosen in SETS)
    assert len(set(graph.subjects(RDF.type, DCAT.Distribution))) >= files * (len(Format) - 1)
    (catalogue,) = graph.subjects(RDF.type, DCAT.Catalog)
    assert str(catalogue) == f"{SITE}/datos"
    assert str(graph.value(catalogue, DCTERMS.title)).startswith("Datos abiertos de")


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda told: told.pop("dct:description"), "description"),
        (lambda told: told["dct:publisher"].pop("foaf:name"), "name"),
        (lambda told: told["dcat:dataset"][0].pop("dct:title"), "title"),
        (lambda told: told["dcat:dataset"][3]["dcat:distribution"][0].pop("dcat:accessURL"),
         "accessURL"),
        (lambda told: told["dcat:dataset"][0].update({"dct:modified": "ayer"}), "dateTime"),
        (lambda told: told["dcat:dataset"][0].update({"dct:license": "CC BY"}), "no address"),
        (lambda told: told["@context"].pop("dcat"), "none"),
    ],
)  # fmt: skip
def test_a_catalogue_that_lacks_something_is_noticed(client, spoil, found):
    told = json.loads(text_of(client))
    spoil(told)
    wrong = lacks(graph_of(json.dumps(told)))
    assert any(found in str(each) for each in wrong), wrong


def test_every_set_tells_search_engines_what_it_is_and_where_its_files_are(client):
    for chosen in SETS:
        path = f"/datos/{chosen.name}"
        graph = statements_of(client.get(path).get_data(as_text=True))
        (found,) = graph.subjects(RDF.type, SCHEMA.Dataset)
        for needed in ("name", "description", "license", "creator", "version", "dateModified"):
            assert graph.value(found, SCHEMA[needed]) is not None, (path, needed)
        # The rules of search engines: a description of 50 to 5,000 letters.
        assert 50 <= len(str(graph.value(found, SCHEMA.description))) <= 5_000, path
        files = list(graph.objects(found, SCHEMA.distribution))
        assert len(files) >= 3 * len(chosen.tables)
        for each in files:
            address = str(graph.value(each, SCHEMA.contentUrl))
            answer = client.get(address.removeprefix(SITE))
            assert answer.status_code == 200, address
            assert str(graph.value(each, SCHEMA.encodingFormat)) == answer.mimetype
            assert str(graph.value(each, SCHEMA.contentSize)) == f"{len(answer.get_data())} B"
