"""How easy a Spanish text is to read: Fernández-Huerta's formula, and the rules of the house."""

import itertools
import re

WORD = re.compile(r"[a-záéíóúüñ]+", re.IGNORECASE)
SENTENCE_END = re.compile(r"[.!?…]+(?:\s+|$)|\n+")
VOWELS = re.compile(r"[aeiouáéíóúü]+", re.IGNORECASE)
STRONG = set("aeoáéó")
STRESSED_WEAK = set("íú")
OFFICIALESE = (
    "a efecto de",
    "a fin de que",
    "así como también",
    "coadyuv",
    "con la finalidad de",
    "cabe señalar",
    "dar cumplimiento",
    "derivado de lo anterior",
    "en el entendido",
    "en virtud de",
    "lo anterior",
    "mediante el cual",
    "por conducto de",
    "por medio del presente",
    "referido",
    "susodich",
    ", mismo que",
    ", misma que",
    "toda vez",
    "el suscrito",
    "en lo conducente",
)


def sentences(text: str) -> list[str]:
    """The sentences of a text; a new line ends one too, a colon does not."""
    return [part for part in (one.strip() for one in SENTENCE_END.split(text)) if WORD.search(part)]


def words(text: str) -> list[str]:
    """The words of a text, without numbers and marks."""
    return WORD.findall(text)


def syllables(word: str) -> int:
    """How many syllables a Spanish word has: its vowel groups, parted where there is a hiatus."""
    bare = re.sub(r"qu(?=[eiéí])|gu(?=[eiéí])", "k", word.lower())
    bare = re.sub(r"y(?![aeiouáéíóú])", "i", bare)
    count = 0
    for group in VOWELS.findall(bare):
        count += 1
        for left, right in itertools.pairwise(group):
            if (
                (left in STRONG and right in STRONG)
                or left in STRESSED_WEAK
                or right in STRESSED_WEAK
            ):
                count += 1
    return max(count, 1)


def ease(text: str) -> float:
    """Fernández-Huerta: 206.84 − 60 · syllables per word − 1.02 · words per sentence."""
    told = words(text)
    per_word = sum(map(syllables, told)) / len(told)
    return 206.84 - 60 * per_word - 1.02 * len(told) / len(sentences(text))


def officialese(text: str) -> list[str]:
    """The phrases of offices that the text uses and should not."""
    low = text.lower()
    return [phrase for phrase in OFFICIALESE if phrase in low]
