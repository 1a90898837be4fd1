"""Official results of deputations, one row for each district, whatever options there are.

The options are the columns between the district and the valid votes, each named by its party, its
alliance or its members. Blank is "did not run", 0 is "ran, no votes".
"""

from sqlalchemy.orm import Session

from decide.catalog.entries import contest_of_district
from decide.imports.cells import NotANumber, whole_number
from decide.imports.layout import Column, Fields, Layout, NothingMore, Shelf
from decide.imports.layouts.results import FIGURE_COLUMNS, annulled, compare_sums
from decide.imports.layouts.standing_of_results import COLUMNS, status_of
from decide.imports.places import Places
from decide.imports.standing import Standing
from decide.results import actions, queries_entries
from decide.results.entries import ResultEntry, VoteEntry
from decide.results.models import ResultStatus

SOURCE = "Cómputos distritales, Instituto Electoral del Estado de México"


class DistrictReader(NothingMore):
    """Rows of districts."""

    def __init__(self, session: Session) -> None:
        """Read the territory, the actors and the alliances once."""
        self.places = Places(session)
        self.standing = Standing(session)

    def read(self, row: Fields) -> ResultEntry | None:
        """The result of a row, or None with a fault for each figure that is wrong."""
        number = self.places.district(row, "number", "place")
        figures = {column: row.integer(column) for column in FIGURE_COLUMNS}
        nominal = row.needed_integer("nominal_list")
        status, source = status_of(row), row.text("source") or SOURCE
        counts = options_of(row, "place", "valid")
        if number is None or row.faults:
            return None
        contest = contest_of_district(number)
        if not counts and not any(value is not None for value in figures.values()):
            return annulled(row, contest, nominal, status, source)
        if status is ResultStatus.ANNULLED:
            row.fault("status", "Una elección anulada no tiene votos.", "Deje vacíos sus votos.")
            return None
        for column, value in figures.items():
            if value is None:
                row.fault(column, "La celda está vacía.", "Escriba el dato; 0 si no hubo votos.")
        votes = self.votes(row, contest, counts, again=status is ResultStatus.EXTRAORDINARY)
        compare_sums(row, votes, figures, nominal)
        if row.faults:
            return None
        return ResultEntry(
            contest=contest,
            status=status,
            source=source,
            valid=figures["valid"],
            unregistered=figures["unregistered"],
            null_votes=figures["null_votes"],
            total=figures["total"],
            nominal_list=nominal,
            note=row.text("note"),
            votes=tuple(votes),
        )

    def votes(
        self, row: Fields, contest: str, counts: dict[int, int], *, again: bool
    ) -> list[VoteEntry]:
        """Votes by option, in the order of the columns; columns of one alliance are added up."""
        found: dict[str | int, VoteEntry] = {}
        for place, count in counts.items():
            told = row.header[place]
            option = self.standing.option(told, contest, again=again)
            if option is None:
                if count:
                    row.fault_at(
                        place,
                        f"La combinación «{told}» tiene votos y no hay esa alianza en el distrito.",
                        "Revise la fila, o importe primero la lista de alianzas.",
                    )
                continue
            actor, label = option
            before = found.get(actor or place)
            found[actor or place] = VoteEntry(
                before.position if before else len(found) + 1,
                actor,
                label,
                count + (before.votes if before else 0),
            )
        return list(found.values())


def options_of(row: Fields, first: str, last: str) -> dict[int, int]:
    """Votes by place of the column, between two columns of ours; blank ones are left out."""
    found = {}
    ours = set(row.places.values())
    for place in range(row.places[first] + 1, row.places[last]):
        if place in ours:
            continue
        try:
            count = whole_number(row.cells[place])
        except NotANumber as error:
            row.fault_at(place, f"El valor {error}.", "Escriba sólo el número, sin signos.")
            continue
        if count is not None:
            found[place] = count
    return found


DISTRICTS = Layout(
    key="resultados-distritos",
    title="Resultados de diputaciones",
    about="Votos de cada opción en cada distrito. Las opciones van entre cabecera y válidos.",
    columns=(
        Column("number", "distrito", ("distrito_local",)),
        Column("place", "cabecera", ("cabecera_distrital",)),
        Column("valid", "validos", ("votos_validos",)),
        Column("unregistered", "no_registrados", ("candidatos_no_registrados",)),
        Column("null_votes", "nulos", ("votos_nulos",)),
        Column("total", "total", ("votacion_total",)),
        Column("nominal_list", "lista_nominal"),
        Column("note", "nota", ("observaciones",), required=False),
        *COLUMNS,
    ),
    cite="number",
    open=DistrictReader,
    shelf=Shelf(
        current=queries_entries.entries,
        write=actions.record_results,
        remove=actions.withdraw_results,
        entry=ResultEntry,
    ),
    one="el mismo distrito",
    takes_rest=True,
)
