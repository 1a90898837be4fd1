"""Sixty hostile files: each ends in a table or in a sentence, in little time and memory (R32).

`HOSTILE=whole` adds those that are large to make, and measures seconds; test_tables has them small.
"""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

from tests.unit.test_tables import (
    BOOK,
    END,
    LINKS,
    LIST,
    MANY,
    SHEET,
    STRINGS,
    STYLES,
    book_of,
    book_with,
    cell,
    workbook,
    zipped,
)

WHOLE_TABLE = os.environ.get("HOSTILE") == "whole"
ROOT = Path(__file__).resolve().parents[2]
MIB = 1 << 20
WHOLE = workbook([["a", "b"], ["1", "2"]])
GOOD = LIST.encode()
SPARE = SHEET.format(f'<row r="1">{cell("A1")}</row>') + END
ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))

# name → (bytes, or how to make them if they are many; whether a table may come of it)
HOSTILE = {
    "nothing": (b"", False),
    "blanks": (b" \r\n\t" * 1_000, False),
    "only NUL": (b"\0" * MIB, False),
    "only a byte order mark": (b"\xef\xbb\xbf", False),
    "only a UTF-16 mark": (b"\xff\xfe", False),
    "old Excel": (b"\xd0\xcf\x11\xe0" + b"\0" * 4_096, False),
    "PDF": (b"%PDF-1.7\n" + b"x" * 999, False),
    "RTF": (b"{\\rtf1 hola}", False),
    "gzip": (b"\x1f\x8b\x08" + b"\0" * 99, False),
    "RAR": (b"Rar!\x1a\x07\x01", False),
    "7z": (b"7z\xbc\xaf\x27\x1c", False),
    "PNG": (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, False),
    "JPEG": (b"\xff\xd8\xff\xe0" + b"\0" * 99, False),
    "GIF": (b"GIF89a" + b"\0" * 99, False),
    "page named xls": (b"<!DOCTYPE html><table><tr><td>1</table>", False),
    "page after blanks": (b"\n\n  <HTML><body>1", False),
    "XML": (b'<?xml version="1.0"?><a/>', False),
    "a file of 49 MiB": (lambda: b"a,b\n" + b"1,2\n" * (49 * MIB // 4), False),
    "100,000 columns": (b",".join([b"x"] * 100_000), False),
    "100,000 blank columns": (b"," * 100_000, False),
    "301 columns": (b",".join([b"x"] * 301) + b"\n" + b",".join([b"1"] * 301), False),
    "a line without end": (lambda: b"x" * (40 * MIB), False),
    "a quote never closed": (b'a,b\n1,"' + b"x\n" * (2 * MIB), False),
    "a quote in every cell": (b"a,b\n" + b'",",' * 200_000, True),
    "quotes only": (b'"' * 500_000, True),
    "3 million blank cells": (lambda: b"a,b\n" + (b"," * 250 + b"\n") * 12_500, True),
    "120,000 rows": (b"a,b\n" + b"1,2\n" * 120_000, False),
    "a cell of 40,000 letters": (b"a,b\n1," + b"y" * 40_000, False),
    "duplicate headers": (b"a,a,a,a\n1,2,3,4\n", True),
    "headers of 100 KB": (b"a," + b"h" * 100_000 + b"\n1,2\n", True),
    "nameless headers": (b",,,\n1,2,3,4\n", True),
    "mixed line ends": (b"a,b\r1,2\n3,4\r\n5,6\n\r7,8", True),
    "carriage returns only": (b"a,b\r" * 1_000, True),
    "NUL in every cell": (b"a\0,b\0\n1\0,\0" + b"2\n", True),
    "control characters": (bytes(range(1, 32)) * 400 + b"a,b\n1,2\n", True),
    "text direction": ("a,b\n\u202e1,\u20662\n".encode(), True),
    "letters that combine": (("a,b\n1,z" + "\u0301" * 20_000 + "\n").encode(), True),
    "letters outside the plane": (("a,b\n" + "\U0001f600,\U0001f600\n" * 50_000).encode(), True),
    "UTF-16": (LIST.encode("utf-16"), True),
    "UTF-16 without a mark": (LIST.encode("utf-16-be"), True),
    "UTF-16 cut in a letter": (LIST.encode("utf-16")[:-1], True),
    "UTF-32": (LIST.encode("utf-32"), True),
    "UTF-8 with stray bytes": (GOOD + b"\xff\xfe\xc3\n", True),
    "surrogates": (b"a,b\n\xed\xa0\x80,1\n", True),
    "formulas": (b"a,b\n=cmd|' /C calc'!A0,@SUM(1)\n", True),
    "a sep line of nothing": (b"sep=\na,b\n1,2\n", True),
    "ZIP without a workbook": (zipped([("a.txt", "hola")]), False),
    "empty ZIP": (zipped([]), False),
    "ZIP with a way up": (zipped([("../../etc/passwd", "x")]), False),
    "ZIP in a ZIP": (zipped([("xl/workbook.xml", WHOLE)]), False),
    "ZIP of 10,000 parts": (zipped([(f"{n}", "") for n in range(10_000)]), False),
    "workbook cut at 100": (WHOLE[:100], False),
    "workbook cut at its end": (WHOLE[:-30], False),
    "workbook with spoilt bytes": (WHOLE[:200] + b"\0" * 200 + WHOLE[400:], True),
    "bomb of blanks": (lambda: book_with(SHEET.format("") + " " * (200 * MIB) + END), False),
    "bomb of rows": (lambda: book_with(SHEET.format("<row/>" * 3_000_000) + END), False),
    "bomb of depth": (book_with("<a>" * 500_000), False),
    "bomb of strings": (lambda: book_of(STRINGS, "<sst>" + "<si/>" * 3_000_000 + "</sst>"), False),
    "bomb of styles": (
        book_of(STYLES, "<s><cellXfs>" + "<xf/>" * 70_000 + "</cellXfs></s>"), False,
    ),
    "bomb of links": (book_of(MANY + "</Relationships>", "<s/>"), False),
    "bomb of entities": (book_with(f"<!DOCTYPE x [{ENTITIES}]><x>&e11;</x>"), False),
    "entity of a file": (
        book_with('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'), False,
    ),
    "attribute of 9 MiB": (lambda: book_with(f'<worksheet a="{"x" * (9 * MIB)}"/>'), False),
    "a cell in the last corner": (book_with(SHEET.format(cell("XFD1048576")) + END), False),
    "a cell nowhere": (book_with(SHEET.format(f"<row>{cell('ZZZZ99999999')}</row>") + END), False),
    "no sheet": (zipped([("xl/workbook.xml", "<workbook/>"), ("x", SPARE)]), False),
    "sheet elsewhere": (
        zipped([("xl/workbook.xml", BOOK), ("xl/_rels/workbook.xml.rels", LINKS)]), False,
    ),
}  # fmt: skip


def test_sixty_hostile_files_end_in_a_table_or_a_sentence_in_little_memory(tmp_path):
    assert len(HOSTILE) >= 60
    chosen = {
        name: body for name, (body, _) in HOSTILE.items() if WHOLE_TABLE or not callable(body)
    }
    for number, body in enumerate(chosen.values()):
        (tmp_path / f"{number:03d}").write_bytes(body() if callable(body) else body)
    script = f"""
        import sys, time
        from pathlib import Path
        sys.path.insert(0, {str(ROOT)!r})
        from decide.imports import tables
        from decide.imports.limits import Unreadable
        for path in sorted(Path({str(tmp_path)!r}).iterdir()):
            begun, told = time.process_time(), "table"
            try:
                with path.open("rb") as stream:
                    tables.read(stream, known={{"ord", "mun", "part"}})
            except Unreadable as refusal:
                told = f"{{refusal.what}} {{refusal.remedy}}"
            print(f"{{time.process_time() - begun:.2f}}", told)
        # Not getrusage: its peak is handed down from the process that started this one.
        status = Path("/proc/self/status").read_text().splitlines()
        print(next(int(line.split()[1]) // 1024 for line in status if "VmHWM" in line))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-600:]
    *lines, mebibytes = done.stdout.splitlines()
    told = dict(zip(chosen, (line.partition(" ")[2] for line in lines), strict=True))
    taken = {name for name, words in told.items() if words == "table" and not HOSTILE[name][1]}
    assert taken == set()
    assert [name for name, words in told.items() if not words.endswith((".", "table"))] == []
    assert int(mebibytes) < 300
    seconds = {name: float(line.split()[0]) for name, line in zip(chosen, lines, strict=True)}
    if WHOLE_TABLE:
        assert {name: each for name, each in seconds.items() if each > 2} == {}
