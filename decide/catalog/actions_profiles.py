"""Trajectories of heads: the working copy, its publication, its withdrawal."""

import hashlib
import json
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.catalog.actions import must_be_editable, own_head
from decide.catalog.models import Profile, ProfileDraft, ProfileVersion
from decide.catalog.owner import Owner
from decide.catalog.texts import PROFILE_FIELDS, ProfileText
from decide.errors import Conflict, Refused


class StaleProfile(Conflict):
    """Somebody else saved first. Carries both texts: the page shows them side by side."""

    def __init__(self, mine: ProfileText, theirs: ProfileText, revision: int) -> None:
        """Keep what was typed, what stands, and the revision that stands."""
        super().__init__("Otra persona guardó cambios mientras usted escribía.")
        self.mine, self.theirs, self.revision = mine, theirs, revision


def save_profile(
    session: Session,
    owner: Owner,
    candidacy_id: int,
    text: ProfileText,
    *,
    revision: int,
    at: datetime,
    by: int,
) -> int:
    """Change the working copy; citizens go on seeing what was published. Gives the new revision.

    `revision` is the one the form was opened with, 0 before the first save. StaleProfile when
    another has been saved since.
    """
    must_be_editable(session, at)
    own_head(session, owner, candidacy_id)
    wanted = text.cleaned()
    draft = session.get(ProfileDraft, candidacy_id)
    standing = standing_text(session, draft, candidacy_id)
    current = draft.revision if draft else 0
    if wanted == standing:
        return current
    if current != revision:
        raise StaleProfile(wanted, standing, current)
    if draft is None:
        draft = ProfileDraft(candidacy_id=candidacy_id)
        session.add(draft)
    draft.told, draft.revision, draft.changed_at = asdict(wanted), current + 1, at
    audit.record(
        session,
        "profile.saved",
        at=at,
        by=by,
        subject=("candidacy", candidacy_id),
        after={"revision": draft.revision},
    )
    return draft.revision


def publish_profile(
    session: Session, owner: Owner, candidacy_id: int, *, revision: int, at: datetime, by: int
) -> None:
    """Show the working copy to citizens; publishing the same twice changes nothing."""
    must_be_editable(session, at)
    own_head(session, owner, candidacy_id)
    owner.must_publish()
    draft = session.get(ProfileDraft, candidacy_id)
    text = standing_text(session, draft, candidacy_id)
    current = draft.revision if draft else 0
    if current != revision:
        raise StaleProfile(text, text, current)
    if text.is_empty():
        raise Refused("La trayectoria está vacía. Escriba al menos una parte antes de publicar.")
    profile = session.get(Profile, candidacy_id)
    if profile is not None and profile.published_at is not None and shown_text(profile) == text:
        return
    if profile is None:
        profile = Profile(candidacy_id=candidacy_id)
        session.add(profile)
    version = last_version(session, candidacy_id) + 1
    for part in PROFILE_FIELDS:
        setattr(profile, part, getattr(text, part))
    profile.revision, profile.published_at = version, at
    told = asdict(text)
    digest = digest_of(told)
    session.add(
        ProfileVersion(
            candidacy_id=candidacy_id, version=version, told=told, sha256=digest, published_at=at
        )
    )
    audit.record(
        session,
        "profile.published",
        at=at,
        by=by,
        subject=("candidacy", candidacy_id),
        after={"version": version, "sha256": digest},
    )


def withdraw_profile(
    session: Session, owner: Owner, candidacy_id: int, *, at: datetime, by: int
) -> None:
    """Take a trajectory off the public pages; the working copy stays."""
    must_be_editable(session, at)
    own_head(session, owner, candidacy_id)
    owner.must_publish()
    profile = session.get(Profile, candidacy_id)
    if profile is None or profile.published_at is None:
        raise Refused("Esa trayectoria no está publicada.")
    profile.published_at = None
    audit.record(session, "profile.withdrawn", at=at, by=by, subject=("candidacy", candidacy_id))


def standing_text(session: Session, draft: ProfileDraft | None, candidacy_id: int) -> ProfileText:
    """The working copy; where nobody has typed yet, what is shown."""
    if draft is not None:
        return profile_text(draft.told)
    profile = session.get(Profile, candidacy_id)
    return shown_text(profile) if profile else ProfileText()


def shown_text(profile: Profile) -> ProfileText:
    """What citizens see of a trajectory."""
    return ProfileText(**{part: getattr(profile, part) for part in PROFILE_FIELDS})


def profile_text(told: dict[str, str]) -> ProfileText:
    """A kept working copy; parts that were added to the product later are empty."""
    return ProfileText(**{part: told.get(part, "") for part in PROFILE_FIELDS})


def last_version(session: Session, candidacy_id: int) -> int:
    """The number of the last publication, 0 before the first."""
    own = select(func.max(ProfileVersion.version)).where(
        ProfileVersion.candidacy_id == candidacy_id
    )
    return session.scalar(own) or 0


def digest_of(told: dict[str, str]) -> str:
    """SHA-256 of a published trajectory in one fixed spelling."""
    spelled = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(spelled.encode()).hexdigest()
