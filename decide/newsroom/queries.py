"""Asking for bulletins: what the public reads, what staff work on. Never an address."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from decide.desk.pictures import Image, image_of
from decide.errors import NotFound, Sentence
from decide.newsroom.kinds import BulletinState, LetterState
from decide.newsroom.models import Bulletin, BulletinVersion, Letter, Subscriber

NEWEST = 200  # bulletins on a page; an election has fewer
GONE = Sentence("Ese boletín no existe o se retiró. Vea los demás en la sala de prensa.")


@dataclass(frozen=True)
class Version:
    """One version of a bulletin."""

    number: int
    title: str
    summary: str
    text: str
    note: str
    images: tuple[Image, ...]
    written_at: datetime
    published_at: datetime | None


@dataclass(frozen=True)
class Line:
    """A bulletin in the public list and in the feed; `changed_at` is its newest version's."""

    id: int
    title: str
    summary: str
    published_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class Page:
    """A published bulletin: the version that was asked for, and all that were published."""

    id: int
    version: Version
    published_at: datetime
    is_newest: bool
    versions: tuple[Version, ...]


@dataclass(frozen=True)
class Desk:
    """A bulletin as staff see it. `mails` counts those sent, waiting and failed."""

    id: int
    state: str
    revision: int
    by_mail: bool
    due_at: datetime | None
    published_at: datetime | None
    working: Version
    versions: tuple[Version, ...]
    mails: dict[str, int]

    @property
    def has_news(self) -> bool:
        """Whether something has been saved since it was last published."""
        return self.working.published_at is None


@dataclass(frozen=True)
class DeskLine:
    """A bulletin in the staff's list."""

    id: int
    title: str
    state: str
    due_at: datetime | None
    published_at: datetime | None
    has_news: bool


@dataclass(frozen=True)
class ListSize:
    """How many are on the mail list; no more is told of them."""

    confirmed: int
    waiting: int


SHOWN = and_(
    BulletinVersion.bulletin_id == Bulletin.id,
    BulletinVersion.number == Bulletin.shown,
    Bulletin.state == BulletinState.PUBLISHED,
)


def published(session: Session) -> tuple[Line, ...]:
    """What the public can read, newest first; one statement."""
    rows = session.execute(
        select(
            Bulletin.id, BulletinVersion.title, BulletinVersion.summary, Bulletin.published_at,
            BulletinVersion.published_at,
        )
        .join(BulletinVersion, SHOWN)
        .order_by(Bulletin.published_at.desc(), Bulletin.id.desc())
        .limit(NEWEST)
    ).all()  # fmt: skip
    return tuple(
        Line(number, title, summary, first, changed)
        for number, title, summary, first, changed in rows
        if first and changed
    )


def page(session: Session, bulletin_id: int, number: int | None = None) -> Page:
    """A published bulletin, or one of its published versions; NotFound. Two statements."""
    row = session.execute(
        select(Bulletin.published_at, Bulletin.shown).where(
            Bulletin.id == bulletin_id, Bulletin.state == BulletinState.PUBLISHED
        )
    ).one_or_none()
    if row is None or row.published_at is None:
        raise NotFound(GONE)
    told = BulletinVersion.published_at.is_not(None)
    known = versions(session, select(BulletinVersion).where(told), bulletin_id)
    wanted = row.shown if number is None else number
    for each in known:
        if each.number == wanted:
            return Page(bulletin_id, each, row.published_at, wanted == row.shown, known)
    raise NotFound(GONE)


def image_is_shown(session: Session, name: str) -> bool:
    """Whether a published version of a bulletin on the site has this picture; one statement."""
    rows = (
        select(Bulletin.id)
        .join(BulletinVersion, BulletinVersion.bulletin_id == Bulletin.id)
        .where(
            Bulletin.state == BulletinState.PUBLISHED,
            BulletinVersion.published_at.is_not(None),
            BulletinVersion.images.contains([{"name": name}]),
        )
    )
    return session.scalar(rows.limit(1)) is not None


def desk(session: Session, bulletin_id: int) -> Desk:
    """A bulletin to work on; NotFound. Three statements."""
    row = session.get(Bulletin, bulletin_id)
    if row is None:
        raise NotFound("Ese boletín no existe.")
    known = versions(session, select(BulletinVersion), bulletin_id)
    mails = session.execute(
        select(Letter.state, func.count())
        .where(Letter.bulletin_id == bulletin_id)
        .group_by(Letter.state)
    ).all()
    found = {state.value: count for state, count in mails}
    return Desk(
        id=row.id,
        state=row.state.value,
        revision=row.revision,
        by_mail=row.by_mail,
        due_at=row.due_at,
        published_at=row.published_at,
        working=known[0],
        versions=tuple(each for each in known if each.published_at is not None),
        mails={state.value: found.get(state.value, 0) for state in LetterState},
    )


def desk_lines(session: Session, *, start: int = 0, size: int = NEWEST) -> tuple[DeskLine, ...]:
    """Some bulletins, the last written first; one statement."""
    rows = session.execute(
        select(Bulletin, BulletinVersion.title, BulletinVersion.published_at)
        .join(BulletinVersion, BulletinVersion.bulletin_id == Bulletin.id)
        .ext(distinct_on(Bulletin.id))
        .order_by(Bulletin.id.desc(), BulletinVersion.number.desc())
        .offset(start)
        .limit(size)
    ).all()
    return tuple(
        DeskLine(row.id, title, row.state.value, row.due_at, row.published_at, told is None)
        for row, title, told in rows
    )


def count(session: Session) -> int:
    """How many bulletins there are, drafts too."""
    return session.scalar(select(func.count()).select_from(Bulletin)) or 0


def list_size(session: Session) -> ListSize:
    """How many confirmed, and how many have not yet; one statement."""
    sure = func.count().filter(Subscriber.confirmed_at.is_not(None))
    row = session.execute(select(sure, func.count()).select_from(Subscriber)).one()
    return ListSize(row[0], row[1] - row[0])


def versions(
    session: Session, rows: Select[BulletinVersion], bulletin_id: int
) -> tuple[Version, ...]:
    """Versions of one bulletin, newest first; one statement."""
    found = session.scalars(
        rows.where(BulletinVersion.bulletin_id == bulletin_id).order_by(
            BulletinVersion.number.desc()
        )
    )
    return tuple(version_of(each) for each in found)


def version_of(row: BulletinVersion) -> Version:
    """A row as it is read."""
    return Version(
        number=row.number,
        title=row.title,
        summary=row.summary,
        text=row.text,
        note=row.note,
        images=tuple(image_of(each) for each in row.images),
        written_at=row.written_at,
        published_at=row.published_at,
    )
