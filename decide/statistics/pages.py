"""Which kind of page an address is. Read from the path alone, so that kept pages are counted too.

`item` says more only where it names no actor: a municipality, a district, a term, a guide, a file.
"""

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Page:
    """What is counted of an address."""

    kind: str
    item: str = ""


# The first word of an address → its kind. An address that is missing here is not counted.
KINDS = {
    "": "home",
    "lectura-facil": "home",
    "donde-voto": "where",
    "municipios": "place",
    "distritos": "place",
    "actores": "actor",
    "plataformas": "platform",
    "temas": "platform",
    "bloques": "platform",
    "comparar": "platform",
    "candidaturas": "candidacy",
    "propuestas": "candidacy",
    "quitadudas": "glossary",
    "organos": "guide",
    "guias": "guide",
    "resultados": "result",
    "estadisticas": "statistic",
    "datos": "data",
    "buscar": "search",
    "sellos": "seal",
    "partido-de-prueba": "seal",
    "ideas": "idea",
    "opiniones": "idea",
    "folios": "folio",
    "avisos": "notice",
    "sala-de-prensa": "notice",
    "lista-de-correo": "about",
    "calendario": "about",
    "como-funciona": "about",
    "privacidad": "about",
    "accesibilidad": "about",
    "terminos": "about",
    "difusion": "about",
    "seguimiento": "about",
    "evaluacion": "about",
    "encuesta": "about",
    "sugerencias": "about",
    "embed": "embed",
    "feeds": "feed",
    "sitemap": "feed",
    "api": "api",
}
# Second words that are no item: parts of the site, not places or texts.
PARTS = frozenset({"lectura-facil", "resumen", "actores"})
FILE = re.compile(r"\.(csv|json|xlsx|geojson|pdf|png|svg|ics|zip|xml|atom)$")
FOLLOWED = (".xml", ".atom")
NUMBERED = {"municipios": "m", "distritos": "d"}
TEXTS = frozenset({"quitadudas", "guias"})
SEARCHES = frozenset({"where", "candidacy", "glossary", "search"})


@lru_cache(maxsize=20_000)
def page_of(path: str) -> Page | None:
    """Kind and item of a path; None for what is not counted: portals, presses, static files."""
    words = path.strip("/").split("/")
    kind = KINDS.get(FILE.sub("", words[0]))
    if kind is None:
        return None
    if path.endswith(FOLLOWED):
        return Page("feed")
    if FILE.search(path):
        return Page("download", file_of(words))
    return Page(kind, item_of(words))


def item_of(words: list[str]) -> str:
    """The place or text that an address is about; empty where it would tell of an actor."""
    if words[0] == "resultados":
        words = words[1:]
    if len(words) < 2 or words[1] in PARTS:
        return ""
    if words[0] in NUMBERED and words[1].isdecimal():
        return f"{NUMBERED[words[0]]}{int(words[1])}"
    return words[1] if words[0] in TEXTS else ""


def file_of(words: list[str]) -> str:
    """The name of an open data file; other files are counted together."""
    return "/".join(words[1:]) if words[0] == "datos" and len(words) == 3 else ""
