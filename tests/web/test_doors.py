"""Every address × method × kind of person × own and other object: no leak, no foreign deed.

The cases come from the application's own map of addresses; one without a line in RULES fails.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from flask import Blueprint, Flask
from sqlalchemy import select, text

from decide.abuse import actions as marking
from decide.accounts.actions import create_account
from decide.accounts.models import Account, Passkey
from decide.accounts.roles import Role
from decide.accounts.sessions import open_session
from decide.app import create_app
from decide.catalog.models import ProfileDraft
from decide.changes import actions as changing
from decide.changes.states import Kind
from decide.delivery.folder import Shelf
from decide.delivery.models import Delivery, DeliveryState
from decide.kernel.clock import FrozenClock
from decide.newsroom import actions as newsroom
from decide.newsroom.actions import Writing
from decide.outreach import batches
from decide.outreach.kinds import ActivityKind
from decide.outreach.pictures import Sender
from decide.outreach.plan import Plan, save
from decide.outreach.sheets import About
from decide.results.actions_earlier import EarlierForm, save_process
from decide.settings import Settings
from decide.web.shared.context import KEY
from tests import factories
from tests.portal import OURS, PASSPHRASE, WORLD, Person

STRANGER = "stranger"
A, A_EDITOR, B = "lucero", "lucero.dos", "raiz"
CHIEF, LOADER, WATCHER = "jefa", "carga", "mirada"
WRITER, POSTER, AUDITOR = "textos", "cartas", "contralor"
ACTORS = (A, A_EDITOR, B)
STAFF = (CHIEF, LOADER, WATCHER, WRITER, POSTER, AUDITOR)
EVERYBODY = (STRANGER, *ACTORS, *STAFF)

ANYONE = frozenset(EVERYBODY)
PORTAL = frozenset(ACTORS)
OFFICE = frozenset(STAFF)
LOADERS = frozenset({CHIEF, LOADER})
WRITERS = frozenset({CHIEF, WRITER})
POSTERS = frozenset({CHIEF, POSTER})
AUDITORS = frozenset({CHIEF, AUDITOR})
WATCHERS = frozenset({CHIEF, WATCHER, AUDITOR})

# Words that only people of Partido Lucero may read, wherever they are.
SECRETS = ("Borrador que nadie ve", "Motivo que nadie ha publicado")


@dataclass(frozen=True)
class Rule:
    """Who may use an address. `owned`: it names a thing of Partido Lucero or of another actor."""

    people: frozenset[str]
    owned: bool = False
    # Allowed people may get these too (no such import, nothing to retry, closed by the calendar).
    also: tuple[int, ...] = ()
    # It names a thing of the one person: for colleagues of the same actor it does not exist either.
    personal: bool = False


def portal(*, owned=False, people=PORTAL, also=(), personal=False):
    return Rule(frozenset(people), owned, (422, *also), personal)


def office(people=OFFICE, also=(), personal=False):
    return Rule(frozenset(people), False, also, personal)


RULES = {
    "actor.login": Rule(ANYONE, also=(422,)),
    "actor.second_step": Rule(ANYONE, also=(422,)),
    "actor.second_key": Rule(ANYONE, also=(422,)),
    "actor.activate": Rule(ANYONE, also=(422,)),
    "actor.logout": portal(),
    "actor.dashboard": portal(),
    "actor.candidate": portal(owned=True),
    "actor.trajectory": portal(owned=True, also=(409,)),
    "actor.preview_trajectory": portal(owned=True),
    "actor.trajectory_versions": portal(owned=True),
    "actor.publish_trajectory": portal(owned=True),
    "actor.withdraw_trajectory": portal(owned=True),
    "actor.new_proposal": portal(owned=True),
    "actor.proposal": portal(owned=True, also=(409,)),
    "actor.preview_proposal": portal(owned=True),
    "actor.proposal_versions": portal(owned=True),
    "actor.publish": portal(owned=True),
    "actor.withdraw": portal(owned=True),
    "actor.discard": portal(owned=True),
    "actor.deliveries": portal(),
    "actor.download_delivery": portal(owned=True, people={A, B}),
    "actor.confirm_seals": portal(),
    "actor.acknowledge": portal(owned=True, people={A, B}),
    "actor.receipt_paper": portal(owned=True, also=(404,)),
    "actor.receipt_signature": portal(owned=True, also=(404,)),
    "actor.ideas": portal(people={A, B}),
    "actor.answer_one": portal(people={A, B}, also=(404,)),  # see test_receipts.py
    "actor.answer_many": portal(people={A, B}),
    "actor.photo": portal(owned=True),
    "actor.choose_cut": portal(owned=True, also=(404,)),
    "actor.remove_photo": portal(owned=True),
    "actor.photo_file": portal(owned=True, also=(404,)),
    "actor.waiting": portal(also=(303,)),
    "actor.files": portal(),
    "actor.bring_photos": portal(),
    "actor.template_file": portal(also=(404,)),
    "actor.check_file": portal(also=(404,)),
    "actor.save_file": portal(also=(404,)),
    "actor.team": portal(people={A, B}),
    "actor.new_editor": portal(people={A, B}),
    "actor.editor": portal(owned=True, people={A, B}),
    "actor.print_letter": portal(owned=True, people={A, B}),
    "actor.close_editor": portal(owned=True, people={A, B}),
    "actor.history": portal(people={A, B}),
    "actor.own_account": portal(),
    "actor.help_page": portal(),
    "actor.help_pdf": portal(),
    "actor.end_session": portal(personal=True),
    "actor.end_everywhere": portal(),
    "actor.change_passphrase": portal(),
    "actor.add_key": portal(),
    "actor.remove_key": portal(personal=True),
    "actor.renew_codes": portal(),
    "actor.set_reminders": portal(),
    "staff.own_account": office(),
    "staff.office_manual": office(),
    "staff.end_session": office(personal=True),
    "staff.end_everywhere": office(),
    "staff.change_passphrase": office(also=(422,)),
    "staff.add_key": office(also=(422,)),
    "staff.remove_key": office(personal=True),
    "staff.renew_codes": office(also=(422,)),
    "staff.login": Rule(ANYONE, also=(422,)),
    "staff.second_step": Rule(ANYONE, also=(422,)),
    "staff.second_key": Rule(ANYONE, also=(422,)),
    "staff.activate": Rule(ANYONE, also=(422,)),
    "staff.logout": office(),
    "staff.dashboard": office(),
    "staff.progress": office(),
    "staff.readiness": office(),
    "staff.process_form": office(),
    "staff.save_process": office({CHIEF}, also=(422,)),
    "staff.load_map": office({CHIEF}),
    "staff.calendar": office(),
    "staff.changes": office(),
    "staff.reports": office(WRITERS | WATCHERS),
    "staff.report_file": office(WRITERS | WATCHERS, also=(404,)),
    "staff.order_report": office(WRITERS, also=(422,)),
    "staff.commitment": office(WRITERS | WATCHERS),
    "staff.commitment_example": office(WRITERS | WATCHERS),
    "staff.load_commitment": office(WRITERS),
    "staff.pledge": office(WRITERS | WATCHERS, also=(404,)),
    "staff.date_pledge": office(WRITERS, also=(404,)),
    "staff.prove_pledge": office(WRITERS, also=(404,)),
    "staff.benchmarks": office(WRITERS | WATCHERS),
    "staff.start_benchmark": office(WRITERS, also=(422,)),
    "staff.benchmark": office(WRITERS | WATCHERS, also=(404,)),
    "staff.benchmark_file": office(WRITERS | WATCHERS, also=(404,)),
    "staff.benchmark_proof": office(WRITERS | WATCHERS, also=(404,)),
    "staff.benchmark_portal": office(WRITERS | WATCHERS, also=(404,)),
    "staff.answer_benchmark": office(WRITERS, also=(404,)),
    "staff.add_portal": office(WRITERS, also=(404, 422)),
    "staff.remove_portal": office(WRITERS, also=(404,)),
    "staff.propose_benchmark": office({CHIEF}, also=(404, 422)),
    "staff.new_step": office(WRITERS, also=(404, 422)),
    "staff.save_step": office(WRITERS, also=(404, 422)),
    "staff.change": office(),
    "staff.confirm_change": office({CHIEF}, also=(409,)),
    "staff.discard_change": office({CHIEF}, also=(409,)),
    "staff.simulation": office(),
    "staff.simulated": office(also=(404,)),
    "staff.phase": office({CHIEF}, also=(422,)),
    "staff.early_statistics": office({CHIEF}, also=(409, 422)),
    "staff.pressure": office(WATCHERS),
    "staff.set_pressure": office({CHIEF}, also=(422,)),
    "staff.invalidations": office(WATCHERS),
    "staff.invalidation": office(WATCHERS),
    "staff.propose_invalidation": office({CHIEF}, also=(422,)),
    "staff.approve_invalidation": office({CHIEF}, also=(409, 422)),
    "staff.discard_invalidation": office({CHIEF}, also=(409, 422)),
    "staff.revert_invalidation": office({CHIEF}, also=(409, 422)),
    "staff.deliveries": office(WATCHERS),
    "staff.delivery": office(WATCHERS),
    "staff.order_all": office({CHIEF}, also=(422,)),
    "staff.order_one": office({CHIEF}, also=(409, 422)),
    "staff.retry_delivery": office({CHIEF}, also=(422,)),
    "staff.download_delivery": office({CHIEF}, also=(422,)),
    "staff.delivery_letter": office({CHIEF}, also=(422,)),
    "staff.delivery_phrase": office({CHIEF}),
    "staff.delivery_receipt": office(WATCHERS, also=(404,)),
    "staff.delivery_receipt_signature": office(WATCHERS, also=(404,)),
    "staff.delivery_by_hand": office({CHIEF}, also=(422,)),
    "staff.delivery_scan": office({CHIEF}, also=(404,)),
    "staff.imports": office(LOADERS | WATCHERS),
    "staff.shapes": office(LOADERS | WATCHERS),
    "staff.platforms": office(LOADERS | WRITERS | WATCHERS),
    "staff.platform_draft": office(LOADERS | WRITERS, also=(404,)),
    "staff.draft_file": office(LOADERS | WRITERS, also=(404,)),
    "staff.read_platform": office(LOADERS | WRITERS, also=(422,)),
    "staff.save_draft": office(LOADERS | WRITERS, also=(404,)),
    "staff.drop_draft": office(LOADERS | WRITERS, also=(404, 422)),
    "staff.put_map": office(LOADERS, also=(422,)),
    "staff.remove_map": office({CHIEF}),
    "staff.upload": office(LOADERS, also=(422,)),
    "staff.import_check": office(LOADERS, also=(404,)),
    "staff.import_commit": office(LOADERS, also=(404,)),
    "staff.import_progress": office(LOADERS, also=(404,)),
    "staff.import_columns": office(LOADERS, also=(404,)),
    "staff.save_columns": office(LOADERS, also=(404,)),
    "staff.import_discard": office(LOADERS, also=(404,)),
    "staff.import_bad_rows": office(LOADERS, also=(404,)),
    "staff.import_run": office(LOADERS | WATCHERS, also=(404,)),
    "staff.import_undo": office({CHIEF}, also=(404,)),
    "staff.audit_trail": office(WATCHERS),
    "staff.audit_file": office(AUDITORS),
    "staff.survey": office(WRITERS | WATCHERS),
    "staff.survey_file": office(WRITERS | WATCHERS),
    "staff.suggestions": office(WRITERS | WATCHERS),
    "staff.move_suggestion": office(WRITERS, also=(404, 422)),
    "staff.requests": office(WRITERS | WATCHERS),
    "staff.request_form": office(WRITERS, also=(404,)),
    "staff.take_up_request": office(WRITERS, also=(404,)),
    "staff.answer_request": office(WRITERS, also=(404, 422)),
    "staff.texts": office(people=WRITERS | WATCHERS),
    "staff.text": office(people=WRITERS | WATCHERS),
    "staff.text_version": office(people=WRITERS | WATCHERS),
    "staff.text_page": office(people=WRITERS | WATCHERS),
    "staff.text_page_at": office(also=(404,), people=WRITERS | WATCHERS),
    "staff.text_picture": office(people=WRITERS | WATCHERS, also=(404,)),
    "staff.new_text": office(people=WRITERS, also=(422,)),
    "staff.save_text": office(people=WRITERS, also=(409, 422)),
    "staff.add_text_image": office(people=WRITERS, also=(422,)),
    "staff.drop_text_image": office(people=WRITERS),
    "staff.review_text_link": office(people=WRITERS, also=(422,)),
    "staff.restore_text": office(people=WRITERS),
    "staff.discard_text": office(people=WRITERS, also=(422,)),
    "staff.propose_text": office(people=WRITERS, also=(422,)),
    "staff.unschedule_text": office(people={CHIEF}, also=(422,)),
    "staff.withdraw_text": office(people={CHIEF}, also=(422,)),
    "staff.bulletins": office(WRITERS | WATCHERS),
    "staff.bulletin": office(WRITERS | WATCHERS),
    "staff.bulletin_picture": office(WRITERS | WATCHERS, also=(404,)),
    "staff.new_bulletin": office(WRITERS, also=(422,)),
    "staff.save_bulletin": office(WRITERS, also=(409, 422)),
    "staff.add_image": office(WRITERS, also=(422,)),
    "staff.drop_image": office(WRITERS),
    "staff.publish_bulletin": office({CHIEF}, also=(422,)),
    "staff.unschedule_bulletin": office({CHIEF}, also=(422,)),
    "staff.withdraw_bulletin": office({CHIEF}, also=(422,)),
    "staff.activities": office(WRITERS | WATCHERS),
    "staff.activities_file": office(WRITERS | WATCHERS, also=(404,)),
    "staff.activity": office(WRITERS | WATCHERS),
    "staff.activity_code": office(WRITERS | WATCHERS),
    "staff.new_activity": office(WRITERS, also=(422,)),
    "staff.save_activity": office(WRITERS, also=(409, 422)),
    "staff.posters": office(WRITERS | WATCHERS),
    "staff.poster_batch": office(WRITERS | WATCHERS),
    "staff.posters_file": office(WRITERS | WATCHERS, also=(404,)),
    "staff.order_posters": office(WRITERS, also=(422,)),
    "staff.retry_posters": office(WRITERS),
    "staff.earlier_processes": office(LOADERS | WATCHERS),
    "staff.earlier_process": office(LOADERS | WATCHERS),
    "staff.new_earlier": office(LOADERS, also=(422,)),
    "staff.save_earlier": office(LOADERS, also=(409, 422)),
    "staff.remove_earlier": office(LOADERS, also=(404,)),
    "staff.access": office(POSTERS | WATCHERS),
    "staff.mails": office(POSTERS | WATCHERS),
    "staff.account": office(POSTERS | WATCHERS, also=(404,)),
    "staff.batches": office(POSTERS | WATCHERS),
    "staff.batch": office(POSTERS | WATCHERS, also=(404,)),
    "staff.revoke_letter": office(POSTERS, also=(404, 422)),
    "staff.add_receipt": office(POSTERS, also=(404, 422)),
    "staff.print_letters": office(POSTERS, also=(422,)),
    "staff.new_accounts": office(POSTERS, also=(422,)),
    "staff.new_staff": office({CHIEF}, also=(422,)),
    "staff.hand_over": office(POSTERS, also=(404, 422)),
    "staff.receipt": office(POSTERS | AUDITORS, also=(404,)),
    "staff.close_account": office({CHIEF}, also=(404, 422)),
}
# Views of what exists only after the election.
LATE = ("deliver", "staff.order", "acknowledge", "receipt_", "actor.ideas", "answer_")
# What a form needs beyond its token to get as far as the question of who may.
FIELDS = {"revision": "1", "title": "Escrito por otra mano", "text": "x", "topic": "agua",
          "motive": "Escrito por otra mano", "reason": "Prueba",
          "passphrase_present": PASSPHRASE}  # fmt: skip


def map_of_addresses():
    """The rules of an application that has touched no server."""
    nowhere = Settings(
        database_url="postgresql+psycopg://nobody@127.0.0.1:1/x", redis_url="redis://127.0.0.1:1",
        queue_url="redis://127.0.0.1:1", secret_key="x", process_key="x", files_folder=Path("x"),
    )  # fmt: skip
    return list(create_app(nowhere).url_map.iter_rules())


ADDRESSES = map_of_addresses()
GUARDED = [
    (rule, method)
    for rule in ADDRESSES
    for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    if rule.endpoint.startswith(("actor.", "staff."))
]


def key_of(account_id, at):
    """A passkey of somebody who also has an app, so that it may be taken away."""
    return Passkey(
        account_id=account_id, credential_id=b"key of %d" % account_id, public_key=b"x",
        sign_count=0, name="Llave", added_at=at,
    )  # fmt: skip


class Street:
    """One application for all cases, with everybody at a browser of their own."""

    def __init__(self, app, world, clock):
        self.app, self.clock = app, clock
        self.house = app.extensions[KEY]
        self.arrived = {}
        with self.house.resources.database.transaction() as session:
            numbers = tuple(self.deliver(session, world[key]) for key in ("lucero", "raiz"))
            people = [self.account(session, name) for name in (A, B)]
            rows = [key_of(each.id, clock.instant) for each in people]
            session.add_all(rows)
            session.flush()
            self.keys = tuple(row.id for row in rows)
            told = {"motive": SECRETS[1]}
            session.add(
                ProfileDraft(
                    candidacy_id=world["head"], told=told, revision=1, changed_at=clock.instant
                )
            )
        # What each part of an address may name: (Partido Lucero's, another actor's).
        self.things = {
            "candidacy_id": (world["head"], world["foreign"]),
            "proposal_id": (world["proposal"], world["foreign_proposal"]),
            "number": numbers,
            "actor_id": (world["lucero"], world["raiz"]),
            "key": ("campaign", "campaign"),
            "token": ("A" * 22, "A" * 22),
            "account_id": self.editors(world),
            "name": ("f" * 32, "f" * 32),
            "ending": ("jpg", "jpg"),
            "handover_id": (999_999, 999_999),
            "idea_id": (999_999, 999_999),
            "kind": ("trayectorias", "trayectorias"),
            "suggestion_id": (999_999, 999_999),
            "request_id": (999_999, 999_999),
            "session_id": (999_999, 999_999),  # opened when needed
            "marking_id": (self.marking(world),) * 2,
            "change_id": (self.change(),) * 2,
            "pledge_id": (999_999, 999_999),
            "draft_id": (999_999, 999_999),
            "batch_number": (999_999, 999_999),
            "report_id": (999_999, 999_999),
            "year": (2021, 2021),
            "portal_id": (999_999, 999_999),
            "answer_id": (999_999, 999_999),
            "step_id": (999_999, 999_999),
            "moment": ("2021-05-10T12:00",) * 2,
            "path": ("calendario",) * 2,
            "key_id": self.keys,
            "bulletin_id": (self.bulletin(),) * 2,
            "language": ("es",) * 2,
            "what": ("palabra",) * 2,
            "slug": ("planilla",) * 2,
            "version": (0, 0),
            "activity_id": (self.activity(),) * 2,
            "form": ("csv", "csv"),
            "process_key": (self.past(),) * 2,
            "batch_id": (self.posters(),) * 2,
        }

    def posters(self):
        """Posters that were ordered and that nobody has made."""
        own = self.house.resources
        with own.database.transaction() as session:
            return batches.order(
                session, own.jobs, About.OFFICES, "a4", Sender("Decide", "Autoridad"),
                "https://decide.example.org", at=self.clock.instant, by=None,
            )  # fmt: skip

    def past(self):
        """A process of the past."""
        told = EarlierForm("Elección de 2015", date(2015, 6, 7), "Cómputos")
        with self.house.resources.database.transaction() as session:
            return save_process(
                session, None, told, today=factories.CAMPAIGN.date(), revision=0,
                at=self.clock.instant, by=None,
            )  # fmt: skip

    def activity(self):
        """Something of the dissemination plan."""
        told = Plan(
            kind=ActivityKind.NETWORK, title="Video", area="Medios",
            planned_on=factories.CAMPAIGN.date(),
        )  # fmt: skip
        with self.house.resources.database.transaction() as session:
            return save(session, None, told, revision=0, at=self.clock.instant, by=None)

    def bulletin(self):
        """Somebody's draft."""
        draft = Writing(title="Boletín", summary="Resumen", text="Texto")
        with self.house.resources.database.transaction() as session:
            return newsroom.write(session, None, draft, revision=0, at=self.clock.instant, by=None)

    def marking(self, world):
        """Somebody's proposal to mark answers."""
        with self.house.resources.database.transaction() as session:
            at = self.clock.instant
            return marking.propose(
                session, since=at - timedelta(hours=2), until=at, reason="Prueba", at=at, by=999_999
            )  # fmt: skip

    def change(self):
        """Somebody's proposal to move a phase."""
        told = {"opens_at": factories.BEFORE.isoformat(), "closes_at": None}
        with self.house.resources.database.transaction() as session:
            return changing.propose(
                session, Kind.MOVE_PHASE, about="campaign", title="Mover",
                told={"before": told, "after": told}, reason="Prueba", at=self.clock.instant,
                by=999_999,
            )  # fmt: skip

    def editors(self, world):
        """An editor of each actor."""
        with self.house.resources.database.transaction() as session:
            return tuple(
                create_account(
                    session, username=f"editor.{key}", person="Alguien Que Edita",
                    role=Role.EDITOR, actor_id=world[key], at=self.clock.instant, by=None,
                ).id
                for key in ("lucero", "raiz")
            )  # fmt: skip

    def deliver(self, session, actor_id):
        """A finished delivery with its file."""
        row = Delivery(
            actor_id=actor_id, version=1, cutoff=factories.SILENCE, state=DeliveryState.READY,
            attempt=1, progress=100, ordered_at=factories.SILENCE, touched_at=factories.SILENCE,
            sha256="0" * 64, size=9, reactions=0, ideas=0,
        )  # fmt: skip
        session.add(row)
        session.flush()
        package = Shelf(self.house.resources.settings.files_folder).package(row.id)
        package.parent.mkdir(parents=True, exist_ok=True)
        package.write_bytes(b"a package")
        return row.id

    def at_the_right_time(self, endpoint):
        """Deliveries exist after the election, writing during the campaign."""
        late = any(word in endpoint for word in LATE)
        instant = factories.RESULTS if late else factories.CAMPAIGN
        if self.clock.instant != instant:
            self.clock.instant = instant
            self.arrived = {}
            with self.house.resources.database.transaction() as session:
                session.execute(text("DELETE FROM login_allowance"))
        if endpoint.endswith("end_session"):
            with self.house.resources.database.transaction() as session:
                self.things["session_id"] = tuple(
                    open_session(session, self.account(session, name), at=instant).session_id
                    for name in (A, B)
                )

    def account(self, session, name):
        """The row of one of the people."""
        return session.scalars(select(Account).where(Account.username == name)).one()

    def person(self, name):
        """Somebody at their browser, with a form token of their session."""
        if name not in self.arrived:
            person = Person(self.app)
            door = "/oficina" if name in STAFF else "/partido"
            person.open(f"{door}/entrar")
            if name != STRANGER:
                self.log_in(person, name)
                person.open(door)
            person.token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', person.html)[1]
            self.arrived[name] = person
        return self.arrived[name]

    def log_in(self, person, name):
        """A session without the log-in page: some have a second step by now."""
        with self.house.resources.database.transaction() as session:
            opened = open_session(session, self.account(session, name), at=self.clock.instant)
        with person.client.session_transaction("/partido") as kept:
            kept["_user_id"] = opened.token

    def path(self, rule, place=0):
        """The address with Partido Lucero's thing in it (0) or another actor's (1)."""
        values = {part: self.things[part][place] for part in rule.arguments}
        with self.app.test_request_context():
            return self.app.url_for(rule.endpoint, **values)

    def fingerprint(self):
        """Everything that people at these doors can change, as one value."""
        tables = ("proposal", "profile_draft", "profile", "subject", "subject_version", "account",
                  "delivery", "delivery_download", "acknowledgement", "delivery_handover",
                  "delivery_letter", "delivery_phrase", "idea_answer", "phase", "import_run",
                  "pressure", "marking",
                  "editorial_text", "editorial_version",
                  "change", "calendar_notice", "commitment_activity", "report", "benchmark",
                  "earlier_process", "earlier_result",
                  "passkey",
                  "editor_contest", "activation_code", "handover", "recovery_code")  # fmt: skip
        each = ", ".join(
            f"(SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table} t)"
            for table in tables
        )
        with self.house.resources.database.reading() as session:
            return tuple(session.execute(text(f"SELECT {each}")).one())

    def close(self):
        self.house.door.close()
        self.house.snapshot.close()
        self.house.resources.close()


@pytest.fixture(scope="module")
def street(postgres, portal_world, valkey_server, tmp_path_factory):
    """The application on a copy of the world, for all cases of this module."""
    name = "street"
    with psycopg.connect(postgres.conninfo(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {WORLD}")
    settings = Settings(
        database_url=postgres.url(name), redis_url=valkey_server.url(0),
        queue_url=valkey_server.url(1), secret_key="x", process_key="x", snapshot_seconds=0.0,
        files_folder=tmp_path_factory.mktemp("street"), argon2_memory_kib=8,
        argon2_rounds=1, second_factor=False,
    )  # fmt: skip
    clock = FrozenClock(factories.CAMPAIGN)
    made = Street(create_app(settings, clock=clock), portal_world, clock)
    yield made
    made.close()
    with psycopg.connect(postgres.conninfo(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize(
    ("rule", "method"), GUARDED, ids=lambda x: x if isinstance(x, str) else x.endpoint
)
def test_nobody_passes_where_they_may_not(street, rule, method):
    assert rule.endpoint in RULES, f"{rule.endpoint} needs a line in RULES: who may use it?"
    law = RULES[rule.endpoint]
    street.at_the_right_time(rule.endpoint)
    # Those who may not come first: what the others do could hide what these did.
    for name in sorted(EVERYBODY, key=lambda name: name in law.people):
        for place, whose in enumerate((A, B) if rule.arguments else (A,)):
            case = (name, street.path(rule, place))
            person = street.person(name)
            inside = name in law.people
            theirs = (law.owned and (name == B) != (whose == B)) or (law.personal and name != whose)
            before = None if inside and not theirs else street.fingerprint()
            answer = person.client.open(
                case[1], method=method, headers=OURS,
                data=FIELDS | {"csrf_token": person.token} if method == "POST" else None,
            )  # fmt: skip
            body = answer.get_data().decode(errors="replace")
            status = answer.status_code
            answer.close()
            if not inside:
                assert refused(rule, name, answer), (case, status)
                assert street.fingerprint() == before, case
            elif theirs:
                assert status == 404, (case, status, "another actor's thing must not exist")
                assert street.fingerprint() == before, case
            else:
                assert status in (200, 302, 303, *law.also), (case, status, body[:500])
            if name not in (A, A_EDITOR):
                assert not any(secret in body for secret in SECRETS), case
            if rule.endpoint.split(".")[1] in ("logout", "login", "end_everywhere"):
                street.arrived.pop(name)


def refused(rule, name, answer):
    """How a person is turned away at a door: led to its log-in, or forbidden."""
    if name in (ACTORS if rule.endpoint.startswith("actor.") else STAFF):
        return answer.status_code in (403, 404)
    door = "/partido/entrar" if rule.endpoint.startswith("actor.") else "/oficina/entrar"
    if answer.status_code == 302:
        return answer.headers["Location"].split("?")[0] == door
    return answer.status_code == 403


@pytest.mark.parametrize(
    "rule",
    [rule for rule, method in GUARDED if method == "POST"],
    ids=lambda rule: rule.endpoint,
)
def test_no_form_of_a_portal_works_without_its_token(street, rule):
    street.at_the_right_time(rule.endpoint)
    person = street.person(CHIEF if rule.endpoint.startswith("staff.") else A)
    before = street.fingerprint()
    answer = person.client.post(street.path(rule), data=FIELDS)
    assert answer.status_code == 403
    assert street.fingerprint() == before


def test_no_address_takes_another_method(street):
    adapter = street.app.url_map.bind("")
    for path in sorted({street.path(rule) for rule, _ in GUARDED}):
        for method in {"PUT", "DELETE", "PATCH", "POST", "GET"} - set(
            adapter.allowed_methods(path)
        ):
            answer = street.app.test_client().open(path, method=method)
            assert answer.status_code in (403, 405), (method, path)


def test_every_rule_belongs_to_an_address():
    assert set(RULES) == {rule.endpoint for rule, _ in GUARDED}


def test_every_door_has_its_guard(street):
    guards = street.app.extensions["guards"]
    assert set(guards) == set(street.app.blueprints)
    for name, guard in guards.items():
        assert guard in street.app.before_request_funcs[name]


def test_nothing_is_served_beside_the_doors():
    outside = {rule.endpoint for rule in ADDRESSES if "." not in rule.endpoint}
    assert outside == {"static_file"}


PLAIN = r"[a-z0-9]+(-[a-z0-9]+)*"
TYPED = r"<((int|small|string|path|uuid)|any\([a-z0-9, ]+\)):[a-z_]+>"
PART = re.compile(rf"({PLAIN}|{TYPED})(\.({PLAIN}|{TYPED}))?")


@pytest.mark.parametrize("rule", sorted({rule.rule for rule in ADDRESSES}))
def test_addresses_are_plain_words_with_typed_parts(rule):
    for part in filter(None, rule.split("/")):
        assert PART.fullmatch(part), part


# Every word that an address may be made of. A new one is a decision about Spanish, taken here.
SPANISH = (
    "accesibilidad accesos activar actores acuse alianzas aplicacion archivos avisos ayuda base "
    "a bases bitacora bloques borrar buscar cabeza calendario candidaturas carta cartas carteles "
    "anteriores casilla casillas cerrar "
    "c clave claves codigos como comparar composicion compromisos con conexion cuenta d "
    "datos de descargar descartar deshacer dias difusion distritos donde electas entrar entrega "
    "entregas equipo error estadisticas estado etapas facil fallas filas folios fotografia "
    "fotografias fotos funciona guardar guias hechas historial hojas ideas importaciones "
    "importar integrantes lectura lista llave llaves llevar m municipios nueva nuevos oficina "
    "opiniones organos palabras partido paso patrones personal personas plataformas preparar "
    "por previa privacidad procesos "
    "propuestas publicar quitadudas quitar reacciones recorte reintentar "
    "resultados resumen retirar revisar salir secciones segundo sellos senas sesiones sin sitio "
    "tarjetas temas terminos territorio traer trayectoria trayectorias verificar vista vistas "
    "versiones voto votos "
)
# Of deliveries: receipts, letters, answers, and the check in the browser.
DELIVERING = frozenset(
    {
        "comprobar",
        "del",
        "en",
        "firma",
        "frase",
        "mano",
        "oficio",
        "prueba",
        "registro",
        "responder",
    }
)
# Of monitors.
WATCHING = frozenset({"salud", "metricas"})
# Fixed by custom or by a standard.
NOT_WORDS = frozenset(
    {"static", "robots", "feeds", "sitemap", "api", "v1", "catalog", "datapackage", "openapi"}
    | {"embed", "cartografia"}
)
# Words of what spreads the site and listens to those who use it.
SPREADING = frozenset(
    {"anuncios", "cuadro", "encuesta", "gracias", "insertar", "lugares", "medidas", "sugerencias"}
    | {"atender", "derechos"}
)


# Words of the newsroom and its mail list.
TELLING = frozenset({"adios", "baja", "boletines", "confirmar", "correo", "enviado"}) | {
    "codigo", "imagenes", "listo", "mapa", "no", "nuevo", "plan",
    "prensa", "programar", "sala", "versiones",
}  # fmt: skip
# The desk for every text of the site.
WRITING = frozenset({"enlaces", "manual", "textos", "volver"})
# The pages with which staff answer an attack.
GUARDING = frozenset({"presion", "anulaciones", "aprobar", "revertir"})
# Words of setting a process up, and of what two people do together.
SETTING_UP = frozenset({"aprobar", "avance", "cambios", "columnas", "como", "cualquier"}) | {
    "anular", "archivo", "borradores", "dia", "documento", "en", "tandas",
    "informes", "pedidos", "preparacion", "proceso", "rechazar",
    "evaluacion", "portales", "publicar", "quitar",
    "seguimiento", "se", "cargar", "ejemplo", "evidencias", "simulacion", "vera", "pagina",
}  # fmt: skip


def test_addresses_are_spanish():
    words = {
        word
        for rule in ADDRESSES
        for part in re.sub(r"<[^>]+>", "", rule.rule).split("/")
        for word in part.split(".")[0].split("-")
        if word
    }
    known = (
        set(SPANISH.split())
        | NOT_WORDS
        | SPREADING
        | TELLING
        | WRITING
        | DELIVERING
        | WATCHING
        | GUARDING
        | SETTING_UP
    )
    assert words - known == set()


def test_citizens_pages_are_the_same_for_whoever_is_logged_in(street, portal_world):
    street.at_the_right_time("actor.dashboard")
    stranger, inside = street.app.test_client(), street.person(A).client
    for path in (f"/candidaturas/{portal_world['head']}", "/candidaturas", "/", "/actores"):
        plain, own = stranger.get(path), inside.get(path)
        assert plain.get_data() == own.get_data(), path
        assert "Set-Cookie" not in plain.headers
        assert not any(secret in own.get_data(as_text=True) for secret in SECRETS)


def test_an_address_without_a_rule_is_noticed():
    """The walk can fail: what is mounted without a line in RULES is a case that fails."""
    door = Blueprint("staff", __name__)
    door.add_url_rule("/secreto", "secret", lambda: "everything")
    app = Flask("x")
    app.register_blueprint(door, url_prefix="/oficina")
    (added,) = [rule for rule in app.url_map.iter_rules() if rule.endpoint == "staff.secret"]
    with pytest.raises(AssertionError, match="needs a line in RULES"):
        test_nobody_passes_where_they_may_not(None, added, "GET")
