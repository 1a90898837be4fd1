"""Open data: the list of sets, each with its dictionary, and files that anybody may take."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Blueprint, Response, render_template, send_file
from flask.typing import ResponseReturnValue

from decide.errors import NotFound
from decide.opendata import catalog, geojson
from decide.opendata.definitions import DataSet, Table
from decide.opendata.editions import DESCRIPTOR, Edition, edition_of, snapshots
from decide.opendata.formats import MEDIA_TYPES, Format
from decide.opendata.package import LICENCE, OpenFile, Publisher
from decide.opendata.sets import SETS, set_named, table_named
from decide.web.public import phases
from decide.web.shared.context import must_see, reading, resources
from decide.web.shared.crossing import open_to_all
from decide.web.shared.pages import FRESH, cacheable
from decide.web.shared.wording import gettext as _

JSON_LD = "application/ld+json"
# Sets that can also be put on a map, with the view that does it.
POINTS = {"territorio": "public.open_places", "resultados": "public.open_result_places"}


@dataclass(frozen=True)
class Offered:
    """A set in the list; `opens` when the calendar hides it, `edition` when it does not."""

    chosen: DataSet
    edition: Edition | None
    opens: datetime | None


@dataclass(frozen=True)
class Files:
    """A table and its files."""

    table: Table
    files: tuple[OpenFile, ...]


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/datos", view_func=open_data)
    door.add_url_rule("/datos/catalog.jsonld", view_func=open_catalog)
    door.add_url_rule("/datos/<string:dataset>", view_func=open_set)
    door.add_url_rule("/datos/<string:dataset>/datapackage.json", view_func=open_descriptor)
    door.add_url_rule("/datos/<string:dataset>/<string:table>.<string:form>", view_func=open_file)
    door.add_url_rule("/datos/territorio/lugares.geojson", view_func=open_places)
    door.add_url_rule("/datos/resultados/lugares.geojson", view_func=open_result_places)
    door.add_url_rule("/datos/<string:dataset>/<string:day>.zip", view_func=open_snapshot)
    for words in (byte_words, column_kind_words):
        door.add_app_template_filter(words)


@cacheable
def open_data() -> ResponseReturnValue:
    """All sets, those that are not open yet with their day."""
    offered = [
        Offered(
            each,
            edition_of(resources(), each) if is_open(each) else None,
            None if is_open(each) or each.area is None else phases.opens_at(each.area),
        )
        for each in SETS
    ]
    return render_template("public/open_data.html", offered=offered, licence=LICENCE)


@cacheable
def open_catalog() -> ResponseReturnValue:
    """The same for other catalogues."""
    found = [(each, edition_of(resources(), each)) for each in SETS if is_open(each)]
    return open_to_all(as_json(catalog.dcat(found, publisher()), JSON_LD))


@cacheable
def open_set(dataset: str) -> ResponseReturnValue:
    """One set: its tables, what each column means, its files and the kept days."""
    chosen = opened(dataset)
    edition = edition_of(resources(), chosen)
    tables = [
        Files(table, tuple(edition.file(table.name, form) for form in Format))
        for table in chosen.tables
    ]
    return render_template(
        "public/open_set.html",
        chosen=chosen,
        edition=edition,
        tables=tables,
        points=POINTS.get(chosen.name),
        snapshots=snapshots(resources(), chosen),
        licence=LICENCE,
        json_ld=catalog.schema_org(chosen, edition, publisher()),
    )


@cacheable
def open_descriptor(dataset: str) -> ResponseReturnValue:
    """The Frictionless descriptor of a set."""
    edition = edition_of(resources(), opened(dataset))
    body = edition.path(DESCRIPTOR).read_bytes()
    return open_to_all(Response(body, content_type="application/json"))


def open_file(dataset: str, table: str, form: str) -> ResponseReturnValue:
    """One table as a file."""
    chosen = opened(dataset)
    if form not in set(Format):
        raise NotFound("Ese formato no existe. Los hay en CSV, JSON y XLSX.")
    edition = edition_of(resources(), chosen)
    wanted = edition.file(table_named(chosen, table).name, Format(form))
    return sent(edition.path(wanted.name), MEDIA_TYPES[wanted.form], wanted.digest)


@cacheable
def open_places() -> ResponseReturnValue:
    """Municipalities and districts as points."""
    opened("territorio")
    with reading() as session:
        return open_to_all(Response(geojson.places(session), content_type=geojson.MEDIA_TYPE))


@cacheable
def open_result_places() -> ResponseReturnValue:
    """Results by place as points."""
    opened("resultados")
    with reading() as session:
        return open_to_all(Response(geojson.results(session), content_type=geojson.MEDIA_TYPE))


def open_snapshot(dataset: str, day: str) -> ResponseReturnValue:
    """All files of a set as they were on a day."""
    chosen = opened(dataset)
    kept = {each.day.isoformat(): each for each in snapshots(resources(), chosen)}
    if day not in kept:
        raise NotFound("Ese día no se guardó. Vea los que hay en la página de los datos.")
    return sent(kept[day].path, "application/zip", f"{dataset}-{day}")


def opened(dataset: str) -> DataSet:
    """The set of an address; NotFound when there is none or the calendar hides it."""
    chosen = set_named(dataset)
    if chosen.area is not None:
        must_see(chosen.area)
    return chosen


def is_open(chosen: DataSet) -> bool:
    """Whether citizens may have a set now."""
    return chosen.area is None or phases.shown(chosen.area)


def sent(path: Path, media_type: str, tag: str) -> Response:
    """A file of the disk, which anybody may keep."""
    answer = send_file(
        path, mimetype=media_type, as_attachment=True, etag=tag, max_age=FRESH, conditional=True
    )
    answer.headers["Content-Type"] = media_type
    answer.headers["Cache-Control"] = f"public, max-age={FRESH}, stale-if-error=3600"
    # The tag says all about a file's rows; the instant at which it was made says nothing.
    for name in ("Last-Modified", "Expires", "Date"):
        answer.headers.pop(name, None)
    return open_to_all(answer)


def as_json(told: object, media_type: str = "application/json") -> Response:
    """A JSON document for people too."""
    body = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    return Response(body, content_type=f"{media_type}; charset=utf-8")


def publisher() -> Publisher:
    """Who publishes here."""
    settings = resources().settings
    return Publisher(settings.authority, settings.public_url)


def byte_words(size: int) -> str:
    """“1.2 MB”."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:,.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:,.1f} MB"


def column_kind_words(kind: str) -> str:
    """What a column holds."""
    words: dict[str, str] = {
        "string": _("Texto"),
        "integer": _("Número entero"),
        "number": _("Número"),
        "boolean": _("Sí o no"),
        "date": _("Fecha"),
        "datetime": _("Fecha y hora"),
    }
    return words[kind]
