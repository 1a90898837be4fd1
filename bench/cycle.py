"""The whole way of what citizens say, in one run: sealed by day, delivered, checked, answered.

`python -m bench.cycle` runs 12 recipients, a million presses, 100,000 ideas and 1,000 folios over
30 simulated days and prints what each step took. tests/integration/test_cycle.py runs it small.
"""

import argparse
import importlib.util
import multiprocessing
import resource
import sqlite3
import tempfile
import time
import zipfile
from base64 import b64decode
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

from decide.accounts.actions import set_passphrase
from decide.accounts.roles import Role
from decide.app import create_app
from decide.catalog.models import ActorKind, Subject
from decide.delivery import actions, answers, inspection, jobs, queries
from decide.delivery.evidence import VERIFIER
from decide.delivery.folder import Shelf
from decide.delivery.states import AnswerState
from decide.kernel import jobs as queue
from decide.kernel import migrate
from decide.kernel.clock import Clock, FrozenClock
from decide.kernel.embedded import EmbeddedPostgres, EmbeddedValkey
from decide.kernel.resources import open_resources
from decide.participation.choices import Choice, IdeaKind
from decide.participation.drain import Drain
from decide.participation.entry import IdeaSent, Press, idea_fields, press_fields
from decide.participation.folio import Folio, written
from decide.participation.store import microseconds_of
from decide.participation.streams import Streams
from decide.participation.verify import verify as recount
from decide.seals import jobs as sealing
from decide.seals import keys
from decide.seals import queries as seals
from decide.seals.leaf import folio_part, leaf_of
from decide.seals.merkle import Frontier
from decide.settings import Settings
from decide.web.shared.context import KEY
from tests import factories
from tests.person import Person, account
from tests.portal import PASSPHRASE
from tests.worker_process import WorkerProcess, eventually, working

LAST_DAY = datetime(2021, 6, 2, 12, tzinfo=factories.ZONE)
PARTIES = ("faro", "telar", "milpa", "cauce", "nopal", "risco", "barro", "piedra", "viento")
INDEPENDENTS = ("ind1", "ind2")
PIPE = 10_000
EVERY_TENTH_CHANGES = 10
WORDS = (
    "agua", "calle", "luz", "parque", "clínica", "escuela", "beca", "camión", "banqueta", "mercado",
    "seguridad", "patrulla", "empleo", "taller", "basura", "drenaje", "árbol", "bache", "cancha",
    "guardería", "tianguis", "puente", "ciclovía", "biblioteca", "farmacia", "alumbrado",
)  # fmt: skip

spec = importlib.util.spec_from_file_location("verificar", VERIFIER)
verificar = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verificar)


@dataclass(frozen=True)
class Size:
    """How much happens."""

    presses: int
    ideas: int
    folios: int
    days: int = 30
    recounts: int = 3  # how often on the way log, rows, tallies and counters are compared


LONG = Size(1_000_000, 100_000, 1_000)


@dataclass
class Cycle:
    """One run; each method is a step, and every step raises when something does not fit."""

    settings: Settings
    size: Size
    processes: int = 0  # builders; 0 = here
    aloud: bool = False  # print each step when it is done
    steps: list = field(default_factory=list)

    def __post_init__(self):
        self.clock = FrozenClock(self.noon(0))
        self.house = open_resources(self.settings, clock=self.clock)
        self.streams = Streams(self.house.ledger, self.settings.ledger_shards)
        self.chance = Random(7)
        self.said = Counter()  # (subject, choice) → devices, counted here and nowhere else
        self.written = Counter()  # subject → ideas
        self.folios = {}  # folio → subject

    @contextmanager
    def step(self, name):
        """Note how long a step took."""
        begun = time.perf_counter()
        yield
        self.note(name, time.perf_counter() - begun)

    def note(self, name, seconds):
        """Keep a step's time."""
        self.steps.append((name, seconds))
        if self.aloud:
            print(f"{name:50}{seconds:9.1f} s", flush=True)

    def noon(self, day):
        """The middle of a simulated day, the last of which is the last of the campaign."""
        return (LAST_DAY - timedelta(days=self.size.days - 1 - day)).astimezone(UTC)

    def run(self):
        """Everything, in its order; gives the steps."""
        self.found()
        self.live()
        self.deliver()
        self.check_packages()
        self.audit()
        self.talk()
        return self.steps

    # --- the campaign

    def found(self):
        """Nine parties, a coalition of two, two independents, the test actor; their texts."""
        with self.step("a world of 12 recipients"), self.house.database.transaction() as session:
            factories.process(session)
            factories.map_of_the_state(session)
            made = [factories.actor(session, key) for key in PARTIES]
            made.append(
                factories.actor(session, "cauce-risco", kind=ActorKind.COALITION,
                                members=(made[3], made[5]))
            )  # fmt: skip
            made += [
                factories.actor(session, key, kind=ActorKind.INDEPENDENT) for key in INDEPENDENTS
            ]
            made.append(factories.actor(session, "prueba", is_test=True))
            for who in made:
                factories.platform(session, who, factories.SECTIONS)
            self.actors = {row.key: row.id for row in made}
            self.people = {}
            for key, number in self.actors.items():
                row = account(session, key, Role.COORDINATOR, at=factories.BEFORE, actor_id=number)
                self.people[key] = row
                set_passphrase(
                    session, self.settings, row.id, PASSPHRASE, at=factories.BEFORE, by=None
                )
            found = session.query(Subject.id).filter(Subject.version > 0).order_by(Subject.id)
            self.subjects = [number for (number,) in found]

    def live(self):
        """Day by day: citizens answer, the log is drained, and after midnight all is sealed."""
        seconds = Counter()
        compare = {round(self.size.days * (n + 1) / self.size.recounts) - 1
                   for n in range(self.size.recounts)}  # fmt: skip
        for day in range(self.size.days):
            begun = time.perf_counter()
            self.clock.instant = self.noon(day)
            self.speak(day)
            seconds["presses and ideas into the log"] += time.perf_counter() - begun
            begun = time.perf_counter()
            while Drain(self.house).once():
                pass
            seconds["the drain into SQL"] += time.perf_counter() - begun
            begun = time.perf_counter()
            self.clock.instant = self.noon(day) + timedelta(hours=12, minutes=1)
            assert sealing.catch_up(self.house) >= 1, "a midnight without a seal"
            seconds[f"{self.size.days} daily seals"] += time.perf_counter() - begun
            if day in compare:
                begun = time.perf_counter()
                report = recount(self.house)
                assert (report.drift, report.waiting) == ([], 0)
                seconds["recounts of log, rows, tallies, counters"] += time.perf_counter() - begun
        for name, took in seconds.items():
            self.note(name, took)

    def speak(self, day):
        """A day's presses and ideas, straight into the log as the door writes them."""
        share = self.size.days
        pipe = self.streams.redis.pipeline(transaction=False)
        at = microseconds_of(self.noon(day))
        for n in range(day * self.size.presses // share, (day + 1) * self.size.presses // share):
            press = self.press(n, at)
            pipe.xadd(self.streams.press_stream(press.press_id), press_fields(press))
            if n % PIPE == 0:
                pipe.execute()
        for n in range(day * self.size.ideas // share, (day + 1) * self.size.ideas // share):
            idea = self.idea(n, at)
            pipe.xadd(self.streams.idea_stream(idea.folio_hash), idea_fields(idea))
            if n % PIPE == 0:
                pipe.execute()
        pipe.execute()

    def press(self, n, at):
        """Press `n`; every tenth one is a device that changes its mind about its first word."""
        changes = n % EVERY_TENTH_CHANGES == EVERY_TENTH_CHANGES - 1
        device = n - EVERY_TENTH_CHANGES + 1 if changes else n
        subject = self.subjects[device * 7919 % len(self.subjects)]
        first = Choice.LIKE if device * 31 % 5 < 3 else Choice.DISLIKE
        choice = first
        if changes:
            choice = (Choice.NONE, Choice.DISLIKE, Choice.LIKE)[n // 10 % 3]
            self.said[subject, first] -= 1
        self.said[subject, choice] += 1
        name = sha256(b"%d/%d" % (device, subject)).digest()[:16]
        return Press(name, subject, 1, int(choice), at + n % 1_000_000)

    def idea(self, n, at):
        """Idea `n`, of a few words that many others use too."""
        subject = self.subjects[n * 104_729 % len(self.subjects)]
        words = " ".join(self.chance.choices(WORDS, k=12))
        folio = Folio(sha256(b"folio %d" % n).digest()[:16])
        if len(self.folios) < self.size.folios:
            self.folios[folio] = subject
        self.written[subject] += 1
        return IdeaSent(
            sha256(folio).digest(), subject, 1, tuple(IdeaKind)[n % 3],
            f"Propongo {words}. Número {n}.", ("", "agua", "salud", "seguridad")[n % 4],
            n % 126, at + n % 1_000_000,
        )  # fmt: skip

    # --- after the election

    def deliver(self):
        """Close, order for everybody, build."""
        self.clock.instant = factories.RESULTS
        with self.step("the closing seal"):
            sealing.catch_up(self.house)
        with self.house.database.transaction() as session:
            self.cutoff = queries.closing(session, self.clock.instant)
            self.orders = actions.order_all(
                session, self.house.jobs, cutoff=self.cutoff, at=self.clock.instant, by=None
            )
        assert len(self.orders) == 12
        self.peak, self.cpu = 0, 0.0
        with self.step("building 12 packages"):
            if self.processes:
                self.build_beside()
            else:
                build_some(self.settings, self.clock.instant, self.orders)
        with self.house.database.reading() as session:
            self.lines = {line.acronym: line.delivery for line in queries.recipients(session)}
        assert all(line.is_ready for line in self.lines.values())

    def build_beside(self):
        """In processes of their own, as workers do; their largest memory, their processor time."""
        spawned = multiprocessing.get_context("spawn")
        shares = [self.orders[n :: self.processes] for n in range(self.processes)]
        with spawned.Pool(self.processes) as pool:
            told = pool.starmap(
                build_some, [(self.settings, self.clock.instant, share) for share in shares]
            )
        self.peak, self.cpu = max(peak for peak, _ in told), sum(cpu for _, cpu in told)

    def package(self, key):
        """Where an actor's package lies."""
        return Shelf(self.settings.files_folder).finished(self.lines[key].id)

    def check_packages(self):
        """The shipped verifier over every package, and our own count against the delivered one."""
        with self.house.database.reading() as session:
            (key,) = [each.text() for each in keys.verifiers(session)]
            owners = dict(session.query(Subject.id, Subject.actor_id))
        names = {number: key for key, number in self.actors.items()}
        with self.step("verificar.py over 12 packages"):
            for each in self.lines:
                verificar.revisar(self.package(each), key)
        for each in self.lines:
            held = {each} | ({"cauce-risco"} if each in ("cauce", "risco") else set())
            mine = [number for number in self.subjects if names[owners[number]] in held]
            wanted = {
                number: (
                    self.said[number, Choice.LIKE], self.said[number, Choice.DISLIKE],
                    self.written[number],
                )
                for number in mine
            }  # fmt: skip
            delivered = counted_in(self.package(each))
            wrong = {n: (wanted.get(n), delivered.get(n)) for n in wanted.keys() | delivered.keys()
                     if wanted.get(n) != delivered.get(n)}  # fmt: skip
            assert not wrong, (each, sorted(wrong.items())[:5])

    def audit(self):
        """The audit over everything: silent."""
        with self.step("the audit"):
            faults = [fault for each in inspection.inspect(self.house) for fault in each.faults]
        assert not faults, faults[:5]

    def talk(self):
        """Actors sign and answer, citizens check their folios, anybody checks the leaves."""
        app = create_app(self.settings, clock=self.clock)
        people = {key: Person(app, row) for key, row in self.people.items() if key in self.lines}
        with self.step("12 downloads and receipts"):
            for key, person in people.items():
                path = f"/partido/base-de-datos/{self.lines[key].id}"
                person.open("/partido/base-de-datos").post(f"{path}/descargar", status=200)
                person.open("/partido/base-de-datos").post(f"{path}/acuse", code=PASSPHRASE)
        with self.step("answering all ideas about agua, 12 actors"):
            self.answered = 0
            for key, number in self.actors.items():
                if key not in self.lines:
                    continue
                with self.house.database.transaction() as session:
                    self.answered += answers.answer_all(
                        session, number, answers.Wanted(topic="agua"), AnswerState.STUDIED, "",
                        at=self.clock.instant, by=self.people[key].id,
                    )  # fmt: skip
        with self.step(f"{len(self.folios):,} folios on their pages"):
            citizen = app.test_client()
            answered = 0
            for folio in self.folios:
                page = citizen.get(f"/folios/{written(folio)}").get_data(as_text=True)
                assert "Está en el sello" in page
                assert "Entregada a" in page
                assert "Acuse de" in page
                answered += "La tiene en estudio" in page
            assert answered == len(range(1, self.size.folios, 4))
        with self.step(f"{len(self.folios):,} folios against the public leaves"):
            self.check_leaves(citizen)
        house = app.extensions[KEY]
        house.door.close()
        house.snapshot.close()
        house.resources.close()

    def check_leaves(self, citizen):
        """Public leaves give the signed roots, and each folio finds its own among them."""
        with self.house.database.reading() as session:
            heads = list(reversed(seals.seals(session)))
            courses = {
                folio: answers.course(session, folio, delivered=True) for folio in self.folios
            }
        frontier, leaves = Frontier(), []
        for head in heads:
            listed = citizen.get(f"/sellos/{head.number}/hojas.txt").get_data(as_text=True)
            for line in listed.split():
                leaves.append(b64decode(line))
                frontier.append(leaves[-1])
            assert frontier.root().hex() == head.root, head.number
        assert len(leaves) == self.size.ideas
        for folio, course in courses.items():
            own = folio_part(sha256(folio).digest())
            assert leaves[course.leaf] == leaf_of(bytes.fromhex(course.content), own)

    def kill_in_the_middle(self):
        """Kill worker and horse at 50 %: the page says so, it ends by itself, the same bytes."""
        key = max(self.lines, key=lambda each: self.lines[each].size)
        real = open_resources(self.settings)
        with real.database.transaction() as session:
            number = actions.order(
                session, real.jobs, self.actors[key],
                cutoff=self.cutoff, at=Clock().now(session), by=None,
            )  # fmt: skip

        def line():
            with real.database.reading() as session:
                return queries.delivery(session, number)

        folder = self.settings.files_folder
        worker = WorkerProcess(self.settings, folder / "worker.log")
        eventually(lambda: line().progress >= 50, seconds=600, every=0.05)
        worker.kill()
        at = line()
        assert not at.is_ready
        begun = time.perf_counter()
        with working(self.settings, folder):
            eventually(lambda: line().is_ready, seconds=90)
        self.note(f"killed at {at.progress} %, ready again after", time.perf_counter() - begun)
        assert line().sha256 == self.lines[key].sha256, "other bytes"
        real.close()

    def close(self):
        """Give the connections back."""
        self.house.close()


def build_some(settings, instant, numbers):
    """Build packages in this process; its largest memory in MB, its seconds of processor."""
    queue.bind(lambda: open_resources(settings, clock=FrozenClock(instant)))
    for number in numbers:
        jobs.build(number)
    queue.Workshop.opener = None
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_maxrss // 1024, used.ru_utime + used.ru_stime


def counted_in(package):
    """Subject → (likes, dislikes, ideas), as a reader of the package counts them."""
    with (
        zipfile.ZipFile(package) as archive,
        tempfile.TemporaryDirectory() as folder,
        closing(sqlite3.connect(archive.extract("datos.sqlite", folder))) as base,
    ):
        rows = base.execute(
            "SELECT a.asunto,"
            " (SELECT coalesce(sum(me_gusta), 0) FROM conteo c WHERE c.asunto = a.asunto),"
            " (SELECT coalesce(sum(no_me_gusta), 0) FROM conteo c WHERE c.asunto = a.asunto),"
            " (SELECT count(*) FROM idea i WHERE i.asunto = a.asunto) FROM asunto a"
        )
        return {subject: (likes, dislikes, ideas) for subject, likes, dislikes, ideas in rows}


@contextmanager
def servers():
    """Settings of a service with durable servers of its own, in a temporary folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with EmbeddedPostgres(folder / "p") as postgres, EmbeddedValkey(folder / "v") as valkey:
            postgres.ensure_database("decide")
            migrate.upgrade(postgres.owner_url("decide"))
            yield Settings(
                database_url=postgres.url("decide"),
                redis_url=valkey.url(0), queue_url=valkey.url(1),
                secret_key="a secret only of tests", process_key="a process key only of tests",
                files_folder=folder / "files", snapshot_seconds=0.0,
                argon2_memory_kib=8, argon2_rounds=1, second_factor=False,
            )  # fmt: skip


def main():
    """Run it and print a line for each step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presses", type=int, default=LONG.presses)
    parser.add_argument("--ideas", type=int, default=LONG.ideas)
    parser.add_argument("--folios", type=int, default=LONG.folios)
    chosen = parser.parse_args()
    size = replace(LONG, presses=chosen.presses, ideas=chosen.ideas, folios=chosen.folios)
    with servers() as settings:
        cycle = Cycle(settings, size, processes=2, aloud=True)
        cycle.run()
        cycle.kill_in_the_middle()
        print(f"largest memory of a builder: {cycle.peak} MB; answered: {cycle.answered:,}")
        whole = sum(line.size for line in cycle.lines.values())
        print(f"packages: {whole / 1e6:.1f} MB in all")
        cycle.close()


if __name__ == "__main__":
    main()
