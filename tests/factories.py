"""Small worlds for tests: each function writes one thing with sensible words and returns its row.

The territory is the real one that the product ships; actors and people are invented.
"""

import hashlib
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from decide.calendar import actions as calendar
from decide.calendar.commitment import KeyDates, commitment_windows
from decide.catalog.entries import BlockEntry
from decide.catalog.models import (
    ActorKind,
    Alliance,
    AllianceMember,
    BlockLevel,
    Candidacy,
    Contest,
    ContestKind,
    Gender,
    Platform,
    PlatformScope,
    PlatformSection,
    PoliticalActor,
    Post,
    Profile,
    Proposal,
    ProposalState,
    Subject,
    SubjectKind,
    SubjectVersion,
)
from decide.catalog.registry_blocks import register_blocks
from decide.geography.actions import load_territory
from decide.geography.facts import shipped
from decide.results.actions import record_result
from decide.results.actions_earlier import EarlierForm, record, save_process
from decide.results.entries import (
    EarlierEntry,
    EarlierVoteEntry,
    ResultEntry,
    StationEntry,
    VoteEntry,
)
from decide.results.models import ResultStatus

ZONE = ZoneInfo("America/Mexico_City")
DATES = KeyDates(
    platforms=date(2021, 4, 10),
    campaign=date(2021, 4, 30),
    campaign_end=date(2021, 6, 2),
    election_day=date(2021, 6, 6),
    results=date(2021, 6, 14),
)
# One instant in each phase, for a FrozenClock.
BEFORE = datetime(2021, 4, 1, 12, tzinfo=ZONE).astimezone(UTC)
PLATFORMS = datetime(2021, 4, 15, 12, tzinfo=ZONE).astimezone(UTC)
CAMPAIGN = datetime(2021, 5, 10, 12, tzinfo=ZONE).astimezone(UTC)
SILENCE = datetime(2021, 6, 4, 12, tzinfo=ZONE).astimezone(UTC)
COUNT = datetime(2021, 6, 8, 12, tzinfo=ZONE).astimezone(UTC)
RESULTS = datetime(2021, 6, 20, 12, tzinfo=ZONE).astimezone(UTC)

WOMEN = ("Elvia", "Rosaura", "Itzel", "Marcela", "Xóchitl", "Inés", "Adela", "Noemí")
MEN = ("Darío", "Ulises", "Ramón", "Íñigo", "Tomás", "Gael", "Abel", "Simón")
FAMILY = ("Nava", "Ordóñez", "Peñaloza", "Quiroz", "Zárate", "Muñoz", "Ávila", "Téllez", "Güemes")


def process(session, *, at=CAMPAIGN):
    """The process of 2021 with its phases."""
    calendar.set_process(
        session,
        key="em.2021",
        name="Proceso electoral 2021",
        election_day=DATES.election_day,
        at=at,
        by=None,
    )
    calendar.set_phases(session, commitment_windows(DATES, ZONE), at=at, by=None)


def map_of_the_state(session, *, at=CAMPAIGN):
    """The real 125 municipalities, 45 districts and 6,530 sections."""
    load_territory(session, shipped(), at=at, by=None)


def next_order(session):
    """The place after the last registered actor."""
    return (session.scalar(select(func.max(PoliticalActor.registration_order))) or 0) + 1


def actor(session, key, *, kind=ActorKind.PARTY, name=None, members=(), order=None, is_test=False):
    """A political actor; `members` make it an alliance."""
    row = PoliticalActor(
        key=key,
        kind=kind,
        acronym=key,
        name=name or f"Partido {key.title()}",
        slug=key.lower(),
        colour=None,
        registration_order=order
        if order is not None
        else session.query(PoliticalActor).count() + 1,
        is_test=is_test,
    )
    session.add(row)
    session.flush()
    session.add_all(AllianceMember(alliance_id=row.id, member_id=each.id) for each in members)
    session.flush()
    return row


def contest(session, *, district=None, municipality=None):
    """The election of a district or of a municipality; the proportional list without either."""
    if district is not None:
        kind, key, name = ContestKind.DISTRICT, f"em.d{district:02}", f"Distrito {district}"
    elif municipality is not None:
        kind, key = ContestKind.AYUNTAMIENTO, f"em.m{municipality:03}"
        name = f"Ayuntamiento {municipality}"
    else:
        kind, key, name = ContestKind.PROPORTIONAL, "em.rp", "Representación proporcional"
    row = Contest(
        key=key, kind=kind, name=name, district_number=district, municipality_number=municipality
    )
    session.add(row)
    session.flush()
    return row


def stand_together(session, where, alliance):
    """An alliance stands in a contest."""
    session.add(Alliance(contest_id=where.id, alliance_id=alliance.id))
    session.flush()


def person(number, gender):
    """An invented name, the same for the same number."""
    given = (WOMEN if gender is Gender.WOMAN else MEN)[number % 8]
    return f"{given} {FAMILY[number % 9]} {FAMILY[(number // 9 + 3) % 9]}"


def candidacy(session, where, who, *, post, rank=1, is_head=False, number=1, name=None):
    """One post with owner and substitute of the same gender."""
    gender = Gender.WOMAN if number % 2 else Gender.MAN
    row = Candidacy(
        contest_id=where.id,
        actor_id=who.id,
        post=post,
        rank=rank,
        is_head=is_head,
        owner_name=name or person(number, gender),
        owner_gender=gender,
        owner_age=25 + number % 40,
        substitute_name=person(number + 31, gender),
        slug=f"{where.key}-{who.slug}-{post}-{rank}".replace(".", "-"),
    )
    session.add(row)
    session.flush()
    return row


def slate(session, where, who, *, councillors=4, number=1):
    """A whole slate; returns its head."""
    head = candidacy(session, where, who, post=Post.PRESIDENCY, is_head=True, number=number)
    candidacy(session, where, who, post=Post.SYNDIC, number=number + 1)
    for rank in range(1, councillors + 1):
        candidacy(session, where, who, post=Post.COUNCILLOR, rank=rank, number=number + 1 + rank)
    return head


def ticket(session, where, who, *, number=1):
    """A ticket for a deputation; returns it."""
    return candidacy(session, where, who, post=Post.DEPUTATION, is_head=True, number=number)


def subject(session, kind, who, title, text, *, at=CAMPAIGN, version=1, is_open=True):
    """Something to answer, with the words of all its versions."""
    row = Subject(kind=kind, actor_id=who.id, version=version, open=is_open, changed_at=at)
    session.add(row)
    session.flush()
    for each in range(1, version + 1):
        session.add(
            SubjectVersion(
                subject_id=row.id,
                version=each,
                title=title,
                text=text if each == version else f"{text} (versión {each})",
                sha256=hashlib.sha256(text.encode()).hexdigest(),
                published_at=at,
            )
        )
    session.flush()
    return row


def platform(session, who, sections, *, scope=PlatformScope.MUNICIPAL, title="", at=PLATFORMS):
    """A platform; `sections` are (topic, title, text)."""
    whole = subject(
        session,
        SubjectKind.PLATFORM,
        who,
        title or f"Plataforma de {who.name}",
        "Lo que haremos si usted vota por nosotros.",
        at=at,
    )
    row = Platform(actor_id=who.id, scope=scope, subject_id=whole.id)
    session.add(row)
    session.flush()
    for position, (topic, heading, text) in enumerate(sections, start=1):
        part = subject(session, SubjectKind.SECTION, who, heading, text, at=at)
        session.add(
            PlatformSection(platform_id=row.id, position=position, topic=topic, subject_id=part.id)
        )
    session.flush()
    return row


def blocks_of(who, slate_at, ticket_at):
    """Entries of two blocks: for ayuntamientos and for districts."""
    return [
        BlockEntry(who.key, slate_at.key, BlockLevel.HIGH, Gender.WOMAN),
        BlockEntry(who.key, ticket_at.key, BlockLevel.LOW, Gender.MAN),
    ]


def profile(session, whose, *, at=CAMPAIGN, published=True):
    """A trajectory."""
    row = Profile(
        candidacy_id=whose.id,
        schooling="Licenciatura en Enfermería",
        occupation="Enfermera en una clínica rural",
        history="Trabajó quince años en clínicas rurales.\n\nCoordinó una brigada de vacunación.",
        motive="Quiero que nadie viaje dos horas para ver a un médico.",
        published_at=at if published else None,
    )
    session.add(row)
    session.flush()
    return row


def proposal(
    session,
    whose,
    *,
    topic="agua",
    title="Agua todos los días",
    text="",
    at=CAMPAIGN,
    state=ProposalState.PUBLISHED,
):
    """A campaign proposal; a draft has no open subject."""
    text = text or "Repararemos las fugas de la red en un año.\n\nPublicaremos cada reparación."
    shown = state is ProposalState.PUBLISHED
    owner = session.get(PoliticalActor, whose.actor_id)
    about = subject(
        session,
        SubjectKind.PROPOSAL,
        owner,
        title,
        text,
        at=at,
        is_open=shown,
        version=0 if state is ProposalState.DRAFT else 1,
    )
    row = Proposal(
        candidacy_id=whose.id,
        subject_id=about.id,
        topic=topic,
        title=title,
        text=text,
        state=state,
        revision=1,
        changed_at=at,
    )
    session.add(row)
    session.flush()
    return row


SECTIONS = (
    (
        "agua",
        "Agua en cada colonia",
        "Cambiaremos las tuberías más viejas de la red.",
    ),
    ("seguridad", "Calles con luz", "Pondremos luz en paradas y cruces. Habrá policía de a pie."),
    ("salud", "Clínica abierta", "La clínica abrirá también por la tarde, con medicinas."),
    ("transparencia", "Cuentas a la vista", "Publicaremos cada gasto el mismo mes."),
)


def small_world(session):
    """Two parties, a third, a coalition of the first two, an independent; two elections in Toluca.

    Lucero's head of slate in Toluca has a profile and three proposals, the others have nothing.
    """
    process(session)
    map_of_the_state(session)
    lucero = actor(session, "LUCERO", name="Partido Lucero")
    raiz = actor(session, "RAIZ", name="Partido Raíz")
    nopal = actor(session, "NOPAL", name="Movimiento Nopal")
    juntas = actor(
        session, "LUCERO-RAIZ", kind=ActorKind.COALITION, name="Juntas por el Estado",
        members=(lucero, raiz),
    )  # fmt: skip
    solo = actor(session, "IND1", kind=ActorKind.INDEPENDENT, name="Ana Peñaloza Quiroz")
    actor(session, "PRUEBA", name="Partido de prueba", is_test=True)
    toluca = contest(session, municipality=107)
    second = contest(session, district=2)
    contest(session, municipality=1)
    heads = {}
    for place, who in enumerate((lucero, raiz, nopal, solo)):
        heads[who.key] = slate(session, toluca, who, councillors=7, number=10 * place + 1)
    stand_together(session, second, juntas)
    for place, who in enumerate((nopal, juntas)):
        heads[f"{who.key} 2"] = ticket(session, second, who, number=50 + place)
    profile(session, heads["LUCERO"])
    first = proposal(session, heads["LUCERO"])
    proposal(session, heads["LUCERO"], topic="seguridad", title="Luz en cada parada")
    proposal(session, heads["LUCERO"], topic="agua", title="Cosecha de lluvia en escuelas")
    proposal(session, heads["LUCERO"], title="Borrador que nadie ve", state=ProposalState.DRAFT)
    register_blocks(session, blocks_of(lucero, toluca, second), at=PLATFORMS, by=None)
    for who in (lucero, raiz, nopal, juntas):
        platform(session, who, SECTIONS)
    platform(session, lucero, SECTIONS[:2], scope=PlatformScope.LEGISLATIVE)
    session.flush()
    return {
        "lucero": lucero, "raiz": raiz, "nopal": nopal, "juntas": juntas, "solo": solo,
        "toluca": toluca, "second": second, "heads": heads, "proposal": first,
    }  # fmt: skip


def count_toluca(session, *, stations=(("B", 20, 10, 2),), at=RESULTS):
    """The final result of Toluca: LUCERO 20, RAIZ 10, 2 null of 32 votes; its polling stations."""
    record_result(
        session,
        ResultEntry(
            contest="em.m107", status=ResultStatus.FINAL, source="Acta", valid=30, unregistered=0,
            null_votes=2, total=32, nominal_list=90,
            votes=(VoteEntry(1, "LUCERO", "LUCERO", 20), VoteEntry(2, "RAIZ", "RAIZ", 10)),
            stations=tuple(
                StationEntry(5176, name, (one, two), 0, null, one + two + null)
                for name, one, two, null in stations
            ),
        ),
        at=at, by=None,
    )  # fmt: skip


def past(session, *, at=RESULTS):
    """A process of 2015 with one municipality, Toluca: the colours of that year."""
    key = save_process(
        session, None, EarlierForm("Elección de 2015", date(2015, 6, 7), "Cómputos de 2015"),
        today=at.date(), revision=0, at=at, by=None,
    )  # fmt: skip
    entry = EarlierEntry(
        process=key, municipality=107, valid=90, unregistered=1, null_votes=9, total=100,
        nominal_list=200, stations=None,
        votes=(EarlierVoteEntry(1, "ROJO", 60), EarlierVoteEntry(2, "AZUL-VERDE", 30)),
    )  # fmt: skip
    record(session, [entry], at=at, by=None)
    return key
