"""Which alliance stands where, and under which legal figure.

The same three parties may be a coalition here and a common candidacy there: two actors. `figura`
says which one is meant.
"""

from sqlalchemy.orm import Session

from decide.catalog import registry, registry_removal
from decide.catalog.entries import (
    ActorEntry,
    AllianceEntry,
    contest_of_district,
    contest_of_municipality,
)
from decide.imports.cells import plain
from decide.imports.layout import Column, Fields, Layout, NothingMore, Shelf
from decide.imports.layouts.actors import COMMON_MARK, kind_of
from decide.imports.places import Places, nearest

ELECTIONS = {"ordinaria": False, "extraordinaria": True}


class AllianceReader(NothingMore):
    """Rows (place, alliance, figure)."""

    def __init__(self, session: Session, *, municipal: bool) -> None:
        """`municipal` for ayuntamientos, otherwise for districts."""
        self.places = Places(session)
        self.municipal = municipal
        self.actors = tuple(registry.actors(session).values())

    def read(self, row: Fields) -> AllianceEntry | None:
        """The registration of a row, or None with a fault."""
        contest = self.contest(row)
        actor = self.alliance(row)
        extraordinary = self.extraordinary(row)
        if contest is None or actor is None or row.faults:
            return None
        return AllianceEntry(contest, actor.code, extraordinary)

    def contest(self, row: Fields) -> str | None:
        """Key of the row's contest."""
        if self.municipal:
            number = self.places.municipality(row, "number", "place", "inegi")
            return None if number is None else contest_of_municipality(number)
        number = self.places.district(row, "number", "place")
        return None if number is None else contest_of_district(number)

    def alliance(self, row: Fields) -> ActorEntry | None:
        """The actor with these parties under this figure."""
        told, kind = row.needed("alliance"), kind_of(row)
        if told is None or kind is None:
            return None
        parties = frozenset(plain(part) for part in COMMON_MARK.sub("", told).split("-"))
        fit = [
            each
            for each in self.actors
            if each.kind is kind and frozenset(map(plain, each.members)) == parties
        ]
        if len(fit) != 1:
            close = nearest(told, [each.code for each in self.actors if each.members])
            guess = f"¿Quiso decir «{close}»? " if close and plain(close) != plain(told) else ""
            row.fault(
                "alliance",
                f"«{told}» no está registrada como {row.text('kind')}.",
                f"{guess}Corrija la celda o importe primero la lista de actores.",
            )
            return None
        name = row.text("name")
        if name and plain(name) != plain(fit[0].name):
            row.fault(
                "name",
                f"Esa alianza se llama «{fit[0].name}».",
                "Revise si la figura y los partidos de la fila son los correctos.",
            )
        return fit[0]

    def extraordinary(self, row: Fields) -> bool:
        """Whether the row is about an election that was held again; blank means no."""
        told = plain(row.text("election"))
        if told and told not in ELECTIONS:
            row.fault(
                "election",
                "El tipo de elección no se entiende.",
                "Escriba ORDINARIA o EXTRAORDINARIA.",
            )
        return ELECTIONS.get(told, False)


ALLIANCE = (
    Column("alliance", "alianza", ("partidos",)),
    Column("name", "nombre_alianza", required=False),
    Column("kind", "figura", ("tipo",)),
)
SHELF = Shelf(
    current=registry.alliances,
    write=registry.register_alliances,
    remove=registry_removal.remove_alliances,
    entry=AllianceEntry,
)
MUNICIPAL = Layout(
    key="alianzas-ayuntamientos",
    title="Alianzas en ayuntamientos",
    about="Qué alianza va en cada ayuntamiento y con qué figura legal.",
    columns=(
        Column("number", "clave_ine", ("numero_ine", "identificador_municipio")),
        Column("inegi", "clave_inegi", required=False),
        Column("place", "municipio", ("mun",)),
        *ALLIANCE,
        Column("election", "tipo_eleccion", required=False),
    ),
    cite="alliance",
    open=lambda session: AllianceReader(session, municipal=True),
    shelf=SHELF,
    one="la misma alianza",
)
DISTRICT = Layout(
    key="alianzas-diputaciones",
    title="Alianzas en diputaciones",
    about="Qué alianza va en cada distrito y con qué figura legal.",
    columns=(
        Column("number", "distrito", ("distrito_local",)),
        Column("place", "cabecera"),
        *ALLIANCE,
    ),
    cite="alliance",
    open=lambda session: AllianceReader(session, municipal=False),
    shelf=SHELF,
    one="la misma alianza",
)
