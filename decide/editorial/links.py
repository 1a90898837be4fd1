"""Links of a text: which there are, and whether each is written as a link should be.

Nobody is asked whether the other end answers: no program that serves people fetches an address.
Staff open it themselves and note the day.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from markdown_it import MarkdownIt

from decide.editorial.kinds import FIELDS, STEPS, Field, Form, Kind
from decide.editorial.shape import BOX, Fields, link_of

READER = MarkdownIt("zero").enable(["link", "autolink", "list", "heading", "blockquote", "escape"])
HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]+(:[0-9]{1,5})?", re.IGNORECASE)
ANCHOR = re.compile(r"[\w.:-]*")
LONGEST = 500


@dataclass(frozen=True)
class Named:
    """A link as it stands in a box."""

    box: str
    address: str

    @property
    def inside(self) -> bool:
        """Whether it leads to a page of this site."""
        return self.address.startswith(("/", "#"))

    @property
    def outside(self) -> bool:
        """Whether it is an address of the web that staff must open themselves."""
        return self.address.startswith("https://")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a link, and what to do."""

    link: Named
    remedy: str


def links(kind: Kind, fields: Fields) -> tuple[Named, ...]:
    """Every link of a text, once, in the order of the boxes."""
    found = (
        Named(name, address)
        for name, value in fields.items()
        if value and (form := form_of(kind, name))
        for address in addresses(form, value)
    )
    return tuple(dict.fromkeys(found))


def form_of(kind: Kind, box: str) -> Form | None:
    """How a box is written; None for one that the kind does not have."""
    step = BOX.fullmatch(box)
    among: tuple[Field, ...] = STEPS.get(kind, ()) if step else FIELDS[kind]
    name = step[2] if step else box
    return next((each.form for each in among if each.name == name), None)


def addresses(form: Form, text: str) -> Iterator[str]:
    """The addresses in one box."""
    if form is Form.LINKS:
        yield from (link.address for link in map(link_of, text.split("\n")) if link.address)
    elif form is Form.ARTICLE:
        for token in READER.parse(text):
            for child in token.children or ():
                if child.type == "link_open":
                    yield str(child.attrGet("href") or "")


def faults(kind: Kind, fields: Fields, site: str) -> tuple[Fault, ...]:
    """Links that are not written as they should be; `site` is the public address."""
    told = ((each, remedy_of(each.address, site)) for each in links(kind, fields))
    return tuple(Fault(each, remedy) for each, remedy in told if remedy)


def remedy_of(address: str, site: str) -> str:
    """What to do about an address; empty for one that is well formed."""
    if len(address) > LONGEST:
        return "Es demasiado larga. Busque una dirección más corta de la misma página."
    if address.startswith(site):
        return "Es de este sitio. Escriba sólo lo que sigue al nombre, desde la diagonal."
    if address.startswith("#"):
        good = ANCHOR.fullmatch(address[1:])
        return "" if good else "Escriba la parte de la página sin espacios."
    return "" if address.startswith("/") and not address.startswith("//") else far(address)


def far(address: str) -> str:
    """The same for an address that leads away from this site."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "No es una dirección. Cópiela otra vez de su navegador."
    if parts.scheme in ("mailto", "tel"):
        return "" if parts.path else "Falta el correo o el teléfono."
    if parts.scheme == "http":
        return "No es segura. Escríbala con https:// o quítela."
    if parts.scheme != "https":
        return "Escriba la dirección completa, con https://, o una de este sitio, con /."
    if parts.username or parts.password or not HOST.fullmatch(parts.netloc):
        return "No se entiende el nombre del sitio. Cópiela otra vez de su navegador."
    return ""
