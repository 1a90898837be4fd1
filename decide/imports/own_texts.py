"""An actor's own texts as a spreadsheet: filled in with what stands, changed at leisure, read back.

What is read becomes drafts through the same actions as the portal's forms; nothing is published
here. A blank cell leaves what was there. Reading the same file twice changes nothing: trajectories
are known by their election, proposals by their number or else by their title.
"""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO

import xlsxwriter
from sqlalchemy.orm import Session

from decide.catalog import own
from decide.catalog.actions import EACH, create_proposal, must_be_editable, save_proposal
from decide.catalog.actions_profiles import save_profile
from decide.catalog.own import OwnHead, OwnProfile, OwnProposal
from decide.catalog.owner import Owner
from decide.catalog.texts import LIGHT, SCHOOLING_STATUS, ProfileText, ProposalText, TextRefused
from decide.catalog.topics import TOPICS
from decide.delivery.spreadsheet import inert, original
from decide.errors import Refused
from decide.imports import tables
from decide.imports.cells import plain
from decide.imports.limits import MIB, Limits, Unreadable
from decide.imports.plan import Problem
from decide.imports.tables import Row, Table

LIMITS = Limits(size=8 * MIB, unpacked=40 * MIB, rows=5_000, cells=100_000, memory=40 * MIB)
BLANK_PROPOSALS = 2  # rows to write in, for each head of ticket or slate


class Kind(StrEnum):
    """What a sheet holds."""

    PROFILES = "trayectorias"
    PROPOSALS = "propuestas"


KEY, ELECTION, NAME, NUMBER = "CLAVE", "ELECCION", "NOMBRE", "PROPUESTA"
# Header of the sheet → part of the text; the names are those of INE's export where it has one.
PROFILE_COLUMNS: dict[str, str] = {
    "ESCOLARIDAD": "schooling",
    "ESTATUS_ESCOLARIDAD": "schooling_status",
    "CURSOS": "courses",
    "HISTORIA_PROFESIONAL": "occupation",
    "TRAYECTORIA_POLITICA": "history",
    "MOTIVO_CARGO_PUBLICO": "motive",
    "PAGINA_WEB": "website",
    "REDES": "networks",
    "CORREO_ELECTRONICO": "email",
    "TELEFONO": "phone",
    "DIRECCION_CASA_CAMPAÑA": "address",
}
PROPOSAL_COLUMNS: dict[str, str] = {
    "TEMA": "topic",
    "TITULO": "title",
    "TEXTO": "text",
    "COMO_Y_CON_QUE": "how",
    "LUGAR": "place",
    "ODS": "goal",
    "PROPUESTA_GENERO": "gender",
}
COLUMNS: dict[Kind, dict[str, str]] = {
    Kind.PROFILES: PROFILE_COLUMNS,
    Kind.PROPOSALS: PROPOSAL_COLUMNS,
}
# What people write for a choice → its key.
TOPIC_OF = {plain(word): key for key, words in TOPICS.items() for word in (key, words)}
STATUS_OF = {plain(word): key for key, words in SCHOOLING_STATUS.items() for word in (key, words)}
YES, NO = frozenset({"si", "1", "x", "verdadero"}), frozenset({"no", "0", "falso"})


@dataclass(frozen=True)
class Line:
    """One row that can be kept: whose it is, what it says, and whether that is new."""

    row: int
    head: OwnHead
    proposal_id: int | None
    text: ProfileText | ProposalText
    state: str  # "new", "changed" or "same"


@dataclass(frozen=True)
class Reading:
    """The outcome of a dry run."""

    kind: Kind
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]

    def count(self, state: str) -> int:
        """How many rows are of a state."""
        return sum(line.state == state for line in self.lines)

    @property
    def writes(self) -> int:
        """How many rows would be written."""
        return len(self.lines) - self.count("same")


def sheet(session: Session, owner: Owner, kind: Kind) -> bytes:
    """The spreadsheet with everything that stands now, and room for more."""
    heads = own.own_heads(session, owner)
    fixed = [KEY, ELECTION, NAME] + ([NUMBER] if kind is Kind.PROPOSALS else [])
    if kind is Kind.PROFILES:
        rows = profile_rows(heads, own.all_profiles(session, owner))
    else:
        rows = proposal_rows(heads, own.all_proposals(session, owner))
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        page = book.add_worksheet(kind.value)
        bold, wrap = (
            book.add_format({"bold": True}),
            book.add_format({"text_wrap": True, "valign": "top"}),
        )
        page.write_row(0, 0, [*fixed, *COLUMNS[kind]], bold)
        for place, row in enumerate(rows, start=1):
            page.write_row(place, 0, [inert(cell) for cell in row], wrap)
        page.freeze_panes(1, len(fixed))
        page.set_column(0, len(fixed) - 1, 22)
        page.set_column(len(fixed), len(fixed) + len(COLUMNS[kind]) - 1, 40)
    return out.getvalue()


def profile_rows(heads: Iterable[OwnHead], kept: dict[int, OwnProfile]) -> Iterator[list[str]]:
    """One row for each head."""
    for head in heads:
        text = kept[head.id].text
        yield [*fixed_cells(head), *(getattr(text, part) for part in PROFILE_COLUMNS.values())]


def proposal_rows(
    heads: Iterable[OwnHead], kept: dict[int, tuple[OwnProposal, ...]]
) -> Iterator[list[str]]:
    """The proposals of each head, and blank rows to write in."""
    for head in heads:
        written = kept.get(head.id, ())
        for each in written:
            parts = [getattr(each.text, part) for part in PROPOSAL_COLUMNS.values()]
            parts[-1] = "sí" if each.text.gender else ""
            yield [*fixed_cells(head), str(each.id), *parts]
        for _ in range(max(0, BLANK_PROPOSALS - len(written))):
            yield [*fixed_cells(head), "", *("" for _ in PROPOSAL_COLUMNS)]


def fixed_cells(head: OwnHead) -> list[str]:
    """By what a row is known, and words for whoever fills it in."""
    return [head.contest.key, head.contest.place or head.contest.kind, head.name]


def read(session: Session, owner: Owner, kind: Kind, stream: BinaryIO) -> Reading:
    """What a file would do. Unreadable when it is no such table."""
    columns = COLUMNS[kind]
    known = {plain(name) for name in (KEY, NAME, NUMBER, *columns)}
    table = tables.read(stream, known=known, limits=LIMITS)
    places = places_of(table, kind)
    heads = {head.contest.key: head for head in own.own_heads(session, owner)}
    reader = (
        ProfileReader(own.all_profiles(session, owner))
        if kind is Kind.PROFILES
        else ProposalReader(own.all_proposals(session, owner))
    )
    lines: list[Line] = []
    problems: list[Problem] = []
    for row in table.rows:
        told = cells_of(row, places)
        head = heads.get(told.get(KEY, "").casefold())
        if head is None:
            problems.append(unknown_key(row, told.get(KEY, "")))
            continue
        try:
            line = reader.line(row.number, head, told)
        except TextRefused as refusal:
            column = next((name for name, part in columns.items() if part == refusal.field), None)
            value = told.get(column or "", "")[:60]
            problems.append(Problem(row.number, column, value, str(refusal), "Corrija esa celda."))
        else:
            if line is not None:
                lines.append(line)
    return Reading(kind, tuple(lines), tuple(problems))


def places_of(table: Table, kind: Kind) -> dict[str, int]:
    """Where each known column stands; Unreadable when the key or all texts are missing."""
    wanted = (KEY, NUMBER, *COLUMNS[kind])
    by_name = {plain(name): place for place, name in reversed(list(enumerate(table.header)))}
    places = {name: by_name[plain(name)] for name in wanted if plain(name) in by_name}
    if KEY not in places or not set(places) & set(COLUMNS[kind]):
        raise Unreadable(
            f"Al archivo le falta la columna {KEY} o las de {kind.value}.",
            "Descargue otra vez la plantilla y no cambie sus encabezados.",
        )
    return places


def cells_of(row: Row, places: dict[str, int]) -> dict[str, str]:
    """The cells that are not blank, as they were typed."""
    told = {name: original(row.cells[place]) for name, place in places.items()}
    return {name: cell for name, cell in told.items() if cell}


def unknown_key(row: Row, key: str) -> Problem:
    """The row belongs to nobody of this actor."""
    return Problem(
        row.number,
        KEY,
        key,
        "Esa clave no es de una candidatura suya que encabece fórmula o planilla.",
        "Copie la clave de la plantilla.",
    )


class ProfileReader:
    """Rows of the sheet of trajectories."""

    def __init__(self, kept: dict[int, OwnProfile]) -> None:
        """What stands now, by candidacy."""
        self._kept = kept
        self._seen: set[int] = set()

    def line(self, number: int, head: OwnHead, told: dict[str, str]) -> Line | None:
        """One row; None for one without any text. TextRefused for what cannot be kept."""
        parts = {part: told[name] for name, part in PROFILE_COLUMNS.items() if name in told}
        if not parts:
            return None
        if head.id in self._seen:
            raise TextRefused("", f"«{head.name}» está dos veces en el archivo.")
        self._seen.add(head.id)
        if "schooling_status" in parts:
            status = parts["schooling_status"]
            parts["schooling_status"] = STATUS_OF.get(plain(status), status)
        before = self._kept[head.id].text
        text = replace(before, **parts, markup=LIGHT).cleaned()
        state = "same" if text == before else "new" if before.is_empty() else "changed"
        return Line(number, head, None, text, state)


class ProposalReader:
    """Rows of the sheet of proposals."""

    def __init__(self, kept: dict[int, tuple[OwnProposal, ...]]) -> None:
        """What stands now, by candidacy."""
        self._kept = kept
        self._seen: set[tuple[int, str]] = set()
        self._new: dict[int, int] = {}

    def line(self, number: int, head: OwnHead, told: dict[str, str]) -> Line | None:
        """One row; None for one without any text. TextRefused for what cannot be kept."""
        parts = {part: told[name] for name, part in PROPOSAL_COLUMNS.items() if name in told}
        if not parts:
            return None
        if "topic" in parts:
            parts["topic"] = TOPIC_OF.get(plain(parts["topic"]), parts["topic"])
        if "gender" in parts:
            parts["gender"] = yes_or_no(parts["gender"])
        before = self.standing(head, told.get(NUMBER, ""), parts.get("title", ""))
        standing = before.text if before else ProposalText("", "", "")
        text = replace(standing, **parts, markup=LIGHT).cleaned()
        mark = (head.id, plain(text.title))
        if mark in self._seen:
            raise TextRefused("title", f"«{text.title}» está dos veces para {head.name}.")
        self._seen.add(mark)
        if before is None:
            self._new[head.id] = self._new.get(head.id, 0) + 1
            if len(self._kept.get(head.id, ())) + self._new[head.id] > EACH:
                raise TextRefused("title", f"{head.name} ya tendría más de {EACH} propuestas.")
            return Line(number, head, None, text, "new")
        return Line(number, head, before.id, text, "same" if text == before.text else "changed")

    def standing(self, head: OwnHead, number: str, title: str) -> OwnProposal | None:
        """The proposal a row is about: by its number, or else by its title; None for a new one."""
        written = self._kept.get(head.id, ())
        if number:
            for each in written:
                if str(each.id) == number.removesuffix(".0"):
                    return each
            raise TextRefused(
                "", f"La propuesta {number} no es de {head.name}. Deje vacío el número."
            )
        return next((each for each in written if plain(each.text.title) == plain(title)), None)


def yes_or_no(cell: str) -> str:
    """“1” for yes, “” for no; TextRefused for anything else."""
    word = plain(cell)
    if word in YES:
        return "1"
    if word in NO:
        return ""
    raise TextRefused("gender", "Escriba sí o no.")


def keep(session: Session, owner: Owner, reading: Reading, *, at: datetime, by: int) -> int:
    """Write the rows of a dry run of this transaction as drafts; gives how many."""
    must_be_editable(session, at)
    written = 0
    profiles = own.all_profiles(session, owner)
    proposals = own.all_proposals(session, owner)
    revisions = {each.id: each.revision for every in proposals.values() for each in every}
    for line in reading.lines:
        if line.state == "same":
            continue
        if isinstance(line.text, ProfileText):
            revision = profiles[line.head.id].revision
            save_profile(session, owner, line.head.id, line.text, revision=revision, at=at, by=by)
        elif line.proposal_id is None:
            create_proposal(session, owner, line.head.id, line.text, at=at, by=by)
        else:
            revision = revisions[line.proposal_id]
            save_proposal(
                session, owner, line.proposal_id, line.text, revision=revision, at=at, by=by
            )
        written += 1
    if not written:
        raise Refused("El archivo no trae cambios. No se guardó nada.")
    return written
