"""Which text a page shows: the published one, in the page's language where it was translated."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import Blueprint
from markupsafe import Markup

from decide.editorial.entries import Entry, Library
from decide.editorial.kinds import Key, Kind
from decide.editorial.links import remedy_of
from decide.kernel import markdown
from decide.web.shared.languages import language_here, original

Shown = TypeVar("Shown", bound=Entry)


@dataclass(frozen=True)
class Told(Generic[Shown]):
    """A text on a page. `lang` marks words in another language than the page; see `current`."""

    entry: Shown
    lang: Markup
    current: bool = True  # false for a translation of an earlier text


def mount(door: Blueprint) -> None:
    """Filters of the parts that texts and their previews are made of."""
    door.add_app_template_filter(light_marks)
    door.add_app_template_filter(web_address)


def told(known: Library, kind: Kind, entry: Shown, slug: str) -> Told[Shown]:
    """The text in this page's language, or in Spanish and marked as that."""
    found = known.translations.get(Key(kind, slug, language_here().code))
    if found is not None and isinstance(found.entry, type(entry)):
        return Told(found.entry, Markup(), found.current)
    return Told(entry, original())


def light_marks(text: str) -> str:
    """Light Markdown as HTML."""
    return markdown.light(text)


def web_address(text: str) -> bool:
    """Whether an address is one that a page may link to: ours, or https."""
    return bool(text) and text.startswith(("/", "https://")) and not remedy_of(text, "\0")
