"""Open data: the same rows in every format and in SQL, described as they are, open in time."""

import csv
import io
import json
import threading
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from python_calamine import CalamineWorkbook

from decide.catalog.models import Subject
from decide.delivery.spreadsheet import original
from decide.kernel.clock import FrozenClock
from decide.kernel.resources import open_resources
from decide.opendata.definitions import Kind
from decide.opendata.editions import KEPT, edition_of, snapshots
from decide.opendata.formats import Format, in_json
from decide.opendata.jobs import refresh
from decide.opendata.sets import SETS, set_named
from tests import factories
from tests.real_process import opened, real_client, real_clock, real_copy, real_database

__all__ = ["real_client", "real_clock", "real_copy", "real_database"]

NAMES = [each.name for each in SETS]
TABLES = [(each.name, table.name) for each in SETS for table in each.tables]
HOSTILE = '=2+5+cmd|" /C calc"!A0'


@pytest.fixture
def knobs(settings):
    return replace(settings, open_data_minutes=0.0)


@pytest.fixture
def small(knobs, resources):
    """The small world after election day, and a text that wants to be a formula."""
    with resources.database.transaction() as session:
        world = factories.small_world(session)
        factories.past(session)
        factories.proposal(
            session, world["heads"]["RAIZ"], title=HOSTILE, text='Uno, "dos"\r\ny tres; ñandú 🌳'
        )
        test_actor = session.query(factories.PoliticalActor).filter_by(key="PRUEBA").one()
        head = factories.candidacy(
            session, world["toluca"], test_actor, post=factories.Post.PRESIDENCY, is_head=True,
            name="Persona De Prueba",
        )  # fmt: skip
        factories.proposal(session, head, title="Propuesta del partido de prueba")
        withdrawn = factories.proposal(session, world["heads"]["NOPAL"], title="Ya retirada")
        session.get(Subject, withdrawn.subject_id).open = False
    app, close = opened(knobs, knobs.database_url, FrozenClock(factories.RESULTS))
    yield app.test_client(), resources
    close()


def rows_in_csv(client, dataset, table):
    text = client.get(f"/datos/{dataset}/{table}.csv").get_data().decode()
    return list(csv.reader(io.StringIO(text, newline="")))


def rows_in_json(client, dataset, table):
    return json.loads(client.get(f"/datos/{dataset}/{table}.json").get_data())


def rows_in_xlsx(client, dataset, table):
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(client.get(f"/datos/{dataset}/{table}.xlsx").get_data())
    )
    return book.get_sheet_by_name("datos").to_python()


def as_told(cell):
    """A JSON value as a CSV cell tells it, before a spreadsheet's apostrophe."""
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def same_in_all_formats(client, resources, dataset, table):
    wanted = next(each for each in set_named(dataset).tables if each.name == table)
    with resources.database.reading() as session:
        rows = list(wanted.rows(session))
    names = [each.name for each in wanted.columns]
    told = [{name: in_json(getattr(row, name)) for name in names} for row in rows]
    assert rows_in_json(client, dataset, table) == told
    head, *lines = rows_in_csv(client, dataset, table)
    assert head == names
    assert [[original(cell) for cell in line] for line in lines] == [
        [as_told(cell) for cell in row.values()] for row in told
    ]
    head, *cells = rows_in_xlsx(client, dataset, table)
    assert head == names
    for line, row in zip(cells, told, strict=True):
        for cell, value in zip(line, row.values(), strict=True):
            assert cell == ("" if value is None else value)
    return told


def test_csv_json_xlsx_and_sql_say_the_same_row_by_row(small):
    client, resources = small
    for dataset, table in TABLES:
        same_in_all_formats(client, resources, dataset, table)


@pytest.mark.shared
def test_the_same_holds_for_the_whole_real_process(knobs, real_database):
    clock = FrozenClock(factories.RESULTS)
    app, close = opened(knobs, real_database, clock)
    resources = open_resources(replace(knobs, database_url=real_database), clock=clock)
    counts = {
        (dataset, table): len(same_in_all_formats(app.test_client(), resources, dataset, table))
        for dataset, table in TABLES
    }
    resources.close()
    close()
    assert counts["territorio", "municipios"] == 125
    assert counts["territorio", "secciones"] == 6530
    assert counts["actores", "actores"] == 15
    assert counts["actores", "alianzas"] == 265
    assert counts["candidaturas", "candidaturas"] == 55
    assert counts["resultados", "resultados"] == 125
    assert counts["resultados", "personas-electas"] == 200


def test_what_citizens_cannot_read_is_in_no_file(small):
    client, _ = small
    everything = b"".join(
        client.get(f"/datos/{dataset}/{table}.json").get_data() for dataset, table in TABLES
    ).decode()
    assert "Agua todos los días" in everything
    for hidden in ("Borrador que nadie ve", "Ya retirada", "Persona De Prueba", "PRUEBA"):
        assert hidden not in everything


def test_a_formula_is_a_text_in_every_format_and_can_be_recovered(small):
    client, _ = small
    told = [row["titulo"] for row in rows_in_json(client, "propuestas", "propuestas")]
    assert HOSTILE in told
    titles = [row[5] for row in rows_in_csv(client, "propuestas", "propuestas")]
    assert f"'{HOSTILE}" in titles
    assert HOSTILE not in titles
    body = client.get("/datos/propuestas/propuestas.xlsx").get_data()
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_the_descriptors_describe_exactly_the_files_that_are_served(small):
    for name in NAMES:
        described_as_served(small[0], name)


STANDARD = Path(__file__).resolve().parents[1] / "standards" / "datapackage-2.0.json"


def against_the_standard(package):
    """What the official schema of Data Package v2 says is wrong with a descriptor."""
    schema = json.loads(STANDARD.read_text(encoding="utf-8"))
    return [each.json_path for each in Draft7Validator(schema).iter_errors(package)]


def test_every_descriptor_is_valid_by_the_official_schema_of_data_package_v2(small):
    for name in NAMES:
        package = json.loads(small[0].get(f"/datos/{name}/datapackage.json").get_data())
        assert against_the_standard(package) == [], name


@pytest.mark.parametrize(
    "spoil",
    [
        lambda package: package.pop("resources"),
        lambda package: package["resources"][0].pop("name"),
        lambda package: package["resources"][0].update(bytes="many"),
        lambda package: package["resources"][0]["schema"]["fields"][0].update(type="text"),
        lambda package: package.update(licenses=[{}]),
    ],
)
def test_a_descriptor_that_breaks_the_standard_is_noticed(small, spoil):
    package = json.loads(small[0].get("/datos/territorio/datapackage.json").get_data())
    spoil(package)
    assert against_the_standard(package)


def described_as_served(client, name):
    package = json.loads(client.get(f"/datos/{name}/datapackage.json").get_data())
    assert package["name"] == name
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    names = [each["name"] for each in package["resources"]]
    assert len(names) == len(set(names)) == 3 * len(set_named(name).tables)
    for each in package["resources"]:
        answer = client.get(f"/datos/{name}/{each['path']}")
        body = answer.get_data()
        assert each["bytes"] == len(body)
        assert each["hash"] == f"sha256:{sha256(body).hexdigest()}"
        assert answer.headers["ETag"].strip('"') == sha256(body).hexdigest()
        assert answer.mimetype == each["mediatype"]
        if each["format"] == "csv":
            assert valid(client, name, each) == []


def valid(client, name, resource):
    """What a Table Schema validator would complain about."""
    head, *lines = rows_in_csv(client, name, resource["name"])
    schema = resource["schema"]
    complaints = []
    if head != [field["name"] for field in schema["fields"]]:
        complaints.append("header")
    for number, line in enumerate(lines, start=2):
        for field, cell in zip(schema["fields"], line, strict=True):
            complaints += [(number, field["name"], each) for each in wrong(field, cell)]
    keys = [tuple(line[head.index(part)] for part in schema["primaryKey"]) for line in lines]
    if len(keys) != len(set(keys)):
        complaints.append("primary key")
    for link in schema.get("foreignKeys", ()):
        there = link["reference"]["resource"] or resource["name"]
        other_head, *others = rows_in_csv(client, name, there)
        known = {
            tuple(row[other_head.index(part)] for part in link["reference"]["fields"])
            for row in others
        }
        mine = {tuple(line[head.index(part)] for part in link["fields"]) for line in lines}
        complaints += [("foreign key", there, each) for each in mine - known]
    return complaints


def wrong(field, cell):
    constraints = field.get("constraints", {})
    if cell == "":
        return ["required"] if constraints.get("required") else []
    if "enum" in constraints and cell not in constraints["enum"]:
        return ["enum"]
    readers = {
        "integer": int, "number": float, "string": str,
        "boolean": {"true": True, "false": False}.__getitem__,
        "date": date.fromisoformat,
        "datetime": lambda text: datetime.strptime(text, field["format"]).replace(tzinfo=UTC),
    }  # fmt: skip
    try:
        readers[field["type"]](cell)
    except (ValueError, KeyError):
        return ["type"]
    return []


def test_a_link_to_a_row_that_is_not_there_would_be_noticed():
    field = {"name": "x", "type": "integer", "constraints": {"required": True}}
    assert wrong(field, "") == ["required"]
    assert wrong(field, "1,2") == ["type"]
    assert wrong({"name": "x", "type": "string", "constraints": {"enum": ["a"]}}, "b") == ["enum"]


def test_every_column_says_what_it_is_and_names_are_plain_words():
    for chosen in SETS:
        for table in chosen.tables:
            names = [each.name for each in table.columns]
            assert set(table.key) <= set(names)
            for each in table.columns:
                assert each.name.isascii()
                assert each.name.islower() or "_" in each.name
                assert each.about.endswith((".", "vacío si son menos de diez.")), each.name
                assert each.title
                assert each.kind in set(Kind)


@pytest.mark.parametrize("moment", ["BEFORE", "PLATFORMS", "CAMPAIGN", "SILENCE", "RESULTS"])
def test_a_set_is_open_exactly_when_the_calendar_shows_its_area(knobs, resources, moment):
    with resources.database.transaction() as session:
        factories.small_world(session)
    app, close = opened(knobs, knobs.database_url, FrozenClock(getattr(factories, moment)))
    client = app.test_client()
    shown = {
        "BEFORE": {"calendario", "sellos"},
        "PLATFORMS": {"calendario", "sellos", "territorio", "quitadudas", "actores", "plataformas"},
    }
    shown["CAMPAIGN"] = shown["SILENCE"] = shown["PLATFORMS"] | {"candidaturas", "propuestas"}
    shown["RESULTS"] = set(NAMES)
    listed = client.get("/datos").get_data(as_text=True)
    catalog = json.loads(client.get("/datos/catalog.jsonld").get_data())
    api = json.loads(client.get("/api/v1/").get_data())
    for chosen in SETS:
        first = chosen.tables[0].name
        wanted = 200 if chosen.name in shown[moment] else 404
        for path in (
            f"/datos/{chosen.name}", f"/datos/{chosen.name}/datapackage.json",
            f"/datos/{chosen.name}/{first}.csv", f"/api/v1/{chosen.name}/{first}",
        ):  # fmt: skip
            assert client.get(path).status_code == wanted, path
        assert (f'href="/datos/{chosen.name}"' in listed) == (wanted == 200)
    assert {each["dct:identifier"] for each in catalog["dcat:dataset"]} == shown[moment]
    assert {each["conjunto"] for each in api["tablas"]} == shown[moment]
    if moment == "CAMPAIGN":
        assert "Se abre el 14 de junio" in listed
    close()


def test_every_address_of_the_catalogue_is_alive(small):
    client, _ = small
    catalog = json.loads(client.get("/datos/catalog.jsonld").get_data())
    for dataset in catalog["dcat:dataset"]:
        assert client.get(path_of(dataset["dcat:landingPage"]["@id"])).status_code == 200
        for each in dataset["dcat:distribution"]:
            answer = client.get(path_of(each["dcat:downloadURL"]["@id"]))
            assert str(len(answer.get_data())) == each["dcat:byteSize"]["@value"]
            assert each["dcat:mediaType"]["@id"].endswith(f"/media-types/{answer.mimetype}")


def path_of(address):
    assert address.startswith("http://127.0.0.1:8000/")
    return address.removeprefix("http://127.0.0.1:8000")


def test_files_are_the_same_for_everybody_and_may_be_read_by_other_sites(small):
    client, _ = small
    for path in ("/datos/territorio/municipios.csv", "/datos/territorio/datapackage.json"):
        answer = client.get(path)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["Cache-Control"].startswith("public")
        assert "Set-Cookie" not in answer.headers
        again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
        assert again.get_data() == b""


def changed(resources, name):
    with resources.database.transaction() as session:
        session.query(factories.PoliticalActor).filter_by(key="LUCERO").one().name = name


def test_an_edition_stays_while_nothing_changes_and_for_a_while_when_something_does(
    settings, resources
):
    with resources.database.transaction() as session:
        factories.small_world(session)
    clock = FrozenClock(factories.CAMPAIGN)
    house = open_resources(settings, clock=clock)
    first = edition_of(house, set_named("actores"))
    clock.move(hours=5)
    assert edition_of(house, set_named("actores")).folder == first.folder
    changed(resources, "Partido Lucero Nuevo")
    second = edition_of(house, set_named("actores"))
    assert second.version != first.version
    changed(resources, "Partido Lucero Renovado")
    clock.move(minutes=9)
    assert edition_of(house, set_named("actores")).folder == second.folder
    clock.move(minutes=2)
    third = edition_of(house, set_named("actores"))
    assert "Renovado" in third.path("actores.csv").read_text(encoding="utf-8")
    house.close()


def test_readers_never_see_half_an_edition_while_others_are_made(settings, resources):
    with resources.database.transaction() as session:
        factories.small_world(session)
    house = open_resources(replace(settings, open_data_minutes=0.0))
    faults = []

    def read():
        for _ in range(15):
            edition = edition_of(house, set_named("actores"))
            for each in edition.files:
                body = edition.path(each.name).read_bytes()
                if sha256(body).hexdigest() != each.digest:
                    faults.append(each.name)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for each in readers:
        each.start()
    for number in range(3):
        changed(resources, f"Partido Lucero {number}")
    for each in readers:
        each.join()
    shelf = settings.files_folder / "open" / "actores"
    assert faults == []
    assert not list(shelf.glob(".*"))
    assert len([each for each in shelf.iterdir() if each.is_dir()]) <= KEPT
    house.close()


def test_the_first_edition_of_each_day_is_kept_as_it_was(settings, resources):
    with resources.database.transaction() as session:
        factories.small_world(session)
    clock = FrozenClock(factories.CAMPAIGN)
    house = open_resources(replace(settings, open_data_minutes=0.0), clock=clock)
    assert refresh(house) == 8
    assert refresh(house) == 0
    changed(resources, "Partido Lucero Nuevo")
    clock.move(hours=2)
    assert refresh(house) == 0
    clock.move(days=1)
    assert refresh(house) == 8
    newest, oldest = snapshots(house, set_named("actores"))
    assert newest.day - oldest.day == timedelta(days=1)
    with zipfile.ZipFile(oldest.path) as kept:
        assert kept.testzip() is None
        package = json.loads(kept.read("datapackage.json"))
        for each in package["resources"]:
            assert f"sha256:{sha256(kept.read(each['path'])).hexdigest()}" == each["hash"]
        assert "Nuevo" not in kept.read("actores.csv").decode()
    app, close = opened(settings, settings.database_url, clock)
    answer = app.test_client().get(f"/datos/actores/{oldest.day}.zip")
    assert answer.get_data() == oldest.path.read_bytes()
    assert str(oldest.day) in app.test_client().get("/datos/actores").get_data(as_text=True)
    assert app.test_client().get("/datos/actores/2020-01-01.zip").status_code == 404
    close()
    house.close()


def test_the_same_rows_are_the_same_bytes(small, knobs):
    _, resources = small
    app, close = opened(knobs, knobs.database_url, FrozenClock(factories.RESULTS), every=0.0)
    client = app.test_client()
    one = {form: client.get(f"/datos/actores/actores.{form}").get_data() for form in Format}
    changed(resources, "Otro nombre")
    other = {form: client.get(f"/datos/actores/actores.{form}").get_data() for form in Format}
    assert all(one[form] != other[form] for form in Format)
    changed(resources, "Partido Lucero")
    assert {form: client.get(f"/datos/actores/actores.{form}").get_data() for form in Format} == one
    close()


@pytest.mark.shared
def test_places_and_results_are_points_with_the_same_words_as_the_files(real_client):
    places = json.loads(real_client.get("/datos/territorio/lugares.geojson").get_data())
    assert places["type"] == "FeatureCollection"
    assert len(places["features"]) == 125 + 45
    for each in places["features"]:
        longitude, latitude = each["geometry"]["coordinates"]
        assert -100.7 < longitude < -98.5
        assert 18.3 < latitude < 20.4
    answer = real_client.get("/datos/resultados/lugares.geojson")
    assert answer.mimetype == "application/geo+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    found = [each["properties"] for each in json.loads(answer.get_data())["features"]]
    assert found == rows_in_json(real_client, "resultados", "resultados")
    assert sum(each["total"] or 0 for each in found) == 6_687_908
