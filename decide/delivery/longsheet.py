"""A worksheet that takes rows without end: each is written as it comes, and a text stays a text.

xlsxwriter keeps an object per cell and, in its constant-memory mode, copies a text that looks like
its own rich text (`<r>…</r>`) into the sheet as it is: what a citizen typed would become part of
the file's XML. Here a row is one line of XML in which every text is escaped.
"""

import re
from collections.abc import Iterable, Sequence

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

ROWS = 1_000_000  # of a sheet, below Excel's own limit
LONGEST = 32_767  # letters of a cell: Excel's own limit
# What XML or Excel would not take as it stands; most texts hold none of it.
TOUCHY = re.compile(r"[&<>\x00-\x1f\ufffe\uffff]|_x[0-9a-fA-F]{4}_|^\s|\s\Z")
ESCAPED = re.compile(r"(_x[0-9a-fA-F]{4}_)")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")


class LongSheet(Worksheet):  # type: ignore[misc] # xlsxwriter is not typed for us
    """A worksheet of a workbook in constant-memory mode; its header is written the usual way."""

    def write_rows(self, rows: Iterable[Sequence[int | str | None]], width: int) -> int:
        """Write rows of `width` cells below the header, as many as fit; how many were taken."""
        self._write_single_row()  # the header leaves xlsxwriter's hands
        columns = [xl_col_to_name(place) for place in range(width)]
        taken = 0
        for taken, row in enumerate(rows, start=1):
            line = taken + 1
            cells = "".join(
                [
                    _cell(f"{name}{line}", value)
                    for name, value in zip(columns, row, strict=True)
                    if value is not None and value != ""
                ]
            )
            self.fh.write(f'<row r="{line}">{cells}</row>')
            if taken == ROWS:
                break
        self._check_dimensions(taken, width - 1)
        return taken


def _cell(place: str, value: int | str) -> str:
    if not isinstance(value, str):
        return f'<c r="{place}"><v>{value}</v></c>'
    if len(value) > LONGEST // 2 or TOUCHY.search(value):
        return _touchy(place, value)
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def _touchy(place: str, value: str) -> str:
    """A text of which something must be escaped; Excel shows it as it was typed."""
    whole = value.encode("utf-16-le")[: 2 * LONGEST].decode("utf-16-le", "ignore")
    shown = ESCAPED.sub(r"_x005F\1", whole)
    shown = CONTROL.sub(lambda found: f"_x{ord(found.group()):04X}_", shown)
    shown = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    kept = ' xml:space="preserve"' if whole.strip() != whole else ""
    return f'<c r="{place}" t="inlineStr"><is><t{kept}>{shown}</t></is></c>'
