"""Writing a bulletin and moving it along its states. Every deed is in the trail."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.desk.fields import FieldRefused, tidy
from decide.desk.pictures import Picture, added, described
from decide.errors import Conflict, NotFound, Refused
from decide.newsroom import letters
from decide.newsroom.kinds import (
    LONGEST_NOTE,
    LONGEST_SUMMARY,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_IMAGES,
    MOVES,
    BulletinState,
)
from decide.newsroom.models import Bulletin, BulletinVersion

LIMITS = {
    "title": (1, LONGEST_TITLE, "el título"),
    "summary": (1, LONGEST_SUMMARY, "el resumen"),
    "text": (1, LONGEST_TEXT, "el texto"),
    "note": (0, LONGEST_NOTE, "qué cambió"),
}


@dataclass(frozen=True, kw_only=True)
class Writing:
    """What a form brings."""

    title: str
    summary: str
    text: str
    note: str = ""
    by_mail: bool = True


def write(
    session: Session,
    bulletin_id: int | None,
    writing: Writing,
    *,
    revision: int,
    at: datetime,
    by: int | None,
) -> int:
    """Keep a working version; gives the bulletin's id. A published version stays as it was.

    FieldRefused for what is missing or too long; Conflict when somebody saved in between.
    """
    typed = checked(writing)
    if bulletin_id is None:
        row = Bulletin(state=BulletinState.DRAFT, revision=0, by_mail=writing.by_mail)
        session.add(row)
        session.flush()
    else:
        row = locked(session, bulletin_id)
        if row.revision != revision:
            raise Conflict("Otra persona guardó este boletín mientras usted escribía.")
    version = working(session, row, at=at, by=by)
    version.title, version.summary = typed["title"], typed["summary"]
    version.text, version.note = typed["text"], typed["note"]
    row.by_mail = writing.by_mail
    row.revision += 1
    audit.record(
        session, "bulletin.written", at=at, by=by, subject=("bulletin", row.id),
        after={"version": version.number},
    )  # fmt: skip
    session.flush()
    return row.id


def put_image(
    session: Session, bulletin_id: int, picture: Picture, *, alt: str, caption: str,
    at: datetime, by: int | None,
) -> None:  # fmt: skip
    """Add a picture to the working version. FieldRefused without words for who cannot see it."""
    told = described(picture, alt=alt, caption=caption)
    row = locked(session, bulletin_id)
    version = working(session, row, at=at, by=by)
    version.images = added(version.images, told, most=MOST_IMAGES)
    row.revision += 1
    audit.record(
        session, "bulletin.image_added", at=at, by=by, subject=("bulletin", row.id),
        after={"image": picture.name},
    )  # fmt: skip


def remove_image(
    session: Session, bulletin_id: int, name: str, *, at: datetime, by: int | None
) -> None:
    """Take a picture out of the working version; published versions keep theirs."""
    row = locked(session, bulletin_id)
    version = working(session, row, at=at, by=by)
    version.images = [each for each in version.images if each["name"] != name]
    row.revision += 1
    audit.record(
        session, "bulletin.image_removed", at=at, by=by, subject=("bulletin", row.id),
        before={"image": name},
    )  # fmt: skip


def schedule(
    session: Session, bulletin_id: int, due_at: datetime, *, at: datetime, by: int | None
) -> None:
    """Have a draft published at an instant to come. FieldRefused for one that has passed."""
    if due_at <= at:
        raise FieldRefused("due", "Elija una fecha y hora que todavía no pasan.")
    row = locked(session, bulletin_id)
    move(row, BulletinState.SCHEDULED)
    row.due_at = due_at
    audit.record(
        session, "bulletin.scheduled", at=at, by=by, subject=("bulletin", row.id),
        after={"due_at": due_at.isoformat()},
    )  # fmt: skip


def unschedule(session: Session, bulletin_id: int, *, at: datetime, by: int | None) -> None:
    """Back to a draft."""
    row = locked(session, bulletin_id)
    move(row, BulletinState.DRAFT)
    row.due_at = None
    audit.record(session, "bulletin.unscheduled", at=at, by=by, subject=("bulletin", row.id))


def publish(session: Session, bulletin_id: int, *, at: datetime, by: int | None) -> None:
    """Show the working version, and write to the list the first time.

    Refused when nothing is new. A correction must say what changed: FieldRefused.
    """
    row = locked(session, bulletin_id)
    version = newest(session, row.id)
    fresh = version.published_at is None
    if row.state is BulletinState.PUBLISHED and not fresh:
        raise Refused("Ya se publicó así. Guarde un cambio antes de publicar otra vez.")
    if fresh and version.number > 1 and not version.note:
        raise FieldRefused("note", "Diga qué cambió. Se lee junto a la versión nueva.")
    move(row, BulletinState.PUBLISHED)
    first = row.published_at is None
    row.shown, row.due_at = version.number, None
    row.published_at = row.published_at or at
    version.published_at = version.published_at or at
    audit.record(
        session, "bulletin.published", at=at, by=by, subject=("bulletin", row.id),
        after={"version": version.number},
    )  # fmt: skip
    if first and row.by_mail:
        session.flush()
        letters.queue_bulletin(session, row.id, at=at)


def publish_due(session: Session, *, at: datetime) -> int:
    """Publish what is due; gives how many. Bears running twice, and at once."""
    due = session.scalars(
        select(Bulletin.id)
        .where(Bulletin.state == BulletinState.SCHEDULED, Bulletin.due_at <= at)
        .order_by(Bulletin.due_at, Bulletin.id)
        .with_for_update(skip_locked=True)
    ).all()
    for bulletin_id in due:
        publish(session, bulletin_id, at=at, by=None)
    return len(due)


def withdraw(
    session: Session, bulletin_id: int, *, reason: str, at: datetime, by: int | None
) -> None:
    """Take a bulletin off the site; mails that wait are not sent. FieldRefused without a reason."""
    why = tidy(reason)
    if not why:
        raise FieldRefused("reason", "Escriba por qué lo retira. Queda en la bitácora.")
    row = locked(session, bulletin_id)
    move(row, BulletinState.WITHDRAWN)
    letters.drop_bulletin(session, row.id)
    audit.record(
        session, "bulletin.withdrawn", at=at, by=by, subject=("bulletin", row.id), reason=why[:500]
    )


def move(row: Bulletin, state: BulletinState) -> None:
    """Along the table of states; Refused otherwise."""
    if state not in MOVES[row.state]:
        raise Refused("El boletín ya cambió de estado. Mire la página otra vez.")
    row.state = state


def locked(session: Session, bulletin_id: int) -> Bulletin:
    """The row, for this transaction alone; NotFound."""
    row = session.get(Bulletin, bulletin_id, with_for_update=True)
    if row is None:
        raise NotFound("Ese boletín no existe.")
    return row


def newest(session: Session, bulletin_id: int) -> BulletinVersion:
    """The newest version of a bulletin that has one."""
    rows = select(BulletinVersion).where(BulletinVersion.bulletin_id == bulletin_id)
    return session.scalars(rows.order_by(BulletinVersion.number.desc()).limit(1)).one()


def working(
    session: Session, row: Bulletin, *, at: datetime, by: int | None
) -> BulletinVersion:  # fmt: skip
    """The version that may still change; a new one after a published one."""
    rows = select(BulletinVersion).where(BulletinVersion.bulletin_id == row.id)
    last = session.scalars(rows.order_by(BulletinVersion.number.desc()).limit(1)).one_or_none()
    if last is None or last.published_at is not None:
        version = BulletinVersion(
            bulletin_id=row.id,
            number=last.number + 1 if last else 1,
            title=last.title if last else "",
            summary=last.summary if last else "",
            text=last.text if last else "",
            note="",
            images=list(last.images) if last else [],
        )
        session.add(version)
    else:
        version = last
    version.written_at, version.written_by = at, by
    return version


def checked(writing: Writing) -> dict[str, str]:
    """The fields, tidied; FieldRefused for the first one that is missing or too long."""
    typed = {name: tidy(getattr(writing, name)) for name in LIMITS}
    for name, (least, most, what) in LIMITS.items():
        if len(typed[name]) < least:
            raise FieldRefused(name, f"Escriba {what}.")
        if len(typed[name]) > most:
            raise FieldRefused(
                name, f"Escriba {what} en hasta {most} caracteres; escribió {len(typed[name])}."
            )
    return typed
