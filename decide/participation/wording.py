"""What citizens type: cleaned before it is kept, and reduced when two texts are compared."""

import re
import unicodedata

from decide.errors import Refused, Sentence

LONGEST = 4_000  # characters of an idea

# Control characters but tab and line end, and halves of pairs that are no character at all.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BLANKS = re.compile(r"[^\S\n]+\n")
_GAPS = re.compile(r"\n{3,}")
_SPACES = re.compile(r"\s+")


class NoWords(Refused):
    """Nothing was written."""


class TooLong(Refused):
    """More was written than an idea may hold."""


def cleaned(text: str) -> str:
    """The text as it is kept: composed letters, plain line ends, no control characters."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = _CONTROLS.sub("", text)
    return _GAPS.sub("\n\n", _BLANKS.sub("\n", kept)).strip()


def identity_of(text: str) -> str:
    """What makes two texts the same idea: everything but white space."""
    return _SPACES.sub(" ", cleaned(text)).strip()


def checked(text: str) -> str:
    """The cleaned text of an idea; NoWords or TooLong with a sentence for its author."""
    kept = cleaned(text)
    if not kept:
        raise NoWords("Escriba su idea antes de enviarla.")
    if len(kept) > LONGEST:
        raise TooLong(
            Sentence(
                "Su texto tiene %(n)s caracteres y el máximo es %(most)s. Quite al menos %(over)s.",
                n=f"{len(kept):,}",
                most=f"{LONGEST:,}",
                over=f"{len(kept) - LONGEST:,}",
            )
        )
    return kept
