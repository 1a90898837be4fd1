"""Texts as staff see them: what is shown, what waits, what was, and what no longer fits."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.catalog.changes import Piece, changes
from decide.desk.pictures import Image, image_of
from decide.editorial.actions import Base, easy_is_old, is_known, kept, shipped_base
from decide.editorial.kinds import FIELDS, NAMED_BY, SPANISH, Form, Key, Kind
from decide.editorial.links import form_of, links
from decide.editorial.models import EditorialLink, EditorialText, EditorialVersion
from decide.editorial.reading import library
from decide.editorial.shape import BOX, fields_of
from decide.errors import NotFound
from decide.geography.search import plain


@dataclass(frozen=True)
class Twin:
    """A text in another language, beside the Spanish one."""

    language: str
    shown: bool
    current: bool  # says the same as the Spanish one that is shown
    draft: bool


@dataclass(frozen=True)
class Line:
    """A text in the list."""

    key: Key
    name: str
    shown: bool
    draft: bool
    due_at: datetime | None
    withdrawn: bool
    shipped: bool
    changed: bool  # shown with other words than the shipped ones
    old_easy: bool
    twins: tuple[Twin, ...]
    changed_at: datetime | None

    @property
    def old_twins(self) -> tuple[Twin, ...]:
        """Translations of an earlier text, or that are missing for a text that staff changed."""
        return tuple(each for each in self.twins if not each.current)


@dataclass(frozen=True)
class Version:
    """One version in the list of a text; number 0 is the shipped text."""

    number: int
    note: str
    written_at: datetime | None
    written_by: int | None
    approved_at: datetime | None
    approved_by: int | None
    published_at: datetime | None


@dataclass(frozen=True)
class Reviewed:
    """An address of the web in a text, and when somebody opened it last."""

    address: str
    at: datetime | None
    by: int | None


@dataclass(frozen=True)
class Desk:
    """A text to work on. `fields` are the draft's, or what a draft would begin with."""

    key: Key
    revision: int
    fields: Mapping[str, str]
    images: tuple[Image, ...]
    before: Mapping[str, str]  # what is shown now; empty for nothing
    note: str
    shown: int | None  # 0 = the shipped text; None = nothing
    working: int | None
    scheduled: int | None
    due_at: datetime | None
    withdrawn: bool
    shipped: bool
    old_easy: bool  # of the draft, or of what is shown
    translates: int | None
    in_spanish: int
    spanish: Mapping[str, str]  # of a translation: the boxes that it is to say
    versions: tuple[Version, ...]
    reviewed: tuple[Reviewed, ...]
    twins: tuple[Twin, ...]

    @property
    def name(self) -> str:
        """What the text is called."""
        return self.fields.get(NAMED_BY[self.key.kind], "") or self.key.slug


def lines(session: Session, languages: Collection[str]) -> tuple[Line, ...]:
    """Every text in Spanish, by kind and name, with its twins in `languages`; two statements."""
    rows = {
        Key(row.kind, row.slug, row.language): row for row in session.scalars(select(EditorialText))
    }
    texts = {row.id: row for row in rows.values()}
    versions = {
        (each.text_id, each.number): each
        for each in session.scalars(
            select(EditorialVersion).join(
                EditorialText,
                (EditorialText.id == EditorialVersion.text_id)
                & (
                    EditorialVersion.number.in_((EditorialText.shown, EditorialText.working))
                    | (EditorialVersion.number == EditorialText.scheduled)
                ),
            )
        )
        if each.text_id in texts
    }
    keys = {key for key in rows if key.language == SPANISH} | set(shipped_keys())
    found = [line_of(key, rows, versions, languages) for key in keys]
    order = list(Kind)
    return tuple(sorted(found, key=lambda each: (order.index(each.key.kind), plain(each.name))))


def shipped_keys() -> Iterable[Key]:
    """Every text that the program brings."""
    known = library()
    yield from (Key(Kind.TERM, slug) for slug in known.terms)
    yield from (Key(Kind.ORGAN, slug) for slug in known.organs)
    yield Key(Kind.ASSIGNMENT, "reparto")
    yield from (Key(Kind.GUIDE, slug) for slug in known.guides)
    yield from (Key(Kind.TEXT, slug) for slug in known.texts)
    yield from (Key(Kind.HOME, slug) for slug in known.homes)


def line_of(
    key: Key,
    rows: Mapping[Key, EditorialText],
    versions: Mapping[tuple[int, int], EditorialVersion],
    languages: Collection[str],
) -> Line:
    """One text in the list."""
    row = rows.get(key)
    entry = library().entry(key)
    brought = fields_of(key.kind, entry) if entry is not None else {}
    shown = versions.get((row.id, row.shown or 0)) if row else None
    waiting = versions.get((row.id, row.working or row.scheduled or 0)) if row else None
    words = shown.fields if shown else (brought or (waiting.fields if waiting else {}))
    return Line(
        key=key,
        name=words.get(NAMED_BY[key.kind], "") or key.slug,
        shown=shown is not None or entry is not None,
        draft=row is not None and row.working is not None,
        due_at=row.due_at if row else None,
        withdrawn=row.withdrawn if row else False,
        shipped=entry is not None,
        changed=shown is not None and differs(key.kind, brought, shown.fields),
        old_easy=shown is not None and shown.old_easy,
        twins=tuple(twin_of(language, key, row, rows, versions) for language in languages),
        changed_at=row.changed_at if row and row.revision else None,
    )


def twin_of(
    language: str,
    key: Key,
    row: EditorialText | None,
    rows: Mapping[Key, EditorialText],
    versions: Mapping[tuple[int, int], EditorialVersion],
) -> Twin:
    """A text's translation: missing ones count as current while the Spanish one is the shipped."""
    number = row.shown or 0 if row else 0
    other = rows.get(Key(key.kind, key.slug, language))
    shown = versions.get((other.id, other.shown or 0)) if other else None
    current = shown.translates == number if shown else number == 0
    return Twin(
        language, shown is not None, current, other is not None and other.working is not None
    )


def differs(kind: Kind, brought: Mapping[str, str], fields: Mapping[str, str]) -> bool:
    """Whether two texts have other words."""
    names = {each.name for each in FIELDS[kind]}
    names |= {name for name in (*brought, *fields) if BOX.fullmatch(name)}
    return any(brought.get(name, "") != fields.get(name, "") for name in names)


def desk(session: Session, key: Key, languages: Collection[str]) -> Desk:
    """A text to work on; NotFound. Five statements at most."""
    if not is_known(session, key):
        raise NotFound("Ese texto no existe. Búsquelo en la lista.")
    row = row_called(session, key)
    known = versions_of(session, row)
    by_number = {each.number: each for each in known}
    shipped = shipped_base(key)
    shown = by_number.get(row.shown) if row and row.shown is not None else None
    before = kept(shown) if shown else shipped
    if row and row.withdrawn and shown is None:
        before = shipped
    draft = by_number.get(row.working) if row and row.working is not None else None
    base = kept(draft) if draft else before or last_of(known)
    fields = dict(base.fields) if base else {}
    spanish = row_called(session, Key(key.kind, key.slug)) if key.language != SPANISH else row
    number = spanish.shown or 0 if spanish else 0
    meant = spanish_fields(session, key, number) if key.language != SPANISH else {}
    if not fields:
        fields = {box: value for box, value in meant.items() if is_neutral(key.kind, box)}
    return Desk(
        key=key,
        revision=row.revision if row else 0,
        fields=fields,
        images=tuple(image_of(each) for each in (base.images if base else ())),
        before=dict(before.fields) if before else {},
        note=draft.note if draft else "",
        shown=row.shown if row and row.shown is not None else (0 if shipped else None),
        working=row.working if row else None,
        scheduled=row.scheduled if row else None,
        due_at=row.due_at if row else None,
        withdrawn=row.withdrawn if row else False,
        shipped=shipped is not None,
        old_easy=(
            easy_is_old(key, before, draft.fields)
            if draft and before
            else shown is not None and shown.old_easy
        ),
        translates=base.translates if base else None,
        in_spanish=number,
        spanish=meant,
        versions=listed(known, shipped=shipped is not None),
        reviewed=reviewed(session, row, key, fields),
        twins=twins_of(session, key, number, languages),
    )


def spanish_fields(session: Session, key: Key, number: int) -> Mapping[str, str]:
    """The boxes of the Spanish text that is shown; empty for one that is not."""
    own = Key(key.kind, key.slug)
    if number == 0:
        shipped = shipped_base(own)
        return shipped.fields if shipped else {}
    return version_fields(session, own, number)


def is_neutral(kind: Kind, box: str) -> bool:
    """Whether a box is the same in every language: a topic, near words, addresses, a drawing."""
    return form_of(kind, box) in (Form.CATEGORY, Form.TERMS, Form.LINKS, Form.PICTURE)


def last_of(known: tuple[EditorialVersion, ...]) -> Base | None:
    """The newest version as a beginning, for a text that is nowhere shown; None for none."""
    return kept(known[0]) if known else None


def row_called(session: Session, key: Key) -> EditorialText | None:
    """The row of a text; None before anybody wrote."""
    return session.scalars(
        select(EditorialText).where(
            EditorialText.kind == key.kind,
            EditorialText.slug == key.slug,
            EditorialText.language == key.language,
        )
    ).one_or_none()


def versions_of(session: Session, row: EditorialText | None) -> tuple[EditorialVersion, ...]:
    """All versions, newest first."""
    if row is None:
        return ()
    return tuple(
        session.scalars(
            select(EditorialVersion)
            .where(EditorialVersion.text_id == row.id)
            .order_by(EditorialVersion.number.desc())
        )
    )


def listed(known: tuple[EditorialVersion, ...], *, shipped: bool) -> tuple[Version, ...]:
    """The versions as the page lists them, the shipped one last."""
    own = tuple(
        Version(
            each.number, each.note, each.written_at, each.written_by, each.approved_at,
            each.approved_by, each.published_at,
        )
        for each in known
    )  # fmt: skip
    return (*own, Version(0, "", None, None, None, None, None)) if shipped else own


def twins_of(
    session: Session, key: Key, number: int, languages: Collection[str]
) -> tuple[Twin, ...]:
    """The translations of a text whose Spanish version `number` is shown."""
    if key.language != SPANISH:
        return ()
    found = {
        row.language: (row, version)
        for row, version in session.execute(
            select(EditorialText, EditorialVersion)
            .outerjoin(
                EditorialVersion,
                (EditorialVersion.text_id == EditorialText.id)
                & (EditorialVersion.number == EditorialText.shown),
            )
            .where(
                EditorialText.kind == key.kind,
                EditorialText.slug == key.slug,
                EditorialText.language != SPANISH,
            )
        )
    }
    made = []
    for language in languages:
        row, version = found.get(language, (None, None))
        current = version.translates == number if version else number == 0
        made.append(
            Twin(
                language, version is not None, current, row is not None and row.working is not None
            )
        )
    return tuple(made)


def reviewed(
    session: Session, row: EditorialText | None, key: Key, fields: Mapping[str, str]
) -> tuple[Reviewed, ...]:
    """The addresses of the web in a text with the last review of each."""
    outside = dict.fromkeys(each.address for each in links(key.kind, fields) if each.outside)
    if not outside:
        return ()
    known = {}
    if row is not None:
        known = {
            each.address: each
            for each in session.scalars(
                select(EditorialLink).where(EditorialLink.text_id == row.id)
            )
        }
    return tuple(
        Reviewed(address, known[address].reviewed_at, known[address].reviewed_by)
        if address in known
        else Reviewed(address, None, None)
        for address in outside
    )


def version_fields(session: Session, key: Key, number: int) -> Mapping[str, str]:
    """The boxes of one version; NotFound."""
    if number == 0:
        shipped = shipped_base(key)
        if shipped is not None:
            return shipped.fields
    row = row_called(session, key)
    found = (
        row
        and session.scalars(
            select(EditorialVersion).where(
                EditorialVersion.text_id == row.id, EditorialVersion.number == number
            )
        ).one_or_none()
    )
    if not found:
        raise NotFound("Esa versión no existe.")
    return found.fields


def differing(
    before: Mapping[str, str], after: Mapping[str, str]
) -> tuple[tuple[str, tuple[Piece, ...]], ...]:
    """The boxes that differ, word by word, in the order of the newer text."""
    names = dict.fromkeys([*after, *before])
    return tuple(
        (name, changes(before.get(name, ""), after.get(name, "")))
        for name in names
        if before.get(name, "") != after.get(name, "") and name != "easy_checked"
    )
