"""Who was elected: the deputies of a Legislature, and the presidents of ayuntamientos.

Both lists name one party for each person, also where an alliance won: the party that put the person
forward inside it. What the list says about votes and alliances is compared with what is recorded.
"""

from sqlalchemy.orm import Session

from decide.catalog.entries import (
    ActorEntry,
    contest_of_district,
    contest_of_list,
    contest_of_municipality,
)
from decide.catalog.models import ActorKind, Post
from decide.imports.cells import plain
from decide.imports.layout import Column, Fields, Finding, Layout, Shelf
from decide.imports.layouts.candidacies import person
from decide.imports.places import Places, nearest
from decide.imports.standing import ALLIANCES, FIGURES, Standing
from decide.results import queries as results
from decide.results.actions_elected import record_elected
from decide.results.entries import ElectedEntry
from decide.results.models import Principle
from decide.results.queries_elected import entries as recorded

LEGISLATURE_SOURCE = "Integración de la Legislatura, por principio y grupo parlamentario"
PRESIDENCY_SOURCE = "Presidencias municipales electas, con la opción que ganó"
PRINCIPLES = {"mr": Principle.MAJORITY, "rp": Principle.PROPORTIONAL}


class DeputyReader:
    """Rows of deputies: by district, or from the list in the order of the file."""

    def __init__(self, session: Session) -> None:
        """Read the territory, the actors and the alliances once."""
        self.places = Places(session)
        self.standing = Standing(session)
        self.counts = dict.fromkeys(Principle, 0)

    def read(self, row: Fields) -> ElectedEntry | None:
        """The seat of a row, or None with a fault."""
        principle = PRINCIPLES.get(plain(row.text("principle")))
        if principle is None:
            row.fault("principle", "El principio no se entiende.", "Escriba MR o RP.")
            return None
        holder = who(row)
        party = party_of(row, self.standing)
        contest = self.contest(row, principle)
        if contest is None or holder is None or row.faults:
            return None
        self.counts[principle] += 1
        return ElectedEntry(
            contest=contest,
            post=Post.DEPUTATION,
            principle=principle,
            rank=1 if principle is Principle.MAJORITY else self.counts[principle],
            person=holder,
            party=party,
            source=LEGISLATURE_SOURCE,
        )

    def contest(self, row: Fields, principle: Principle) -> str | None:
        """Key of the seat's contest, or None with a fault."""
        if principle is Principle.PROPORTIONAL:
            if row.text("number"):
                row.fault("number", "Un lugar de lista no es de un distrito.", "Borre el número.")
                return None
            return contest_of_list()
        number = self.places.district(row, "number", "place")
        if number is None:
            return None
        contest = contest_of_district(number)
        self.compare_alliances(row, contest)
        return contest

    def compare_alliances(self, row: Fields, contest: str) -> None:
        """Fault when the list names other alliances in the district than those registered."""
        if not row.has("alliances"):
            return
        told = {plain(each) for each in row.text("alliances").split(";") if each.strip()}
        registered = [
            f"{each.acronym} ({FIGURES[each.kind]})" for each in self.standing.standing[contest]
        ]
        if told != {plain(each) for each in registered}:
            row.fault(
                "alliances",
                "Las alianzas registradas en ese distrito son otras.",
                f"Escriba: {'; '.join(registered) or 'nada'}.",
            )

    def finish(self) -> Finding:
        """How many seats came by each principle."""
        majority, lists = (self.counts[each] for each in Principle)
        return Finding(notes=(f"Son {majority} lugares de mayoría y {lists} de lista.",))


class PresidentReader:
    """Rows of presidents, one for each municipality."""

    def __init__(self, session: Session) -> None:
        """Read the territory, the actors and the newest results once."""
        self.places = Places(session)
        self.standing = Standing(session)
        self.results = {each.contest: each for each in results.of_ayuntamientos(session)}
        self.apart: list[str] = []

    def read(self, row: Fields) -> ElectedEntry | None:
        """The seat of a row, or None with a fault."""
        number = self.places.municipality(row, "number", "place", "inegi")
        holder = who(row)
        party = party_of(row, self.standing)
        if number is None or holder is None or row.faults:
            return None
        contest = contest_of_municipality(number)
        self.compare_winner(row, contest, party, self.places.by_number[number].name)
        return ElectedEntry(
            contest=contest,
            post=Post.PRESIDENCY,
            principle=Principle.MAJORITY,
            rank=1,
            person=holder,
            party=party,
            source=PRESIDENCY_SOURCE,
        )

    def compare_winner(self, row: Fields, contest: str, party: str | None, where: str) -> None:
        """Fault when the winning option is not that of the recorded votes."""
        result, told = self.results.get(contest), row.text("option")
        winner = result.winner if result else None
        if result is None or not row.has("option"):
            return
        if plain(told) != plain(winner.label if winner else ""):
            row.fault(
                "option",
                f"Por los votos ganó {winner.label}."
                if winner
                else "Ahí no hay votos que decidan.",
                "Corrija la celda, o importe antes los resultados.",
            )
        elif winner and winner.actor and party and not self.stands_for(party, winner.actor):
            self.apart.append(f"{where} ({winner.label} ganó, la lista dice {party})")

    def stands_for(self, party: str, winner: str) -> bool:
        """Whether a party is the winning option, or one of its members."""
        return party == winner or party in self.standing.actors[winner].members

    def finish(self) -> Finding:
        """Where the list names a party that is not of the winning option: said, not refused."""
        if not self.apart:
            return Finding()
        return Finding(notes=(f"El partido no es de la opción que ganó: {'; '.join(self.apart)}.",))


def who(row: Fields) -> str | None:
    """The person's name, or None with a fault."""
    return person(row, "person") if row.needed("person") else None


def party_of(row: Fields, standing: Standing) -> str | None:
    """Key of the person's party; None when blank (without a party), or with a fault."""
    told = row.text("party")
    if not told:
        return None
    actor = standing.actors.get(standing.words.get(plain(told), ""))
    if actor is None or actor.kind in ALLIANCES:
        close = nearest(told, [each.code for each in single(standing)])
        row.fault(
            "party",
            "No es un partido registrado.",
            f"¿Quiso decir «{close}»?" if close else "Escriba las siglas de un partido.",
        )
        return None
    return actor.code


def single(standing: Standing) -> list[ActorEntry]:
    """Actors that are no alliances."""
    return [each for each in standing.actors.values() if each.kind is ActorKind.PARTY]


SHELF = Shelf(current=recorded, write=record_elected)
PERSON = Column("person", "persona", ("nombre", "persona_electa"))
DEPUTIES = Layout(
    key="legislatura",
    title="Diputaciones electas",
    about="Quién ganó cada lugar de la Legislatura, por mayoría o de lista.",
    columns=(
        Column("principle", "principio"),
        Column("number", "distrito", ("distrito_local",)),
        Column("place", "cabecera"),
        PERSON,
        Column("party", "grupo_parlamentario", ("grupo",)),
        Column("alliances", "alianzas_en_el_distrito", required=False),
    ),
    cite="number",
    open=DeputyReader,
    shelf=SHELF,
    one="el mismo lugar",
)
PRESIDENTS = Layout(
    key="presidencias",
    title="Presidencias municipales electas",
    about="Quién ganó la presidencia de cada ayuntamiento y por qué partido.",
    columns=(
        Column("number", "clave_ine", ("numero_ine", "identificador_municipio")),
        Column("inegi", "clave_inegi", required=False),
        Column("place", "municipio", ("mun",)),
        PERSON,
        Column("party", "partido_siglado", ("siglado",)),
        Column("option", "opcion_ganadora_resultados", ("opcion_ganadora",), required=False),
    ),
    cite="number",
    open=PresidentReader,
    shelf=SHELF,
    one="el mismo municipio",
)
