"""What the public reads: the shipped texts, and over them those that staff published."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any
from zlib import crc32

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from decide.desk.pictures import Image, image_of
from decide.editorial.entries import Assignment, Entry, Guide, Home, Library, Organ, Term, Text
from decide.editorial.entries import Translation as InAnotherLanguage
from decide.editorial.kinds import SPANISH, Key, Kind
from decide.editorial.models import EditorialText, EditorialVersion
from decide.editorial.reading import alphabetical, library
from decide.editorial.shape import entry_of
from decide.errors import NotFound


@dataclass(frozen=True)
class Over:
    """A version of staff's that is shown."""

    key: Key
    number: int
    fields: Mapping[str, str]
    images: tuple[dict[str, Any], ...]
    translates: int | None
    old_easy: bool

    @property
    def entry(self) -> Entry:
        """What the pages show of it."""
        images: tuple[Image, ...] = tuple(image_of(each) for each in self.images)
        return entry_of(self.key.kind, self.key.slug, self.fields, images)


SHOWN = and_(
    EditorialVersion.text_id == EditorialText.id,
    EditorialVersion.number == EditorialText.shown,
    EditorialText.withdrawn.is_(False),
)


def published(session: Session) -> Library:
    """Everything that is shown now; one statement."""
    return laid_over(library(), overs(session))


def overs(session: Session) -> tuple[Over, ...]:
    """All versions of staff's that are shown; one statement."""
    rows = session.execute(
        select(EditorialText, EditorialVersion)
        .join(EditorialVersion, SHOWN)
        .order_by(EditorialText.kind, EditorialText.slug, EditorialText.language)
    ).all()
    return tuple(over_of(text, version) for text, version in rows)


def with_version(session: Session, key: Key, number: int) -> Library:
    """Everything that is shown now, and in place of one text its version; 0 is the shipped one.

    NotFound for a version that is not there.
    """
    others = [each for each in overs(session) if each.key != key]
    if number == 0 and library().entry(Key(key.kind, key.slug)) is not None:
        return laid_over(library(), others)
    one = (EditorialText.kind == key.kind) & (EditorialText.slug == key.slug)
    found = session.execute(
        select(EditorialText, EditorialVersion)
        .join(EditorialVersion, EditorialVersion.text_id == EditorialText.id)
        .where(one, EditorialText.language == key.language, EditorialVersion.number == number)
    ).one_or_none()
    if found is None:
        raise NotFound("Esa versión no existe.")
    return laid_over(library(), (*others, over_of(*found)))


def with_fields(
    session: Session, key: Key, fields: Mapping[str, str], images: tuple[dict[str, Any], ...]
) -> Library:
    """Everything that is shown now, and in place of one text what somebody typed."""
    others = [each for each in overs(session) if each.key != key]
    current = number_in_spanish(key, {each.key: each for each in others})
    # No version has such a number, and two different texts do not share one.
    number = -1 - crc32(json.dumps(dict(fields), sort_keys=True).encode())
    typed = Over(key, number, fields, images, translates=current, old_easy=False)
    return laid_over(library(), (*others, typed))


def over_of(text: EditorialText, version: EditorialVersion) -> Over:
    """A row as a value."""
    return Over(
        Key(text.kind, text.slug, text.language),
        version.number,
        version.fields,
        tuple(version.images),
        version.translates,
        version.old_easy,
    )


def laid_over(shipped: Library, over: Iterable[Over]) -> Library:
    """The shipped texts with staff's over them; links to what is not there are left out."""
    own = {each.key: each for each in over}
    spanish = {key: each for key, each in own.items() if key.language == SPANISH}
    kinds: dict[Kind, dict[str, Any]] = {
        Kind.TERM: dict(shipped.terms),
        Kind.ORGAN: dict(shipped.organs),
        Kind.GUIDE: dict(shipped.guides),
        Kind.TEXT: dict(shipped.texts),
        Kind.HOME: dict(shipped.homes),
    }
    assignment = shipped.assignment
    for key, each in spanish.items():
        entry = each.entry
        if isinstance(entry, Assignment):
            assignment = entry
        else:
            kinds[key.kind][key.slug] = entry
    terms: dict[str, Term] = kinds[Kind.TERM]
    organs: dict[str, Organ] = kinds[Kind.ORGAN]
    guides: dict[str, Guide] = kinds[Kind.GUIDE]
    texts: dict[str, Text] = kinds[Kind.TEXT]
    homes: dict[str, Home] = kinds[Kind.HOME]
    return Library(
        terms={
            slug: replace(each, related=tuple(one for one in each.related if one in terms))
            for slug, each in sorted(terms.items(), key=lambda item: alphabetical(item[1].term))
        },
        organs={
            slug: replace(each, terms=tuple(one for one in each.terms if one in terms))
            for slug, each in organs.items()
        },
        guides=guides,
        texts=texts,
        assignment=assignment,
        homes=homes,
        notices=tuple(slug for slug in texts if slug not in shipped.texts),
        changed=frozenset(spanish),
        old_easy=frozenset(key for key, each in spanish.items() if each.old_easy),
        translations={
            key: InAnotherLanguage(each.entry, each.translates == number_in_spanish(key, own))
            for key, each in own.items()
            if key.language != SPANISH and is_there(key, spanish, shipped)
        },
        mark=mark_of(own.values()),
    )


def number_in_spanish(key: Key, own: Mapping[Key, Over]) -> int:
    """The version of the Spanish text that is shown; 0 for the shipped one."""
    found = own.get(Key(key.kind, key.slug))
    return found.number if found else 0


def is_there(key: Key, spanish: Mapping[Key, Over], shipped: Library) -> bool:
    """Whether the Spanish text of a translation is shown."""
    own = Key(key.kind, key.slug)
    return own in spanish or shipped.entry(own) is not None


def mark_of(over: Iterable[Over]) -> str:
    """Differs between two sets of texts that differ; the same for the same."""
    told = [[str(each.key), each.number] for each in over]
    return blake2b(json.dumps(told).encode(), digest_size=6).hexdigest()
