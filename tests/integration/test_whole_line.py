"""The main job from end to end, on the real process of 2021, with every part in its own process.

A party publishes for a real head of slate (a text marked as a test), a thousand citizens press and
change their minds at once, two hundred ideas arrive, staff close and order, the worker builds, and
the numbers that the party downloads equal an independent recount of what was sent.
"""

import csv
import dataclasses
import hashlib
import io
import json
import random
import re
import sqlite3
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from decide.accounts.actions import create_account, set_passphrase
from decide.accounts.roles import Role
from decide.calendar.actions import set_phases
from decide.calendar.commitment import KeyDates, commitment_windows
from decide.catalog.actions_platforms import SectionEntry, put_platform
from decide.catalog.models import PlatformScope
from decide.catalog.registry import Ids
from decide.imports.command import import_process_2021
from tests.portal import PASSPHRASE, Person
from tests.service import Service, Visitor, eventually

pytestmark = pytest.mark.shared
ZONE = ZoneInfo("America/Mexico_City")
CITIZENS = 1_000
IDEAS = 200
HANDS = 16
LIKE, DISLIKE, NONE = "like", "dislike", "none"


class RemotePerson(Person):
    """Somebody with a log-in, at a browser that talks to the real web server."""

    def __init__(self, address, username, door):
        self.client = Visitor(address)
        self.page = None
        self.open(f"{door}/entrar").send(username=username, passphrase=PASSPHRASE)


@pytest.fixture
def process(settings, resources, shared_data):
    """The process of 2021, its campaign moved to now, one party and one office that log in."""
    import_process_2021(resources, shared_data)
    with resources.database.transaction() as session:
        now = resources.clock.now(session)
        today = now.astimezone(ZONE).date()
        dates = KeyDates(
            platforms=today - timedelta(days=40),
            campaign=today - timedelta(days=20),
            campaign_end=today + timedelta(days=14),
            election_day=today + timedelta(days=18),
            results=today + timedelta(days=26),
        )
        set_phases(session, commitment_windows(dates, ZONE), at=now, by=None)
        ids = Ids(session)
        for username, role, actor in (
            ("pri", Role.COORDINATOR, "PRI"),
            ("pan", Role.COORDINATOR, "PAN"),
            ("oficina", Role.ADMINISTRATOR, None),
            ("segunda", Role.ADMINISTRATOR, None),
        ):
            account = create_account(
                session, username=username, person=f"Prueba {username}", role=role,
                actor_id=ids.actor(actor) if actor else None, at=now, by=None,
            )  # fmt: skip
            set_passphrase(session, settings, account.id, PASSPHRASE, at=now, by=None)
        # The coalition's platform: what is said about it belongs to each of its three parties.
        put_platform(
            session,
            ids.actor("PAN-PRI-PRD"),
            PlatformScope.MUNICIPAL,
            "Plataforma (texto de prueba)",
            "Texto de prueba, no de la coalición.",
            [SectionEntry("agua", "Agua (texto de prueba)", "Texto de prueba.")],
            at=now,
            by=None,
        )


def publish(service, resources):
    """The PRI publishes a test text for its real head of slate in Acolman; gives the subject."""
    party = RemotePerson(service.address, "pri", "/partido")
    with resources.database.reading() as session:
        candidacy = session.execute(
            text(
                "SELECT c.id FROM candidacy c JOIN contest k ON k.id = c.contest_id"
                " JOIN political_actor a ON a.id = c.actor_id"
                " WHERE k.key = 'em.m002' AND a.key = 'PRI' AND c.is_head"
            )
        ).scalar_one()
    party.open(f"/partido/candidaturas/{candidacy}/propuestas/nueva")
    party.send(
        topic="agua", title="TEXTO DE PRUEBA: agua", text="Esto es una prueba.", then="preview"
    ).follow()
    publishing = next(action for action in actions_of(party) if action.endswith("/publicar"))
    party.send(publishing)
    with resources.database.reading() as session:
        return session.execute(
            text("SELECT s.id, s.version FROM subject s WHERE s.kind = 'proposal' AND s.open")
        ).one()


def actions_of(person):
    return re.findall(r'<form\b[^>]*action="([^"]+)"', person.html)


def citizen(number, address, subjects):
    """One citizen with an own phone: presses, changes, withdraws. Gives what was said last."""
    draw = random.Random(number)
    phone = Visitor(address)
    last = {}
    for subject, version in draw.sample(subjects, k=draw.randint(1, len(subjects))):
        for _ in range(draw.randint(1, 3)):
            choice = draw.choice((LIKE, LIKE, DISLIKE, DISLIKE, NONE))
            answer = phone.press(subject, version, choice)
            assert answer.status == 303, (answer.status, answer.body[:400])
            last[subject] = choice
    words = None
    if number < IDEAS:
        subject, version = draw.choice(subjects)
        words = f"Idea de prueba {number}: más luz, =1+1 y árboles."
        answer = phone.send_idea(subject, version, words)
        assert answer.status == 303, (answer.status, answer.body[:400])
        last["idea"] = (subject, words)
    return last


def recount(said):
    """Likes and dislikes per subject and the ideas per subject, from what the phones remember."""
    counts, ideas = Counter(), {}
    for last in said:
        subject, words = last.pop("idea", (None, None))
        if words:
            ideas.setdefault(subject, set()).add(words)
        counts.update((key, choice) for key, choice in last.items() if choice != NONE)
    return counts, ideas


def close(service, resources):
    """Two of the staff end the campaign and open the delivery; wait for the second.

    What is near is proposed by one on the calendar's page and confirmed by the other.
    """
    office = RemotePerson(service.address, "oficina", "/oficina")
    other = RemotePerson(service.address, "segunda", "/oficina")
    with resources.database.reading() as session:
        now = resources.clock.now(session)
    ends = (now + timedelta(seconds=20)).astimezone(ZONE).replace(microsecond=0)
    for phase, field in (("campaign", "closes"), ("results", "opens")):
        office.open(f"/oficina/calendario/{phase}")
        office.send(
            f"/oficina/calendario/{phase}",
            status=303, **{field: ends.strftime("%Y-%m-%dT%H:%M:%S")}, reason="Prueba",
        )  # fmt: skip
        change = office.page.headers["Location"]
        other.open(change).send(f"{change}/aprobar", status=303)

    def passed():
        with resources.database.reading() as session:
            return resources.clock.now(session) > ends + timedelta(seconds=1.5)

    eventually(passed)
    return office


def deliver(office, resources):
    """Order all deliveries and wait until the worker has built them."""
    office.open("/oficina/entregas")
    office.send("/oficina/entregas/preparar", status=303)

    def states():
        with resources.database.reading() as session:
            found = session.execute(text("SELECT state, failure FROM delivery")).all()
        assert not [failure for _, failure in found if failure], found
        return found and all(state == "ready" for state, _ in found)

    eventually(states, seconds=240, pause=0.5)


def download(service, username):
    """Log in, take the own database; gives the package's bytes."""
    party = RemotePerson(service.address, username, "/partido").open("/partido/base-de-datos")
    action = next(each for each in actions_of(party) if each.endswith("/descargar"))
    party.send(action, status=200)
    assert "no-store" in party.page.headers["Cache-Control"]
    return party.page.body


def staff_copy(office, resources, actor):
    """What the office downloads for an actor, giving its reason."""
    with resources.database.reading() as session:
        number = session.execute(
            text(
                "SELECT d.id FROM delivery d JOIN political_actor a ON a.id = d.actor_id"
                " WHERE a.key = :actor"
            ),
            {"actor": actor},
        ).scalar_one()
    office.open(f"/oficina/entregas/{number}")
    taking = f"/oficina/entregas/{number}/descargar"
    return office.send(taking, status=200, reason="Copia para el archivo").page.body


def opened(package, folder):
    """The database inside a package, after its manifest has been checked."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        members = {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members["manifiesto.json"])
    for entry in manifest["archivos"]:
        assert hashlib.sha256(members[entry["nombre"]]).hexdigest() == entry["sha256"]
    path = folder / f"{hashlib.sha256(package).hexdigest()[:8]}.sqlite"
    path.write_bytes(members["datos.sqlite"])
    return sqlite3.connect(path), members


def delivered_counts(database):
    found = Counter()
    for subject, likes, dislikes in database.execute(
        "SELECT asunto, sum(me_gusta), sum(no_me_gusta) FROM conteo GROUP BY asunto"
    ):
        found.update({(subject, LIKE): likes, (subject, DISLIKE): dislikes})
    return +found


def test_the_main_job_on_the_real_process_of_2021(settings, resources, process, tmp_path):
    settings = dataclasses.replace(settings, snapshot_seconds=0.5, presses_per_hour=10_000)
    with Service(settings, tmp_path) as service:
        proposal, version = publish(service, resources)
        with resources.database.reading() as session:
            platform = session.execute(
                text("SELECT id, version FROM subject WHERE kind <> 'proposal' ORDER BY id")
            ).all()
        subjects = [(proposal, version), *(tuple(row) for row in platform)]
        with ThreadPoolExecutor(HANDS) as hands:
            said = list(hands.map(lambda n: citizen(n, service.address, subjects), range(CITIZENS)))
        counts, ideas = recount(said)

        office = close(service, resources)
        late = Visitor(service.address).press(proposal, version, LIKE)
        assert late.status == 422, "after the closing nothing counts"
        deliver(office, resources)
        pri = download(service, "pri")
        pan = download(service, "pan")
        assert staff_copy(office, resources, "PRI") == pri

    of_coalition = {subject for subject, _ in platform}
    database, members = opened(pri, tmp_path)
    assert delivered_counts(database) == counts
    texts = set(database.execute("SELECT asunto, texto FROM idea"))
    assert texts == {(subject, words) for subject, said in ideas.items() for words in said}
    assert len(texts) == IDEAS
    rows = list(csv.DictReader(io.StringIO(members["ideas.csv"].decode("utf-8-sig"))))
    assert len(rows) == IDEAS

    database, _ = opened(pan, tmp_path)
    assert set(database.execute("SELECT alianza, siglas FROM integrante")) == {
        ("PAN-PRI-PRD", party) for party in ("PAN", "PRI", "PRD")
    }, "two alliances run in this process; only its own is the PAN's"
    assert delivered_counts(database) == Counter(
        {key: value for key, value in counts.items() if key[0] in of_coalition}
    )
    assert {subject for (subject,) in database.execute("SELECT DISTINCT asunto FROM idea")} <= (
        of_coalition
    ), "a proposal of the PRI is none of the PAN's business"
