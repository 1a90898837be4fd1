"""Texts as the public pages show them: values that never change."""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from decide.desk.pictures import Image
from decide.editorial.kinds import PLACEHOLDERS, Key, Kind
from decide.kernel import markdown

PLACEHOLDER = re.compile(r"\{(" + "|".join(PLACEHOLDERS) + r")\}")
MARKS = re.compile(r"([\\`*_\[\]<>#&])")


@dataclass(frozen=True)
class Term:
    """A word of the Quitadudas. `so_what` answers “¿y a mí qué?”; `more` is Markdown."""

    slug: str
    term: str
    category: str
    definition: str
    example: str
    so_what: str
    related: tuple[str, ...]
    more: str = ""
    legal: str = ""
    images: tuple[Image, ...] = ()


@dataclass(frozen=True)
class Organ:
    """What is elected: who forms it, what it does and does not, and what a vote changes."""

    slug: str
    name: str
    also: str
    in_short: str
    who: str
    term: str
    does: tuple[str, ...]
    does_not: tuple[str, ...]
    my_vote: str
    ask: tuple[str, ...]
    terms: tuple[str, ...]
    easy: tuple[str, ...]
    legal: str = ""


@dataclass(frozen=True)
class Step:
    """One step of a guide or of the first page; `picture` names its drawing, empty for none."""

    title: str
    text: str
    picture: str = ""
    time: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """As the component `steps` takes it."""
        return self.title, self.text


@dataclass(frozen=True)
class Link:
    """Where to look; without an address it is only the name of a place."""

    name: str
    address: str = ""


@dataclass(frozen=True)
class Guide:
    """How to do one thing, from beginning to end."""

    slug: str
    title: str
    intro: str
    time: str
    remedy: str
    links: tuple[Link, ...]
    steps: tuple[Step, ...]
    easy: tuple[str, ...]
    legal: str = ""
    images: tuple[Image, ...] = ()


@dataclass(frozen=True)
class Passage:
    """A heading and the HTML of what stands below it."""

    heading: str
    html: str


@dataclass(frozen=True)
class Text:
    """A text about the site itself or a notice: Markdown, and its twin in lectura fácil."""

    slug: str
    title: str
    body: str
    easy: tuple[str, ...]
    legal: str = ""
    images: tuple[Image, ...] = ()

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The body by its headings; what stands before the first has none."""
        parts: list[tuple[str, list[str]]] = [("", [])]
        for line in self.body.split("\n"):
            if line.startswith("# "):
                parts.append((line[2:].strip(), []))
            else:
                parts[-1][1].append(line)
        return tuple(
            Passage(plain_heading(heading), markdown.article("\n".join(lines)))
            for heading, lines in parts
            if heading or any(each.strip() for each in lines)
        )

    def filled(self, words: Mapping[str, str]) -> "Text":
        """The text with the authority's own data in place of {authority} and the like."""

        def plain(text: str) -> str:
            return PLACEHOLDER.sub(lambda found: words[found[1]], text)

        def marked(text: str) -> str:
            return PLACEHOLDER.sub(lambda found: MARKS.sub(r"\\\1", words[found[1]]), text)

        return replace(
            self,
            title=plain(self.title),
            body=marked(self.body),
            easy=tuple(plain(line) for line in self.easy),
        )


@dataclass(frozen=True)
class Assignment:
    """How seats are assigned, in general."""

    title: str
    paragraphs: tuple[str, ...]
    easy: tuple[str, ...]


@dataclass(frozen=True)
class Home:
    """What the first page says at a moment of the process."""

    slug: str
    title: str
    lead: str
    heading: str
    steps: tuple[Step, ...]


Entry = Term | Organ | Guide | Text | Assignment | Home


@dataclass(frozen=True)
class Translation:
    """A text in another language; not `current` when the Spanish one was changed after it."""

    entry: Entry
    current: bool


@dataclass(frozen=True)
class Library:
    """Everything that is shown, by its slug; terms in the order of the alphabet.

    `changed` are the texts that staff published in place of the shipped ones or beside them;
    `old_easy` those whose twin in lectura fácil is of an earlier text. `mark` differs between two
    libraries that differ.
    """

    terms: Mapping[str, Term]
    organs: Mapping[str, Organ]
    guides: Mapping[str, Guide]
    texts: Mapping[str, Text]
    assignment: Assignment
    homes: Mapping[str, Home]
    notices: tuple[str, ...] = ()
    changed: AbstractSet[Key] = frozenset()
    old_easy: AbstractSet[Key] = frozenset()
    translations: Mapping[Key, Translation] = field(default_factory=dict)
    mark: str = ""

    @property
    def has_notices(self) -> bool:
        """Whether staff wrote any: what the foot of every page must know of them."""
        return bool(self.notices)

    def entry(self, key: Key) -> Entry | None:
        """The text that is shown in its own language; None for none."""
        if translation := self.translations.get(key):
            return translation.entry
        kinds: Mapping[Kind, Mapping[str, Entry]] = {
            Kind.TERM: self.terms,
            Kind.ORGAN: self.organs,
            Kind.GUIDE: self.guides,
            Kind.TEXT: self.texts,
            Kind.ASSIGNMENT: {ASSIGNMENT: self.assignment},
            Kind.HOME: self.homes,
        }
        return kinds[key.kind].get(key.slug) if key == Key(key.kind, key.slug) else None


ASSIGNMENT = "reparto"  # the one text of its kind, and its anchor on the page of organs


def plain_heading(text: str) -> str:
    """A heading as words: what escaped a mark of Markdown is the mark itself."""
    return re.sub(r"\\([\\`*_\[\]<>#&])", r"\1", text)
