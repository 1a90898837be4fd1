"""Versions of what citizens can answer: the text as published, with its hash."""

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from decide.catalog.models import Subject, SubjectKind, SubjectVersion


def new_subject(session: Session, kind: SubjectKind, actor_id: int, *, at: datetime) -> Subject:
    """A subject that has not been published yet."""
    subject = Subject(kind=kind, actor_id=actor_id, version=0, open=False, changed_at=at)
    session.add(subject)
    session.flush()
    return subject


def show(
    session: Session,
    subject: Subject,
    title: str,
    text: str,
    *,
    at: datetime,
    details: dict[str, str] | None = None,
) -> bool:
    """Open a subject with this text, as a new version when text or details are others.

    Gives whether anything changed: publishing the same twice is harmless.
    """
    current = session.get(SubjectVersion, (subject.id, subject.version))
    told = details or {}
    same = (
        current is not None
        and (current.title, current.text) == (title, text)
        # Versions of archives carry no details; a topic alone does not make them another text.
        and (current.details == told or (not current.details and set(told) <= {"topic"}))
    )
    if same and subject.open:
        return False
    if not same:
        subject.version += 1
        session.add(
            SubjectVersion(
                subject_id=subject.id,
                version=subject.version,
                title=title,
                text=text,
                details=told,
                sha256=digest_of(title, text),
                published_at=at,
            )
        )
    subject.open, subject.changed_at = True, at
    return True


def hide(subject: Subject, *, at: datetime) -> None:
    """Close a subject: citizens no longer see it; what they answered stays."""
    subject.open, subject.changed_at = False, at


def digest_of(title: str, text: str) -> str:
    """SHA-256 of a published text. A title has one line, so the empty line marks where it ends."""
    return hashlib.sha256(f"{title}\n\n{text}".encode()).hexdigest()
