"""The delivered SQLite database: streamed in, laid out the same every time.

SQLite puts the same bytes on the disk when the same statements run in the same order with the same
page size, no journal and one connection. So everything comes sorted and nothing depends on the
clock, on the machine or on what another builder does.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from unicodedata import normalize

from sqlalchemy.orm import Session

from decide.abuse.rule import VERSION as RULE
from decide.catalog.topics import TOPICS
from decide.delivery import contents, marks, themes
from decide.delivery.contents import IdeaRow, Scope
from decide.delivery.structure import DICTIONARY, SHAPES, VIEWS, dictionary
from decide.participation.personal import PersonalDatum, personal_data
from decide.seals import queries as seals
from decide.seals.merkle import Tree

Progress = Callable[[int], None]
Leaf = tuple[int, int, int, bytes, bytes]  # a row of `hoja`

FORMAT = 2
MARK = 0x44434445  # "DCDE": tells this file from other SQLite files
BATCH = 2_000
INSERT = {shape.name: shape.insertion() for shape in (*SHAPES, DICTIONARY)}
PERSONAL = {
    PersonalDatum.PHONE: "teléfono",
    PersonalDatum.EMAIL: "correo",
    PersonalDatum.CURP: "CURP",
    PersonalDatum.RFC: "RFC",
    PersonalDatum.VOTER_KEY: "clave de elector",
    PersonalDatum.ADDRESS: "domicilio",
}
SILENT = re.compile(r"[\W_]+")  # whatever is neither letter nor digit
NOT_ON_RECORD = "(versión que no está en el registro)"


class BrokenLinks(Exception):
    """The finished database points at rows it does not hold; the message names the tables."""


@dataclass(frozen=True)
class Totals:
    """What a finished database holds in all, and the rows of each of its tables.

    `ideas` are those with text; `withdrawn` are rows whose text its author took back.
    """

    subjects: int
    likes: int
    dislikes: int
    ideas: int
    withdrawn: int
    rows: dict[str, int]
    marked_likes: int = 0
    marked_dislikes: int = 0
    marked_ideas: int = 0


def write(
    path: Path,
    session: Session,
    scope: Scope,
    facts: Sequence[tuple[str, str]],
    progress: Progress,
    tree: Tree,
) -> Totals:
    """Fill a new database at `path` from PostgreSQL; `facts` go into its table `dato`.

    `progress` is called with 0–100. `session` must be one read-only snapshot; `tree` is that of the
    scope's seal. Raises BrokenLinks.
    """
    with _opened(path) as base:
        for shape in (*SHAPES, DICTIONARY):
            base.execute(shape.ddl())
        _describe(base, session, scope)
        known = _texts(base, session, scope)
        progress(10)
        _counts(base, session, scope, known)
        progress(30)
        marks.write(base, session, scope)
        _ideas(base, session, scope, known, progress)
        themes.write(base)
        progress(90)
        _proofs(base, session, scope, tree)
        progress(95)
        base.execute("CREATE INDEX idea_por_asunto ON idea (asunto, version)")
        for view in VIEWS:
            base.execute(view.ddl())
        _check_links(base)
        totals = _totals(base)
        base.executemany(INSERT["dato"], [*facts, *_told(totals)])
        return replace(totals, rows=_rows(base))


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A finished database, read-only."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as base:
        yield base


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.execute("PRAGMA page_size = 4096")
        base.execute("PRAGMA encoding = 'UTF-8'")
        base.execute("PRAGMA journal_mode = OFF")  # a file that fails is thrown away
        base.execute("PRAGMA synchronous = OFF")  # the package that holds it is synced as a whole
        base.execute(f"PRAGMA application_id = {MARK}")
        base.execute(f"PRAGMA user_version = {FORMAT}")
        base.execute("BEGIN")
        yield base
        base.execute("COMMIT")


def _describe(base: sqlite3.Connection, session: Session, scope: Scope) -> None:
    base.executemany(INSERT["diccionario"], dictionary())
    for holder in contents.holders(session, scope):
        row = (holder.key, holder.acronym, holder.name, holder.figure, holder.reason)
        base.execute(INSERT["actor"], row)
    for member in contents.members(session, scope):
        base.execute(INSERT["integrante"], (member.alliance, member.acronym, member.name))
    base.executemany(INSERT["municipio"], contents.municipalities(session))
    base.executemany(INSERT["tema"], TOPICS.items())


def _texts(base: sqlite3.Connection, session: Session, scope: Scope) -> set[tuple[int, int]]:
    for subject in contents.subjects(session, scope):
        _ensure_topic(base, subject.topic)
        base.execute(
            INSERT["asunto"],
            (
                subject.number,
                subject.actor,
                subject.kind,
                subject.title,
                subject.contest,
                subject.person,
                subject.topic,
                subject.municipality,
            ),
        )
    known: set[tuple[int, int]] = set()
    for each in contents.versions(session, scope):
        row = (each.subject, each.version, each.title, each.text, each.sha256, each.published)
        base.execute(INSERT["version"], row)
        known.add((each.subject, each.version))
    return known


def _counts(
    base: sqlite3.Connection, session: Session, scope: Scope, known: set[tuple[int, int]]
) -> None:
    for each in contents.counts(session, scope):
        _ensure_version(base, known, each.subject, each.version)
        row = (each.subject, each.version, each.day.isoformat(), each.likes, each.dislikes)
        base.execute(INSERT["conteo_diario"], row)
    # Every published version has a row, also with zeros: an empty count is an answer too.
    base.execute(
        """
        INSERT INTO conteo
        SELECT v.asunto, v.version, coalesce(sum(d.me_gusta), 0), coalesce(sum(d.no_me_gusta), 0)
        FROM version v LEFT JOIN conteo_diario d ON d.asunto = v.asunto AND d.version = v.version
        GROUP BY v.asunto, v.version ORDER BY v.asunto, v.version
        """
    )


def _ideas(
    base: sqlite3.Connection,
    session: Session,
    scope: Scope,
    known: set[tuple[int, int]],
    progress: Progress,
) -> None:
    total = contents.idea_total(session, scope)
    first: dict[bytes, int] = {}
    day, leaves = "", list[Leaf]()
    numbered = enumerate(contents.ideas(session, scope), start=1)
    while batch := list(islice(numbered, BATCH)):
        for subject, version in sorted({(idea.subject, idea.version) for _, idea in batch}):
            if _ensure_version(base, known, subject, version):
                base.execute("INSERT INTO conteo VALUES (?, ?, 0, 0)", (subject, version))
        for topic in sorted({idea.topic or "" for _, idea in batch}):
            _ensure_topic(base, topic)
        base.executemany(INSERT["idea"], [_row(number, idea, first) for number, idea in batch])
        base.executemany(
            INSERT["idea_marcada"],
            [(number, idea.copies) for number, idea in batch if idea.copies and not idea.withdrawn],
        )
        for number, idea in batch:
            # A day's leaves lie together in the log: written in its order, the table only grows.
            if idea.day != day:
                base.executemany(INSERT["hoja"], sorted(leaves))
                day, leaves = idea.day, []
            newest = idea.leaves[-1][0]
            leaves += [
                (leaf, number, int(leaf == newest), content, idea.folio)
                for leaf, content in idea.leaves
            ]
        progress(30 + 50 * batch[-1][0] // total)
    base.executemany(INSERT["hoja"], sorted(leaves))


def _row(number: int, idea: IdeaRow, first: dict[bytes, int]) -> tuple[object, ...]:
    return (
        number,
        idea.subject,
        idea.version,
        idea.kind,
        idea.topic,
        idea.municipality,
        idea.day,
        int(idea.withdrawn),
        idea.text,
        _repeated(first, idea.text, number),
        ", ".join([PERSONAL[kind] for kind in personal_data(idea.text)]) or None,
        idea.salt,
    )


def _repeated(first: dict[bytes, int], text: str, number: int) -> int | None:
    """The first idea with the same words, whatever their case, accents and punctuation."""
    # Of the parted letters only these are left: accents are no letters of their own.
    words = SILENT.sub("", normalize("NFKD", text.casefold()))
    if not words:
        return None
    earlier = first.setdefault(blake2b(words.encode(), digest_size=12).digest(), number)
    return None if earlier == number else earlier


def _proofs(base: sqlite3.Connection, session: Session, scope: Scope, tree: Tree) -> None:
    """The nodes that lead from the leaves to the signed root, and what opens the commitments."""
    leaves = [leaf for (leaf,) in base.execute("SELECT hoja FROM hoja ORDER BY hoja")]
    base.executemany(INSERT["prueba"], tree.proving(leaves))
    own = {holder.key for holder in contents.holders(session, scope)}
    for each in seals.commitments(session, scope.seal_number):
        if each.actor in own:
            base.execute(INSERT["compromiso"], (each.actor, each.salt, each.commitment))


def _ensure_version(
    base: sqlite3.Connection, known: set[tuple[int, int]], subject: int, version: int
) -> bool:
    """Keep an answer whose version is not on record; True when a stand-in row was written.

    The door lets none through, but an answer must never be left out because of what we know of it.
    """
    if (subject, version) in known:
        return False
    base.execute(INSERT["version"], (subject, version, NOT_ON_RECORD, "", "", ""))
    known.add((subject, version))
    return True


def _totals(base: sqlite3.Connection) -> Totals:
    likes, dislikes = base.execute(
        "SELECT coalesce(sum(me_gusta), 0), coalesce(sum(no_me_gusta), 0) FROM conteo"
    ).fetchone()
    ideas, withdrawn = base.execute(
        "SELECT count(*), coalesce(sum(retirada), 0) FROM idea"
    ).fetchone()
    marked_likes, marked_dislikes = base.execute(
        "SELECT coalesce(sum(me_gusta), 0), coalesce(sum(no_me_gusta), 0) FROM conteo_marcado"
    ).fetchone()
    rows = _rows(base)
    return Totals(
        rows["asunto"], int(likes), int(dislikes), int(ideas - withdrawn), int(withdrawn), rows,
        int(marked_likes), int(marked_dislikes), rows["idea_marcada"],
    )  # fmt: skip


def _told(totals: Totals) -> list[tuple[str, str]]:
    return [
        ("asuntos", str(totals.subjects)),
        ("me_gusta", str(totals.likes)),
        ("no_me_gusta", str(totals.dislikes)),
        ("ideas", str(totals.ideas)),
        ("ideas_retiradas", str(totals.withdrawn)),
        ("me_gusta_marcados", str(totals.marked_likes)),
        ("no_me_gusta_marcados", str(totals.marked_dislikes)),
        ("ideas_marcadas", str(totals.marked_ideas)),
        ("regla_de_revision", str(RULE)),
    ]


def _rows(base: sqlite3.Connection) -> dict[str, int]:
    return {
        shape.name: int(base.execute(f"SELECT count(*) FROM {shape.name}").fetchone()[0])  # noqa: S608 - our own names
        for shape in (*SHAPES, DICTIONARY)
    }


def _ensure_topic(base: sqlite3.Connection, topic: str | None) -> None:
    """Keep a topic that is no longer on the list."""
    if topic and topic not in TOPICS:
        base.execute("INSERT OR IGNORE INTO tema VALUES (?, ?)", (topic, topic))


def _check_links(base: sqlite3.Connection) -> None:
    broken = sorted({str(row[0]) for row in base.execute("PRAGMA foreign_key_check")})
    if broken:
        raise BrokenLinks(", ".join(broken))
