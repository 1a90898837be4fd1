"""The API: what it answers is what the files say, and what it says of itself is true."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from decide.kernel.clock import FrozenClock
from decide.opendata.definitions import Kind
from decide.opendata.sets import SETS
from decide.web.api.shapes import COUNT, SHEET, answer_shape, row_shape, typed
from tests import factories
from tests.real_process import opened, real_database

__all__ = ["real_database"]

TABLES = [(chosen, table) for chosen in SETS for table in chosen.tables]
FIXTURE = [HealthCheck.function_scoped_fixture]


@pytest.fixture
def client(settings, resources):
    with resources.database.transaction() as session:
        factories.small_world(session)
    knobs = replace(settings, open_data_minutes=0.0)
    app, close = opened(knobs, settings.database_url, FrozenClock(factories.RESULTS))
    yield app.test_client()
    close()


def told(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.text[:300])
    assert answer.mimetype == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers
    return json.loads(answer.get_data())


def rows_of(client, chosen, table):
    return json.loads(client.get(f"/datos/{chosen.name}/{table.name}.json").get_data())


def test_sheet_by_sheet_one_reads_exactly_the_file(client):
    for chosen, table in TABLES:
        read_by_sheets(client, chosen, table)


def read_by_sheets(client, chosen, table):
    path = f"/api/v1/{chosen.name}/{table.name}"
    rows = rows_of(client, chosen, table)
    read, sheet = [], 1
    while True:
        page = told(client, f"{path}?filas=200&hoja={sheet}")
        answer_shape(chosen, table, row_shape(chosen, table)).model_validate(page)
        read += page["filas"]
        assert page["total"] == len(rows)
        if sheet == page["hojas"]:
            break
        sheet += 1
    assert read == rows
    assert told(client, f"{path}?hoja={sheet + 1}&filas=200")["filas"] == []


def test_every_row_is_found_by_its_key_and_by_each_of_its_values(client):
    for chosen, table in TABLES:
        found_by_values(client, chosen, table)


def found_by_values(client, chosen, table):
    rows = rows_of(client, chosen, table)
    for row in rows[:: max(1, len(rows) // 5)]:
        key = "/".join(str(row[part]) for part in table.key)
        assert told(client, f"/api/v1/{chosen.name}/{table.name}/{key}") == row
        for name, value in row.items():
            if value is None:
                continue
            asked = {name: str(value).lower() if isinstance(value, bool) else value}
            answer = client.get(
                f"/api/v1/{chosen.name}/{table.name}", query_string=asked | {"filas": 500}
            )
            found = json.loads(answer.get_data())
            wanted = [each for each in rows if each[name] == value]
            assert (found["total"], found["filas"]) == (len(wanted), wanted[:500]), asked


@pytest.mark.shared
def test_a_number_is_not_found_in_a_longer_one_nor_in_a_text(settings, real_database):
    app, close = opened(settings, real_database, FrozenClock(factories.RESULTS))
    client = app.test_client()
    one = told(client, "/api/v1/territorio/secciones?municipio=1&filas=500")
    assert one["total"] == 32
    assert {row["municipio"] for row in one["filas"]} == {1}
    assert told(client, "/api/v1/resultados/resultados?total=0")["total"] == 0
    assert told(client, "/api/v1/resultados/resultados?estado=annulled")["total"] == 1
    sums = told(client, "/api/v1/resultados/resultados?filas=500")["filas"]
    assert sum(row["total"] or 0 for row in sums) == 6_687_908
    close()


WRONG = [
    "?hoja=0", "?hoja=-1", "?hoja=x", "?hoja=1.5", "?filas=0", "?filas=501", "?municipio=x",
    "?nada=1", "?municipio=", "?hoja=99999999999999999999", "?hoja=1.0", "?filas=1_0",
    "?municipio=1.0", "?municipio=+1", "?municipio=true", "?municipio=null",
]  # fmt: skip


def test_a_wrong_question_is_refused_in_a_sentence(client):
    for question in WRONG:
        page = told(client, f"/api/v1/territorio/municipios{question}", 422)
        assert list(page) == ["mensaje"]
        assert page["mensaje"].endswith(".json.")


def test_what_an_address_says_of_numbers_and_of_yes_and_no_is_taken_at_its_word(client):
    for wrong in ("composicion?completo=on", "composicion?completo=1", "composicion?completo=null"):
        told(client, f"/api/v1/territorio/{wrong}", 422)
    whole = told(client, "/api/v1/territorio/composicion?completo=true")["total"]
    parts = told(client, "/api/v1/territorio/composicion?completo=false")["total"]
    assert whole + parts == told(client, "/api/v1/territorio/composicion")["total"]


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (Kind.INTEGER, ("0", "-7", "0012"), ("1.0", "1_0", "+1", " 1", "1e3", "true", "", "١")),
        (Kind.NUMBER, ("0", "-7.5", "1e3", "2.5E-3"), ("inf", "nan", "1_0", ".5", "1.", "", "x")),
        (Kind.BOOLEAN, ("true", "false"), ("1", "0", "on", "yes", "True", "")),
        (Kind.STRING, ("", "true", "0.0", "null"), ()),
    ],
)
def test_a_value_is_taken_only_as_it_is_written(kind, right, wrong):
    reader = TypeAdapter(typed(kind))
    for each in right:
        reader.validate_python(each)
    for each in wrong:
        with pytest.raises(ValidationError):
            reader.validate_python(each)


def test_no_filter_is_said_to_take_null_or_to_have_a_value_when_it_is_left_out(client):
    described = told(client, "/api/v1/openapi.json")
    filters = [
        (path, each["name"], each["schema"])
        for path, methods in described["paths"].items()
        for each in methods["get"].get("parameters", ())
        if each["in"] == "query" and each["name"] not in ("hoja", "filas")
    ]
    assert len(filters) > 150
    assert not [each for each in filters if "anyOf" in each[2] or "default" in each[2]]
    assert not [each for each in filters if "type" not in each[2] and "enum" not in each[2]]


NOWHERE = (
    "nada", "territorio", "territorio/nada", "territorio/municipios/999",
    "territorio/municipios/1/2", "territorio/municipios/uno",
)  # fmt: skip


def test_what_does_not_exist_is_said_in_json(client):
    for path in NOWHERE:
        assert "mensaje" in told(client, f"/api/v1/{path}", 404)


@tries(max_examples=60, deadline=None, suppress_health_check=FIXTURE)
@given(
    st.sampled_from(TABLES),
    st.dictionaries(
        st.one_of(st.sampled_from(["hoja", "filas", "eleccion", "municipio", "dia"]), st.text()),
        st.text(), max_size=4,
    ),
)  # fmt: skip
def test_no_question_breaks_it(client, place, question):
    chosen, table = place
    answer = client.get(f"/api/v1/{chosen.name}/{table.name}", query_string=question)
    assert answer.status_code in (200, 422)
    assert answer.mimetype == "application/json"


def test_nothing_can_be_written(client):
    for method in ("post", "put", "delete", "patch"):
        answer = getattr(client, method)("/api/v1/territorio/municipios")
        assert answer.status_code == 405


def test_an_answer_may_be_kept_and_asked_for_again(client):
    first = client.get("/api/v1/territorio/municipios?filas=3")
    assert first.headers["X-Total-Count"] == "125"
    assert 'rel="next"' in first.headers["Link"]
    again = client.get(
        "/api/v1/territorio/municipios?filas=3", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304


def test_the_description_names_every_address_and_no_other(client):
    document = told(client, "/api/v1/openapi.json")
    assert document["openapi"].startswith("3.1")
    expected = {"/api/v1/"}
    for chosen, table in TABLES:
        base = f"/api/v1/{chosen.name}/{table.name}"
        expected |= {base, base + "".join(f"/{{{part}}}" for part in table.key)}
    assert set(document["paths"]) == expected
    operations = [
        method["operationId"] for path in document["paths"].values() for method in path.values()
    ]
    assert len(operations) == len(set(operations))
    assert {method for path in document["paths"].values() for method in path} == {"get"}


def test_every_reference_of_the_description_leads_somewhere(client):
    document = told(client, "/api/v1/openapi.json")
    schemas = document["components"]["schemas"]

    def references(value):
        if isinstance(value, dict):
            if "$ref" in value:
                yield value["$ref"]
            for each in value.values():
                yield from references(each)
        elif isinstance(value, list):
            for each in value:
                yield from references(each)

    found = set(references(document))
    assert found
    assert {each.removeprefix("#/components/schemas/") for each in found} <= set(schemas)


def test_no_column_takes_a_word_of_the_question():
    for _, table in TABLES:
        assert not {SHEET, COUNT} & {each.name for each in table.columns}


def test_a_network_that_asks_too_much_waits_and_is_told_so_in_json(settings, resources):
    with resources.database.transaction() as session:
        factories.process(session)
    resources.queue.flushdb()
    few = replace(settings, api_per_minute=3, page_cache_mib=0)
    app, close = opened(few, settings.database_url, FrozenClock(factories.RESULTS))
    client = app.test_client()
    told = [client.get("/api/v1/openapi.json").status_code for _ in range(4)]
    assert told == [200, 200, 200, 429]
    refused = client.get("/api/v1/territorio/municipios")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert json.loads(refused.get_data())["mensaje"].startswith("Demasiadas preguntas.")
    other = client.get("/api/v1/openapi.json", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert other.status_code == 200
    assert client.get("/datos/territorio/municipios.csv").status_code == 200
    close()
