"""The auditor's look at everything at once: seals, ledger, trail and all packages together.

A package alone shows that it is whole for its actors. Only all of them together show that nothing
was left out, added or given to somebody else: the union of their leaves is the log, each leaf is
with exactly those whom the written rule names, and the sums are those of the ledger.
"""

import sqlite3
import tempfile
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from decide.catalog.models import PoliticalActor
from decide.delivery import queries
from decide.delivery.checking import refusal
from decide.delivery.contents import holds
from decide.delivery.folder import Shelf
from decide.delivery.queries import RecipientLine
from decide.errors import NotFound
from decide.kernel.db import patient
from decide.kernel.files import digest
from decide.kernel.resources import Resources
from decide.participation import verify as ledger
from decide.seals import contents, keys, trail
from decide.seals import queries as seals
from decide.seals.leaf import commitment_of
from decide.seals.merkle import Frontier
from decide.seals.notes import BrokenNote, opened
from decide.seals.queries import SealLine

Pair = tuple[int, int]  # subject and version

SHOWN = 5


@dataclass(frozen=True)
class Finding:
    """One question and its answer; `faults` says what is wrong, empty when nothing is."""

    question: str
    answer: str
    faults: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


@dataclass(frozen=True)
class Held:
    """What one package holds, as read from its database."""

    leaves: frozenset[int]
    counts: dict[Pair, Pair]


def inspect(resources: Resources) -> list[Finding]:
    """Look at everything; takes a while. Raises RedisError when the press log is away."""
    settings = resources.settings
    with resources.database.reading() as session:
        patient(session)
        heads = list(reversed(seals.seals(session)))
        findings = [
            _heads(session, heads),
            _log(session, heads),
            _commitments(session, heads),
            _trail(session, heads),
            _ledger(resources),
        ]
        recipients = queries.recipients(session)
        packages, found = _packages(session, Shelf(settings.files_folder), recipients)
        findings.append(found)
        if packages:
            cutoff = {line.delivery.cutoff for line in recipients if line.delivery}
            findings += [
                _leaves(session, heads, recipients, packages),
                _counts(session, max(cutoff), recipients, packages),
            ]
    return findings


def _heads(session: Session, heads: list[SealLine]) -> Finding:
    """Every head is signed by a key of ours, and the log only grows."""
    verifiers, faults, size = keys.verifiers(session), [], 0
    for number, head in enumerate(heads, start=1):
        try:
            signed, _ = opened(head.note, verifiers)
        except BrokenNote as error:
            faults.append(f"sello {head.number}: firma no válida ({error})")
            continue
        told = seals.checkpoint(head)
        fits = (told.size, told.root.hex(), told.text()) == (head.size, head.root, signed)
        if head.number != number or head.size < size or not fits:
            faults.append(f"sello {head.number}: la cabeza no es la que se firmó")
        size = head.size
    return Finding("¿Están firmadas todas las cabezas?", f"{len(heads)} sellos", tuple(faults))


def _log(session: Session, heads: list[SealLine]) -> Finding:
    """The leaves, from the first on, give every head."""
    frontier, faults = Frontier(), []
    for head in heads:
        for leaf in seals.leaves_of(session, head.number):
            frontier.append(leaf)
        if (frontier.size, frontier.root().hex()) != (head.size, head.root):
            faults.append(f"sello {head.number}: las hojas no dan la raíz firmada")
            break
    loose = session.scalar(
        text("SELECT count(*) FROM idea i WHERE NOT EXISTS"
             " (SELECT FROM sealed_idea l WHERE l.idea_id = i.id)")
    )  # fmt: skip
    if loose:
        faults.append(f"{loose} ideas no están en ninguna hoja")
    return Finding(
        "¿Dan las hojas guardadas las raíces firmadas?", f"{frontier.size} hojas", tuple(faults)
    )


def _commitments(session: Session, heads: list[SealLine]) -> Finding:
    """Every public list is the sealed one, and every commitment opens to what it says."""
    faults, looked = [], 0
    for head in heads:
        made = seals.commitments(session, head.number)
        public = seals.commitment_list(session, head.number)
        sealed = seals.checkpoint(head).told()["conteos"]
        if b64encode(sha256(public).digest()).decode() != sealed:
            faults.append(f"sello {head.number}: la lista de compromisos cambió")
        for each in made:
            looked += 1
            if commitment_of(each.actor, each.salt, each.statement) != each.commitment:
                faults.append(f"sello {head.number}: el compromiso de {each.actor} no abre")
    return Finding("¿Abren los compromisos de conteos?", f"{looked} compromisos", tuple(faults))


def _trail(session: Session, heads: list[SealLine]) -> Finding:
    """The audit trail gives the head that the last seal took in."""
    faults, entry = [], "0"
    if heads:
        entry, _, sealed = seals.checkpoint(heads[-1]).told()["bitacora"].partition(" ")
        if b64encode(trail.head_at(session, int(entry))).decode() != sealed:
            faults.append("la bitácora cambió después de sellarse")
    return Finding("¿Está intacta la bitácora?", f"hasta el renglón {entry}", tuple(faults))


def _ledger(resources: Resources) -> Finding:
    """Press log, rows, tallies and counters agree."""
    report = ledger.verify(resources)
    return Finding(
        "¿Cuadran registro, renglones y contadores?",
        f"{report.reactions} respuestas, {report.ideas} ideas",
        tuple(report.drift),
    )


def _packages(
    session: Session, shelf: Shelf, recipients: list[RecipientLine]
) -> tuple[dict[int, Held], Finding]:
    """Everybody has a package of one and the same cut-off, and every package passes."""
    held: dict[int, Held] = {}
    faults: list[str] = []
    ready = {each.actor_id: each.delivery for each in recipients}
    cutoffs = {line.cutoff for line in ready.values() if line and line.is_ready}
    if len(cutoffs) > 1:
        faults.append("las entregas no tienen la misma fecha de corte")
    # Keys as the site publishes them, never those that a package brings along.
    trusted = [key.text() for key in keys.verifiers(session)]
    for each in recipients:
        line = ready[each.actor_id]
        if line is None or not line.is_ready:
            faults.append(f"{each.acronym}: su entrega no está lista")
            continue
        try:
            path = shelf.finished(line.id)
        except NotFound:
            faults.append(f"{each.acronym}: su archivo no está en el servidor")
            continue
        if digest(path) != line.sha256:
            faults.append(f"{each.acronym}: el archivo no es el que se preparó")
        reason = refusal(path, trusted)
        if reason:
            faults.append(f"{each.acronym}: {reason}")
        found = _held(path)
        if found is not None:
            held[each.actor_id] = found
    asked = "¿Pasa cada paquete la comprobación?"
    return held, Finding(asked, f"{len(held)} de {len(recipients)} paquetes", tuple(faults))


def _leaves(
    session: Session,
    heads: list[SealLine],
    recipients: list[RecipientLine],
    packages: dict[int, Held],
) -> Finding:
    """The union of all packages is the log, and each holds exactly what the rule gives it."""
    faults = []
    union: set[int] = set()
    for each in recipients:
        found = packages.get(each.actor_id)
        if found is None:
            continue
        union |= found.leaves
        wanted = _leaves_by_rule(session, each.actor_id)
        if missing := wanted - found.leaves:
            faults.append(f"{each.acronym}: faltan {len(missing)} hojas ({_few(missing)})")
        if foreign := found.leaves - wanted:
            faults.append(f"{each.acronym}: {len(foreign)} hojas ajenas ({_few(foreign)})")
    size = heads[-1].size if heads else 0
    if lost := set(range(size)) - union:
        faults.append(f"{len(lost)} hojas no se entregaron a nadie ({_few(lost)})")
    return Finding(
        "¿Se entregó cada idea a quien corresponde y a nadie más?",
        f"{len(union)} de {size} hojas",
        tuple(faults),
    )


def _counts(
    session: Session,
    cutoff: datetime,
    recipients: list[RecipientLine],
    packages: dict[int, Held],
) -> Finding:
    """Every count in every copy is what a recount of the single choices gives."""
    faults = []
    recount: dict[Pair, Pair] = {}
    owners: dict[int, set[Pair]] = {}
    for actor, subject, version, likes, dislikes in contents.counts(session, cutoff):
        recount[subject, version] = (likes, dislikes)
        owners.setdefault(actor, set()).add((subject, version))
    for each in recipients:
        found = packages.get(each.actor_id)
        if found is None:
            continue
        wanted = {
            pair: recount[pair]
            for actor in _actors_by_rule(session, each.actor_id)
            for pair in owners.get(actor, ())
        }
        wrong = {
            pair for pair in wanted.keys() | found.counts.keys()
            if wanted.get(pair, (0, 0)) != found.counts.get(pair, (0, 0))
        }  # fmt: skip
        if wrong:
            faults.append(f"{each.acronym}: {len(wrong)} conteos no cuadran ({_few(wrong)})")
    delivered = {pair for found in packages.values() for pair in found.counts}
    if lost := recount.keys() - delivered:
        faults.append(f"{len(lost)} conteos no se entregaron a nadie ({_few(set(lost))})")
    total = sum(likes + dislikes for likes, dislikes in recount.values())
    return Finding(
        "¿Son los conteos entregados los del libro?", f"{total} respuestas", tuple(faults)
    )


def _leaves_by_rule(session: Session, recipient: int) -> frozenset[int]:
    actors = list(_actors_by_rule(session, recipient))
    rows = session.scalars(
        text(
            "SELECT l.leaf FROM sealed_idea l JOIN idea i ON i.id = l.idea_id"
            " JOIN subject s ON s.id = i.subject_id WHERE s.actor_id = ANY(:actors)"
        ),
        {"actors": actors},
    )
    return frozenset(int(leaf) for leaf in rows)


def _actors_by_rule(session: Session, recipient: int) -> Iterator[int]:
    yield from session.scalars(select(PoliticalActor.id).where(holds(recipient, PoliticalActor.id)))


def _held(path: Path) -> Held | None:
    """Leaves and counts of a package; None when it cannot be read at all."""
    try:
        with (
            zipfile.ZipFile(path) as archive,
            tempfile.TemporaryDirectory() as folder,
            closing(sqlite3.connect(archive.extract("datos.sqlite", folder))) as base,
        ):
            leaves = frozenset(leaf for (leaf,) in base.execute("SELECT hoja FROM hoja"))
            counts = {
                (subject, version): (likes, dislikes)
                for subject, version, likes, dislikes in base.execute(
                    "SELECT asunto, version, me_gusta, no_me_gusta FROM conteo"
                )
            }
            return Held(leaves, counts)
    except (OSError, KeyError, zipfile.BadZipFile, sqlite3.Error):
        return None


def _few(what: "set[int] | set[Pair] | frozenset[int]") -> str:
    shown = ", ".join(str(each) for each in sorted(what)[:SHOWN])
    return shown + (", …" if len(what) > SHOWN else "")
