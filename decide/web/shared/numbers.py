"""Numbers and words in addresses: those that something may have. Others name nothing: not found."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map, PathConverter, UnicodeConverter

LONGEST = 200


class RowNumber(IntegerConverter):
    """`<int:…>`, but PostgreSQL is never asked for a number that it cannot hold."""

    largest = 2**31 - 1  # of an INTEGER; no table here comes near it

    def __init__(self, url_map: Map, *args: Any, **options: Any) -> None:
        """As the library's, with a largest value."""
        super().__init__(url_map, *args, **{"max": self.largest} | options)


class SmallNumber(RowNumber):
    """`<small:…>`, a number that stands in a SMALLINT: of a municipality, a district, a year."""

    largest = 2**15 - 1


class Word(UnicodeConverter):
    """`<string:…>`, but no NUL, which no text of PostgreSQL holds, and not longer than a name.

    The longest of ours are the tokens of mails.
    """

    def __init__(self, url_map: Map, *args: Any, **options: Any) -> None:
        """As the library's, with a largest length."""
        super().__init__(url_map, *args, **{"maxlength": LONGEST} | options)
        self.regex = self.regex.replace("[^/]", r"[^/\0]")


class Words(PathConverter):
    """`<path:…>` without NUL."""

    regex = r"[^/\0][^\0]*?"


def install(app: Flask) -> None:
    """Before the first address is added."""
    app.url_map.converters |= {
        "int": RowNumber,
        "small": SmallNumber,
        "default": Word,
        "string": Word,
        "path": Words,
    }
