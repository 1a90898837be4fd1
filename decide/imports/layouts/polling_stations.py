"""Results by polling station: one row each, one column for each option, whatever options there are.

They are added up to a result for each municipality. The vote of a combination of parties counts for
the alliance that holds all of them there. Blank is "did not run", 0 is "ran, no votes".
"""

from sqlalchemy.orm import Session

from decide.catalog.entries import contest_of_municipality
from decide.imports.cells import NotANumber, plain, whole_number
from decide.imports.layout import Column, Fields, Finding, Layout, Shelf
from decide.imports.places import Places
from decide.imports.standing import Standing
from decide.results import actions, queries
from decide.results.entries import ResultEntry, VoteEntry
from decide.results.models import ResultStatus

SOURCE = "Cómputos por casilla, Instituto Electoral del Estado de México"


class Sum:
    """What the rows of one municipality add up to.

    `votes` by actor, or by the place of the column where nobody registered is meant; `named` says
    where the first column of an option stands, whose it is, and its label.
    """

    def __init__(self, row: int) -> None:
        """Begun at a row of the file."""
        self.row = row
        self.votes: dict[str | int, int] = {}
        self.named: dict[str | int, tuple[int, str | None, str]] = {}
        self.unregistered = self.nulls = self.total = 0


class StationReader:
    """Adds stations up; each is counted once."""

    def __init__(self, session: Session) -> None:
        """Read the territory, the actors and the alliances once."""
        self.places = Places(session)
        self.standing = Standing(session)
        self.sums: dict[str, Sum] = {}
        self.seen: dict[tuple[int, int, str], int] = {}
        self.options: dict[tuple[str, int], tuple[str | None, str] | None] = {}

    def read(self, row: Fields) -> None:
        """Add a station, or say what is wrong with it."""
        number = self.places.municipality(row, "number", "place")
        section, booth = row.needed_integer("section"), row.needed("booth")
        if number is not None and section is not None and booth is not None:
            before = self.seen.setdefault((number, section, plain(booth)), row.number)
            if before != row.number:
                row.fault("booth", f"Es la misma casilla que la fila {before}.", "Deje una sola.")
        counts = counts_of(row)
        figures = {
            name: row.needed_integer(name) or 0 for name in ("unregistered", "null_votes", "total")
        }
        if number is None or row.faults:
            return
        counted = sum(counts.values()) + figures["unregistered"] + figures["null_votes"]
        if counted != figures["total"]:
            row.fault(
                "total",
                f"Los votos de la casilla suman {counted:,}.",
                f"Revise la fila: la diferencia es de {abs(counted - figures['total']):,}.",
            )
        contest = contest_of_municipality(number)
        told = {
            place: self.option(row, contest, place, self.places.by_number[number].name, count)
            for place, count in counts.items()
        }
        if row.faults:
            return
        whole = self.sums.setdefault(contest, Sum(row.number))
        for place, count in counts.items():
            option = told[place]
            if option is not None:
                key = option[0] or place
                whole.named.setdefault(key, (place, *option))
                whole.votes[key] = whole.votes.get(key, 0) + count
        whole.unregistered += figures["unregistered"]
        whole.nulls += figures["null_votes"]
        whole.total += figures["total"]

    def option(
        self, row: Fields, contest: str, place: int, where: str, count: int
    ) -> tuple[str | None, str] | None:
        """Actor and label of a column in a contest; None for a combination without votes there."""
        if (contest, place) not in self.options:
            self.options[contest, place] = self.named(row.header[place], contest)
        option = self.options[contest, place]
        if option is None and count:
            told = row.header[place]
            row.fault_at(
                place,
                f"La combinación «{told}» tiene votos y no hay esa alianza en {where}.",
                "Revise la fila, o importe primero la lista de alianzas.",
            )
        return option

    def named(self, header: str, contest: str) -> tuple[str | None, str] | None:
        """Whose votes a column holds in a contest; a name nobody registered keeps its own label."""
        words = self.standing.words
        whole = words.get(plain(header))
        members = self.standing.actors[whole].members if whole else ()
        parties: list[str | None] = [*members]
        if not parties:
            parties = [whole] if whole else [words.get(plain(each)) for each in header.split()]
        known = frozenset(each for each in parties if each is not None)
        if len(known) < len(parties):
            return None, header
        for alliance in self.standing.standing[contest]:
            if known <= set(alliance.members):
                return alliance.code, alliance.acronym
        if len(known) == 1:
            code = next(iter(known))
            return code, self.standing.actors[code].acronym
        return None

    def finish(self) -> Finding:
        """One result for each municipality; the nominal list is not in such files."""
        entries = [(whole.row, result(contest, whole)) for contest, whole in self.sums.items()]
        stations = len(self.seen)
        note = f"{stations:,} casillas se suman en {len(entries):,} municipios."
        return Finding(entries=entries, notes=(note,))


def counts_of(row: Fields) -> dict[int, int]:
    """Votes by place of the column, between the station's name and those without a candidate."""
    found = {}
    for place in range(row.places["booth"] + 1, row.places["unregistered"]):
        try:
            count = whole_number(row.cells[place])
        except NotANumber as error:
            row.fault_at(place, f"El valor {error}.", "Escriba sólo el número, sin signos.")
            continue
        if count is not None:
            found[place] = count
    return found


def result(contest: str, whole: Sum) -> ResultEntry:
    """The sums as a result; options in the order of the file."""
    ranked = sorted(whole.named.items(), key=lambda item: item[1][0])
    return ResultEntry(
        contest=contest,
        status=ResultStatus.FINAL,
        source=SOURCE,
        valid=sum(whole.votes.values()),
        unregistered=whole.unregistered,
        null_votes=whole.nulls,
        total=whole.total,
        nominal_list=None,
        votes=tuple(
            VoteEntry(position, actor, label, whole.votes[key])
            for position, (key, (_, actor, label)) in enumerate(ranked, start=1)
        ),
    )


STATIONS = Layout(
    key="resultados-casillas",
    title="Resultados por casilla",
    about="Votos de cada opción en cada casilla. Las opciones van entre casilla y no registrados.",
    columns=(
        Column("number", "Municipio", ("id_municipio", "clave_ine")),
        Column("place", "Cabecera Municipal", ("nombre_municipio",)),
        Column("section", "Sección"),
        Column("booth", "Casilla", ("tipo_casilla",)),
        Column("unregistered", "No Registrados", ("candidatos_no_registrados",)),
        Column("null_votes", "Nulos", ("votos_nulos",)),
        Column("total", "Total", ("votacion_total",)),
    ),
    cite="booth",
    open=StationReader,
    shelf=Shelf(
        current=queries.entries,
        write=actions.record_results,
        remove=actions.withdraw_results,
        entry=ResultEntry,
    ),
    one="el mismo municipio",
    takes_rest=True,
)
