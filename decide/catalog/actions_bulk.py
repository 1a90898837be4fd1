"""Publishing thousands at once: what an archive or the demonstration brings, not what is typed.

The calendar is not asked, because nobody is editing; texts obey the same limits as typed ones.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.catalog.actions_profiles import digest_of as profile_digest
from decide.catalog.models import (
    Profile,
    ProfileVersion,
    Proposal,
    ProposalState,
    Subject,
    SubjectKind,
    SubjectVersion,
)
from decide.catalog.subjects import digest_of
from decide.catalog.texts import ProfileText, ProposalText


@dataclass(frozen=True)
class ProposalEntry:
    """A proposal to show, and whose it is."""

    actor_id: int
    candidacy_id: int
    text: ProposalText


@dataclass(frozen=True)
class ProfileEntry:
    """A trajectory to show."""

    candidacy_id: int
    text: ProfileText


def put_proposals(
    session: Session, entries: Sequence[ProposalEntry], *, at: datetime, by: int | None
) -> None:
    """Publish new proposals, each as version 1; TextRefused beyond a limit."""
    if not entries:
        return
    texts = [entry.text.cleaned() for entry in entries]
    subjects = session.scalars(
        insert(Subject).returning(Subject.id, sort_by_parameter_order=True),
        [
            {
                "kind": SubjectKind.PROPOSAL,
                "actor_id": entry.actor_id,
                "version": 1,
                "open": True,
                "changed_at": at,
            }
            for entry in entries
        ],
    ).all()
    session.execute(
        insert(SubjectVersion),
        [
            {
                "subject_id": subject,
                "version": 1,
                "title": text.title,
                "text": text.text,
                "details": text.details,
                "sha256": digest_of(text.title, text.text),
                "published_at": at,
            }
            for subject, text in zip(subjects, texts, strict=True)
        ],
    )
    session.execute(
        insert(Proposal),
        [
            {
                "candidacy_id": entry.candidacy_id,
                "subject_id": subject,
                "topic": text.topic,
                "title": text.title,
                "text": text.text,
                "details": text.details,
                "state": ProposalState.PUBLISHED,
                "revision": 1,
                "changed_at": at,
            }
            for entry, subject, text in zip(entries, subjects, texts, strict=True)
        ],
    )
    record(session, "proposals.put", len(entries), at=at, by=by)


def put_profiles(
    session: Session, entries: Sequence[ProfileEntry], *, at: datetime, by: int | None
) -> None:
    """Publish trajectories of candidacies that have none yet."""
    if not entries:
        return
    told = [(entry.candidacy_id, asdict(entry.text.cleaned())) for entry in entries]
    session.execute(
        insert(Profile),
        [
            {"candidacy_id": candidacy, "revision": 1, "published_at": at, **parts}
            for candidacy, parts in told
        ],
    )
    session.execute(
        insert(ProfileVersion),
        [
            {
                "candidacy_id": candidacy,
                "version": 1,
                "told": parts,
                "sha256": profile_digest(parts),
                "published_at": at,
            }
            for candidacy, parts in told
        ],
    )
    record(session, "profiles.put", len(entries), at=at, by=by)


def record(session: Session, deed: str, count: int, *, at: datetime, by: int | None) -> None:
    """One line for the whole batch."""
    audit.record(session, deed, at=at, by=by, subject=("catalog", None), after={"count": count})
