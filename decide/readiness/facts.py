"""What stands in the database that a phase may need; a dozen statements, whatever the size."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from decide.accounts.models import Account, ActivationCode, Handover
from decide.accounts.roles import Role
from decide.calendar import queries as calendar
from decide.calendar.queries import ProcessFacts
from decide.calendar.rules import Window
from decide.catalog.models import (
    ActorKind,
    Alliance,
    Candidacy,
    CompetitivenessBlock,
    Contest,
    ContestKind,
    Platform,
    PoliticalActor,
    Subject,
)
from decide.editorial.models import EditorialText
from decide.errors import NotFound
from decide.geography.models import District, Municipality, Section
from decide.geography.queries_shapes import DISTRICT, MUNICIPALITY, sources
from decide.platforms.models import PlatformDraft, PlatformFile
from decide.results.models import Result
from decide.seals.models import SealKey


@dataclass(frozen=True)
class Facts:
    """Counts, and the names of what is without something."""

    process: ProcessFacts | None
    windows: tuple[Window, ...]
    municipalities: int
    districts: int
    sections: int
    without_seats: tuple[str, ...]
    contests: int
    parties: int
    alliances: int
    without_platform: tuple[str, ...]  # parties and independents
    without_blocks: tuple[str, ...]  # parties
    candidacies: int
    empty_contests: tuple[str, ...]  # of those with direct candidacies
    publishers: int  # actors that head somewhere
    without_account: tuple[str, ...]  # of these
    not_activated: tuple[str, ...]
    not_handed: int  # letters in force that nobody noted as handed over
    administrators: int
    seal_keys: int
    without_result: tuple[str, ...]
    municipal_map: bool  # an official one is in use
    district_map: bool
    platforms: int  # that citizens can read
    without_file: tuple[str, ...]  # actors with such a platform that has no PDF
    platform_drafts: int  # taken from a PDF, not registered yet
    text_drafts: int  # texts of the site with a draft


def facts(session: Session) -> Facts:
    """Look once. Nothing here depends on what citizens answered."""
    try:
        process = calendar.process(session)
    except NotFound:
        process = None
    real = PoliticalActor.is_test.is_(False)
    heads = select(Candidacy.actor_id).where(Candidacy.is_head)
    publishers = and_(real, PoliticalActor.id.in_(heads))
    coordinator = select(Account.actor_id).where(Account.active, Account.role == Role.COORDINATOR)
    shown = (
        select(Platform.actor_id)
        .join(Subject, Subject.id == Platform.subject_id)
        .where(Subject.open)
    )
    maps = {each.kind for each in sources(session).values()}
    return Facts(
        process=process,
        windows=calendar.windows(session),
        municipalities=count(session, Municipality),
        districts=count(session, District),
        sections=count(session, Section),
        without_seats=names(
            session,
            select(Municipality.name)
            .where(Municipality.councillors_mr + Municipality.councillors_rp == 0)
            .order_by(Municipality.number),
        ),
        contests=count(session, Contest),
        parties=count(session, PoliticalActor, real, PoliticalActor.kind == ActorKind.PARTY),
        alliances=count(session, Alliance),
        without_platform=actors(
            session,
            real,
            or_(PoliticalActor.kind == ActorKind.PARTY, independent()),
            PoliticalActor.id.not_in(shown),
        ),
        without_blocks=actors(
            session,
            real,
            PoliticalActor.kind == ActorKind.PARTY,
            PoliticalActor.id.not_in(select(CompetitivenessBlock.actor_id)),
        ),
        candidacies=count(session, Candidacy),
        empty_contests=names(session, contests_without(select(Candidacy.contest_id))),
        publishers=count(session, PoliticalActor, publishers),
        without_account=actors(session, publishers, PoliticalActor.id.not_in(coordinator)),
        not_activated=actors(
            session,
            publishers,
            PoliticalActor.id.in_(coordinator),
            PoliticalActor.id.not_in(coordinator.where(Account.password_hash.is_not(None))),
        ),
        not_handed=letters_not_handed(session),
        administrators=count(
            session,
            Account,
            Account.active.is_(True),
            Account.role == Role.ADMINISTRATOR,
        ),
        seal_keys=count(session, SealKey, SealKey.retired_at.is_(None)),
        without_result=names(session, contests_without(select(Result.contest_id))),
        municipal_map=MUNICIPALITY in maps,
        district_map=DISTRICT in maps,
        platforms=session.scalar(select(func.count()).select_from(shown.subquery())) or 0,
        without_file=actors(
            session,
            real,
            PoliticalActor.id.in_(
                shown.where(Platform.id.not_in(select(PlatformFile.platform_id)))
            ),
        ),
        platform_drafts=count(session, PlatformDraft),
        text_drafts=count(session, EditorialText, EditorialText.working.is_not(None)),
    )


def independent() -> ColumnElement[bool]:
    """Whoever stands without a party."""
    return PoliticalActor.kind == ActorKind.INDEPENDENT


def count(session: Session, kind: type, *where: ColumnElement[bool]) -> int:
    """Rows of a table."""
    return session.scalar(select(func.count()).select_from(kind).where(*where)) or 0


def names(session: Session, asked: Select[str]) -> tuple[str, ...]:
    """The only column of a statement."""
    return tuple(session.scalars(asked))


def actors(session: Session, *where: ColumnElement[bool]) -> tuple[str, ...]:
    """Acronyms in registration order."""
    asked = select(PoliticalActor.acronym).where(*where)
    return names(session, asked.order_by(PoliticalActor.registration_order, PoliticalActor.id))


def contests_without(having: Select[int]) -> Select[str]:
    """Districts and ayuntamientos that are not among `having`."""
    return (
        select(Contest.name)
        .where(Contest.kind != ContestKind.PROPORTIONAL, Contest.id.not_in(having))
        .order_by(Contest.kind, Contest.id)
    )


def letters_not_handed(session: Session) -> int:
    """Letters of actors that are in force and lie in a drawer."""
    asked = (
        select(func.count())
        .select_from(ActivationCode)
        .join(Account, Account.id == ActivationCode.account_id)
        .outerjoin(Handover, Handover.code_id == ActivationCode.id)
        .where(
            Account.active.is_(True),
            Account.actor_id.is_not(None),
            Handover.id.is_(None),
            ActivationCode.used_at.is_(None),
            ActivationCode.voided_at.is_(None),
        )
    )
    return session.scalar(asked) or 0
