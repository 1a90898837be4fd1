"""A worksheet that takes rows without end: each is written as it comes, and a text stays a text.

xlsxwriter keeps an object per cell and, in its constant-memory mode, copies a text that looks like
its own rich text (`<r>…</r>`) into the sheet as it is: what a citizen typed would become part of
the file's XML. Here a row is one line of XML in which every text is escaped.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

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

    def write_rows(
        self, rows: Iterable[Sequence[int | str | None]], width: int, *, free: int = -1
    ) -> int:
        """Write rows of `width` cells below the header, as many as fit; how many were taken.

        Texts come again and again, except in the column `free`: they are kept once for the whole
        workbook, and a cell only names its text.
        """
        self._write_single_row()  # the header leaves xlsxwriter's hands
        columns = [xl_col_to_name(place) for place in range(width)]
        shared = [place != free for place in range(width)]
        known = _Known(self.str_table)
        taken = 0
        for taken, row in enumerate(rows, start=1):
            line = taken + 1
            cells = [
                f'<c r="{name}{line}"><v>{value}</v></c>'
                if isinstance(value, int)
                else f'<c r="{name}{line}"{known[value] if again else _text(value)}</c>'
                for name, value, again in zip(columns, row, shared, strict=True)
                if value is not None and value != ""
            ]
            self.fh.write(f'<row r="{line}">{"".join(cells)}</row>')
            if taken == ROWS:
                break
        self._check_dimensions(taken, width - 1)
        return taken


class _Known(dict[str, str]):
    """Text → its cell behind the place, by its number in the workbook's table where it may be."""

    def __init__(self, table: Any) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, value: str) -> str:
        if not _is_plain(value):
            body = _touchy(value)  # the table's writer would take some of these for its own marks
        else:
            body = f' t="s"><v>{self._table._get_shared_string_index(value)}</v>'
        self[value] = body
        return body


def _is_plain(value: str) -> bool:
    """Whether a text goes into XML as it stands; the quick look spares most texts the careful."""
    if len(value) > LONGEST // 2:
        return False
    quick = value.isprintable() and not (
        "&" in value or "<" in value or ">" in value or "_x" in value or value != value.strip()
    )
    return quick or TOUCHY.search(value) is None


def _text(value: str) -> str:
    """A text's cell behind the place, with the text in it."""
    if not _is_plain(value):
        return _touchy(value)
    return f' t="inlineStr"><is><t>{value}</t></is>'


def _touchy(value: str) -> str:
    """A text of which something must be escaped; Excel shows it as it was typed."""
    whole = value.encode("utf-16-le")[: 2 * LONGEST].decode("utf-16-le", "ignore")
    shown = ESCAPED.sub(r"_x005F\1", whole)
    shown = CONTROL.sub(lambda found: f"_x{ord(found.group()):04X}_", shown)
    shown = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    kept = ' xml:space="preserve"' if whole.strip() != whole else ""
    return f' t="inlineStr"><is><t{kept}>{shown}</t></is>'
