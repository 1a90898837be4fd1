"""Competitiveness blocks: in which block an actor put each place, and the gender of who heads.

Parties hand these lists to the authority with their registrations; one list for ayuntamientos, one
for districts.
"""

from sqlalchemy.orm import Session

from decide.catalog import registry, registry_blocks
from decide.catalog.entries import BlockEntry, contest_of_district, contest_of_municipality
from decide.catalog.models import BlockLevel, Gender
from decide.imports.cells import plain
from decide.imports.layout import Column, Fields, Layout, NothingMore, Shelf
from decide.imports.places import Places, nearest

# The beginning of a word as lists write it.
LEVELS = {
    "alt": BlockLevel.HIGH,
    "mayor": BlockLevel.HIGH,
    "medi": BlockLevel.MEDIUM,
    "baj": BlockLevel.LOW,
    "menor": BlockLevel.LOW,
}
GENDERS = {
    "m": Gender.WOMAN,
    "mujer": Gender.WOMAN,
    "mujeres": Gender.WOMAN,
    "f": Gender.WOMAN,
    "femenino": Gender.WOMAN,
    "h": Gender.MAN,
    "hombre": Gender.MAN,
    "hombres": Gender.MAN,
    "masculino": Gender.MAN,
    "no_binario": Gender.NON_BINARY,
    "persona_no_binaria": Gender.NON_BINARY,
}


class BlockReader(NothingMore):
    """Rows (actor, place, block, gender)."""

    def __init__(self, session: Session, *, municipal: bool) -> None:
        """`municipal` for ayuntamientos, otherwise for districts."""
        self.places = Places(session)
        self.municipal = municipal
        self.actors = {plain(entry.code): entry.code for entry in registry.actors(session).values()}

    def read(self, row: Fields) -> BlockEntry | None:
        """The place of a row, or None with a fault."""
        contest, actor = self.contest(row), self.actor(row)
        level, gender = level_of(row), gender_of(row)
        if contest is None or actor is None or level is None or row.faults:
            return None
        return BlockEntry(actor, contest, level, gender)

    def contest(self, row: Fields) -> str | None:
        """Key of the row's contest."""
        if self.municipal:
            number = self.places.municipality(row, "number", "place")
            return None if number is None else contest_of_municipality(number)
        number = self.places.district(row, "number", "place")
        return None if number is None else contest_of_district(number)

    def actor(self, row: Fields) -> str | None:
        """Key of the registered actor."""
        told = row.needed("actor")
        if told is None:
            return None
        known = self.actors.get(plain(told))
        if known is None:
            close = nearest(told, self.actors.values())
            guess = f"¿Quiso decir «{close}»? " if close else ""
            row.fault(
                "actor",
                f"«{told}» no está entre los actores políticos.",
                f"{guess}Corrija la celda o importe primero la lista de actores.",
            )
        return known


def level_of(row: Fields) -> BlockLevel | None:
    """The block, or None with a fault."""
    told = row.needed("level")
    if told is None:
        return None
    for beginning, level in LEVELS.items():
        if plain(told).startswith(beginning):
            return level
    row.fault("level", f"«{told}» no es un bloque.", "Escriba alta, media o baja.")
    return None


def gender_of(row: Fields) -> Gender | None:
    """The gender; None when blank, or with a fault when it is not understood."""
    told = plain(row.text("gender"))
    if told and told not in GENDERS:
        row.fault("gender", "El género no se entiende.", "Escriba mujer, hombre o no binario.")
    return GENDERS.get(told)


REST = (
    Column("actor", "siglas", ("partido", "actor", "part")),
    Column("level", "bloque", ("bloque_competitividad", "competitividad", "nivel")),
    Column("gender", "genero", ("sexo", "genero_encabeza"), required=False),
)
SHELF = Shelf(
    current=registry_blocks.blocks,
    write=registry_blocks.register_blocks,
    remove=registry_blocks.remove_blocks,
    entry=BlockEntry,
)
MUNICIPAL = Layout(
    key="bloques-ayuntamientos",
    title="Bloques de competitividad en ayuntamientos",
    about="En qué bloque puso cada actor cada municipio, y el género de quien encabeza.",
    columns=(
        Column("number", "clave_ine", ("numero_ine", "identificador_municipio")),
        Column("place", "municipio", ("mun",)),
        *REST,
    ),
    cite="actor",
    open=lambda session: BlockReader(session, municipal=True),
    shelf=SHELF,
    one="el mismo lugar",
)
DISTRICT = Layout(
    key="bloques-diputaciones",
    title="Bloques de competitividad en diputaciones",
    about="En qué bloque puso cada actor cada distrito, y el género de quien encabeza.",
    columns=(
        Column("number", "distrito", ("distrito_local",)),
        Column("place", "cabecera"),
        *REST,
    ),
    cite="actor",
    open=lambda session: BlockReader(session, municipal=False),
    shelf=SHELF,
    one="el mismo lugar",
)
