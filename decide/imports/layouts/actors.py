"""The list of political actors: parties, alliances under their legal figure, independents."""

import re

from sqlalchemy.orm import Session

from decide.catalog import registry, registry_removal
from decide.catalog.entries import ActorEntry
from decide.catalog.models import ActorKind
from decide.imports.cells import plain
from decide.imports.layout import Column, Fields, Finding, Layout, Shelf
from decide.imports.plan import Problem

# The beginning of a kind as files write it ("coalición parcial", "partido local").
KINDS = {
    "partido": ActorKind.PARTY,
    "coalicion": ActorKind.COALITION,
    "candidatura_comun": ActorKind.COMMON_CANDIDACY,
    "independiente": ActorKind.INDEPENDENT,
    "candidatura_independiente": ActorKind.INDEPENDENT,
}
COMMON_MARK = re.compile(r"\s*\(CC\)$", re.IGNORECASE)
COLOUR = re.compile(r"#[0-9a-f]{6}")


class ActorReader:
    """Rows in ballot order; alliances name their parties by key, joined with hyphens."""

    def __init__(self, session: Session) -> None:
        """Actors registered before may be members too."""
        self.known = {entry.code: entry for entry in registry.actors(session).values()}
        self.order = 0
        self.read_so_far: list[tuple[Fields, ActorEntry]] = []

    def read(self, row: Fields) -> ActorEntry | None:
        """The actor of a row, or None with a fault."""
        code, name = row.needed("code"), row.needed("name")
        kind = kind_of(row)
        colour = colour_of(row)
        if code is None or name is None or kind is None or row.faults:
            return None
        self.order += 1
        standing = self.known.get(code)
        alliance = kind in (ActorKind.COALITION, ActorKind.COMMON_CANDIDACY)
        acronym = COMMON_MARK.sub("", code)
        entry = ActorEntry(
            code=code,
            kind=kind,
            acronym=acronym,
            name=name,
            colour=colour,
            order=self.order,
            members=tuple(acronym.split("-")) if alliance else (),
            is_test=standing is not None and standing.is_test,
        )
        self.read_so_far.append((row, entry))
        return entry

    def finish(self) -> Finding:
        """Alliances whose parties are nowhere."""
        parties = {
            entry.code
            for entry in (*self.known.values(), *(entry for _, entry in self.read_so_far))
            if entry.kind is ActorKind.PARTY
        }
        problems: list[Problem] = []
        for row, entry in self.read_so_far:
            unknown = [code for code in entry.members if code not in parties]
            if unknown or len(entry.members) == 1:
                row.fault(
                    "code",
                    f"La alianza nombra a {', '.join(unknown or entry.members)}, sin partido así.",
                    "Escriba las siglas de sus partidos unidas con guiones, y ponga cada partido.",
                )
                problems.append(row.faults[-1])
        return Finding(problems=problems)


def kind_of(row: Fields) -> ActorKind | None:
    """The legal figure, or None with a fault."""
    told = row.needed("kind")
    if told is None:
        return None
    for beginning, kind in KINDS.items():
        if plain(told).startswith(beginning):
            return kind
    row.fault(
        "kind",
        f"«{told}» no es un tipo de actor político.",
        "Escriba partido, coalición, candidatura común o independiente.",
    )
    return None


def colour_of(row: Fields) -> str | None:
    """The colour in lower case; the second source counts where the first is blank."""
    for column in ("colour", "other_colour"):
        told = row.text(column).lower()
        if told and not COLOUR.fullmatch(told):
            row.fault(column, "El color no se entiende.", "Escríbalo como #a6032f, o déjelo vacío.")
        elif told:
            return told
    return None


ACTORS = Layout(
    key="actores",
    title="Actores políticos",
    about="Partidos, alianzas y candidaturas independientes, en el orden de la boleta.",
    columns=(
        Column("code", "siglas", ("clave", "actor")),
        Column("name", "nombre", ("denominacion",)),
        Column("kind", "tipo", ("figura",)),
        Column("colour", "color_aelectoral2", ("color",), required=False),
        Column("other_colour", "color_otra_fuente", required=False),
    ),
    cite="code",
    open=ActorReader,
    shelf=Shelf(
        current=registry.actors,
        write=registry.register_actors,
        remove=registry_removal.remove_actors,
        entry=ActorEntry,
    ),
    one="el mismo actor",
)
