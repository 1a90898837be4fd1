"""From lines to sections: which lines are headings, and which topic each section probably has.

A guess for people to correct. A line is a heading when it is printed larger than the text, or
bold and numbered, or bold and alone. What repeats on many pages (running titles, page numbers) is
left out. Nothing that is text gets lost: what stands before the first heading is a section too.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass

from decide.catalog.topics import TOPICS
from decide.platforms.reading import Line

LARGER = 1.12  # times the size of the text
LONGEST_HEADING = 160
BOLD = 600
EDGE = 2  # lines at the top and at the bottom of a page where running titles stand
FIRST = "Presentación"
NUMBERED = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2})*[.)]?|[IVXLC]{1,5}[.)]|[A-Z][.)]|Eje \d+)\s+\S")
PAGE_NUMBER = re.compile(
    r"^(?:p[áa]gina\s*)?[-–]?\s*\d{1,4}\s*[-–]?(?:\s*(?:/|de)\s*\d{1,4})?$", re.IGNORECASE
)
ENDS = tuple('.:;!?»”"')
HYPHEN = ("-", "\u00ad")


@dataclass(frozen=True)
class Proposed:
    """A section as the program guesses it; `page` is where it begins."""

    title: str
    topic: str
    text: str
    page: int


def sections(lines: list[Line]) -> list[Proposed]:
    """The sections of a document, in its order."""
    kept = without_running(lines)
    body = body_size(kept)
    found: list[tuple[str, int, list[Line]]] = []
    for place, line in enumerate(kept):
        if is_heading(line, body):
            # A heading over two lines is one heading.
            before = kept[place - 1] if place else None
            if found and not found[-1][2] and before and same_print(before, line):
                found[-1] = (f"{found[-1][0]} {line.text}", found[-1][1], [])
            else:
                found.append((line.text, line.page, []))
            continue
        if not found:
            found.append((FIRST, line.page, []))
        found[-1][2].append(line)
    return [
        Proposed(title, topic_of(title, text), text, page)
        for title, page, inner in found
        for text in [paragraphs(inner)]
    ]


def without_running(lines: list[Line]) -> list[Line]:
    """Without page numbers, and without what stands at the edge of most pages."""
    pages: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        pages[line.page].append(line)
    edges: Counter[str] = Counter()
    for inner in pages.values():
        edges.update({mask(line) for line in (*inner[:EDGE], *inner[-EDGE:])})
    often = {text for text, on in edges.items() if len(pages) > 1 and on * 2 > len(pages)}
    return [
        line
        for inner in pages.values()
        for place, line in enumerate(inner)
        if not PAGE_NUMBER.match(line.text)
        and not (mask(line) in often and (place < EDGE or place >= len(inner) - EDGE))
    ]


def mask(line: Line) -> str:
    """A line with its numbers hidden: running titles differ in the page's number only."""
    return re.sub(r"\d+", "#", line.text)


def body_size(lines: list[Line]) -> float:
    """The size in which most letters are printed."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def is_heading(line: Line, body: float) -> bool:
    """Whether a line looks like one."""
    text = line.text
    if len(text) > LONGEST_HEADING or not any(letter.isalpha() for letter in text):
        return False
    if line.size > body * LARGER:
        return True
    bold = line.weight >= BOLD and line.size >= body
    return bold and not text.endswith(ENDS) and (bool(NUMBERED.match(text)) or len(text) < 90)


def same_print(one: Line, other: Line) -> bool:
    """Whether two lines are printed alike and next to each other."""
    new = NUMBERED.match(other.text) is not None
    return one.size == other.size and one.page == other.page and not new


def paragraphs(lines: list[Line]) -> str:
    """Lines of a column as paragraphs: a line that ends early or with a full stop ends one."""
    if not lines:
        return ""
    width = max(len(line.text) for line in lines)
    made: list[str] = []
    whole = True  # the paragraph before has ended
    for line in lines:
        text = " ".join(line.text.split())
        if whole:
            made.append(text)
        elif made[-1].endswith(HYPHEN) and text[:1].islower():
            made[-1] = made[-1][:-1] + text
        else:
            made[-1] = f"{made[-1]} {text}"
        whole = text.endswith(ENDS) and len(text) < width * 0.85
    return "\n\n".join(made)


# Beginnings of words that tell a topic; without accents, because half of all PDFs lose some.
WORDS: dict[str, tuple[str, ...]] = {
    "seguridad": ("segurid", "polici", "delit", "justicia", "violencia", "victima"),
    "agua": ("agua", "pozo", "drenaje", "hidric", "saneamiento"),
    "salud": ("salud", "hospital", "medic", "vacuna", "enferm"),
    "educacion": ("educa", "escuela", "estudi", "beca", "maestr", "universi"),
    "movilidad": ("movilidad", "transporte", "vialid", "ciclo", "carretera", "trafico"),
    "empleo": ("empleo", "econom", "trabajo", "empresa", "salari", "turismo"),
    "medio-ambiente": ("ambient", "residuo", "basura", "bosque", "clima", "ecolog", "reciclaje"),
    "vivienda-servicios": ("vivienda", "alumbrado", "servicios publicos", "paviment", "colonia"),
    "igualdad": (
        "igualdad",
        "mujer",
        "genero",
        "indigena",
        "discapacidad",
        "inclusi",
        "diversidad",
    ),
    "transparencia": ("transparen", "corrup", "rendicion", "gobierno abierto", "participacion"),
    "campo": ("campo", "agricol", "campesin", "ganad", "cosecha", "rural"),
    "cultura-deporte": ("cultura", "deport", "arte", "patrimonio", "museo", "recreati"),
}


def topic_of(title: str, text: str) -> str:
    """The topic whose words come up most, the title before the text; "" when none does."""
    for told in (title, text):
        plain = fold(told)
        points = {topic: sum(plain.count(word) for word in WORDS[topic]) for topic in TOPICS}
        if any(points.values()):
            return max(points, key=lambda topic: points[topic])
    return ""


def fold(text: str) -> str:
    """Small letters without marks."""
    apart = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
