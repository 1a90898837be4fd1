"""Ideas that resemble one another, by the words they repeat: made by a program, and labelled so.

Extractive: a group is all ideas that use a word which many use; its label are the words that come
most often in it. No idea is summed up, reworded or judged. The same ideas give the same groups.
"""

import re
import sqlite3
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import chain, islice

import snowballstemmer

WORD = re.compile(r"[^\W\d_]{4,}")
GROUPS = 40
LABEL = 3  # words of a label
LEAST = 3  # ideas of a group
RAREST, COMMONEST = 0.004, 0.6  # share of ideas in which a word must come to found a group
LOOKED_AT = 60  # words of an idea that are looked at
# Ideas from which groups and their names are found: of more than these, every second, third …
SAMPLE = 20_000
OWN_TEXTS = "SELECT idea, texto FROM idea WHERE NOT retirada AND repetida_de IS NULL ORDER BY idea"

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
    stems = Stems()
    sample, words = _sample(base, stems)
    shares = Counter(chain.from_iterable(sample))
    founders = _founders(shares, len(sample))
    if not founders:
        return
    labels = _labels(sample, founders, shares)
    # Seven bytes for each idea that has a group: there may be a million of them.
    ideas, ranks, weights = array("I"), array("B"), array("B")
    for number, found in _stems_of_ideas(base, stems):
        founder = _founder_of(found, founders)
        if founder:
            ideas.append(number)
            ranks.append(founders[founder])
            weights.append(len(found.intersection(labels[founder])))
    sizes = Counter(ranks)
    names = list(founders)
    largest = sorted(sizes, key=lambda rank: (-sizes[rank], names[rank]))
    kept = [rank for rank in largest if sizes[rank] >= LEAST][:GROUPS]
    numbers = {rank: number for number, rank in enumerate(kept, start=1)}
    for rank, number in numbers.items():
        shown = ", ".join(_commonest(words[stem]) for stem in labels[names[rank]])
        base.execute("INSERT INTO grupo VALUES (?, ?, ?)", (number, shown, sizes[rank]))
    base.executemany(
        "INSERT INTO idea_en_grupo VALUES (?, ?, ?)",
        (
            (idea, numbers[rank], weight)
            for idea, rank, weight in zip(ideas, ranks, weights, strict=True)
            if rank in numbers
        ),
    )


def plain(word: str) -> str:
    """A word in small letters without accents."""
    parted = unicodedata.normalize("NFKD", word.casefold())
    return "".join(each for each in parted if not unicodedata.combining(each))


@cache
def _stemmer() -> "snowballstemmer.stemmer":
    return snowballstemmer.stemmer("spanish")


class Stems(dict[str, str]):
    """Word → its stem, "" for one that says nothing. Kept, because few words make most texts."""

    def __missing__(self, word: str) -> str:
        """Find a word's stem the first time that it comes."""
        silent = plain(word) in EMPTY
        stem = "" if silent else plain(_stemmer().stemWord(word.casefold()))
        self[word] = stem
        return stem

    def of(self, words: list[str]) -> set[str]:
        """The stems of some words, each once."""
        found = set(map(self.__getitem__, words))
        found.discard("")
        return found


def _stems_of_ideas(base: sqlite3.Connection, stems: Stems) -> Iterator[tuple[int, set[str]]]:
    """Number and stems of every idea that has a text of its own."""
    for number, text in base.execute(OWN_TEXTS):
        yield number, stems.of(WORD.findall(text)[:LOOKED_AT])


def _sample(
    base: sqlite3.Connection, stems: Stems
) -> tuple[list[set[str]], dict[str, Counter[str]]]:
    """The stems of up to SAMPLE ideas, evenly taken, and how each stem is written in them."""
    (total,) = base.execute(f"SELECT count(*) FROM ({OWN_TEXTS})").fetchone()  # noqa: S608
    step = max(1, -(-total // SAMPLE))
    sample: list[set[str]] = []
    written: Counter[str] = Counter()
    for _, text in islice(base.execute(OWN_TEXTS), 0, None, step):
        found = WORD.findall(text)[:LOOKED_AT]
        written.update(found)
        sample.append(stems.of(found))
    words: dict[str, Counter[str]] = {}
    for word, times in written.items():
        words.setdefault(stems[word], Counter())[word.casefold()] += times
    return sample, words


def _founders(shares: Counter[str], total: int) -> dict[str, int]:
    """Stems common enough to found a group and not so common that they say nothing, with ranks."""
    least, most = max(LEAST, RAREST * total), COMMONEST * total
    fit = [(stem, count) for stem, count in shares.items() if least <= count <= most]
    ordered = sorted(fit, key=lambda pair: (-pair[1], pair[0]))[: 2 * GROUPS]
    return {stem: rank for rank, (stem, _) in enumerate(ordered)}


def _founder_of(stems: set[str], founders: dict[str, int]) -> str:
    """The group of an idea: by the commonest founding stem that it uses; "" for none."""
    return min(founders.keys() & stems, key=founders.__getitem__, default="")


def _labels(
    sample: list[set[str]], founders: dict[str, int], shares: Counter[str]
) -> dict[str, tuple[str, ...]]:
    """The stems that name each founder's group, by what comes in it."""
    inside: dict[str, Counter[str]] = {founder: Counter() for founder in founders}
    for found in sample:
        if founder := _founder_of(found, founders):
            inside[founder].update(found)
    return {founder: _label(founder, inside[founder], shares) for founder in founders}


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
