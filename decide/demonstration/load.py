"""Loads the demonstration: an invented offer on the real territory, today amid the campaign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.accounts.actions import create_account, invented_passphrase, set_passphrase
from decide.accounts.roles import Role
from decide.calendar.actions import set_phases, set_process
from decide.calendar.commitment import KeyDates, commitment_windows
from decide.catalog import registry, registry_blocks
from decide.catalog.actions_bulk import ProfileEntry, ProposalEntry, put_profiles, put_proposals
from decide.catalog.actions_platforms import put_platform
from decide.catalog.models import Candidacy
from decide.demonstration.actors import actors
from decide.demonstration.benchmarks import benchmarks
from decide.demonstration.blocks import blocks
from decide.demonstration.bulletins import bulletins
from decide.demonstration.offer import DemoCandidacy, alliances, candidacies, ground
from decide.demonstration.writing import platforms, profiles, proposals
from decide.errors import Refused
from decide.geography.actions import load_territory
from decide.geography.facts import Territory, shipped
from decide.settings import Settings

# Who may log in to try things: user name, person, role, actor.
PEOPLE = (
    ("oficina", "Persona de la autoridad", Role.ADMINISTRATOR, None),
    ("observa", "Persona que observa", Role.OBSERVER, None),
    ("faro", "Coordinación del Partido Faro", Role.COORDINATOR, "faro"),
    ("telar", "Coordinación del Partido Telar", Role.COORDINATOR, "telar"),
)


@dataclass(frozen=True)
class Login:
    """A log-in of the demonstration, printed once for who tries it."""

    username: str
    passphrase: str
    person: str


def load(session: Session, settings: Settings, *, at: datetime) -> tuple[Login, ...]:
    """Write the whole demonstration into an empty database; gives its log-ins.

    Refused when there are actors already: invented people must never join real ones.
    """
    if registry.counted(session)["actors"]:
        raise Refused(
            "La base ya tiene actores políticos. La demostración necesita una base vacía."
        )
    territory = shipped()
    load_territory(session, territory, at=at, by=None)
    registry.create_contests(session, at=at, by=None)
    today = at.astimezone(ZoneInfo(settings.time_zone)).date()
    set_calendar(session, settings, campaign_dates(today), at=at)
    register(session, territory, at=at)
    bulletins(session, at=at)
    benchmarks(session, today, at=at)
    return tuple(log_in(session, settings, *person, at=at) for person in PEOPLE)


def campaign_dates(today: date) -> KeyDates:
    """Dates that put today on the twelfth day of a campaign of 34, as long as that of 2021."""
    start = today - timedelta(days=12)
    return KeyDates(
        platforms=start - timedelta(days=20),
        campaign=start,
        campaign_end=start + timedelta(days=33),
        election_day=start + timedelta(days=37),
        results=start + timedelta(days=45),
    )


def closed_dates(today: date) -> KeyDates:
    """Dates that put today two weeks after election day."""
    election = today - timedelta(days=14)
    start = election - timedelta(days=37)
    return KeyDates(
        platforms=start - timedelta(days=20),
        campaign=start,
        campaign_end=start + timedelta(days=33),
        election_day=election,
        results=election + timedelta(days=8),
    )


def set_calendar(session: Session, settings: Settings, dates: KeyDates, *, at: datetime) -> None:
    """Give the process its dates."""
    set_process(
        session,
        key="demo",
        name="Proceso electoral de demostración",
        election_day=dates.election_day,
        at=at,
        by=None,
    )
    zone = ZoneInfo(settings.time_zone)
    set_phases(session, commitment_windows(dates, zone), at=at, by=None)


def register(session: Session, territory: Territory, *, at: datetime) -> None:
    """Actors, alliances, candidacies, platforms, and what about 60 % of the heads published."""
    places, districts, seats = ground(territory)
    registry.register_actors(session, [one.entry for one in actors()], at=at, by=None)
    registry.register_alliances(session, list(alliances(places, districts)), at=at, by=None)
    offer = list(candidacies(places, districts, seats))
    registry.register_candidacies(session, [one.entry for one in offer], at=at, by=None)
    session.flush()
    ids = registry.Ids(session)
    for one in platforms():
        put_platform(
            session,
            ids.actor(one.actor),
            one.scope,
            one.title,
            one.summary,
            one.sections,
            at=at,
            by=None,
        )
    registry_blocks.register_blocks(session, list(blocks(offer)), at=at, by=None)
    publish(session, offer, ids, at=at)


def publish(
    session: Session, offer: Sequence[DemoCandidacy], ids: registry.Ids, *, at: datetime
) -> None:
    """Put what the heads published."""
    rows = session.execute(
        select(Candidacy.id, Candidacy.contest_id, Candidacy.actor_id).where(Candidacy.is_head)
    )
    heads = {(contest, actor): candidacy for candidacy, contest, actor in rows}
    told: list[ProfileEntry] = []
    promised: list[ProposalEntry] = []
    for one in offer:
        if not one.is_head:
            continue
        actor = ids.actor(one.actor)
        candidacy = heads[ids.contest(one.contest), actor]
        profile = profiles(one)
        if profile is not None:
            told.append(ProfileEntry(candidacy, profile))
        promised += [ProposalEntry(actor, candidacy, each) for each in proposals(one)]
    put_profiles(session, told, at=at, by=None)
    put_proposals(session, promised, at=at, by=None)


def log_in(
    session: Session,
    settings: Settings,
    username: str,
    person: str,
    role: Role,
    actor: str | None,
    *,
    at: datetime,
) -> Login:
    """Create one account with a passphrase of this machine only."""
    actor_id = None if actor is None else registry.Ids(session).actor(actor)
    account = create_account(
        session, username=username, person=person, role=role, actor_id=actor_id, at=at, by=None
    )
    passphrase = invented_passphrase().secret
    set_passphrase(session, settings, account.id, passphrase, at=at, by=None)
    return Login(username, passphrase, person)
