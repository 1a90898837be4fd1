"""Activation codes: what a letter carries instead of a passphrase, and how one is typed.

24 symbols in groups of four: 23 random ones (115 bits) and a check symbol (Luhn mod 32), by which a
wrong symbol or two swapped ones are seen at once. The alphabet has no O, 0, I or 1.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass

from decide.errors import Refused

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 24
GROUP = 4
BETWEEN = re.compile(r"[\s\-–—.]+")


class CodeMistyped(Refused):
    """What was typed cannot be a code; the sentence says what to look at."""


@dataclass(frozen=True, repr=False)
class Code:
    """An activation code. Its `repr` hides it."""

    symbols: str

    def __repr__(self) -> str:
        """Never the code."""
        return "Code(…)"

    @property
    def grouped(self) -> str:
        """As the letter shows it: ABCD-EFGH-…"""
        return "-".join(self.symbols[start : start + GROUP] for start in range(0, LENGTH, GROUP))

    @property
    def hash(self) -> bytes:
        """What is stored of a code. It has 115 random bits, so a plain hash cannot be reversed."""
        return hashlib.sha256(b"activation-code:" + self.symbols.encode()).digest()


def new_code() -> Code:
    """A code that nobody can guess."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return Code(body + check_symbol(body))


def typed_code(text: str) -> Code:
    """The code in what a person typed; CodeMistyped with what to correct."""
    symbols = BETWEEN.sub("", text).upper()
    if not symbols:
        raise CodeMistyped("Escriba el código de su carta.")
    strange = sorted({each for each in symbols if each not in ALPHABET})
    if strange:
        if set(strange) <= set("O0I1"):
            raise CodeMistyped("El código no lleva O, 0, I ni 1. Revise esos lugares.")
        raise CodeMistyped("El código solo lleva letras y números. Quite los demás signos.")
    if len(symbols) != LENGTH:
        raise CodeMistyped(
            f"El código tiene {LENGTH} letras y números. Usted escribió {len(symbols)}."
        )
    if check_symbol(symbols[:-1]) != symbols[-1]:
        raise CodeMistyped("Hay una letra o un número equivocado. Compare grupo por grupo.")
    return Code(symbols)


def check_symbol(body: str) -> str:
    """The last symbol of a code, from the others."""
    size = len(ALPHABET)
    total = 0
    for place, symbol in enumerate(reversed(body)):
        value = ALPHABET.index(symbol) * (2 if place % 2 == 0 else 1)
        total += value // size + value % size
    return ALPHABET[-total % size]
