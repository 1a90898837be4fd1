"""One cell: cleaned of what nobody sees, compared without accents, read as a number."""

import re
import unicodedata
from collections.abc import Collection, Iterable

# Control characters but tab and newline, zero-width and text-direction marks, byte order mark.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
GROUPED = re.compile(r"\d{1,3}(,\d{3})+|\d{1,3}( \d{3})+")
WHOLE = re.compile(r"(\d+)(\.0*)?")
LONGEST_HEADER = 80
DECIMAL = re.compile(r"-?\d+(\.\d+)?")


class NotANumber(Exception):
    """The cell holds no number of the wanted kind; the message says why, in Spanish."""


def clean(text: str) -> str:
    """`text` without unseen characters, in composed form, trimmed; inner spaces as they are."""
    if not text.isprintable():
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = UNSEEN.sub("", text.replace("\u00a0", " ").replace("\u202f", " "))
    if not text.isascii():  # after what nobody sees is gone: it may stand before an accent
        text = unicodedata.normalize("NFC", text)
    return text.strip()


def plain(text: str) -> str:
    """`text` for comparing: lower case, no accents (ñ becomes n), words joined by underscores."""
    bare = unicodedata.normalize("NFKD", text)
    letters = "".join(each for each in bare if not unicodedata.combining(each)).casefold()
    return "_".join(re.findall(r"[a-z0-9]+", letters))


def likeness(cells: Iterable[str], known: Collection[str]) -> int:
    """How many known column names, as `plain` gives them, stand in a row."""
    return len({plain(cell) for cell in cells if cell and len(cell) < LONGEST_HEADER} & set(known))


def whole_number(text: str) -> int | None:
    """A number without sign: "1,234", "1 234" and "45.0" are understood; None for a blank cell.

    Raises NotANumber.
    """
    if not text:
        return None
    bare = re.sub(r"[ ,]", "", text) if GROUPED.fullmatch(text) else text
    match = WHOLE.fullmatch(bare) if bare.isascii() else None
    if match is None:
        raise NotANumber("no es un número entero")
    if len(match[1]) > 9:
        raise NotANumber("es un número demasiado grande")
    return int(match[1])


def percentage(text: str) -> float | None:
    """A share as "63.99%", "63.99" or, as XLSX keeps it, 0.6399; None for a blank cell.

    Which of the two a value below 1 is cannot be seen here; who compares tries both. Raises
    NotANumber.
    """
    if not text:
        return None
    bare = text.removesuffix("%").strip()
    if not (bare.isascii() and DECIMAL.fullmatch(bare)):
        raise NotANumber("no es un porcentaje")
    return float(bare)
