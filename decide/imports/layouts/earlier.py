"""Results of a process of the past, by municipality or by polling station, whatever options it had.

The options are words of the file: nobody of today is looked for. Which process a file belongs to is
said by who uploads it, so these lists have a key for each process: `anterior-casillas@2015`.

A file of polling stations has a column for each combination of parties that went together. Where
such a column has votes, the parties were one option there, and all their columns are added up.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from sqlalchemy.orm import Session

from decide.errors import NotFound
from decide.imports.cells import plain
from decide.imports.layout import Column, Fields, Finding, Layout, NothingMore, Reader, Shelf
from decide.imports.layouts.polling_stations import check_station, check_total
from decide.imports.layouts.results import FIGURE_COLUMNS, compare_sums
from decide.imports.layouts.results_districts import options_of
from decide.imports.places import Places
from decide.imports.plan import Problem
from decide.results import actions_earlier, queries_earlier
from decide.results.entries import EarlierEntry, EarlierVoteEntry, VoteEntry

MARK = "@"


class MunicipalReader(NothingMore):
    """One row for each municipality."""

    def __init__(self, session: Session, process: str) -> None:
        """Read the territory once; NotFound for a process that is not registered."""
        queries_earlier.process(session, process)
        self.process = process
        self.places = Places(session)

    def read(self, row: Fields) -> EarlierEntry | None:
        """The result of a row, or None with a fault."""
        number = self.places.municipality(row, "number", "place")
        counts = options_of(row, "place", "valid" if row.has("valid") else "unregistered")
        figures = {column: row.integer(column) for column in FIGURE_COLUMNS}
        nominal = row.integer("nominal_list")
        if number is None or row.faults:
            return None
        votes = [
            VoteEntry(position, None, row.header[place], count)
            for position, (place, count) in enumerate(counts.items(), start=1)
        ]
        if votes and figures["valid"] is None:
            figures["valid"] = sum(each.votes for each in votes)
        compare_sums(row, votes, figures, nominal)
        if votes and figures["total"] is None:
            row.fault("total", "La celda está vacía.", "Escriba el total de votos.")
        if row.faults:
            return None
        return EarlierEntry(
            process=self.process,
            municipality=number,
            valid=figures["valid"],
            unregistered=figures["unregistered"],
            null_votes=figures["null_votes"],
            total=figures["total"],
            nominal_list=nominal,
            stations=None,
            note=row.text("note"),
            votes=tuple(EarlierVoteEntry(each.position, each.label, each.votes) for each in votes),
        )


@dataclass
class Sum:
    """What the stations of one municipality add up to; votes by place of the column."""

    row: int
    votes: dict[int, int] = field(default_factory=dict)
    unregistered: int = 0
    nulls: int = 0
    total: int = 0
    nominal: int = 0
    stations: int = 0


class StationReader:
    """Adds stations up; each is counted once."""

    def __init__(self, session: Session, process: str) -> None:
        """Read the territory once; NotFound for a process that is not registered."""
        queries_earlier.process(session, process)
        self.process = process
        self.places = Places(session)
        self.sums: dict[int, Sum] = {}
        self.seen: dict[tuple[int, int, str], int] = {}
        self.header: Sequence[str] = ()
        self.has_list = False

    def read(self, row: Fields) -> None:
        """Add a station, or say what is wrong with it."""
        self.header, self.has_list = row.header, row.has("nominal_list")
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
        nominal = (row.needed_integer("nominal_list") or 0) if self.has_list else 0
        if number is None or row.faults:
            return
        check_total(row, sum(counts.values()) + unregistered + nulls, total)
        if row.faults:
            return
        whole = self.sums.setdefault(number, Sum(row.number))
        for place, count in counts.items():
            whole.votes[place] = whole.votes.get(place, 0) + count
        whole.unregistered += unregistered
        whole.nulls += nulls
        whole.total += total
        whole.nominal += nominal
        whole.stations += 1

    def finish(self) -> Finding:
        """One result for each municipality, with the parties that went together as one option."""
        entries, problems, joined = [], [], 0
        for number, whole in sorted(self.sums.items()):
            if self.has_list and whole.total > whole.nominal:
                what = f"Las casillas suman {whole.total:,} votos, más que la lista nominal."
                problems.append(
                    Problem(whole.row, None, f"{whole.nominal:,}", what, "Revise las dos cifras.")
                )
            options = added(labels(self.header), whole.votes)
            joined += any(len(each.parties) > 1 for each in options)
            entries.append((whole.row, self.entry(number, whole, options)))
        notes = [f"{len(self.seen):,} casillas se suman en {len(entries):,} municipios."]
        if joined:
            notes.append(
                f"En {joined} municipios hubo partidos que fueron juntos: sus columnas se suman."
            )
        if not self.has_list:
            notes.append("El archivo no trae lista nominal: no habrá participación de ese proceso.")
        return Finding(entries=entries, problems=problems, notes=notes)

    def entry(self, number: int, whole: Sum, options: Sequence["Option"]) -> EarlierEntry:
        """The sums as a result. An option without any vote is left out: here 0 may be a blank."""
        return EarlierEntry(
            process=self.process,
            municipality=number,
            valid=sum(each.votes for each in options),
            unregistered=whole.unregistered,
            null_votes=whole.nulls,
            total=whole.total,
            nominal_list=whole.nominal if self.has_list else None,
            stations=whole.stations,
            votes=tuple(
                EarlierVoteEntry(position, each.label, each.votes)
                for position, each in enumerate((each for each in options if each.votes), start=1)
            ),
        )


@dataclass(frozen=True)
class Option:
    """One option of the past: the parties that went together, or a single column."""

    parties: tuple[str, ...]
    votes: int

    @property
    def label(self) -> str:
        """ "PRI-PVEM-NA"."""
        return "-".join(self.parties)


def labels(header: Sequence[str]) -> dict[int, str]:
    """A name for each column; columns with the same name are numbered."""
    names = [plain(each) for each in header]
    return {
        place: f"{told} {names[: place + 1].count(names[place])}"
        if names.count(names[place]) > 1
        else told
        for place, told in enumerate(header)
    }


def added(names: Mapping[int, str], votes: Mapping[int, int]) -> list[Option]:
    """Columns of parties that went together as one option, in the order of the columns.

    A combination is a column whose words are all columns themselves.
    """
    single = {name: place for place, name in names.items() if place in votes and " " not in name}
    groups: list[set[str]] = []
    for place, count in votes.items():
        parties = names[place].split()
        if count and len(parties) > 1 and all(party in single for party in parties):
            group = set(parties).union(*(each for each in groups if each & set(parties)))
            groups = [each for each in groups if not each & group] + [group]
    sums: dict[tuple[str, ...], int] = {}
    for place in sorted(votes):
        option = option_of(names[place], single, groups)
        sums[option] = sums.get(option, 0) + votes[place]
    return [Option(parties, count) for parties, count in sums.items()]


def option_of(name: str, single: Mapping[str, int], groups: Iterable[set[str]]) -> tuple[str, ...]:
    """The parties of a column's option."""
    words = name.split()
    parties = words if len(words) > 1 and all(word in single for word in words) else [name]
    group = next((each for each in groups if set(parties) <= each), None)
    return tuple(sorted(group, key=lambda each: single[each])) if group else tuple(parties)


def absent(session: Session) -> dict[tuple[str, ...], EarlierEntry]:
    """Nothing: a list that belongs to no process yet."""
    raise NotFound("Diga de qué proceso anterior es el archivo.")


OPEN: Mapping[str, Callable[[Session, str], Reader]] = {
    "anterior-municipios": MunicipalReader,
    "anterior-casillas": StationReader,
}
SHELF = Shelf(
    current=absent,
    write=actions_earlier.record,
    remove=actions_earlier.withdraw,
    entry=EarlierEntry,
)


def nobody(session: Session) -> Reader:
    """A reader of no process; it is never used."""
    raise NotFound("Diga de qué proceso anterior es el archivo.")


MUNICIPAL = Layout(
    key="anterior-municipios",
    title="Proceso anterior, por municipio",
    about="Votos de un proceso anterior. Las opciones van entre municipio y no registrados.",
    columns=(
        Column("number", "clave_ine", ("numero_ine", "municipio_numero")),
        Column("place", "municipio", ("nombre_municipio",)),
        Column("valid", "validos", ("votos_validos",), required=False),
        Column("unregistered", "no_registrados", ("candidatos_no_registrados",)),
        Column("null_votes", "nulos", ("votos_nulos",)),
        Column("total", "total", ("votacion_total",)),
        Column("nominal_list", "lista_nominal", required=False),
        Column("note", "nota", ("observaciones",), required=False),
    ),
    cite="number",
    open=nobody,
    shelf=SHELF,
    one="el mismo municipio",
    takes_rest=True,
)
STATIONS = Layout(
    key="anterior-casillas",
    title="Proceso anterior, por casilla",
    about="Votos por casilla de un proceso anterior, que se suman por municipio.",
    columns=(
        Column("number", "Municipio", ("id_municipio", "clave_ine")),
        Column("place", "Cabecera Municipal", ("nombre_municipio",)),
        Column("section", "Sección"),
        Column("booth", "Casilla", ("tipo_casilla",)),
        Column("unregistered", "No Registrados", ("candidatos_no_registrados",)),
        Column("null_votes", "Nulos", ("votos_nulos",)),
        Column("total", "Total", ("votacion_total",)),
        Column("nominal_list", "Lista Nominal", required=False),
    ),
    cite="booth",
    open=nobody,
    shelf=SHELF,
    one="el mismo municipio",
    takes_rest=True,
)
EARLIER = (MUNICIPAL, STATIONS)


def of_process(layout: Layout, process: str) -> Layout:
    """A list as that of one process."""
    return replace(
        layout,
        key=f"{layout.key}{MARK}{process}",
        title=f"{layout.title}: {process}",
        open=lambda session: OPEN[layout.key](session, process),
        shelf=replace(layout.shelf, current=partial(queries_earlier.entries, key=process)),
    )
