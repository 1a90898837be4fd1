"""Finding a municipality by a name typed with or without accents, or with a slip of the finger."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

CLOSE = 75.0  # below this likeness (0–100) a name is not offered as a guess
MOST = 8
SHORT = 3  # letters; a longer beginning counts as the whole word
SMALL = frozenset({"de", "del", "la", "las", "los", "el"})


@lru_cache(maxsize=8192)  # the names of places, terms and actors are asked for at every search
def plain(text: str) -> str:
    """`text` in lower case, without accents (ñ becomes n) and with single spaces."""
    bare = unicodedata.normalize("NFKD", text)
    letters = "".join(each for each in bare if not unicodedata.combining(each)).casefold()
    return " ".join(re.sub(r"[^0-9a-z]+", " ", letters).split())


def best(text: str, names: Sequence[str]) -> list[int]:
    """Positions in `names` that fit what was typed, best first; empty when nothing comes close.

    Names that hold all typed words (or their beginnings) come first; only without any are close
    spellings offered.
    """
    wanted = plain(text)
    if not wanted:
        return []
    known = tuple(map(plain, names))
    begun = [f" {word}" for word in wanted.split()]
    held = [place for place, name in enumerate(known) if all(word in f" {name}" for word in begun)]
    if held:
        held.sort(key=lambda at: (known[at] != wanted, not known[at].startswith(wanted), at))
        return held[:MOST]
    likeness = near(wanted, known)
    close = list(likeness)
    # The whole string decides between names that share the one word that was typed right.
    close.sort(key=lambda place: (-likeness[place] - fuzz.ratio(wanted, known[place]), place))
    return close[:MOST]


def near(wanted: str, known: tuple[str, ...]) -> dict[int, float]:
    """Places in `known` of the plain names that are alike, each with its likeness."""
    vocabulary, holders = _words_of(known)
    may = {place for _, _, place in _close(wanted, known, CLOSE)}
    # A mean of CLOSE needs one pair of words at least as alike.
    for word in wanted.split():
        for number in vocabulary.near(word, CLOSE):
            may.update(holders[number])
    scored = {place: alike(wanted, known[place]) for place in sorted(may)}
    return {place: score for place, score in scored.items() if score >= CLOSE}


def alike(wanted: str, name: str) -> float:
    """How alike two plain names are, 0–100: as a whole, or by the words of whichever has fewer."""
    typed = [word for word in wanted.split() if word not in SMALL] or wanted.split()
    words = [word for word in name.split() if word not in SMALL] or name.split()
    pairs = [[word_alike(each, word) for word in words] for each in typed]
    by_typed = sum(max(pair) for pair in pairs) / len(typed)
    by_words: float = sum(max(pair) for pair in zip(*pairs, strict=True)) / len(words)
    return max(float(fuzz.ratio(wanted, name)), by_typed, by_words)


def word_alike(typed: str, word: str) -> float:
    """How alike two words are; a short beginning counts as the whole word."""
    start = fuzz.ratio(typed, word[: len(typed)]) if len(typed) > SHORT else 0.0
    return float(max(fuzz.ratio(typed, word), start))


class Vocabulary:
    """Known words, to look up which of them somebody may have meant."""

    def __init__(self, words: Sequence[str]) -> None:
        """`words`, each once."""
        self._words = words
        self._beginnings: dict[int, list[str]] = {}

    def near(self, word: str, least: float) -> dict[int, float]:
        """Numbers of the words that are at least so alike (`word_alike`), with their likeness."""
        found = {number: score for _, score, number in _close(word, self._words, least)}
        length = len(word)
        if length > SHORT:
            begun = self._beginnings.get(length)
            if begun is None:
                begun = self._beginnings[length] = [each[:length] for each in self._words]
            for _, score, number in _close(word, begun, least):
                found[number] = max(score, found.get(number, 0.0))
        return found


def _close(word: str, known: Sequence[str], least: float) -> list[tuple[str, float, int]]:
    found: list[tuple[str, float, int]] = process.extract(
        word, known, scorer=fuzz.ratio, score_cutoff=least, limit=None
    )
    return found


@lru_cache(maxsize=16)
def _words_of(names: tuple[str, ...]) -> tuple[Vocabulary, list[list[int]]]:
    """All words of these names, and for each the places of the names that hold it."""
    holders: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        for word in dict.fromkeys(name.split()):
            holders.setdefault(word, []).append(place)
    return Vocabulary(list(holders)), list(holders.values())
