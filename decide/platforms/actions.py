"""A draft from a PDF: begin, save, register, throw away. The caller owns the commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.catalog.actions_platforms import SectionEntry, put_platform
from decide.catalog.models import PlatformScope, PoliticalActor
from decide.catalog.texts import SECTION, SUMMARY, TITLE
from decide.catalog.topics import TOPICS
from decide.errors import Conflict, NotFound, Refused
from decide.kernel.db import constraint_of
from decide.platforms.editing import MOST, Section
from decide.platforms.headings import Proposed
from decide.platforms.models import PlatformDraft, PlatformFile
from decide.platforms.shelf import KeptPdf

SENTENCES = {
    "uq_platform_draft_actor_id_scope": "Ya hay un borrador de esa plataforma. Ábralo o bórrelo."
}


@dataclass(frozen=True)
class Wording:
    """What somebody wrote on the page of a draft."""

    title: str
    summary: str
    sections: tuple[Section, ...]


class NotYet(Refused):
    """A draft that cannot be registered; `problems` are (box of the page, sentence)."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        """Keep what is wrong."""
        super().__init__("El borrador todavía no se puede registrar.")
        self.problems = tuple(problems)


def begin(
    session: Session,
    kept: KeptPdf,
    proposed: Sequence[Proposed],
    *,
    actor_id: int,
    scope: PlatformScope,
    file_name: str,
    at: datetime,
    by: int | None,
) -> int:
    """A draft with the sections that the program guessed; gives its id."""
    actor = session.get(PoliticalActor, actor_id)
    if actor is None:
        raise NotFound("Ese actor político no está registrado.")
    row = PlatformDraft(
        actor_id=actor_id,
        scope=scope,
        file_name=file_name[-200:],
        sha256=kept.sha256,
        size=kept.size,
        title=f"Plataforma electoral de {actor.name}"[:TITLE],
        summary="",
        sections=[Section(e.title, e.topic, e.text, e.page).told() for e in proposed[:MOST]],
        revision=1,
        changed_at=at,
        changed_by=by,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise Refused(SENTENCES[constraint_of(error)]) from error
    audit.record(
        session, "platform.drafted", at=at, by=by, subject=("platform_draft", row.id),
        after={"actor_id": actor_id, "scope": scope.value, "sha256": kept.sha256},
    )  # fmt: skip
    return row.id


def save(
    session: Session,
    draft_id: int,
    wording: Wording,
    *,
    revision: int,
    at: datetime,
    by: int | None,
) -> None:
    """Keep what was written, whatever is still wrong with it. Conflict for a stale page."""
    row = locked(session, draft_id)
    if row.revision != revision:
        raise Conflict("Otra persona guardó este borrador mientras usted lo corregía.")
    row.title, row.summary = wording.title, wording.summary
    row.sections = [each.told() for each in wording.sections[:MOST]]
    row.revision += 1
    row.changed_at, row.changed_by = at, by


def register(session: Session, draft_id: int, *, at: datetime, by: int | None) -> int:
    """Put the platform as the draft has it, with its PDF; gives the platform's id. NotYet."""
    row = locked(session, draft_id)
    sections = [Section(**each) for each in row.sections]
    if problems := tuple(wrong(row, sections)):
        raise NotYet(problems)
    entries = [SectionEntry(each.topic, each.title, each.text) for each in sections]
    platform_id = put_platform(
        session, row.actor_id, row.scope, row.title, row.summary, entries, at=at, by=by
    )
    told = {"sha256": row.sha256, "size": row.size, "recorded_at": at}
    session.execute(
        insert(PlatformFile)
        .values(platform_id=platform_id, **told)
        .on_conflict_do_update(index_elements=[PlatformFile.platform_id], set_=told)
    )
    audit.record(
        session, "platform.file_put", at=at, by=by, subject=("platform", platform_id),
        after={"sha256": row.sha256, "size": row.size},
    )  # fmt: skip
    session.delete(row)
    return platform_id


def wrong(row: PlatformDraft, sections: Sequence[Section]) -> list[tuple[str, str]]:
    """What keeps a draft from being registered, each with the box where it is mended."""
    found = []
    if not row.title.strip() or len(row.title) > TITLE:
        found.append(("title", f"Escriba un título de hasta {TITLE} letras."))
    if not row.summary.strip() or len(row.summary) > SUMMARY:
        found.append(("summary", f"Escriba un resumen de hasta {SUMMARY:,} letras."))
    if not sections:
        found.append(("title", "Deje al menos un tema."))
    for place, each in enumerate(sections, start=1):
        if not each.title.strip() or len(each.title) > TITLE:
            found.append(
                (f"title-{place}", f"Tema {place}: escriba un título de hasta {TITLE} letras.")
            )
        if each.topic not in TOPICS:
            found.append((f"topic-{place}", f"Tema {place}: elija de qué trata."))
        if not each.text.strip() or len(each.text) > SECTION:
            found.append(
                (f"text-{place}", f"Tema {place}: escriba un texto de hasta {SECTION:,} letras.")
            )
    return found


def discard(session: Session, draft_id: int, *, at: datetime, by: int | None) -> None:
    """Throw a draft away. The registered platform stays as it is."""
    row = locked(session, draft_id)
    audit.record(
        session, "platform.draft_dropped", at=at, by=by, subject=("platform_draft", row.id),
        before={"actor_id": row.actor_id, "scope": row.scope.value},
    )  # fmt: skip
    session.execute(delete(PlatformDraft).where(PlatformDraft.id == draft_id))


def locked(session: Session, draft_id: int) -> PlatformDraft:
    """The draft's row, held until the commit; NotFound."""
    row = session.scalars(
        select(PlatformDraft).where(PlatformDraft.id == draft_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound("Ese borrador ya no está: se registró o se borró.")
    return row
