"""Folios: a citizen's receipt for an idea. Only its SHA-256 is ever stored.

128 bits in Crockford's base32 and one check letter: 27 characters in groups of four. The same idea
of the same device always makes the same folio, so a double click or a retry cannot make two.
"""

import hmac
from hashlib import sha256
from typing import NewType

from decide.errors import Refused, Sentence
from decide.participation.choices import IdeaKind
from decide.participation.keys import Keys
from decide.participation.wording import identity_of

Folio = NewType("Folio", bytes)

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 27
GROUP = 4
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_IGNORED = str.maketrans("", "", " -\t\r\n.–—_\u00a0\u2011")


class WrongFolio(Refused):
    """What was typed is no folio; the message says what to look at."""


def make(keys: Keys, device: bytes, subject_id: int, kind: IdeaKind, text: str) -> Folio:
    """The folio of an idea; changes of white space alone do not make another."""
    told = b"\0".join((device.hex().encode(), str(subject_id).encode(), kind.value.encode()))
    return Folio(hmac.digest(keys.folio, told + b"\0" + identity_of(text).encode(), "sha256")[:16])


def hash_of(folio: Folio) -> bytes:
    """What is stored of a folio."""
    return sha256(folio).digest()


def written(folio: Folio) -> str:
    """The folio as citizens see it: `1A2B-…-3C4`."""
    number = int.from_bytes(folio, "big")
    digits = [number >> 5 * place & 31 for place in reversed(range(LENGTH - 1))]
    letters = "".join(ALPHABET[digit] for digit in [*digits, _check(digits)])
    return "-".join(letters[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def parse(typed: str) -> Folio:
    """Read a folio as people type it: small letters, spaces, O for 0, I or L for 1.

    WrongFolio explains the mistake when it is none.
    """
    letters = typed.translate(_IGNORED).upper()
    if not letters:
        raise WrongFolio("Escriba su folio. Lo encuentra en la página que vio al enviar su idea.")
    for letter in letters:
        if letter not in _VALUES:
            raise WrongFolio(
                Sentence(
                    "Los folios no llevan el signo «%(sign)s». "
                    "Revise ese lugar y escriba el folio otra vez.",
                    sign=letter,
                )
            )
    if len(letters) != LENGTH:
        raise WrongFolio(_wrong_length(len(letters)))
    digits = [_VALUES[letter] for letter in letters]
    number = 0
    for digit in digits[:-1]:
        number = number << 5 | digit
    if _check(digits[:-1]) != digits[-1] or number >> 128:
        raise WrongFolio(
            "Hay un error en el folio: alguna letra o número está cambiado de lugar o es otro. "
            "Compárelo grupo por grupo con el suyo."
        )
    return Folio(number.to_bytes(16, "big"))


def _check(digits: list[int]) -> int:
    """A sum over GF(32) with a different weight at each place.

    It notices every single wrong letter and every exchange of two letters.
    """
    total = 0
    for digit in digits:
        total = (total ^ digit) << 1
        if total & 32:
            total ^= 0b100101
    return total


def _wrong_length(length: int) -> Sentence:
    missing = LENGTH - length
    if missing == 1:
        return Sentence(
            "Al folio le falta 1 carácter. Debe tener %(whole)s, sin contar los guiones.",
            whole=LENGTH,
        )
    if missing == -1:
        return Sentence(
            "Al folio le sobra 1 carácter. Debe tener %(whole)s, sin contar los guiones.",
            whole=LENGTH,
        )
    if missing > 0:
        return Sentence(
            "Al folio le faltan %(n)s caracteres. Debe tener %(whole)s, sin contar los guiones.",
            n=missing,
            whole=LENGTH,
        )
    return Sentence(
        "Al folio le sobran %(n)s caracteres. Debe tener %(whole)s, sin contar los guiones.",
        n=-missing,
        whole=LENGTH,
    )
