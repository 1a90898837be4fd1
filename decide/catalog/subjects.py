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


def show(session: Session, subject: Subject, title: str, text: str, *, at: datetime) -> bool:
    """Open a subject with this text, as a new version when the text is another.

    Gives whether anything changed: publishing the same twice is harmless.
    """
    current = session.get(SubjectVersion, (subject.id, subject.version))
    same = current is not None and (current.title, current.text) == (title, text)
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
