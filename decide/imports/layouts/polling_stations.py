"""Results by polling station: one row each, one column for each option, whatever options there are.

They are kept, and added up to a result for each municipality. The vote of a combination of parties
counts for the alliance that holds all of them there. Blank is "did not run", 0 is "ran, no votes".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from decide.catalog.entries import contest_of_municipality
from decide.imports.cells import plain
from decide.imports.layout import Column, Fields, Finding, Layout, Shelf
from decide.imports.layouts.results_districts import options_of
from decide.imports.layouts.standing_of_results import COLUMNS, status_of
from decide.imports.places import Places
from decide.imports.plan import Problem
from decide.imports.standing import Standing
from decide.results import actions, queries, queries_entries
from decide.results.entries import ResultEntry, StationEntry, VoteEntry
from decide.results.models import ResultStatus

LAST_SECTION = 9_999
LONGEST_BOOTH = 40
SOURCE = "Cómputos por casilla, Instituto Electoral del Estado de México"


@dataclass(frozen=True)
class Booth:
    """One station: its votes by option."""

    section: int
    name: str
    votes: Mapping[str | int, int]
    unregistered: int
    null_votes: int
    total: int


class Sum:
    """What the rows of one municipality add up to.

    `votes` by actor, or by the place of the column where nobody registered is meant; `named` says
    where the first column of an option stands, whose it is, and its label.
    """

    def __init__(self, row: int, status: ResultStatus, source: str, list_known: bool) -> None:
        """Begun at a row of the file; `list_known` says whether the file has the nominal list."""
        self.row, self.status, self.source = row, status, source
        self.nominal: int | None = 0 if list_known else None
        self.booths: list[Booth] = []
        self.votes: dict[str | int, int] = {}
        self.named: dict[str | int, tuple[int, str | None, str]] = {}
        self.unregistered = self.nulls = self.total = 0

    def add(self, booth: Booth, nominal: int) -> None:
        """Count a station in."""
        self.booths.append(booth)
        for key, count in booth.votes.items():
            self.votes[key] = self.votes.get(key, 0) + count
        self.unregistered += booth.unregistered
        self.nulls += booth.null_votes
        self.total += booth.total
        if self.nominal is not None:
            self.nominal += nominal


class StationReader:
    """Adds stations up; each is counted once."""

    def __init__(self, session: Session) -> None:
        """Read the territory, the actors and the alliances once."""
        self.places = Places(session)
        self.standing = Standing(session)
        self.known = {each.contest: each for each in queries.of_ayuntamientos(session)}
        self.sums: dict[str, Sum] = {}
        self.seen: dict[tuple[int, int, str], int] = {}
        self.options: dict[tuple[str, int, bool], tuple[str | None, str] | None] = {}

    def read(self, row: Fields) -> None:
        """Add a station, or say what is wrong with it."""
        number = self.places.municipality(row, "number", "place")
        section, booth = row.needed_integer("section"), row.needed("booth")
        check_station(row, section, booth)
        if number is not None and section is not None and booth is not None:
            before = self.seen.setdefault((number, section, plain(booth)), row.number)
            if before != row.number:
                row.fault("booth", f"Es la misma casilla que la fila {before}.", "Deje una sola.")
        counts = options_of(row, "booth", "unregistered")
        unregistered, nulls, total = (
            row.needed_integer(name) or 0 for name in ("unregistered", "null_votes", "total")
        )
        if number is None or section is None or booth is None or row.faults:
            return
        check_total(row, sum(counts.values()) + unregistered + nulls, total)
        whole = self.whole(row, contest_of_municipality(number))
        votes = self.votes(row, contest_of_municipality(number), whole, counts)
        nominal = row.needed_integer("nominal_list") if row.has("nominal_list") else 0
        if not row.faults:
            whole.add(Booth(section, booth, votes, unregistered, nulls, total), nominal or 0)

    def whole(self, row: Fields, contest: str) -> Sum:
        """The sum to which a row belongs; a fault when the row says another status or source."""
        status, source = status_of(row), row.text("source") or SOURCE
        whole = self.sums.setdefault(
            contest, Sum(row.number, status, source, row.has("nominal_list"))
        )
        if (status, source) != (whole.status, whole.source):
            row.fault(
                "status" if status != whole.status else "source",
                f"La fila {whole.row}, del mismo municipio, dice otra cosa.",
                "Escriba lo mismo en todas las casillas del municipio.",
            )
        return whole

    def votes(
        self, row: Fields, contest: str, whole: Sum, counts: Mapping[int, int]
    ) -> dict[str | int, int]:
        """The station's votes by option."""
        votes: dict[str | int, int] = {}
        for place, count in counts.items():
            option = self.option(row, contest, place, whole.status, count)
            if option is not None:
                key = option[0] or place
                whole.named.setdefault(key, (place, *option))
                votes[key] = votes.get(key, 0) + count
        return votes

    def option(
        self, row: Fields, contest: str, place: int, status: ResultStatus, count: int
    ) -> tuple[str | None, str] | None:
        """Actor and label of a column in a contest; None for a combination without votes there."""
        again = status is ResultStatus.EXTRAORDINARY
        if (contest, place, again) not in self.options:
            self.options[contest, place, again] = self.standing.option(
                row.header[place], contest, again=again
            )
        option = self.options[contest, place, again]
        if option is None and count:
            told, where = row.header[place], row.text("place")
            row.fault_at(
                place,
                f"La combinación «{told}» tiene votos y no hay esa alianza en {where}.",
                "Revise la fila, o importe primero la lista de alianzas.",
            )
        return option

    def finish(self) -> Finding:
        """One result for each municipality. The nominal list is the file's, or the one known."""
        entries, problems = [], []
        for contest, whole in self.sums.items():
            known = self.known.get(contest)
            if whole.nominal is None and known is not None:
                whole.nominal = known.nominal_list
            if whole.nominal is not None and whole.total > whole.nominal:
                what = f"Las casillas suman {whole.total:,} votos, más que la lista nominal."
                problems.append(
                    Problem(whole.row, None, f"{whole.nominal:,}", what, "Revise las dos cifras.")
                )
            entries.append((whole.row, result(contest, whole)))
        stations = len(self.seen)
        note = f"{stations:,} casillas se suman en {len(entries):,} municipios."
        return Finding(entries=entries, problems=problems, notes=(note, *self.strangers()))

    def strangers(self) -> Iterator[str]:
        """Options that nobody registered is: right for independents, else a list is missing."""
        named = [each for whole in self.sums.values() for each in whole.named.values()]
        named.sort(key=lambda each: each[0])
        labels = dict.fromkeys(label for _, actor, label in named if actor is None)
        if labels:
            yield (
                f"No son actores registrados y quedan solo con su nombre: {', '.join(labels)}."
                " Si deben serlo, importe primero la lista de actores."
            )


def check_total(row: Fields, counted: int, total: int) -> None:
    """Fault when a station's votes do not add up to its total."""
    if counted != total:
        row.fault(
            "total",
            f"Los votos de la casilla suman {counted:,}.",
            f"Revise la fila: la diferencia es de {abs(counted - total):,}.",
        )


def check_station(row: Fields, section: int | None, booth: str | None) -> None:
    """Faults of a section that cannot be one, and of a station's name that is none."""
    if section is not None and not 0 < section <= LAST_SECTION:
        row.fault("section", "Una sección tiene cuatro cifras como máximo.", "Corrija el número.")
    if booth is not None and len(booth) > LONGEST_BOOTH:
        row.fault("booth", "Eso no es el nombre de una casilla.", "Escriba, por ejemplo, B o C1.")


def result(contest: str, whole: Sum) -> ResultEntry:
    """The sums as a result; options in the order of the file."""
    ranked = sorted(whole.named.items(), key=lambda item: item[1][0])
    return ResultEntry(
        contest=contest,
        status=whole.status,
        source=whole.source,
        valid=sum(whole.votes.values()),
        unregistered=whole.unregistered,
        null_votes=whole.nulls,
        total=whole.total,
        nominal_list=whole.nominal,
        votes=tuple(
            VoteEntry(position, actor, label, whole.votes.get(key, 0))
            for position, (key, (_, actor, label)) in enumerate(ranked, start=1)
        ),
        stations=tuple(
            StationEntry(
                each.section,
                each.name,
                tuple(each.votes.get(key, 0) for key, _ in ranked),
                each.unregistered,
                each.null_votes,
                each.total,
            )
            for each in sorted(whole.booths, key=lambda each: (each.section, each.name))
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
        Column("nominal_list", "Lista Nominal", required=False),
        *COLUMNS,
    ),
    cite="booth",
    open=StationReader,
    shelf=Shelf(
        current=queries_entries.entries,
        write=actions.record_results,
        remove=actions.withdraw_results,
        entry=ResultEntry,
    ),
    one="el mismo municipio",
    takes_rest=True,
)
