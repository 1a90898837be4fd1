"""Electoral platforms: one row is a section; its actor, its organ, its topic, its words.

A row without topic holds the title and the summary of the whole platform.
"""

from sqlalchemy.orm import Session

from decide.catalog import registry, registry_platforms
from decide.catalog.actions_platforms import SectionEntry
from decide.catalog.models import PlatformScope
from decide.catalog.registry_platforms import PlatformEntry
from decide.catalog.texts import SECTION, SUMMARY, TITLE, one_line, paragraphs
from decide.catalog.topics import TOPICS
from decide.imports.cells import plain
from decide.imports.layout import Column, Fields, Finding, Layout, Shelf
from decide.imports.places import nearest
from decide.imports.plan import Problem

# The beginning of a word as lists write it.
SCOPES = {
    "legis": PlatformScope.LEGISLATIVE,
    "diput": PlatformScope.LEGISLATIVE,
    "munic": PlatformScope.MUNICIPAL,
    "ayunt": PlatformScope.MUNICIPAL,
}
WORDS = {plain(word): key for key, name in TOPICS.items() for word in (key, name)}
TITLES = {
    PlatformScope.LEGISLATIVE: "Plataforma electoral legislativa",
    PlatformScope.MUNICIPAL: "Plataforma electoral municipal",
}


class Whole:
    """What the rows said so far of one platform."""

    def __init__(self, row: int) -> None:
        """Begun at a row of the file."""
        self.row = row
        self.title = ""
        self.summary = ""
        self.sections: list[SectionEntry] = []


class PlatformReader:
    """Gathers rows into platforms, in the order of the file."""

    def __init__(self, session: Session) -> None:
        """Actors must be registered before."""
        self.actors = {plain(entry.code): entry.code for entry in registry.actors(session).values()}
        self.found: dict[tuple[str, PlatformScope], Whole] = {}

    def read(self, row: Fields) -> None:
        """Take a row; it belongs to an entry that `finish` gives."""
        actor, scope = actor_of(row, self.actors), scope_of(row)
        topic = topic_of(row)
        title = within(row, "title", one_line(row.text("title")), TITLE)
        text = within(row, "text", paragraphs(row.text("text")), SECTION if topic else SUMMARY)
        if not title:
            row.needed("title")
        if topic and not text:
            row.needed("text")
        if actor is None or scope is None or row.faults:
            return
        whole = self.found.setdefault((actor, scope), Whole(row.number))
        if topic:
            whole.sections.append(SectionEntry(topic, title, text))
        elif whole.title:
            row.fault("title", "El título de esta plataforma está dos veces.", "Deje uno solo.")
        else:
            whole.title, whole.summary = title, text

    def finish(self) -> Finding:
        """The platforms; a problem for one that has no section."""
        problems = [
            Problem(whole.row, None, actor, "La plataforma no tiene temas.", "Agregue sus temas.")
            for (actor, _), whole in self.found.items()
            if not whole.sections
        ]
        entries = [
            (
                whole.row,
                PlatformEntry(
                    actor,
                    scope,
                    whole.title or TITLES[scope],
                    whole.summary,
                    tuple(whole.sections),
                ),
            )
            for (actor, scope), whole in self.found.items()
            if whole.sections
        ]
        return Finding(entries=entries, problems=problems)


def actor_of(row: Fields, known: dict[str, str]) -> str | None:
    """Key of the registered actor, or None with a fault."""
    told = row.needed("actor")
    if told is None:
        return None
    code = known.get(plain(told))
    if code is None:
        close = nearest(told, known.values())
        guess = f"¿Quiso decir «{close}»? " if close else ""
        row.fault(
            "actor",
            f"«{told}» no está entre los actores políticos.",
            f"{guess}Corrija la celda o importe primero la lista de actores.",
        )
    return code


def scope_of(row: Fields) -> PlatformScope | None:
    """For which organ, or None with a fault."""
    told = row.needed("scope")
    if told is None:
        return None
    for beginning, scope in SCOPES.items():
        if plain(told).startswith(beginning):
            return scope
    row.fault("scope", f"«{told}» no es un ámbito.", "Escriba legislativa o municipal.")
    return None


def topic_of(row: Fields) -> str:
    """Key of the topic; "" when blank, or with a fault when it is none of ours."""
    told = row.text("topic")
    if told and plain(told) not in WORDS:
        row.fault("topic", f"«{told}» no es un tema.", f"Use uno de: {', '.join(TOPICS)}.")
    return WORDS.get(plain(told), "")


def within(row: Fields, name: str, text: str, limit: int) -> str:
    """The text, with a fault when it is too long."""
    if len(text) > limit:
        row.fault(name, f"Tiene {len(text):,} letras.", f"Déjelo en no más de {limit:,}.")
    return text


PLATFORMS = Layout(
    key="plataformas",
    title="Plataformas electorales",
    about="Un renglón por tema. Sin tema, el renglón da título y resumen de la plataforma.",
    columns=(
        Column("actor", "siglas", ("partido", "actor", "part")),
        Column("scope", "ambito", ("alcance", "organo", "tipo_plataforma")),
        Column("topic", "tema", ("topico", "eje")),
        Column("title", "titulo", ("encabezado",)),
        Column("text", "texto", ("contenido", "propuesta")),
    ),
    cite="actor",
    open=PlatformReader,
    shelf=Shelf(
        current=registry_platforms.platforms,
        write=registry_platforms.register_platforms,
        entry=PlatformEntry,
    ),
    one="la misma plataforma",
)
