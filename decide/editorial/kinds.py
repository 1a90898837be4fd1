"""What kinds of texts there are, and of which fields each is made.

A text is a mapping of field to what stands in its box: the same on the page, in a version, in a
file. `shape.py` makes of it what the public pages show.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

SPANISH = "es"
MOST_STEPS = 12
MOST_IMAGES = 6
LONGEST_NOTE = 300
LONGEST_SLUG = 60


class Kind(StrEnum):
    """What a text is."""

    TERM = "term"
    ORGAN = "organ"
    ASSIGNMENT = "assignment"
    GUIDE = "guide"
    TEXT = "text"
    HOME = "home"


class Form(StrEnum):
    """How a field is written."""

    LINE = "line"
    PLAIN = "plain"  # a paragraph without marks
    LIGHT = "light"  # paragraphs, bold, lists
    ARTICLE = "article"  # headings and links too
    LINES = "lines"  # one thing a line
    TERMS = "terms"  # words of the Quitadudas, one a line
    LINKS = "links"  # “Nombre | https://…”, one a line
    CATEGORY = "category"
    PICTURE = "picture"  # a drawing of steps.svg


@dataclass(frozen=True)
class Field:
    """One box. `most_words` 0 means that only characters are counted."""

    name: str
    form: Form
    longest: int
    needed: bool = True
    most_words: int = 0


# Shown only with the name of who confirmed it: a wrong article is worse than none.
CONFIRMED = Field("confirmed_by", Form.LINE, 120, needed=False)
LEGAL = (Field("legal", Form.PLAIN, 500, needed=False), CONFIRMED)
EASY = Field("easy", Form.LINES, 6000, needed=False)

FIELDS: Mapping[Kind, tuple[Field, ...]] = {
    Kind.TERM: (
        Field("term", Form.LINE, 120),
        Field("category", Form.CATEGORY, 40),
        Field("definition", Form.PLAIN, 600, most_words=60),
        Field("example", Form.PLAIN, 400),
        Field("so_what", Form.PLAIN, 300),
        Field("more", Form.ARTICLE, 4000, needed=False),
        Field("related", Form.TERMS, 800, needed=False),
        *LEGAL,
    ),
    Kind.ORGAN: (
        Field("name", Form.LINE, 120),
        Field("also", Form.LINE, 120, needed=False),
        Field("in_short", Form.PLAIN, 300),
        Field("who", Form.PLAIN, 600),
        Field("term", Form.PLAIN, 200),
        Field("does", Form.LINES, 2000),
        Field("does_not", Form.LINES, 2000),
        Field("my_vote", Form.PLAIN, 600),
        Field("ask", Form.LINES, 1000),
        Field("terms", Form.TERMS, 800, needed=False),
        EASY,
        *LEGAL,
    ),
    Kind.ASSIGNMENT: (
        Field("title", Form.LINE, 120),
        Field("paragraphs", Form.LINES, 6000),
        EASY,
        CONFIRMED,
    ),
    Kind.GUIDE: (
        Field("title", Form.LINE, 120),
        Field("intro", Form.PLAIN, 400),
        Field("time", Form.PLAIN, 400),
        Field("remedy", Form.LIGHT, 1000),
        Field("links", Form.LINKS, 2000, needed=False),
        EASY,
        *LEGAL,
    ),
    Kind.TEXT: (
        Field("title", Form.LINE, 120),
        Field("body", Form.ARTICLE, 30_000),
        EASY,
        *LEGAL,
    ),
    Kind.HOME: (
        Field("title", Form.LINE, 90),
        Field("lead", Form.PLAIN, 300),
        Field("heading", Form.LINE, 90),
        CONFIRMED,
    ),
}
# The parts of a step, where a kind has steps; a step's box is called “step-3-text”.
STEPS: Mapping[Kind, tuple[Field, ...]] = {
    Kind.GUIDE: (
        Field("title", Form.LINE, 120),
        Field("text", Form.LIGHT, 800),
        Field("time", Form.LINE, 120, needed=False),
        Field("picture", Form.PICTURE, 40, needed=False),
    ),
    Kind.HOME: (
        Field("title", Form.LINE, 60),
        Field("text", Form.PLAIN, 200),
    ),
}
STEPS_OF = {Kind.GUIDE: MOST_STEPS, Kind.HOME: 3}
# Which kinds take new texts, with the field that names one; the others are as many as they are.
NAMED_BY = {
    Kind.TERM: "term", Kind.ORGAN: "name", Kind.ASSIGNMENT: "title", Kind.GUIDE: "title",
    Kind.TEXT: "title", Kind.HOME: "title",
}  # fmt: skip
TAKES_NEW = frozenset({Kind.TERM, Kind.GUIDE, Kind.TEXT})
WITH_IMAGES = frozenset({Kind.TERM, Kind.GUIDE, Kind.TEXT})
WITH_EASY = frozenset(kind for kind, fields in FIELDS.items() if EASY in fields)
PICTURES = (
    "aclarar", "boletas", "buscar", "cartel", "comparar", "credencial", "cuatro-derechos",
    "enviar", "escribir", "fila", "folio", "forma", "identificacion", "mampara", "mapa", "mesa",
    "oficina", "pantalla", "pregunta", "respuesta", "tinta", "urna",
)  # fmt: skip
# What the program fills into a text about the site.
PLACEHOLDERS = ("authority", "site", "help_phone", "help_email", "help_hours", "retention")


@dataclass(frozen=True)
class Key:
    """Which text: its kind, its part of the address, and the language that it is in."""

    kind: Kind
    slug: str
    language: str = SPANISH

    def __str__(self) -> str:
        """“es/term/planilla”."""
        return f"{self.language}/{self.kind}/{self.slug}"


def step_box(number: int, part: str) -> str:
    """The name of a step's box."""
    return f"step-{number}-{part}"
