"""Writing a text and moving it along: draft, approved by a second person, shown at its hour.

Every deed is in the trail. The caller owns the commit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.catalog.entries import slug_of
from decide.desk.fields import FieldRefused, tidy
from decide.desk.pictures import Picture, added, described
from decide.editorial import rules
from decide.editorial.entries import Library
from decide.editorial.kinds import (
    LONGEST_NOTE,
    LONGEST_SLUG,
    MOST_IMAGES,
    NAMED_BY,
    SPANISH,
    TAKES_NEW,
    WITH_EASY,
    WITH_IMAGES,
    Key,
    Kind,
)
from decide.editorial.models import EditorialLink, EditorialText, EditorialVersion
from decide.editorial.reading import library
from decide.editorial.shape import Fields, fields_of, tidied
from decide.errors import Conflict, NotFound, Refused

WRITTEN = ("kind", "slug", "language", "revision", "withdrawn", "changed_at")


class StaleText(Conflict):
    """Somebody saved in between; `theirs` are the boxes as they stand now."""

    def __init__(self, revision: int, theirs: Mapping[str, str]) -> None:
        """`revision` is the one to save over."""
        super().__init__("Otra persona guardó este texto mientras usted escribía.")
        self.revision = revision
        self.theirs = theirs


class TextChanged(Refused):
    """The draft is not the one that was proposed."""


class Unfit(Refused):
    """A draft that may not be shown yet; `faults` says why, by box."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        """At least one fault."""
        super().__init__("Al texto le falta algo. Corrija lo marcado y guárdelo.")
        self.faults = faults


@dataclass(frozen=True)
class Base:
    """What a new version begins with: the fields, the pictures and the Spanish version meant."""

    fields: Mapping[str, str]
    images: tuple[dict[str, Any], ...] = ()
    translates: int | None = None
    old_easy: bool = False


def create(
    session: Session, kind: Kind, typed: Fields, *, at: datetime, by: int | None
) -> Key:  # fmt: skip
    """Begin a new text as a draft; gives its key. FieldRefused for a name that is taken."""
    if kind not in TAKES_NEW:
        raise Refused("De este tipo no se agregan textos. Cambie uno de la lista.")
    fields = tidied(kind, typed)
    rules.check_kept(kind, fields)
    name = NAMED_BY[kind]
    key = Key(kind, slug_of(fields[name])[:LONGEST_SLUG].strip("-"))
    taken = select(EditorialText.id).where(
        EditorialText.kind == kind, EditorialText.slug == key.slug
    )
    if library().entry(key) is not None or session.scalar(taken) is not None:
        raise FieldRefused(name, "Ya hay un texto con ese nombre. Ábralo en la lista o use otro.")
    session.add(row_of(key, at))
    session.flush()
    write(session, key, typed, note="", revision=0, at=at, by=by)
    return key


def write(
    session: Session,
    key: Key,
    typed: Fields,
    *,
    note: str,
    revision: int,
    at: datetime,
    by: int | None,
) -> None:
    """Keep a draft; what is shown stays as it is.

    FieldRefused for what cannot be kept; StaleText when somebody saved in between.
    """
    fields = tidied(key.kind, typed)
    rules.check_kept(key.kind, fields)
    told = tidy(note)
    if len(told) > LONGEST_NOTE:
        raise FieldRefused("note", f"Escriba qué cambió en hasta {LONGEST_NOTE} caracteres.")
    row = locked(session, key, at=at)
    if row.revision != revision:
        raise StaleText(row.revision, base_of(session, row, key).fields)
    version = working(session, row, key, at=at, by=by)
    version.fields, version.note = fields, told
    if key.language != SPANISH:
        version.translates = shown_in_spanish(session, key)
    moved(session, row, "text.written", key, at=at, by=by, version=version.number)


def put_image(
    session: Session, key: Key, picture: Picture, *, alt: str, caption: str,
    at: datetime, by: int | None,
) -> None:  # fmt: skip
    """Add a picture to the draft. FieldRefused without words for who cannot see it."""
    if key.kind not in WITH_IMAGES:
        raise FieldRefused("file", "Este texto no lleva imágenes.")
    told = described(picture, alt=alt, caption=caption)
    row = locked(session, key, at=at)
    version = working(session, row, key, at=at, by=by)
    version.images = added(version.images, told, most=MOST_IMAGES)
    moved(session, row, "text.image_added", key, at=at, by=by, image=picture.name)


def remove_image(
    session: Session, key: Key, name: str, *, at: datetime, by: int | None
) -> None:  # fmt: skip
    """Take a picture out of the draft; published versions keep theirs."""
    row = locked(session, key, at=at)
    version = working(session, row, key, at=at, by=by)
    version.images = [each for each in version.images if each["name"] != name]
    moved(session, row, "text.image_removed", key, at=at, by=by, image=name)


def restore(
    session: Session, key: Key, number: int, *, at: datetime, by: int | None
) -> None:  # fmt: skip
    """Make a new draft of a former version; 0 is the shipped text. NotFound.

    A draft that was being written stays in the list of versions.
    """
    row = locked(session, key, at=at)
    base = shipped_base(key) if number == 0 else None
    if number:
        former = version_of(session, row, number)
        base = kept(former)
    if base is None:
        raise NotFound("Esa versión no existe.")
    row.working = None
    version = begun(session, row, base, at=at, by=by)
    version.note = f"Vuelve a la versión {number}."
    moved(session, row, "text.restored", key, at=at, by=by, version=version.number, of=number)


def discard(session: Session, key: Key, *, at: datetime, by: int | None) -> None:
    """Put the draft aside; it stays in the list of versions."""
    row = locked(session, key, at=at)
    number, row.working = row.working, None
    if number is None:
        raise Refused("No hay borrador. Mire la página otra vez.")
    moved(session, row, "text.discarded", key, at=at, by=by, version=number)


def check_fit(session: Session, key: Key, known: Library) -> int:
    """The number of the draft, fit to be shown. Unfit says what is missing."""
    row = locked(session, key)
    if row.working is None:
        raise Refused("No hay borrador. Guarde un cambio antes de pedir que se publique.")
    faults = rules.unfit(key.kind, key.slug, version_of(session, row, row.working).fields, known)
    if faults:
        raise Unfit(faults)
    return row.working


def approve(
    session: Session,
    key: Key,
    *,
    revision: int,
    due_at: datetime | None,
    at: datetime,
    by: int | None,
    second: int | None,
    reason: str = "",
) -> None:
    """Show the draft that was proposed, now or from `due_at` on.

    TextChanged when it is no longer that draft; a later approval takes the place of an hour that
    has not come yet.
    """
    row = locked(session, key)
    if row.working is None or row.revision != revision:
        raise TextChanged("El texto cambió desde la propuesta. Descártela y proponga otra vez.")
    version = version_of(session, row, row.working)
    version.approved_at, version.approved_by = at, second
    version.old_easy = easy_is_old(key, shown_base(session, row, key), version.fields)
    row.working = None
    row.withdrawn = False
    if due_at is not None and due_at > at:
        row.scheduled, row.due_at = version.number, due_at
        deed = "text.scheduled"
    else:
        show(row, version, at=at)
        deed = "text.published"
    after = {"key": str(key), "version": version.number, "confirmed_by": second}
    if row.due_at is not None:
        after["due_at"] = row.due_at.isoformat()
    row.revision += 1
    row.changed_at = at
    audit.record(
        session, deed, at=at, by=by, subject=("text", row.id), after=after, reason=reason or None
    )


def publish_due(session: Session, *, at: datetime) -> int:
    """Show what is due; gives how many. Bears running twice, and at once."""
    due = session.scalars(
        select(EditorialText)
        .where(EditorialText.due_at <= at)
        .order_by(EditorialText.due_at, EditorialText.id)
        .with_for_update(skip_locked=True)
    ).all()
    for row in due:
        assert row.scheduled is not None  # noqa: S101 # the database holds it
        version = version_of(session, row, row.scheduled)
        show(row, version, at=at)
        key = Key(row.kind, row.slug, row.language)
        moved(session, row, "text.published", key, at=at, by=None, version=version.number)
    return len(due)


def unschedule(session: Session, key: Key, *, at: datetime, by: int | None) -> None:
    """Do not show it at that hour; the approved text becomes a draft again."""
    row = locked(session, key, at=at)
    if row.scheduled is None:
        raise Refused("El texto ya no está programado. Mire la página otra vez.")
    former = version_of(session, row, row.scheduled)
    row.scheduled, row.due_at = None, None
    if row.working is None:
        base = kept(former)
        begun(session, row, base, at=at, by=by).note = former.note
    moved(session, row, "text.unscheduled", key, at=at, by=by, version=former.number)


def withdraw(
    session: Session, key: Key, *, reason: str, at: datetime, by: int | None
) -> None:  # fmt: skip
    """Take a text of staff's off the site. FieldRefused without a reason.

    A shipped text cannot be taken away: a page of the site would be missing.
    """
    why = tidy(reason)[:500]
    if not why:
        raise FieldRefused("reason", "Escriba por qué lo retira. Queda en la bitácora.")
    if key.language == SPANISH and library().entry(key) is not None:
        raise Refused("Este texto es parte del sitio. Cámbielo; no se puede retirar.")
    row = locked(session, key)
    row.withdrawn = True
    row.shown = row.scheduled = row.due_at = None
    moved(session, row, "text.withdrawn", key, at=at, by=by, reason=why)


def review_link(
    session: Session, key: Key, address: str, *, at: datetime, by: int | None
) -> None:  # fmt: skip
    """Note that somebody opened an address and that it leads where the text says."""
    row = locked(session, key, at=at)
    told = {"reviewed_at": at, "reviewed_by": by}
    session.execute(
        upsert(EditorialLink)
        .values(text_id=row.id, address=address[:500], **told)
        .on_conflict_do_update(constraint="uq_editorial_link_text_id_address", set_=told)
    )
    audit.record(
        session, "text.link_reviewed", at=at, by=by, subject=("text", row.id),
        after={"key": str(key), "address": address[:500]},
    )  # fmt: skip


def moved(
    session: Session, row: EditorialText, deed: str, key: Key, *, at: datetime, by: int | None,
    reason: str = "", **after: Any,
) -> None:  # fmt: skip
    """One step further, and into the trail."""
    row.revision += 1
    row.changed_at = at
    session.flush()
    audit.record(
        session, deed, at=at, by=by, subject=("text", row.id),
        after={"key": str(key), **after}, reason=reason or None,
    )  # fmt: skip


def show(row: EditorialText, version: EditorialVersion, *, at: datetime) -> None:
    """What the public reads from now on."""
    row.shown, row.scheduled, row.due_at = version.number, None, None
    version.published_at = version.published_at or at


def locked(session: Session, key: Key, *, at: datetime | None = None) -> EditorialText:
    """The row, for this transaction alone; with `at` made for a text that is there. NotFound."""
    asked = select(EditorialText).where(
        EditorialText.kind == key.kind,
        EditorialText.slug == key.slug,
        EditorialText.language == key.language,
    )
    row = session.scalars(asked.with_for_update()).one_or_none()
    if row is None and at is not None and is_known(session, key):
        fresh = row_of(key, at)
        values = {name: getattr(fresh, name) for name in WRITTEN}
        session.execute(upsert(EditorialText).values(values).on_conflict_do_nothing())
        row = session.scalars(asked.with_for_update()).one()
    if row is None:
        raise NotFound("Ese texto no existe.")
    return row


def row_of(key: Key, at: datetime) -> EditorialText:
    """The row of a text of which nothing was written yet."""
    return EditorialText(
        kind=key.kind, slug=key.slug, language=key.language, revision=0, withdrawn=False,
        changed_at=at,
    )  # fmt: skip


def is_known(session: Session, key: Key) -> bool:
    """Whether there is such a text in Spanish: shipped, or written by staff."""
    spanish = Key(key.kind, key.slug)
    if library().entry(spanish) is not None:
        return True
    asked = select(EditorialText.id).where(
        EditorialText.kind == key.kind,
        EditorialText.slug == key.slug,
        EditorialText.language == SPANISH,
    )
    return session.scalar(asked) is not None


def version_of(session: Session, row: EditorialText, number: int) -> EditorialVersion:
    """One version; NotFound."""
    found = session.scalars(
        select(EditorialVersion).where(
            EditorialVersion.text_id == row.id, EditorialVersion.number == number
        )
    ).one_or_none()
    if found is None:
        raise NotFound("Esa versión no existe.")
    return found


def working(
    session: Session, row: EditorialText, key: Key, *, at: datetime, by: int | None
) -> EditorialVersion:
    """The draft; a new one, of what is shown, where there is none."""
    if row.working is None:
        return begun(session, row, shown_base(session, row, key), at=at, by=by)
    version = version_of(session, row, row.working)
    version.written_at, version.written_by = at, by
    return version


def begun(
    session: Session, row: EditorialText, base: Base, *, at: datetime, by: int | None
) -> EditorialVersion:
    """A new draft with the next number."""
    last = session.scalar(
        select(func.max(EditorialVersion.number)).where(EditorialVersion.text_id == row.id)
    )
    version = EditorialVersion(
        text_id=row.id,
        number=(last or 0) + 1,
        fields={name: value for name, value in base.fields.items() if name != "easy_checked"},
        images=list(base.images),
        note="",
        translates=base.translates,
        old_easy=False,
        written_at=at,
        written_by=by,
    )
    session.add(version)
    row.working = version.number
    session.flush()
    return version


def base_of(session: Session, row: EditorialText, key: Key) -> Base:
    """The draft as it stands, or what the next one would begin with."""
    if row.working is None:
        return shown_base(session, row, key)
    found = version_of(session, row, row.working)
    return kept(found)


def kept(version: EditorialVersion) -> Base:
    """A version as the beginning of the next."""
    return Base(version.fields, tuple(version.images), version.translates, version.old_easy)


def shown_base(session: Session, row: EditorialText, key: Key) -> Base:
    """What is shown: staff's version, the shipped text, or nothing yet."""
    if row.shown is not None:
        found = version_of(session, row, row.shown)
        return kept(found)
    return shipped_base(key) or Base({})


def shipped_base(key: Key) -> Base | None:
    """Version 0; None for a text that was not shipped."""
    entry = library().entry(key) if key.language == SPANISH else None
    return Base(fields_of(key.kind, entry)) if entry is not None else None


def shown_in_spanish(session: Session, key: Key) -> int:
    """The number of the Spanish version that is shown; 0 for the shipped one."""
    return (
        session.scalar(
            select(EditorialText.shown).where(
                EditorialText.kind == key.kind,
                EditorialText.slug == key.slug,
                EditorialText.language == SPANISH,
            )
        )
        or 0
    )


def easy_is_old(key: Key, before: Base, after: Fields) -> bool:
    """Whether the text changed and its twin in lectura fácil did not, and nobody looked at it.

    A twin that was of an earlier text stays so until somebody changes it or looks at it.
    """
    if key.kind not in WITH_EASY or not after.get("easy") or not before.fields:
        return False
    if after.get("easy_checked") or after["easy"] != before.fields.get("easy", ""):
        return False
    apart = {"easy", "easy_checked", "legal", "confirmed_by"}
    names = (set(before.fields) | set(after)) - apart
    return before.old_easy or any(
        before.fields.get(name, "") != after.get(name, "") for name in names
    )
