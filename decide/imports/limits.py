"""How large a file may be before it is refused, and the refusal itself."""

from dataclasses import dataclass

from decide.errors import Refused

MIB = 1 << 20


class Unreadable(Refused):
    """The file cannot be read as a table. `what` is the fault, `remedy` what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        """Both are Spanish sentences."""
        super().__init__(f"{what} {remedy}")
        self.what = what
        self.remedy = remedy


@dataclass(frozen=True)
class Limits:
    """Bounds that the largest honest list of a state stays well below.

    `unpacked` is the total size of a spreadsheet's parts once they are out of their ZIP: what a
    small file can blow itself up to. `record` is in characters, `cell` is Excel's own limit.
    """

    size: int = 48 * MIB
    unpacked: int = 160 * MIB
    rows: int = 100_000
    columns: int = 300
    cells: int = 3_000_000
    record: int = 400_000
    cell: int = 32_767
    memory: int = 160 * MIB  # of all texts together, as this program holds them
    parts: int = 500  # files inside a spreadsheet's ZIP, and what they may name
    elements: int = 3_000_000  # of a spreadsheet's XML: what takes time
    styles: int = 65_000  # a little more than Excel can write


def too_much() -> Unreadable:
    """The texts of a file need more memory than it may have."""
    return Unreadable(
        "El archivo trae demasiado texto.", "Divídalo, o deje sólo las columnas de la lista."
    )


def too_long() -> Unreadable:
    """One text is longer than any that a spreadsheet program writes."""
    return Unreadable(
        "El archivo trae un texto demasiado largo en una celda.", "Acórtelo y guárdelo de nuevo."
    )
