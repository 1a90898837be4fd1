"""A package that a passphrase opens, and the sealed letter that tells the passphrase.

The phrase is made, printed and forgotten in one go: the copy is encrypted at that moment and kept,
so that nobody need know the phrase later. A new letter makes a new copy; the older phrase opens
what was downloaded before, and nothing from then on. Until the new letter is committed the older
one's copy is handed out.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.accounts.codes import new_code
from decide.audit import actions as audit
from decide.delivery import actions, agefile, letters, queries
from decide.delivery.folder import Shelf
from decide.delivery.models import DeliveryPhrase
from decide.delivery.queries import DeliveryLine
from decide.errors import NotFound
from decide.kernel import typeset
from decide.kernel.files import digest, is_there, write_aside
from decide.settings import Settings

TEMPLATE = Path(__file__).with_name("paper") / "phrase.typ"
MANY = 10


@dataclass(frozen=True)
class PhraseLine:
    """A letter with a phrase that was printed; `sha256` is that of the encrypted copy."""

    at: datetime
    account_id: int
    sha256: str
    size: int


def print_letter(
    session: Session, settings: Settings, delivery_id: int, *, at: datetime, by: int
) -> bytes:
    """The letter with a new phrase as PDF; the encrypted copy lies on the shelf when it returns.

    It is handed out once the caller has committed.
    NotFound while the package is not ready. The phrase is nowhere but in the PDF.
    """
    actions.locked(session, delivery_id)  # two letters at once: the copy must be the later one's
    line = queries.delivery(session, delivery_id)
    shelf = Shelf(settings.files_folder)
    package = queries.file_of(shelf, line)
    phrase = new_code().grouped
    newest = _newest(session, shelf, delivery_id)
    copy = next(each for each in shelf.encrypted(delivery_id) if each != newest)
    with write_aside(copy) as part, part.open("wb") as target:
        agefile.write(package, target, phrase)
    row = DeliveryPhrase(
        delivery_id=line.id, sha256=digest(copy), size=copy.stat().st_size, at=at, account_id=by
    )
    session.add(row)
    audit.record(
        session,
        "delivery.phrase_printed",
        at=at,
        by=by,
        subject=("delivery", line.id),
        after={"sha256": row.sha256},
    )
    facts = letters.facts_of(session, settings, line, at)
    name = f"{line.file_name}.age"
    return typeset.pdf(
        TEMPLATE, facts | {"phrase": phrase, "encrypted": name, "encrypted_sha256": row.sha256}
    )


def printed(session: Session, delivery_id: int) -> list[PhraseLine]:
    """The letters of a delivery, newest first; only the newest one's phrase opens a new copy."""
    rows = session.scalars(
        select(DeliveryPhrase)
        .where(DeliveryPhrase.delivery_id == delivery_id)
        .order_by(DeliveryPhrase.id.desc())
        .limit(MANY)
    )
    return [PhraseLine(row.at, row.account_id, row.sha256, row.size) for row in rows]


def copy_of(session: Session, shelf: Shelf, line: DeliveryLine) -> Path:
    """The encrypted copy; NotFound when there is none, or not the one of the newest letter."""
    path = _newest(session, shelf, line.id)
    if path is None:
        raise NotFound("No hay una copia cifrada de esta entrega. Imprima otra carta con frase.")
    return path


def _newest(session: Session, shelf: Shelf, delivery_id: int) -> Path | None:
    """The copy of the newest letter, known by its digest; None when there is none."""
    for letter in printed(session, delivery_id)[:1]:
        for path in shelf.encrypted(delivery_id):
            if is_there(path, changing=True) and digest(path) == letter.sha256:
                return path
    return None
