"""`datapackage.json`: a data set described as a Frictionless Data Package (standard v2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from decide.opendata.definitions import Column, DataSet, Kind, Link, Table
from decide.opendata.formats import MEDIA_TYPES, Format, told

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
SCHEMA = "https://datapackage.org/profiles/2.0/tableschema.json"
LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/deed.es",
    "title": "Creative Commons Atribución 4.0 Internacional",
}
FORMATS = {Kind.DATE: "%Y-%m-%d", Kind.DATETIME: "%Y-%m-%dT%H:%M:%SZ"}


@dataclass(frozen=True)
class OpenFile:
    """One file of an edition."""

    table: str
    form: Format
    size: int
    digest: str  # SHA-256 in hexadecimal

    @property
    def name(self) -> str:
        """As it is called in its folder and in its address."""
        return f"{self.table}.{self.form}"


@dataclass(frozen=True)
class Publisher:
    """Who publishes, and where."""

    name: str
    site: str  # address without a final slash


def described(
    chosen: DataSet, files: Sequence[OpenFile], publisher: Publisher, made_at: datetime
) -> dict[str, Any]:
    """The descriptor of one edition; the same rows at the same instant give the same text."""
    tables = {table.name: table for table in chosen.tables}
    return {
        "$schema": PROFILE,
        "name": chosen.name,
        "id": f"{publisher.site}/datos/{chosen.name}",
        "title": chosen.title,
        "description": chosen.about,
        "homepage": f"{publisher.site}/datos/{chosen.name}",
        "version": version_of(files, made_at),
        "created": made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "keywords": list(chosen.keywords),
        "licenses": [LICENCE],
        "contributors": [{"title": publisher.name, "roles": ["publisher"]}],
        "resources": [resource(each, tables[each.table]) for each in files],
    }


def version_of(files: Sequence[OpenFile], made_at: datetime) -> str:
    """The day, and eight digits that change with any byte of any file."""
    whole = sha256("".join(each.digest for each in files).encode()).hexdigest()
    return f"{made_at.astimezone(UTC):%Y.%m.%d}+{whole[:8]}"


def resource(file: OpenFile, table: Table) -> dict[str, Any]:
    """One file with its schema."""
    described_file: dict[str, Any] = {
        "name": table.name if file.form is Format.CSV else f"{table.name}-{file.form}",
        "title": table.title,
        "description": table.about,
        "path": file.name,
        "format": file.form.value,
        "mediatype": MEDIA_TYPES[file.form].partition(";")[0],
        "bytes": file.size,
        "hash": f"sha256:{file.digest}",
        "schema": schema(table),
        "type": "table",
    }
    if file.form is not Format.XLSX:
        described_file["encoding"] = "utf-8"
    if file.form is Format.CSV:
        described_file["dialect"] = {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"'}
    return described_file


def schema(table: Table) -> dict[str, Any]:
    """Columns, key, and links to other tables of the set."""
    told_schema: dict[str, Any] = {
        "$schema": SCHEMA,
        "fields": [field(column, column.name in table.key) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    if table.links:
        told_schema["foreignKeys"] = [foreign(link, table) for link in table.links]
    return told_schema


def field(column: Column, in_key: bool) -> dict[str, Any]:
    """One column. An empty text is a text, so only other kinds can be required."""
    found: dict[str, Any] = {
        "name": column.name,
        "type": column.kind.value,
        "title": column.title,
        "description": told(column),
    }
    if column.kind in FORMATS:
        found["format"] = FORMATS[column.kind]
    constraints: dict[str, Any] = {}
    if column.required and (in_key or column.kind is not Kind.STRING):
        constraints["required"] = True
    if column.choices:
        constraints["enum"] = [value for value, _ in column.choices]
    if constraints:
        found["constraints"] = constraints
    return found


def foreign(link: Link, table: Table) -> dict[str, Any]:
    """A link; "" is the table itself."""
    there = "" if link.table == table.name else link.table
    return {
        "fields": list(link.columns),
        "reference": {"resource": there, "fields": list(link.there)},
    }
