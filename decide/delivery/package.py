"""One recipient's package: database, tables, README and manifest in one ZIP.

Everything comes from one read-only snapshot, sorted, with the cut-off as the only date: the same
cut-off gives the same bytes, whoever builds, however often.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from babel.dates import format_datetime
from sqlalchemy.orm import Session

from decide.calendar import queries as calendar
from decide.delivery import (
    contents,
    database,
    datapackage,
    evidence,
    readme,
    summary,
    tables,
    workbook,
    zipped,
)
from decide.delivery.checking import refusal
from decide.delivery.contents import Scope
from decide.errors import Refused
from decide.kernel.files import digest
from decide.seals.merkle import Tree

FORMAT = "decide-entrega/2"
NAMES = (
    "LEEME.txt",
    "LEEME.pdf",
    "datos.sqlite",
    "resumen.xlsx",
    *(sheet.name for sheet in tables.SHEETS),
    "datapackage.json",
)


class NotVerified(Refused):
    """The verifier refuses what was just built: it must not leave the house."""


@dataclass(frozen=True)
class Issuer:
    """Who hands over, as the package says it, and what opens its signing keys."""

    site: str
    authority: str
    process_key: str = field(repr=False)


@dataclass(frozen=True)
class Package:
    """A written package; `reactions` are the likes and dislikes together."""

    sha256: str
    size: int
    reactions: int
    ideas: int


def write(
    target: Path,
    session: Session,
    scope: Scope,
    issuer: Issuer,
    *,
    tree: Tree,
    folder: Path,
    progress: Callable[[int], None],
) -> Package:
    """Write the package to `target`, working in the empty `folder`; `tree` is that of the seal.

    `progress` is called with 0–100, often. Errors of disk and database go up as they are.
    """
    facts = _facts(session, scope, issuer)
    base = folder / "datos.sqlite"
    totals = database.write(
        base, session, scope, facts, lambda share: progress(share * 70 // 100), tree
    )
    rows = {base.name: sum(totals.rows.values())}
    stamp = scope.cutoff.astimezone(scope.zone)
    holders, members = contents.holders(session, scope), contents.members(session, scope)
    with database.reading(base) as connection:
        for sheet in tables.SHEETS:
            rows[sheet.name] = tables.write(folder / sheet.name, connection, sheet)
        progress(78)
        workbook.write(folder / "resumen.xlsx", connection, facts, totals, at=stamp)
        paper = summary.pdf(connection, facts, totals, holders, members)
    (folder / "LEEME.pdf").write_bytes(paper)
    about = readme.text(facts, totals, holders, members)
    (folder / "LEEME.txt").write_text(about, encoding="utf-8")
    slug = f"decide-{scope.recipient_id}"
    described = datapackage.text(folder, facts, at=stamp, slug=slug)
    (folder / "datapackage.json").write_text(described, encoding="utf-8")
    progress(88)
    proof = evidence.write(folder, session, scope.seal_number, issuer.process_key)
    files = [folder / name for name in NAMES] + proof.files
    manifest = folder / "manifiesto.json"
    manifest.write_text(_manifest(facts, totals, files, rows), encoding="utf-8")
    signature = evidence.sign(manifest, proof.signers)
    progress(92)
    zipped.write(target, [manifest, signature, *files], stamp=stamp)
    progress(95)
    reason = refusal(target, [each.verifier.text() for each in proof.signers])
    if reason:
        raise NotVerified(f"El paquete no pasó la comprobación: {reason}. Avise a informática.")
    return Package(
        digest(target), target.stat().st_size, totals.likes + totals.dislikes, totals.ideas
    )


def _facts(session: Session, scope: Scope, issuer: Issuer) -> list[tuple[str, str]]:
    process = calendar.process(session)
    own = contents.recipient(session, scope)
    local = scope.cutoff.astimezone(scope.zone)
    words = format_datetime(local, "d 'de' MMMM 'de' y, HH:mm 'horas'", locale="es_MX")
    return [
        ("formato", FORMAT),
        ("sitio", issuer.site),
        ("autoridad", issuer.authority),
        ("clave_del_proceso", process.key),
        ("proceso", process.name),
        ("clave_de_quien_recibe", own.key),
        ("recibe", f"{own.name} ({own.acronym})"),
        ("corte", local.isoformat()),
        ("corte_en_palabras", words),
        ("sello", str(scope.seal_number)),
    ]


def _manifest(
    facts: list[tuple[str, str]], totals: database.Totals, files: list[Path], rows: dict[str, int]
) -> str:
    told = dict(facts)
    del told["corte_en_palabras"]
    content = {
        **told,
        "totales": {
            "asuntos": totals.subjects,
            "me_gusta": totals.likes,
            "no_me_gusta": totals.dislikes,
            "ideas": totals.ideas,
            "ideas_retiradas": totals.withdrawn,
            "me_gusta_marcados": totals.marked_likes,
            "no_me_gusta_marcados": totals.marked_dislikes,
            "ideas_marcadas": totals.marked_ideas,
        },
        "archivos": [
            {
                "nombre": path.name,
                "bytes": path.stat().st_size,
                "sha256": digest(path),
                **({"renglones": rows[path.name]} if path.name in rows else {}),
            }
            for path in files
        ],
        "tablas": totals.rows,
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
