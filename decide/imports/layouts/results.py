"""Official results of ayuntamientos, one row for each municipality, one column for each option.

Blank means "did not run", 0 means "ran, no votes". Every sum and share is recomputed; a row without
figures is accepted only when its note says that the election was annulled.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from decide.catalog.entries import ActorEntry, contest_of_municipality
from decide.imports.cells import NotANumber, percentage, plain
from decide.imports.layout import Column, Fields, Layout, NothingMore, Shelf
from decide.imports.layouts.standing_of_results import COLUMNS, status_of
from decide.imports.places import Places
from decide.imports.standing import ALLIANCES, FIGURES, Standing
from decide.results import actions, queries_entries
from decide.results.entries import ResultEntry, VoteEntry
from decide.results.models import ResultStatus

SOURCE = "Cómputos municipales, Instituto Electoral del Estado de México"
ROUNDING = 0.006  # shares have two decimals


@dataclass(frozen=True)
class Option:
    """A column of votes; `actor` is empty for independents, whom this list does not name."""

    column: str
    actor: str | None
    label: str


OPTIONS = (
    Option("pan", "PAN", "PAN"),
    Option("pan_pri_prd", "PAN-PRI-PRD", "PAN-PRI-PRD"),
    Option("pri", "PRI", "PRI"),
    Option("prd", "PRD", "PRD"),
    Option("pt", "PT", "PT"),
    Option("pt_morena_naem_coal", "PT-MORENA-NAEM", "PT-MORENA-NAEM (coalición)"),
    Option("pvem", "PVEM", "PVEM"),
    Option("mc", "MC", "MC"),
    Option("morena", "MORENA", "MORENA"),
    Option("naem", "NAEM", "NAEM"),
    Option("pes", "PES", "PES"),
    Option("rsp", "RSP", "RSP"),
    Option("fxm", "FXM", "FXM"),
    Option("pt_morena_naem_cc", "PT-MORENA-NAEM (CC)", "PT-MORENA-NAEM (candidatura común)"),
    Option("ind1", None, "Candidatura independiente 1"),
    Option("ind2", None, "Candidatura independiente 2"),
)
FIGURE_COLUMNS = ("valid", "unregistered", "null_votes", "total")


class ResultReader(NothingMore):
    """Rows of municipal results."""

    def __init__(self, session: Session) -> None:
        """Read the territory, the actors and the alliances once."""
        self.places = Places(session)
        self.standing = Standing(session)

    def read(self, row: Fields) -> ResultEntry | None:
        """The result of a row, or None with a fault for each figure that is wrong."""
        number = self.places.municipality(row, "number", "place", "inegi")
        votes = self.votes(row)
        figures = {column: row.integer(column) for column in FIGURE_COLUMNS}
        nominal = row.needed_integer("nominal_list")
        status, source = status_of(row), row.text("source") or SOURCE
        if number is None or row.faults:
            return None
        contest = contest_of_municipality(number)
        if not votes and not any(value is not None for value in figures.values()):
            return annulled(row, contest, nominal, status, source)
        if status is ResultStatus.ANNULLED:
            row.fault("status", "Una elección anulada no tiene votos.", "Deje vacíos sus votos.")
            return None
        for column, value in figures.items():
            if value is None:
                row.fault(column, "La celda está vacía.", "Escriba el dato; 0 si no hubo votos.")
        again = status is ResultStatus.EXTRAORDINARY
        alliances = (self.standing.again if again else self.standing.standing)[contest]
        where = self.places.by_number[number].name
        self.compare_standing(row, alliances, where, votes)
        compare_sums(row, votes, figures, nominal)
        compare_shares(row, votes, figures["total"], nominal)
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

    def votes(self, row: Fields) -> list[VoteEntry]:
        """Votes of the options that ran, in the order of the columns."""
        found = []
        for position, option in enumerate(OPTIONS, start=1):
            count = row.integer(option.column)
            if count is None:
                continue
            if option.actor is not None and option.actor not in self.standing.actors:
                row.fault(
                    option.column,
                    f"{option.label} no es un actor político registrado.",
                    "Importe primero la lista de actores.",
                )
            found.append(VoteEntry(position, option.actor, option.label, count))
        return found

    def compare_standing(
        self, row: Fields, alliances: list[ActorEntry], where: str, votes: list[VoteEntry]
    ) -> None:
        """Alliances have votes exactly where they stand, and their parties none beside them."""
        standing = {each.code: each for each in alliances}
        columns = {option.actor: option.column for option in OPTIONS if option.actor}
        with_votes = {vote.actor for vote in votes if vote.actor is not None}
        for code, alliance in standing.items():
            if code in columns and code not in with_votes:
                row.fault(
                    columns[code],
                    f"{alliance.acronym} compite en {where} y no trae votos.",
                    "Escriba sus votos; 0 si no tuvo.",
                )
        for code in sorted(with_votes - standing.keys()):
            self.compare_actor(row, columns[code], self.standing.actors[code], standing, where)

    def compare_actor(
        self,
        row: Fields,
        column: str,
        actor: ActorEntry,
        standing: dict[str, ActorEntry],
        where: str,
    ) -> None:
        """Fault when an actor with votes could not stand there."""
        if actor.kind in ALLIANCES:
            row.fault(
                column,
                f"Esa {FIGURES[actor.kind]} no está registrada en {where}.",
                "Deje la celda vacía, o corrija la lista de alianzas.",
            )
        elif any(actor.code in alliance.members for alliance in standing.values()):
            row.fault(
                column,
                f"{actor.acronym} va en alianza en {where}; no puede tener votos aparte.",
                "Deje la celda vacía y sume esos votos a los de la alianza.",
            )


def annulled(
    row: Fields, contest: str, nominal: int | None, status: ResultStatus, source: str
) -> ResultEntry | None:
    """A row without any figure: only when the file says that the election was annulled."""
    note = row.text("note")
    if status is not ResultStatus.ANNULLED and "anulad" not in plain(note):
        row.fault(
            "total",
            "La fila no trae ningún voto.",
            "Escriba los votos. Si la elección se anuló, dígalo en la columna de nota.",
        )
        return None
    return ResultEntry(
        contest, ResultStatus.ANNULLED, source, None, None, None, None, nominal, note
    )


def compare_sums(
    row: Fields, votes: list[VoteEntry], figures: dict[str, int | None], nominal: int | None
) -> None:
    """Options = valid; valid + unregistered + null = total ≤ nominal list."""
    options = sum(vote.votes for vote in votes)
    valid, total = figures["valid"], figures["total"]
    if valid is not None and options != valid:
        row.fault(
            "valid",
            f"Las opciones suman {options:,}.",
            f"Revise los votos de la fila: la diferencia es de {abs(options - valid):,}.",
        )
    counted = sum(figures[column] or 0 for column in ("valid", "unregistered", "null_votes"))
    if total is not None and counted != total:
        row.fault(
            "total",
            f"Válidos, no registrados y nulos suman {counted:,}.",
            f"Revise las cuatro cifras: la diferencia es de {abs(counted - total):,}.",
        )
    if total is not None and nominal is not None and total > nominal:
        row.fault(
            "total", f"Hay más votos que lista nominal, {nominal:,}.", "Revise las dos cifras."
        )


def compare_shares(
    row: Fields, votes: list[VoteEntry], total: int | None, nominal: int | None
) -> None:
    """Winner, runner-up, turnout and margin, where the file gives them."""
    ranked = sorted(votes, key=lambda vote: -vote.votes)
    for place, (name, count) in enumerate((("winner", "winner_votes"), ("second", "second_votes"))):
        if place >= len(ranked):
            break
        told = row.text(name)
        best = {plain(vote.label) for vote in votes if vote.votes == ranked[place].votes}
        if told and plain(told) not in best:
            row.fault(name, f"Por los votos es {ranked[place].label}.", "Revise los votos.")
        figure = row.integer(count)
        if figure is not None and figure != ranked[place].votes:
            row.fault(count, f"La columna dice {ranked[place].votes:,}.", "Revise los votos.")
    if total and nominal:
        compare_share(row, "turnout", 100 * total / nominal)
    if total and len(ranked) > 1:
        compare_share(row, "margin", 100 * (ranked[0].votes - ranked[1].votes) / total)


def compare_share(row: Fields, column: str, right: float) -> None:
    """Fault when a share is wrong; XLSX keeps 63.99% as 0.6399."""
    try:
        told = percentage(row.text(column))
    except NotANumber as error:
        row.fault(column, f"El valor {error}.", "Escríbalo como 63.99%.")
        return
    if told is None:
        return
    if abs(told - right) > ROUNDING and abs(100 * told - right) > ROUNDING:
        row.fault(column, f"Según los votos es {right:.2f}%.", "Revise el dato y los votos.")


RESULTS = Layout(
    key="resultados-ayuntamientos",
    title="Resultados de ayuntamientos",
    about="Votos de cada opción en cada municipio, con sus sumas.",
    columns=(
        Column("number", "clave_ine", ("numero_ine", "identificador_municipio")),
        Column("inegi", "clave_inegi", required=False),
        Column("place", "municipio", ("mun",)),
        *(Column(option.column, option.column, required=False) for option in OPTIONS),
        Column("valid", "validos", ("votos_validos",)),
        Column("unregistered", "no_registrados", ("candidatos_no_registrados",)),
        Column("null_votes", "nulos", ("votos_nulos",)),
        Column("total", "total", ("votacion_total",)),
        Column("nominal_list", "lista_nominal"),
        Column("turnout", "participacion_pct", ("participacion",), required=False),
        Column("winner", "ganador", required=False),
        Column("winner_votes", "votos_ganador", required=False),
        Column("second", "segundo", required=False),
        Column("second_votes", "votos_segundo", required=False),
        Column("margin", "margen_pct", required=False),
        Column("note", "nota", ("observaciones",), required=False),
        *COLUMNS,
    ),
    cite="number",
    open=ResultReader,
    shelf=Shelf(
        current=queries_entries.entries,
        write=actions.record_results,
        remove=actions.withdraw_results,
        entry=ResultEntry,
    ),
    one="el mismo municipio",
)
