"""Seeing personal data in a text, so that its author is asked before sending it; no refusal."""

import re
from enum import StrEnum


class PersonalDatum(StrEnum):
    """What a text seems to hold."""

    PHONE = "phone"
    EMAIL = "email"
    CURP = "curp"
    RFC = "rfc"
    VOTER_KEY = "voter_key"
    ADDRESS = "address"


_DAY = r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_STREET = (
    r"(?:calle|c\.|avenida|av\.?|calzada|calz\.?|boulevard|bulevar|blvd\.?|privada|priv\.?|cerrada|"
    r"prolongaci[oó]n|prol\.?|callej[oó]n|andador|circuito|retorno|carretera)"
)
_WORDS = r"(?:[^\W\d_]+\.?\s+){1,5}"
_HOUSE = r"(?:#|n[uú]m(?:ero)?\.?|no\.|n[°º]\.?|ext(?:erior)?\.?)"
# A number right after a street's name is a house, unless it measures something.
_MEASURES = (
    r"(?!\s*(?:años?|metros?|mts?|m2|km|kil[oó]metros?|pesos|mil|millones|por\s+ciento|%|veces|"
    r"personas|d[ií]as|horas|minutos|cuadras|carriles|de\b))"
)

# A street can only be where one of these comes; looking for them costs a tenth of its shape.
_STREETS = (
    "calle", "c.", "av", "calz", "boulevard", "bulevar", "blvd", "priv", "cerrada", "prol",
    "andador", "circuito", "retorno", "carretera",
)  # fmt: skip
SHAPES: dict[PersonalDatum, tuple[re.Pattern[str], ...]] = {
    PersonalDatum.EMAIL: (
        re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
        re.compile(
            r"\b[\w.+-]+\s*\(?\barroba\b\)?\s*[\w-]+\s*(?:\.|\bpunto\b)\s*"
            r"(?:com|mx|org|net|gob|edu)\b",
            re.IGNORECASE,
        ),
    ),
    PersonalDatum.CURP: (
        re.compile(rf"\b[A-Z][AEIOUX][A-Z]{{2}}{_DAY}[HMX][A-Z]{{5}}[A-Z0-9]\d\b", re.IGNORECASE),
    ),
    PersonalDatum.VOTER_KEY: (re.compile(r"\b[A-ZÑ]{6}\d{8}[HM]\d{3}\b", re.IGNORECASE),),
    PersonalDatum.RFC: (
        re.compile(rf"\b[A-ZÑ&]{{3,4}}[ -]?{_DAY}[ -]?[A-Z0-9]{{2}}[0-9A]\b", re.IGNORECASE),
    ),
    PersonalDatum.ADDRESS: (
        re.compile(rf"\b{_STREET}\s+[\w ,.'-]{{1,60}}?\s*{_HOUSE}\s*\d", re.IGNORECASE),
        re.compile(rf"\b{_STREET}\s+{_WORDS}\d{{1,5}}\b{_MEASURES}", re.IGNORECASE),
        re.compile(r"\b(?:manzana|mza?\.?)\s*\d+\s*,?\s*(?:lote|lt\.?)\s*\d+", re.IGNORECASE),
        re.compile(r"\bc\.?\s?p\.?\s*:?\s*\d{5}\b", re.IGNORECASE),
    ),
}  # fmt: skip
_NUMBERS = re.compile(r"(?<![\w.,])\+?\(?\d(?:[ ().-]{0,2}\d){9,12}(?![\w])")
# Where to look for a kind: digits and one of the clues without which its shapes cannot be there.
# Most texts are done with after counting their digits.
_ANY = ("",)
_Look = tuple[int, tuple[str, ...], tuple[re.Pattern[str], ...]]
_LOOKS: dict[PersonalDatum, tuple[_Look, ...]] = {
    PersonalDatum.PHONE: ((10, _ANY, (_NUMBERS,)),),
    PersonalDatum.EMAIL: (
        (0, ("@",), SHAPES[PersonalDatum.EMAIL][:1]),
        (0, ("arroba",), SHAPES[PersonalDatum.EMAIL][1:]),
    ),
    PersonalDatum.CURP: ((7, _ANY, SHAPES[PersonalDatum.CURP]),),
    PersonalDatum.RFC: ((6, _ANY, SHAPES[PersonalDatum.RFC]),),
    PersonalDatum.VOTER_KEY: ((11, _ANY, SHAPES[PersonalDatum.VOTER_KEY]),),
    PersonalDatum.ADDRESS: (
        (1, _STREETS, SHAPES[PersonalDatum.ADDRESS][:2]),
        (2, ("manzana", "mz"), SHAPES[PersonalDatum.ADDRESS][2:3]),
        (5, ("p",), SHAPES[PersonalDatum.ADDRESS][3:]),
    ),
}
_DIGIT = re.compile(r"\d")
_SIZES = {10: "", 12: "52", 13: "521"}


def personal_data(text: str) -> list[PersonalDatum]:
    """The kinds of personal data that `text` seems to hold, each once, in a fixed order."""
    digits, folded = len(_DIGIT.findall(text)), _folded(text)
    return [kind for kind, looks in _LOOKS.items() if _matches(looks, text, folded, digits)]


def _matches(looks: tuple[_Look, ...], text: str, folded: str, digits: int) -> bool:
    for least, clues, shapes in looks:
        if digits >= least:
            for clue in clues:
                if clue in folded:
                    for shape in shapes:
                        if shape.search(text) and (shape is not _NUMBERS or _phone(text)):
                            return True
                    break
    return False


def _folded(text: str) -> str:
    """`text` so that letters which a shape takes for equal are equal."""
    folded = text.casefold()
    # Patterns take the Turkish letters for an i; folding leaves one and parts the other.
    return folded if folded.isascii() else folded.replace("ı", "i").replace("i\u0307", "i")


def _phone(text: str) -> bool:
    """Ten digits, alone or behind Mexico's prefix; commas never part a telephone number."""
    for found in _NUMBERS.finditer(text):
        digits = re.sub(r"\D", "", found.group())
        prefix = _SIZES.get(len(digits))
        if prefix is not None and digits.startswith(prefix):
            return True
    return False
