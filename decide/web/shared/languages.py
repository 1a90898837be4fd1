"""The languages of the citizens' pages: which there are, which are offered, and their words.

Spanish is the language of the source and needs no catalogue. Every other one has its catalogue in
`translations/<code>.po` and its own addresses below `/<code>/`; see docs/decisions/0047.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import has_request_context, request
from flask_babel import Babel, Domain
from markupsafe import Markup

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FOLDER = Path(__file__).resolve().parents[3] / "translations"
ENVIRON = "decide.language"
# A language is offered from this share of words on: below, a page would be mostly Spanish.
OFFERED_FROM = 0.25
# The portals speak Spanish, and files are the same in every language.
SPANISH_ONLY = frozenset({"partido", "oficina", "api", "static"})


@dataclass(frozen=True)
class Language:
    """`code` stands in addresses and in `lang`; `locale` says how dates and numbers are written."""

    code: str
    name: str  # as its speakers call it
    locale: str
    tag: str  # for the attribute `lang`
    card: str = "es_MX"  # what a shared link says of its language


SPANISH = Language("es", "Español", "es_MX", "es-MX")
# Babel has no dates in the languages of the state, so they are written as in Spanish.
OTHERS = (
    Language("en", "English", "en_US", "en", "en_US"),
    Language("maz", "Jñatjo", "es_MX", "maz"),
    Language("ots", "Hñätho", "es_MX", "ots"),
    Language("nah", "Náhuatl", "es_MX", "nah"),
    Language("mat", "Bot’una", "es_MX", "mat"),
    Language("ocu", "Pjiekakjoo", "es_MX", "ocu"),
)


class Speaking(Babel):  # type: ignore[misc]
    """Flask-Babel with catalogues that are read from their source: nothing has to be compiled."""

    @property
    def domain_instance(self) -> Domain:
        """Where `gettext` looks."""
        return DOMAIN


class Words(Domain):  # type: ignore[misc]
    """The words of the language in which the page at hand was asked for."""

    def get_translations(self) -> NullTranslations:
        """The catalogue of the request's language."""
        return catalogue(language_here().code)


DOMAIN = Words()
NOTHING, IN_SPANISH = Markup(""), Markup(' lang="es-MX"')


@cache
def catalogue(code: str) -> NullTranslations:
    """The words of a language; Spanish, and what has no file, gives every message back."""
    path = FOLDER / f"{code}.po"
    if code == SPANISH.code or not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source))
    compiled.seek(0)
    return Translations(compiled)


@cache
def offered() -> tuple[Language, ...]:
    """Spanish, and the languages whose catalogue has content."""
    return (SPANISH, *(each for each in OTHERS if share(each.code) >= OFFERED_FROM))


def share(code: str) -> float:
    """How much of a catalogue is translated, from 0 to 1."""
    path = FOLDER / f"{code}.po"
    if not path.exists():
        return 0.0
    with path.open("rb") as source:
        messages = [each for each in read_po(source) if each.id]
    return sum(translated(each.string) for each in messages) / max(1, len(messages))


def translated(string: str | Iterable[str] | None) -> bool:
    """Whether a message has words, in every form."""
    return bool(string) if isinstance(string, str | None) else all(string)


def language_here() -> Language:
    """The language of the address that was asked for; Spanish outside a request."""
    if not has_request_context():
        return SPANISH
    told: Language = request.environ.get(ENVIRON, SPANISH)
    return told


def locale_here() -> str:
    """How dates and numbers are written on this page."""
    return language_here().locale


def original() -> Markup:
    """The attribute `lang` for words that stay Spanish on a page in another language."""
    return NOTHING if language_here() is SPANISH else IN_SPANISH


class Prefix:
    """WSGI middleware: `/en/municipios` is `/municipios` in English.

    The prefix becomes the root of the application, so every address it writes carries it too.
    """

    def __init__(self, application: "WSGIApplication") -> None:
        """Let `application` answer in the language that an address begins with."""
        self._application = application
        self._known = {each.code: each for each in offered() if each is not SPANISH}

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """The application's answer."""
        _, code, rest = (environ.get("PATH_INFO", "") + "/").split("/", 2)
        language = self._known.get(code)
        if language is None or rest.split("/", 1)[0] in SPANISH_ONLY:
            return self._application(environ, start_response)
        inner = environ | {
            "SCRIPT_NAME": f"{environ.get('SCRIPT_NAME', '')}/{code}",
            "PATH_INFO": "/" + rest.removesuffix("/"),
            ENVIRON: language,
        }
        return self._application(inner, start_response)
