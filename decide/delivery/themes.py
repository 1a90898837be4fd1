"""Ideas that resemble one another, by the words they repeat: made by a program, and labelled so.

Extractive: a group is all ideas that use a word which many use; its label are the words that come
most often in it. No idea is summed up, reworded or judged. The same ideas give the same groups.
"""

import re
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import islice

import snowballstemmer

WORD = re.compile(r"[^\W\d_]{4,}")
GROUPS = 40
LABEL = 3  # words of a label
LEAST = 3  # ideas of a group
RAREST, COMMONEST = 0.004, 0.6  # share of ideas in which a word must come to found a group
LOOKED_AT = 60  # words of an idea that are looked at

# Words that say nothing about the subject, as `plain` gives them.
EMPTY = frozenset(
    """
    ante aquel aquella aquellas aquellos aqui asi aunque bien cada casi como con contra cual
    cuales cualquier cuando cuanto debe deben deberia deberian desde donde durante ella
    ellas ellos entonces entre eran eres esas esos esta estan estar estas este esto estos
    estoy favor fue fueron gente gracias gran hace hacen hacer hacia haga hagan hasta hay
    haya igual incluso junto mas mayor mejor mejorar menos mientras mismo mucha muchas mucho
    muchos nada necesita necesitamos ninguna ninguno nosotros nuestra nuestras nuestro
    nuestros nunca otra otras otro otros para parte pero poco poner ponga pongan porque
    propongo propuesta puede pueden pues queremos quien quienes quiero sean sera seria
    siempre sino sobre solo somos tambien tampoco tanto tenemos tener tiene tienen toda
    todas todavia todo todos tras unas unos usted ustedes vamos veces
    """.split()  # noqa: SIM905 - a list would take a line for each word
)


def write(base: sqlite3.Connection) -> None:
    """Fill the tables `grupo` and `idea_en_grupo` of a database whose ideas are in."""
    shares, words, total = _vocabulary(base)
    founders = _founders(shares, total)
    if not founders:
        return
    sizes, inside = _look_inside(base, founders)
    largest = sorted(sizes, key=lambda each: (-sizes[each], each))
    kept = [each for each in largest if sizes[each] >= LEAST][:GROUPS]
    numbers = {founder: number for number, founder in enumerate(kept, start=1)}
    labels = {founder: _label(founder, inside[founder], shares) for founder in kept}
    for founder in kept:
        shown = ", ".join(_commonest(words[stem]) for stem in labels[founder])
        row = (numbers[founder], shown, sizes[founder])
        base.execute("INSERT INTO grupo VALUES (?, ?, ?)", row)
    for number, stems in _stems_of_ideas(base):
        founder = _founder_of(stems, founders)
        if founder in numbers:
            weight = sum(stem in stems for stem in labels[founder])
            base.execute(
                "INSERT INTO idea_en_grupo VALUES (?, ?, ?)", (number, numbers[founder], weight)
            )


def plain(word: str) -> str:
    """A word in small letters without accents."""
    parted = unicodedata.normalize("NFKD", word.casefold())
    return "".join(each for each in parted if not unicodedata.combining(each))


@cache
def _stemmer() -> "snowballstemmer.stemmer":
    return snowballstemmer.stemmer("spanish")


@cache
def _stem(word: str) -> str:
    """A word's stem; "" for one that says nothing. Kept, because few words make most texts."""
    bare = plain(word)
    return "" if bare in EMPTY else plain(_stemmer().stemWord(word.casefold()))


def _stems_of_ideas(base: sqlite3.Connection) -> Iterator[tuple[int, frozenset[str]]]:
    """Number and stems of every idea that has a text of its own."""
    rows = base.execute(
        "SELECT idea, texto FROM idea WHERE NOT retirada AND repetida_de IS NULL ORDER BY idea"
    )
    for number, text in rows:
        found = islice(WORD.finditer(text), LOOKED_AT)
        yield number, frozenset(stem for word in found if (stem := _stem(word.group())))


def _vocabulary(base: sqlite3.Connection) -> tuple[Counter[str], dict[str, Counter[str]], int]:
    """In how many ideas each stem comes, how it is written, and how many ideas there are."""
    shares: Counter[str] = Counter()
    words: dict[str, Counter[str]] = {}
    total = 0
    rows = base.execute(
        "SELECT texto FROM idea WHERE NOT retirada AND repetida_de IS NULL ORDER BY idea"
    )
    for (text,) in rows:
        total += 1
        seen = set()
        for found in islice(WORD.finditer(text), LOOKED_AT):
            word = found.group().casefold()
            if stem := _stem(word):
                seen.add(stem)
                words.setdefault(stem, Counter())[word] += 1
        shares.update(seen)
    return shares, words, total


def _founders(shares: Counter[str], total: int) -> dict[str, int]:
    """Stems that are common enough to found a group, and not so common that they say nothing."""
    least, most = max(LEAST, RAREST * total), COMMONEST * total
    fit = [(stem, count) for stem, count in shares.items() if least <= count <= most]
    return dict(sorted(fit, key=lambda pair: (-pair[1], pair[0]))[: 2 * GROUPS])


def _founder_of(stems: frozenset[str], founders: dict[str, int]) -> str:
    """The group of an idea: by the commonest founding stem that it uses; "" for none."""
    fit = [stem for stem in stems if stem in founders]
    return min(fit, key=lambda stem: (-founders[stem], stem), default="")


def _look_inside(
    base: sqlite3.Connection, founders: dict[str, int]
) -> tuple[Counter[str], dict[str, Counter[str]]]:
    """How many ideas each group has, and which stems come in it."""
    sizes: Counter[str] = Counter()
    inside: dict[str, Counter[str]] = {founder: Counter() for founder in founders}
    for _, stems in _stems_of_ideas(base):
        founder = _founder_of(stems, founders)
        if founder:
            sizes[founder] += 1
            inside[founder].update(stems)
    return sizes, inside


def _label(founder: str, inside: Counter[str], shares: Counter[str]) -> tuple[str, ...]:
    """The founding stem and those that come much oftener here than elsewhere."""
    own = inside[founder]
    scored = sorted(
        (stem for stem in inside if stem != founder and inside[stem] * 5 >= own),
        key=lambda stem: (-inside[stem] * inside[stem] / shares[stem], stem),
    )
    return (founder, *scored[: LABEL - 1])


def _commonest(written: Counter[str]) -> str:
    return min(written, key=lambda word: (-written[word], word))
