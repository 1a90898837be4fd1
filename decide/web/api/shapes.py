"""The shapes of questions and answers, made from the same row classes as the files."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

from decide.opendata.definitions import Column, DataSet, Kind, Table

ROWS = 100  # in a sheet, unless asked for otherwise
MOST_ROWS = 500
TYPES: Mapping[Kind, Any] = {
    Kind.STRING: str,
    Kind.INTEGER: int,
    Kind.NUMBER: float,
    Kind.BOOLEAN: bool,
    Kind.DATE: date,
    Kind.DATETIME: datetime,
}
# In an address everything is text. These say which texts are a number or yes and no; pydantic alone
# would also take "1.0" and "1_0" for whole numbers, "on" for yes, and "inf" for a number.
WRITTEN: Mapping[Kind, re.Pattern[str]] = {
    Kind.INTEGER: re.compile(r"-?[0-9]+"),
    Kind.NUMBER: re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?"),
    Kind.BOOLEAN: re.compile(r"true|false"),
}
# Words of the question itself; no column bears them (a test holds that).
SHEET, COUNT = "hoja", "filas"


def as_written(kind: Kind) -> BeforeValidator:
    """Refuses what is not written as `WRITTEN` says."""

    def checked(value: object) -> object:
        if isinstance(value, str) and not WRITTEN[kind].fullmatch(value):
            raise ValueError(kind)
        return value

    return BeforeValidator(checked)


Whole = Annotated[int, as_written(Kind.INTEGER)]


def typed(kind: Kind) -> Any:
    """The type of a value in an address."""
    return Annotated[TYPES[kind], as_written(kind)] if kind in WRITTEN else TYPES[kind]


class Question(BaseModel):
    """A question without filters; what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid")

    hoja: Whole = Field(1, ge=1, le=1_000_000, description="Qué hoja del resultado, desde 1.")
    filas: Whole = Field(ROWS, ge=1, le=MOST_ROWS, description="Cuántas filas por hoja.")


class Mistake(BaseModel):
    """Why there is no answer."""

    mensaje: str = Field(description="Qué pasó y qué hacer.")


class TableListed(BaseModel):
    """One table in the list of all."""

    conjunto: str
    tabla: str
    titulo: str
    descripcion: str
    filas: str = Field(description="Dirección de sus filas.")
    dato_abierto: str = Field(description="Dirección del archivo completo en CSV.")


class Contents(BaseModel):
    """All tables that are open now."""

    licencia: str
    documentacion: str
    tablas: list[TableListed]


def row_shape(chosen: DataSet, table: Table) -> type[BaseModel]:
    """A row as the answer carries it."""
    fields: dict[str, Any] = {
        each.name: (answered(each), Field(title=each.title, description=each.about))
        for each in table.columns
    }
    return create_model(name_of(chosen, table, "Fila"), **fields)


def question_shape(chosen: DataSet, table: Table) -> type[BaseModel]:
    """A question: sheet, and any column as a filter.

    A filter may be left out; none is null, which no address can say.
    """
    fields: dict[str, Any] = {
        each.name: (
            asked(each),
            Field(
                None,
                title=each.title,
                description=f"Solo las filas con este valor. {each.about}",
                json_schema_extra=without_default,
            ),
        )
        for each in table.columns
    }
    return create_model(name_of(chosen, table, "Pregunta"), __base__=Question, **fields)


def answer_shape(chosen: DataSet, table: Table, row: type[BaseModel]) -> type[BaseModel]:
    """One sheet of rows."""
    fields: dict[str, Any] = {
        "total": (int, Field(description="Cuántas filas cumplen lo que se preguntó.")),
        "hoja": (int, Field(description="Esta hoja.")),
        "hojas": (int, Field(description="Cuántas hojas hay.")),
        "version": (str, Field(description="Versión de los datos.")),
        "filas": (list[row], Field(description="Las filas de esta hoja.")),  # type: ignore[valid-type]
    }
    return create_model(name_of(chosen, table, "Hoja"), **fields)


def answered(column: Column) -> Any:
    """The type of a column's values."""
    kind = choices(column) or TYPES[column.kind]
    return kind if column.required else kind | None


def asked(column: Column) -> Any:
    """The type of a filter; an instant is asked for as it is written."""
    written = column.kind in (Kind.DATE, Kind.DATETIME)
    return str if written else choices(column) or typed(column.kind)


def without_default(schema: dict[str, Any]) -> None:
    """A filter that is left out has no value, not the value null."""
    schema.pop("default", None)


def choices(column: Column) -> Any:
    """The only values that a column can have, as a type."""
    return Literal[tuple(value for value, _ in column.choices)] if column.choices else None


def name_of(chosen: DataSet, table: Table, what: str) -> str:
    """`ResultadosVotosFila`."""
    words = f"{chosen.name}-{table.name}".split("-")
    return "".join(word.title() for word in words) + what
