"""Every version that an actor has published of a text: when, with which hash, and what changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.catalog.changes import Piece, changes
from decide.catalog.models import ProfileVersion, SubjectVersion
from decide.catalog.own import own_head, own_proposal
from decide.catalog.owner import Owner

# Parts that are words for people, in the order in which a page shows them.
PROPOSAL_WORDS = ("title", "text", "how", "place")
PROFILE_WORDS = (
    "schooling",
    "courses",
    "occupation",
    "history",
    "motive",
    "website",
    "networks",
    "email",
    "phone",
    "address",
    "photo_alt",
)


@dataclass(frozen=True)
class PublishedVersion:
    """One publication; `parts` has the words that differ from the version before it."""

    number: int
    published_at: datetime
    sha256: str
    parts: tuple[tuple[str, tuple[Piece, ...]], ...]


def versions_of_proposal(
    session: Session, owner: Owner, proposal_id: int
) -> tuple[PublishedVersion, ...]:
    """The versions of an own proposal, newest first; NotFound for another's. Two statements."""
    kept = own_proposal(session, owner, proposal_id)
    rows = session.scalars(
        select(SubjectVersion)
        .where(SubjectVersion.subject_id == kept.subject_id)
        .order_by(SubjectVersion.version)
    )
    return compared(
        PROPOSAL_WORDS,
        (
            (
                row.version,
                row.published_at,
                row.sha256,
                {"title": row.title, "text": row.text, **row.details},
            )
            for row in rows
        ),
    )


def versions_of_profile(
    session: Session, owner: Owner, candidacy_id: int
) -> tuple[PublishedVersion, ...]:
    """The versions of an own trajectory, newest first; NotFound for another's. Two statements."""
    own_head(session, owner, candidacy_id)
    rows = session.scalars(
        select(ProfileVersion)
        .where(ProfileVersion.candidacy_id == candidacy_id)
        .order_by(ProfileVersion.version)
    )
    return compared(
        PROFILE_WORDS, ((row.version, row.published_at, row.sha256, row.told) for row in rows)
    )


def compared(
    parts: tuple[str, ...], rows: Iterable[tuple[int, datetime, str, Mapping[str, str]]]
) -> tuple[PublishedVersion, ...]:
    """Each version beside the one before it, newest first; `rows` come oldest first."""
    made: list[PublishedVersion] = []
    before: Mapping[str, str] = {}
    for number, published_at, sha256, told in rows:
        differing = tuple(
            (part, changes(before.get(part, ""), told.get(part, "")))
            for part in parts
            if before.get(part, "") != told.get(part, "")
        )
        made.append(PublishedVersion(number, published_at, sha256, differing))
        before = told
    return tuple(reversed(made))
