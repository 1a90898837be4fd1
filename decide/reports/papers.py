"""A report as PDF and as workbook: of the same facts, the same bytes."""

import io
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from decide.kernel import typeset

TEMPLATE = Path(__file__).with_name("paper") / "report.typ"
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
LONGEST_NAME = 31  # of a sheet
WIDTH = 24


def as_pdf(facts: Mapping[str, Any]) -> bytes:
    """A PDF/UA-1; the template knows no date but those of the facts."""
    return typeset.pdf(TEMPLATE, facts)


def as_workbook(facts: Mapping[str, Any]) -> bytes:
    """A sheet for each table. Texts are written as texts, so that none can run."""
    target = io.BytesIO()
    book: Any = xlsxwriter.Workbook(target, OPTIONS)
    title = f"Informe del {facts['since']} al {facts['until']}"
    created = datetime.fromisoformat(facts["made"])
    book.set_properties({"title": title, "author": facts["authority"], "created": created})
    strong = book.add_format({"bold": True, "bottom": 1})
    front = book.add_worksheet("Informe")
    front.set_column(0, 0, 2 * WIDTH)
    told = (facts["authority"], facts["process"], title, f"Hecho el {facts['made']}")
    for place, line in enumerate(told):
        front.write_string(place, 0, line)
    for each in facts["sheets"]:
        fill(book.add_worksheet(each["title"][:LONGEST_NAME]), each, strong)
    book.close()
    return target.getvalue()


def fill(sheet: Any, told: Mapping[str, Any], strong: Any) -> None:
    """One table with its header."""
    sheet.set_column(0, len(told["columns"]) - 1, WIDTH)
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(told["columns"]):
        sheet.write_string(0, place, name, strong)
    for number, row in enumerate(told["rows"], start=1):
        for place, value in enumerate(row):
            write = sheet.write_number if isinstance(value, int) else sheet.write_string
            write(number, place, value)
