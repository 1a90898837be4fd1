"""Numbers in addresses: those that a row may have. A larger one names nothing: not found."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1  # of PostgreSQL's INTEGER; no table here comes near it


class RowNumber(IntegerConverter):
    """`<int:…>`, but PostgreSQL is never asked for a number that it cannot hold."""

    def __init__(self, url_map: Map, *args: Any, **options: Any) -> None:
        """As the library's, with a largest value."""
        super().__init__(url_map, *args, **{"max": LARGEST} | options)


def install(app: Flask) -> None:
    """Before the first address is added."""
    app.url_map.converters["int"] = RowNumber
