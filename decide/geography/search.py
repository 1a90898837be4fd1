"""Finding a municipality by a name typed with or without accents, or with a slip of the finger."""

import re
import unicodedata
from collections.abc import Sequence
from statistics import fmean

from rapidfuzz import fuzz

CLOSE = 75.0  # below this likeness (0–100) a name is not offered as a guess
MOST = 8
SMALL = frozenset({"de", "del", "la", "las", "los", "el"})


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
    known = [plain(name) for name in names]
    held = [
        place
        for place, name in enumerate(known)
        if all(re.search(rf"\b{word}", name) for word in wanted.split())
    ]
    if held:
        held.sort(key=lambda at: (known[at] != wanted, not known[at].startswith(wanted), at))
        return held[:MOST]
    likeness = {place: alike(wanted, name) for place, name in enumerate(known)}
    close = [place for place, score in likeness.items() if score >= CLOSE]
    # The whole string decides between names that share the one word that was typed right.
    close.sort(key=lambda place: (-likeness[place] - fuzz.ratio(wanted, known[place]), place))
    return close[:MOST]


def alike(wanted: str, name: str) -> float:
    """How alike two plain names are, 0–100: as a whole, or by the words of whichever has fewer."""
    typed = [word for word in wanted.split() if word not in SMALL] or wanted.split()
    words = [word for word in name.split() if word not in SMALL]
    return max(
        fuzz.ratio(wanted, name),
        fmean(max(word_alike(each, word) for word in words) for each in typed),
        fmean(max(word_alike(each, word) for each in typed) for word in words),
    )


def word_alike(typed: str, word: str) -> float:
    """How alike two words are; a short beginning counts as the whole word."""
    start = fuzz.ratio(typed, word[: len(typed)]) if len(typed) > 3 else 0.0
    return max(fuzz.ratio(typed, word), start)
