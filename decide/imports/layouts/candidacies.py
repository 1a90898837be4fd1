"""The authority's own list of candidates for ayuntamientos.

`ord;IDENTIFICADOR_MUNICIPIO;mun;part;CANDIDATURA_PROPIETARIA;CANDIDATURA_SUPLENTE`: semicolons,
upper case, the INE's numbers, alliances as `pan-pri-prd`. Each row heads a slate.
"""

from sqlalchemy.orm import Session

from decide.catalog import registry, registry_removal
from decide.catalog.entries import CandidacyEntry, contest_of_municipality
from decide.catalog.models import Post
from decide.imports.layout import Column, Fields, Layout, NothingMore, Shelf
from decide.imports.places import Places
from decide.imports.standing import Standing

# How this list writes actors that are registered under another key.
ALIASES = {
    "pna": "NAEM",
    "na": "NAEM",
    "nueva_alianza": "NAEM",
    "verde": "PVEM",
    "independiente": "INDEP",
    "candidatura_independiente": "INDEP",
}
LONGEST_NAME = 200


class SlateReader(NothingMore):
    """Rows of heads of slate."""

    def __init__(self, session: Session) -> None:
        """Read the territory and the registered actors once."""
        self.places = Places(session)
        self.standing = Standing(session, ALIASES)

    def read(self, row: Fields) -> CandidacyEntry | None:
        """The candidacy of a row, or None with a fault."""
        number = self.places.municipality(row, "number", "place")
        owner, substitute = person(row, "owner"), person(row, "substitute")
        if number is None:
            row.needed("actor")
            return None
        contest = contest_of_municipality(number)
        where = self.places.by_number[number].name
        actor = self.standing.actor(row, "actor", contest, where)
        row.needed("owner")
        if owner is None or actor is None or row.faults:
            return None
        return CandidacyEntry(
            contest=contest,
            actor=actor,
            post=Post.PRESIDENCY,
            rank=1,
            is_head=True,
            owner_name=owner,
            substitute_name=substitute,
        )


def person(row: Fields, column: str) -> str | None:
    """A person's name with single spaces; None when blank, a fault when it can be none."""
    name = " ".join(row.text(column).split())
    if len(name) > LONGEST_NAME or any(each.isdigit() for each in name):
        row.fault(
            column,
            "Esto no parece el nombre de una persona.",
            "Escriba el nombre completo, sin números.",
        )
        return None
    return name or None


SHELF = Shelf(
    current=registry.candidacies,
    write=registry.register_candidacies,
    remove=registry_removal.remove_candidacies,
    entry=CandidacyEntry,
)
SLATES = Layout(
    key="candidaturas",
    title="Candidaturas a ayuntamientos",
    about="La lista de la autoridad: quien encabeza cada planilla y su suplente.",
    columns=(
        Column("order", "ord", ("orden", "no"), required=False),
        Column("number", "IDENTIFICADOR_MUNICIPIO", ("id_municipio", "clave_ine")),
        Column("place", "mun", ("municipio",)),
        Column("actor", "part", ("partido", "actor_politico", "partido_coalicion")),
        Column("owner", "CANDIDATURA_PROPIETARIA", ("propietaria", "propietario")),
        Column("substitute", "CANDIDATURA_SUPLENTE", ("suplente",)),
    ),
    cite="actor",
    open=SlateReader,
    shelf=SHELF,
    one="la misma candidatura",
)
