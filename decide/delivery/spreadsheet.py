"""Text that a spreadsheet must show and never run.

A cell that begins with one of these signs is a formula to Excel or LibreOffice. It gets an
apostrophe in front; a text that itself begins with an apostrophe gets one more. So the original is
always recovered by one rule, which the delivery's README tells.
"""

STARTERS = frozenset("=+-@\t\r\n＝＋－＠")
# Spreadsheets may trim these before they look; and an apostrophe needs another one.
SUSPICIOUS = STARTERS | frozenset(" \u00a0'")
RULE = "Si una celda empieza con apóstrofo ('), quite uno: lo demás es el texto original."


def inert(text: str) -> str:
    """`text` as a cell that no spreadsheet takes for a formula."""
    if text[:1] not in SUSPICIOUS:
        return text
    runs = text.lstrip(" \u00a0")[:1] in STARTERS
    return f"'{text}" if runs or text.startswith("'") else text


def original(cell: str) -> str:
    """The text that `inert` was given."""
    return cell.removeprefix("'")
