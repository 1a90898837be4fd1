"""Rows of the workbook: a text stays a text, whatever it looks like, and Excel's limits hold."""

import re
import zipfile
from xml.etree import ElementTree as Xml

import pytest
import xlsxwriter

from decide.delivery import longsheet
from decide.delivery.longsheet import LongSheet

HOSTILE = (
    "<r><t>parece texto con formato</t></r>", "<r></is></r>", "a & b < c > d", '"comillas"',
    " con espacios ", "dos\nrenglones", "_x0041_", "=1+1", "@SUM(A1)", "campana\x07", "ñandú 🌳",
)  # fmt: skip


def write(path, rows, free=2):
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent)})
    sheet = book.add_worksheet("Ideas", worksheet_class=LongSheet)
    sheet.write_row(0, 0, ["Idea", "Tema", "Texto"])
    taken = sheet.write_rows(iter(rows), 3, free=free)
    book.close()
    return taken


def read(path):
    """The rows below the header as Excel would show them; strict about the XML."""
    with zipfile.ZipFile(path) as archive:
        sheet = Xml.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        name = "xl/sharedStrings.xml"
        table = Xml.fromstring(archive.read(name)) if name in archive.namelist() else ()
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    shared = [each.find(f"{space}t").text for each in table]
    rows = []
    for row in list(sheet.iter(f"{space}row"))[1:]:
        rows.append([])
        for cell in row:
            number, text = cell.find(f"{space}v"), cell.find(f"{space}is/{space}t")
            value = shown(text.text) if text is not None else int(number.text)
            rows[-1].append(shared[value] if cell.get("t") == "s" else value)
    return rows


def shown(text):
    return re.sub(r"_x([0-9A-F]{4})_", lambda found: chr(int(found.group(1), 16)), text)


@pytest.mark.parametrize("free", [2, 1, -1])
@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_read_back_as_it_was_typed(tmp_path, text, free):
    path = tmp_path / "libro.xlsx"
    assert write(path, [(1, None, text), (2, "agua", ""), (3, "agua", text)], free) == 3
    assert read(path) == [[1, text], [2, "agua"], [3, "agua", text]]


def test_a_word_that_comes_again_is_kept_once(tmp_path):
    path = tmp_path / "libro.xlsx"
    write(path, [(number, "agua y drenaje", f"texto {number}") for number in range(100)])
    with zipfile.ZipFile(path) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert whole.count(b"agua y drenaje") == 1


def test_a_sheet_takes_no_more_rows_than_fit_and_says_how_many(tmp_path, monkeypatch):
    monkeypatch.setattr(longsheet, "ROWS", 3)
    rows = iter([(number, None, "x") for number in range(1, 6)])
    path = tmp_path / "libro.xlsx"
    assert write(path, rows) == 3
    assert [row[0] for row in read(path)] == [1, 2, 3]
    assert next(rows)[0] == 4


def test_a_text_longer_than_a_cell_is_cut_and_not_lost(tmp_path):
    path = tmp_path / "libro.xlsx"
    write(path, [(1, None, "á" * 40_000)])
    assert read(path)[0][1] == "á" * longsheet.LONGEST
