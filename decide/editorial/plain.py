"""How easy a Spanish text is to read: Fernández-Huerta's formula, and the rules of the house."""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass

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


# The meter of the desk: what a text scores, and which sentences to mend.

LONGEST_SENTENCE = 20  # words
PLAIN_FROM = 70.0  # on Fernández-Huerta's scale
HARD_BELOW = 60.0
SHOWN = 8  # sentences to mend at a time
MARKS = re.compile(r"[*_`>#\\]+|\]\([^)\s]*\)|\[|^\s*(?:[-+*]|[0-9]+[.)])\s+", re.MULTILINE)


@dataclass(frozen=True)
class Meter:
    """How plain a text is. `score` is None where there is nothing to read."""

    score: float | None
    words: int
    long: tuple[str, ...]  # the longest sentences first
    office: tuple[tuple[str, str], ...]  # (phrase, the sentence that holds it)

    @property
    def plain(self) -> bool:
        """Whether there is nothing to mend."""
        return (
            not self.long and not self.office and (self.score is None or self.score >= PLAIN_FROM)
        )


def measured(texts: Iterable[str]) -> Meter:
    """What the meter of the desk shows of the fields of a text; marks of Markdown do not count."""
    told = [MARKS.sub(" ", each) for each in texts]
    whole = "\n".join(told)
    if not words(whole):
        return Meter(None, 0, (), ())
    every = sentences(whole)
    long = sorted(
        (each for each in every if len(words(each)) > LONGEST_SENTENCE),
        key=lambda each: -len(words(each)),
    )
    office = [(phrase, each) for each in every for phrase in officialese(each)]
    return Meter(
        round(ease(whole), 1), len(words(whole)), tuple(long[:SHOWN]), tuple(office[:SHOWN])
    )
