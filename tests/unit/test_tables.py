"""Reading tables as Excel really saves them, and stopping the hostile ones."""

import contextlib
import csv
import io
import struct
import zipfile
from datetime import datetime

import pytest
import xlsxwriter
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from decide.imports import tables
from decide.imports.cells import NotANumber, clean, percentage, plain, whole_number
from decide.imports.limits import Limits, Unreadable

LIST = (
    "ord;IDENTIFICADOR_MUNICIPIO;mun;part;CANDIDATURA_PROPIETARIA;CANDIDATURA_SUPLENTE\r\n"
    "1;1;ACAMBAY DE RUÍZ CASTAÑEDA;pan;MARÍA NÚÑEZ PEÑA;ANA LÓPEZ\r\n"
    "2;2;ACOLMAN;pri;JOSÉ GÜEMES IBÁÑEZ;ÍÑIGO ÁVILA\r\n"
)
KNOWN = {"ord", "identificador_municipio", "mun", "part"}


def read(data, **how):
    """A table from bytes or text."""
    return tables.read(io.BytesIO(data.encode() if isinstance(data, str) else data), **how)


def workbook(rows, *, sheets=(), formats=None):
    """An XLSX file as bytes; `sheets` are (name, rows, hidden) before the main one."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for name, lines, hidden in sheets:
            sheet = book.add_worksheet(name)
            for at, line in enumerate(lines):
                sheet.write_row(at, 0, line)
            if hidden:
                sheet.hide()
        sheet = book.add_worksheet("Lista")
        sheet.activate()
        sheet.set_first_sheet()
        for at, line in enumerate(rows):
            for column, value in enumerate(line):
                style = (
                    book.add_format(formats[column]) if formats and formats.get(column) else None
                )
                sheet.write(at, column, value, style)
    return target.getvalue()


ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman",
    "cp850",
)  # fmt: skip


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_accents_survive_every_encoding_that_excel_saves(encoding):
    table = read(LIST.encode(encoding))
    assert table.header[2] == "mun"
    assert table.rows[0].cells[2] == "ACAMBAY DE RUÍZ CASTAÑEDA"
    assert table.rows[1].cells[5] == "ÍÑIGO ÁVILA"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_out(separator):
    assert read(LIST.replace(";", separator)).rows == read(LIST).rows


def test_a_sep_line_tells_the_separator_and_is_no_row():
    table = read("sep=;\n" + LIST)
    assert table.header_row == 1
    assert [row.number for row in table.rows] == [2, 3]


def test_commas_in_semicolon_cells_do_not_win():
    table = read("mun;total;nota\nA;1,234;uno, dos, tres, cuatro\nB;5,678;a, b, c, d\n")
    assert table.header == ("mun", "total", "nota")
    assert table.rows[0].cells == ("A", "1,234", "uno, dos, tres, cuatro")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_counts(end):
    assert read(LIST.replace("\r\n", end)).rows == read(LIST).rows


def test_mixed_line_ends_in_one_file():
    table = read("a;b\r\n1;x\n2;y\r3;z")
    assert [row.cells for row in table.rows] == [("1", "x"), ("2", "y"), ("3", "z")]


def test_title_rows_before_the_header_are_passed_over_and_rows_keep_their_number():
    title = "INSTITUTO ELECTORAL;;;;;\nProceso 2021;;;;;\n\nCandidaturas registradas;;;;;\n"
    table = read(title + LIST, known=KNOWN)
    assert table.header_row == 5
    assert [row.number for row in table.rows] == [6, 7]


def test_title_rows_are_passed_over_without_knowing_the_header():
    table = read("Resultados\n\nmun,pan,pri\nA,1,2\nB,3,4\n")
    assert table.header == ("mun", "pan", "pri")
    assert table.header_row == 3


def test_titles_and_groups_that_are_merged_over_the_header_are_passed_over():
    """As in lists made to be printed: a title over all columns, groups of columns below it."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Lista")
        sheet.merge_range(0, 0, 0, 5, "Candidaturas a ayuntamientos")
        sheet.merge_range(1, 0, 1, 2, "Municipio")
        sheet.merge_range(1, 4, 1, 5, "Fórmula que encabeza")
        for at, line in enumerate(LIST.splitlines(), start=2):
            sheet.write_row(at, 0, line.split(";"))
    table = read(target.getvalue(), known=KNOWN)
    assert table.header == tuple(LIST.splitlines()[0].split(";"))
    assert (table.header_row, [row.number for row in table.rows]) == (3, [4, 5])
    assert table.rows[0].cells[2] == "ACAMBAY DE RUÍZ CASTAÑEDA"


def test_a_column_called_na_is_a_column_and_a_cell_called_na_is_text():
    table = read("Municipio,Sección,NA,PES\n1,1,17,NA\n2,2,,0\n")
    assert table.header[2] == "NA"
    assert table.rows[0].cells == ("1", "1", "17", "NA")
    assert table.rows[1].cells == ("2", "2", "", "0")


def test_two_columns_of_one_name_are_both_there():
    table = read("a,Candidato Independiente,Candidato Independiente\n1,2,3\n")
    assert table.header.count("Candidato Independiente") == 2
    assert table.rows[0].cells == ("1", "2", "3")


def test_nameless_columns_get_the_letter_of_the_spreadsheet():
    assert read("a,,c\n1,2,3\n").header == ("a", "(columna B)", "c")


def test_a_cell_with_lines_is_one_row_as_in_excel():
    table = read('a;b\n1;"uno\r\ndos"\n2;x\n')
    assert table.rows[0].cells == ("1", "uno\ndos")
    assert table.rows[1].number == 3


def test_blank_cells_at_the_end_may_be_left_out():
    assert read("a,b,c\n1,2,3\n4\n").rows[1].cells == ("4", "", "")


def test_a_row_with_more_cells_than_the_header_shows_them():
    assert read("a,b\n1,2\n3,4,5\n").rows[1].cells == ("3", "4", "5")


def test_notes_below_the_list_are_set_aside_and_not_lost():
    table = read(LIST + "Fuente: Secretaría Ejecutiva;;;;;\n")
    assert len(table.rows) == 2
    assert table.asides[0].cells[0] == "Fuente: Secretaría Ejecutiva"


def test_a_lonely_number_is_a_row_not_a_note():
    assert len(read(LIST + "3;;;;;\n").rows) == 3


def test_stray_nuls_and_unseen_characters_disappear():
    table = read(LIST.replace("ACOLMAN", "ACOL\0MAN\u200b\ufeff").replace(";pri;", ";\u00a0pri ;"))
    assert table.rows[1].cells[2:4] == ("ACOLMAN", "pri")


def test_decomposed_letters_become_composed():
    assert read("a;b\n1;PEN\u0303A\n").rows[0].cells[1] == "PEÑA"


def test_numbers_dates_and_truth_values_of_a_spreadsheet_become_text():
    rows = [["a", "b", "c", "d"], [45.0, 0.6399, True, 1234567]]
    table = read(workbook(rows, formats={1: {"num_format": "0.00%"}}))
    assert table.rows[0].cells == ("45", "0.6399", "VERDADERO", "1234567")


def test_a_cell_in_error_is_not_blank():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["mun", "votos"])
        sheet.write(1, 0, "A")
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
    assert read(target.getvalue()).rows[0].cells == ("A", "#DIV/0!")


def test_of_several_sheets_the_one_with_the_known_header_is_read_and_hidden_ones_never():
    notes = ("Notas", [["Instrucciones", "x", "y"], ["lea", "esto", "bien"]], False)
    hidden = ("Vieja", [line.split(";") for line in LIST.splitlines()[:1]], True)
    rows = [line.split(";") for line in LIST.splitlines()]
    table = read(workbook(rows, sheets=(notes, hidden)), known=KNOWN)
    assert table.sheet == "Lista"
    assert len(table.rows) == 2


def test_rows_of_a_sheet_that_starts_low_keep_their_numbers():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(4, 2, ["mun", "pan"])
        sheet.write_row(5, 2, ["A", 7])
    table = read(target.getvalue())
    assert table.header_row == 5
    assert table.rows[0] == (6, ("", "", "A", "7"))


def test_formatting_down_to_the_last_row_is_no_data():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_row(1, 0, ["1", "2"])
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
    assert len(read(target.getvalue()).rows) == 1


def test_formulas_are_read_as_what_they_showed():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write(1, 0, "x")
        sheet.write_formula(1, 1, "=40+2", None, 42)
    assert read(target.getvalue()).rows[0].cells == ("x", "42")


# ---- refused with a sentence -------------------------------------------------------------------


def refused(data, **how):
    """The refusal of a file."""
    with pytest.raises(Unreadable) as caught:
        read(data, **how)
    assert caught.value.what
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize(
    ("start", "word"),
    [
        (b"", "vacío"),
        (b"\xff\xfe", "vacío"),
        (b"\n\n\n", "vacío"),
        (b"\0" * 4096, "vacío"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "antiguo"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x1f\x8b\x08", "comprimido"),
        (b"\x89PNG\r\n", "imagen"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "página web"),
        (b"PK\x03\x04 no", "dañado"),
    ],
)
def test_what_is_no_table_is_named(start, word):
    assert word in refused(start).what


def zipped(parts, *, method=zipfile.ZIP_DEFLATED):
    """A ZIP file with these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return target.getvalue()


BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="H" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}'
END = "</sheetData></worksheet>"


def book_with(sheet, *more):
    """A hand-made XLSX with one sheet part."""
    return zipped(
        [
            ("xl/workbook.xml", BOOK),
            ("xl/_rels/workbook.xml.rels", LINKS),
            ("xl/worksheets/sheet1.xml", sheet),
            *more,
        ]
    )


def cell(place, value="1"):
    """One cell."""
    return f'<c r="{place}"><v>{value}</v></c>'


def test_a_zip_that_is_no_workbook_is_refused():
    assert "no es un libro de Excel" in refused(zipped([("a.txt", "hola")])).what


def test_a_zip_bomb_is_refused():
    bomb = book_with(SHEET.format("") + " " * (200 << 20) + END)
    assert len(bomb) < 1 << 20
    assert "demasiado grande" in refused(bomb).what


def test_a_zip_bomb_that_lies_about_its_size_is_refused():
    limits = Limits(unpacked=1 << 20)
    bomb = bytearray(book_with(SHEET.format("") + " " * (8 << 20) + END))
    place = bomb.index(b"PK\x01\x02", bomb.index(b"sheetData") if b"sheetData" in bomb else 0)
    while place >= 0:  # every central record claims ten bytes
        struct.pack_into("<I", bomb, place + 24, 10)
        place = bomb.find(b"PK\x01\x02", place + 4)
    assert refused(bytes(bomb), limits=limits).what


def test_one_cell_in_the_last_corner_is_refused():
    corner = SHEET.format(f'<row r="1048576">{cell("XFD1048576")}</row>') + END
    assert "en la fila 1,048,576" in refused(book_with(corner)).what


def test_a_corner_written_as_an_entity_is_seen_too():
    corner = SHEET.format('<row r="9"><c r="&#88;FD9"><v>1</v></c></row>') + END
    assert "en la columna 16,384" in refused(book_with(corner)).what


def test_a_wide_and_high_sheet_that_keeps_both_limits_is_still_refused():
    rows = "".join(f'<row r="{n}">{cell(f"KM{n}")}</row>' for n in range(1, 20_000))
    assert "demasiadas celdas" in refused(book_with(SHEET.format(rows) + END)).what


def test_many_commas_that_keep_both_limits_are_still_refused():
    assert "demasiadas celdas" in refused(("x" + "," * 290 + "x\n") * 20_000).what


@pytest.mark.parametrize(
    "row",
    [
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>',
        '<row r="2"><c r="A3"><v>1</v></c></row>',
        '<row r="x"><c r="A2"><v>1</v></c></row>',
        '<row r="2"><c r="A2" t="s"><v>99</v></c></row>',
        '<row r="2"><c r="A2"><v>uno</v></c></row>',
        '<row r="2"><c r="1"><v>1</v></c></row>',
    ],
)
def test_a_sheet_that_contradicts_itself_is_refused(row):
    assert "dañado" in refused(book_with(SHEET.format(row) + END)).what


def test_cells_and_rows_without_address_follow_one_another():
    row = "<row><c><v>{}</v></c><c t='inlineStr'><is><t>b</t></is></c></row>"
    table = read(book_with(SHEET.format(row.format(7) + row.format(8)) + END))
    assert [cells for _, cells in (*table.rows,)] == [("8", "b")]
    assert table.header == ("7", "b")


def test_dates_of_a_spreadsheet_become_iso_dates():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b", "c", "d"])
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        moment = book.add_format({"num_format": 'd "de" mmmm hh:mm'})
        money = book.add_format({"num_format": '"día" $#,##0.00'})
        sheet.write_datetime(1, 0, datetime(2021, 6, 6), day)  # noqa: DTZ001
        sheet.write_datetime(1, 1, datetime(2021, 6, 6, 18, 30), moment)  # noqa: DTZ001
        sheet.write(1, 2, 1234.5, money)
        sheet.write(1, 3, "x")
    cells = read(target.getvalue()).rows[0].cells
    assert cells == ("2021-06-06", "2021-06-06 18:30:00", "1234.5", "x")


def test_rich_text_is_read_without_its_dress():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["mun", "part"])
        bold = book.add_format({"bold": True})
        sheet.write_rich_string(1, 0, "ACAMBAY ", bold, "DE RUÍZ", " CASTAÑEDA")
        sheet.write(1, 1, "a\x01_x0041_")
    assert read(target.getvalue()).rows[0].cells == ("ACAMBAY DE RUÍZ CASTAÑEDA", "a_x0041_")


def test_a_sheet_that_starts_far_down_is_found():
    rows = "".join(
        f'<row r="{n}"><c r="B{n}" t="str"><v>x{n}</v></c><c r="C{n}" t="str"><v>y</v></c></row>'
        for n in (5000, 5001)
    )
    table = read(book_with(SHEET.format(rows) + END))
    assert table.header_row == 5000
    assert table.rows[0].number == 5001


def test_a_document_type_is_refused():
    laughs = '<!DOCTYPE x [<!ENTITY a "ja"><!ENTITY b "&a;&a;&a;">]>' + SHEET.format("") + END
    assert "instrucciones ajenas" in refused(book_with(laughs)).what


def test_a_sheet_hidden_in_another_folder_is_not_read():
    links = LINKS.replace("worksheets/sheet1.xml", "otro/sheet1.xml")
    corner = SHEET.format(cell("XFD1048576")) + END
    data = zipped(
        [
            ("xl/workbook.xml", BOOK),
            ("xl/_rels/workbook.xml.rels", links),
            ("xl/otro/sheet1.xml", corner),
        ]
    )
    assert refused(data).what  # and not read: the corner would take all memory


def test_two_parts_of_one_name_are_refused():
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = book_with(SHEET.format(cell("A1")) + END, ("xl/workbook.xml", BOOK))
    assert "mismo nombre" in refused(data).what


def test_an_attribute_of_megabytes_is_refused():
    assert "dañado" in refused(book_with(f'<worksheet a="{"x" * (9 << 20)}"/>')).what


MORE = '<Relationship Id="s" Type="x/{}" Target="s.xml"/></Relationships>'
STRINGS = LINKS.replace("</Relationships>", MORE.format("sharedStrings"))
STYLES = LINKS.replace("</Relationships>", MORE.format("styles"))
MANY = LINKS.replace("</Relationships>", "".join(f'<Relationship Id="{n}"/>' for n in range(600)))


def book_of(links, part):
    """A hand-made XLSX with one more part."""
    sheet = SHEET.format(f'<row r="1">{cell("A1")}</row>') + END
    return zipped(
        [
            ("xl/workbook.xml", BOOK),
            ("xl/_rels/workbook.xml.rels", links),
            ("xl/worksheets/sheet1.xml", sheet),
            ("xl/s.xml", part),
        ]
    )


@pytest.mark.parametrize(
    ("data", "word", "limits"),
    [
        (book_with("<a>" * 5_000), "dañado", Limits()),
        (book_with(SHEET.format("<row/>" * 2_000)), "demasiadas celdas", Limits(elements=1_000)),
        (
            book_with(SHEET.format(f"<row>{cell('A1', '9' * 40_000)}</row>") + END),
            "demasiado largo",
            Limits(),
        ),
        (
            book_of(STRINGS, f"<sst><si><t>{'x' * 40_000}</t></si></sst>"),
            "demasiado largo",
            Limits(),
        ),
        (book_of(STRINGS, "<sst>" + "<si/>" * 30_000 + "</sst>"), "texto", Limits(memory=1 << 20)),
        (book_of(STYLES, "<s><cellXfs>" + "<xf/>" * 70_000 + "</cellXfs></s>"), "dañado", Limits()),
        (book_of(MANY + "</Relationships>", "<s/>"), "dañado", Limits()),
        (("x" * 1_000 + ",😀\n") * 2_000, "demasiado texto", Limits(memory=1 << 20)),
        (f"a,b\n1,{'y' * 40_000}\n", "32,767 letras", Limits()),
    ],
)
def test_whatever_grows_has_a_bound(data, word, limits):
    assert word in refused(data, limits=limits).what


@pytest.mark.parametrize("cut", [10, 100, 400, -30])
def test_a_cut_off_workbook_is_refused(cut):
    assert refused(workbook([["a", "b"], ["1", "2"]])[:cut]).what


def test_a_file_over_the_limit_is_refused_by_its_size_alone():
    class Huge(io.BytesIO):
        def seek(self, place, whence=0):
            return 1 << 30 if whence == 2 else super().seek(place, whence)

    with pytest.raises(Unreadable, match="pesa 1,024 MB"):
        tables.read(Huge(b"a,b\n1,2\n"))


def test_a_hundred_thousand_columns_are_refused():
    assert "300 columnas" in refused(",".join(["x"] * 100_000)).what


def test_one_line_without_end_is_refused():
    assert "demasiado larga" in refused("a,b\n" + "x" * 5_000_000).what


def test_a_quote_that_is_never_closed_is_named_by_its_row():
    data = 'a,b\n1,2\n3,"abierta\n' + "4,5\n" * 200_000
    assert "La fila 3" in refused(data).what


def test_a_record_of_many_quoted_lines_is_refused():
    assert "La fila 2" in refused("a,b\n" + '"\n",' * 300_000).what


def test_too_many_rows_are_refused():
    assert "más de 100 filas" in refused("a,b\n" + "1,2\n" * 200, limits=Limits(rows=100)).what


# ---- cells -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [("", None), ("0", 0), ("007", 7), ("1,234", 1234), ("12,345,678", 12345678), ("1 234", 1234),
     ("45.0", 45), ("45.", 45)],
)  # fmt: skip
def test_whole_numbers_as_people_write_them(text, number):
    assert whole_number(text) == number


@pytest.mark.parametrize(
    "text",
    ["x", "1,23", "1,2345", "-1", "1.5", "1e3", "٣", "½", "#N/A", "12 34", "9" * 40, "1,234.5"],
)
def test_what_is_no_whole_number_is_refused_and_not_guessed(text):
    with pytest.raises(NotANumber):
        whole_number(text)


@pytest.mark.parametrize(("text", "value"), [("63.99%", 63.99), ("63.99 %", 63.99), ("0", 0.0)])
def test_shares_as_people_write_them(text, value):
    assert percentage(text) == value


def test_names_compare_without_accents_case_and_punctuation():
    assert plain(" Peña-Nieto,  ÁVILA ") == "pena_nieto_avila"


# ---- properties --------------------------------------------------------------------------------

CELLS = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], include_characters="\n"),
    max_size=20,
).map(clean)
# Letters that every Excel encoding has.
SPANISH = st.text(alphabet="abcXYZ áéíóúüñÁÉÍÓÚÜÑ,;\"'.-0123456789", max_size=20).map(clean)


def saved(rows, separator, end, encoding):
    """Rows as a program saves them."""
    target = io.StringIO()
    csv.writer(target, delimiter=separator, lineterminator=end).writerows(rows)
    return target.getvalue().encode(encoding)


def grid(cells):
    """Rows of three cells whose first is a number, so that no row is a note or blank."""
    row = st.tuples(st.integers(1, 99999).map(str), cells, cells)
    return st.lists(row, min_size=1, max_size=8)


@given(
    rows=grid(CELLS),
    separator=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
@settings(deadline=None)
def test_whatever_is_saved_is_read_back(rows, separator, end, encoding):
    header = ("ord", "mun", "part")
    table = read(saved([header, *rows], separator, end, encoding), known=KNOWN)
    assert table.header == header
    assert [row.cells for row in table.rows] == rows


@given(rows=grid(SPANISH), encoding=st.sampled_from(["cp1252", "utf-16-le", "utf-16-be"]))
@settings(deadline=None)
def test_spanish_text_is_read_back_without_a_mark_in_the_file(rows, encoding):
    header = ("ord", "mun", "part")
    data = saved([header, *rows], ";", "\r\n", encoding)
    if encoding == "cp1252":
        # Two one-byte letters may happen to be one UTF-8 letter; no program can tell.
        with contextlib.suppress(UnicodeDecodeError):
            assume(data.decode("utf-8") == data.decode("cp1252"))
    table = read(data, known=KNOWN)
    assert [row.cells for row in table.rows] == rows


@given(data=st.binary(max_size=3000))
@settings(deadline=None)
def test_no_bytes_at_all_end_otherwise_than_in_a_table_or_a_sentence(data):
    with contextlib.suppress(Unreadable):
        table = read(data)
        assert all(len(row.cells) >= len(table.header) for row in table.rows)


@given(rows=st.lists(st.tuples(st.integers(1, 10**6), SPANISH, SPANISH), min_size=1, max_size=6))
@settings(deadline=None, max_examples=30)
def test_a_workbook_is_read_back(rows):
    table = read(workbook([("ord", "mun", "part"), *[(n, f"x{a}", f"y{b}") for n, a, b in rows]]))
    assert [row.cells for row in table.rows] == [
        (str(n), clean(f"x{a}"), clean(f"y{b}")) for n, a, b in rows
    ]
