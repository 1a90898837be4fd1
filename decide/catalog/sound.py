"""Words as a Spanish ear hears them, so that “Gonsales” finds González.

The same rules stand in PostgreSQL as the function `sounded` (migration 0015); a test compares both.
"""

import re
from functools import lru_cache

from decide.geography.search import plain

SOUNDS = tuple(
    (re.compile(heard), written)
    for heard, written in (
        ("ch", "1"),
        ("h", ""),
        ("qu(?=[ei])", "k"),
        ("gu(?=[ei])", "2"),
        ("g(?=[ei])", "j"),
        ("2", "g"),
        ("c(?=[ei])", "s"),
        ("[cq]", "k"),
        ("[zx]", "s"),
        ("v", "b"),
        ("w", "u"),
        ("ll", "y"),
        ("y(?![aeiou])", "i"),
        (r"(.)\1", r"\1"),
    )
)


def sounded(words: str) -> str:
    """`words` by their sound: without accents, signs and capitals."""
    return " ".join(heard for word in plain(words).split() if (heard := sounded_word(word)))


@lru_cache(maxsize=16_384)
def sounded_word(word: str) -> str:
    """One plain word (see `geography.search.plain`) by its sound."""
    for sound, written in SOUNDS:
        word = sound.sub(written, word)
    return word
