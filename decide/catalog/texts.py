"""What an actor may write: how a text is cleaned, and its limits, the same for every actor."""

import re
import unicodedata
from dataclasses import dataclass, fields

from decide.catalog.topics import TOPICS
from decide.errors import Refused

TITLE = 120
PROPOSAL = 1600
SUMMARY = 3000
SECTION = 20_000
# All control characters but the new line: PostgreSQL refuses NUL, screen readers trip over others.
CONTROL = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]|[\u202a-\u202e\u2066-\u2069]"
)
BLANK_LINES = re.compile(r"\n{3,}")


class TextRefused(Refused):
    """A text breaks a rule; `field` names it, so that the page can point at it."""

    def __init__(self, field: str, sentence: str) -> None:
        """Keep which field and why."""
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class ProposalText:
    """A proposal as its actor types it."""

    topic: str
    title: str
    text: str

    def cleaned(self) -> "ProposalText":
        """The same without stray blanks and control characters; TextRefused beyond a limit."""
        made = ProposalText(self.topic.strip(), one_line(self.title), paragraphs(self.text))
        within("title", "El título", made.title, TITLE)
        within("text", "La propuesta", made.text, PROPOSAL)
        if made.topic and made.topic not in TOPICS:
            raise TextRefused("topic", "Elija un tema de la lista.")
        if not (made.title or made.text):
            raise TextRefused("title", "Escriba al menos el título.")
        return made

    def complete(self) -> None:
        """Raise TextRefused for what citizens would miss."""
        if not self.topic:
            raise TextRefused("topic", "Elija un tema antes de publicar.")
        if not self.title:
            raise TextRefused("title", "Escriba el título antes de publicar.")
        if not self.text:
            raise TextRefused("text", "Escriba la propuesta antes de publicar.")


@dataclass(frozen=True)
class ProfileText:
    """A trajectory as its actor types it; every part may stay empty."""

    schooling: str = ""
    occupation: str = ""
    history: str = ""
    motive: str = ""

    def cleaned(self) -> "ProfileText":
        """The same without stray blanks and control characters; TextRefused beyond a limit."""
        made = ProfileText(
            **{each.name: paragraphs(getattr(self, each.name)) for each in fields(self)}
        )
        for name, (words, limit) in PROFILE_PARTS.items():
            within(name, words, getattr(made, name), limit)
        return made

    def is_empty(self) -> bool:
        """Whether nothing at all is written."""
        return not any(getattr(self, each.name) for each in fields(self))


# Part of a trajectory → how a sentence names it, and its limit.
PROFILE_PARTS: dict[str, tuple[str, int]] = {
    "schooling": ("La escolaridad", 500),
    "occupation": ("La experiencia profesional", 2000),
    "history": ("La trayectoria política", 2000),
    "motive": ("El motivo", 1000),
}


def one_line(text: str) -> str:
    """A text of one line: blanks joined, control characters gone."""
    return " ".join(CONTROL.sub(" ", composed(text)).split())


def paragraphs(text: str) -> str:
    """A text of several paragraphs, with plain new lines and no more than one empty line."""
    lines = composed(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    joined = "\n".join(CONTROL.sub(" ", line).rstrip() for line in lines)
    return BLANK_LINES.sub("\n\n", joined).strip()


def composed(text: str) -> str:
    """Unicode's NFC form, in which an accented letter is one character of the limit."""
    return unicodedata.normalize("NFC", text)


def within(field: str, words: str, text: str, limit: int) -> None:
    """Raise TextRefused when a text is longer than its limit, and say by how much."""
    over = len(text) - limit
    if over > 0:
        unit = "carácter" if over == 1 else "caracteres"
        raise TextRefused(
            field, f"{words} puede tener hasta {limit:,} caracteres. Le sobran {over:,} {unit}."
        )
