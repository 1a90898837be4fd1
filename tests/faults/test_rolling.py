"""R15: programs are replaced one by one and the database grows, and nobody notices.

The shipped proxy stands in front. `OLD_CODE=<a commit> pytest tests/faults/test_rolling.py` begins
with the programs of that commit, taken from git, and ends with today's: old and new code work on
one database while a migration runs. Without it, old and new are the same code. The migration is one
that only adds. `ROLLING_SECONDS` makes it longer.
"""

import contextlib
import io
import os
import shutil
import subprocess
import tarfile
import threading
import time
from collections import Counter

import pytest
from sqlalchemy import text

from decide.kernel import migrate
from decide.kernel.children import Child
from decide.participation.verify import verify
from tests import figures
from tests.killable import DATABASE, ROOT, Service, free_port, pressed
from tests.ledger import subjects_of_one_party
from tests.service import eventually
from tests.shipped_proxy import Proxy

pytestmark = pytest.mark.faults

SECONDS = float(os.environ.get("ROLLING_SECONDS", "3"))
OLD_CODE = os.environ.get("OLD_CODE", "")
PAGES = ("/", "/plataformas", "/calendario", "/opiniones", "/folios", "/salud")
SCRIPT = {"Sec-Fetch-Site": "same-origin", "X-Requested-With": "decide"}
READERS, PRESSERS, PAUSE = 4, 2, 0.02
# All press from one address, and the proxy lets fifty forms a second of one through: 429 else.
REST = 0.05
EXPANSION = '''
"""Add a table, a column and an index: what an older program does not know and need not know.

Revision ID: {revision}
Revises: {before}
"""
import sqlalchemy as sa
from alembic import op

revision, down_revision = "{revision}", "{before}"


def upgrade():
    op.create_table("later", sa.Column("id", sa.BigInteger(), primary_key=True))
    op.add_column("idea", sa.Column("later", sa.Text(), nullable=True))
    op.create_index("ix_idea_later", "idea", ["later"])
'''


class Crowd:
    """Readers and pressers behind the proxy, who write down whatever they were told."""

    def __init__(self, proxy, subjects):
        self.proxy, self.subjects = proxy, subjects
        self.over = threading.Event()
        self.read, self.failed, self.kept, self.again = 0, [], set(), Counter()
        self.threads = [threading.Thread(target=self.reader, args=(n,)) for n in range(READERS)]
        self.threads += [threading.Thread(target=self.presser, args=(n,)) for n in range(PRESSERS)]

    def __enter__(self):
        for each in self.threads:
            each.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for each in self.threads:
            each.join(30)

    def reader(self, number):
        with contextlib.closing(self.proxy.connect()) as link:
            while not self.over.wait(PAUSE):
                page = PAGES[(self.read + number) % len(PAGES)]
                try:
                    link.request("GET", page)
                    answer = link.getresponse()
                    answer.read()
                    status = answer.status
                except OSError as error:
                    status = type(error).__name__
                    link.close()
                self.read += 1
                if status != 200:
                    self.failed.append((page, status))

    def presser(self, number):
        """Presses once on each subject, with a new phone each round, until it is told yes."""
        with contextlib.closing(self.proxy.connect()) as link:
            rounds = 0
            while not self.over.is_set():
                cookie, rounds = "", rounds + 1
                for subject in self.subjects:
                    while not self.over.wait(REST):
                        told, cookie = self.press(link, subject, cookie)
                        if told == 204:
                            self.kept.add((number, rounds, subject))
                            break
                        self.again[told] += 1
                    if self.over.is_set():
                        break

    def press(self, link, subject, cookie):
        headers = pressed() | SCRIPT | ({"Cookie": cookie} if cookie else {})
        try:
            link.request("POST", f"/reacciones/{subject}", None, headers)
            answer = link.getresponse()
            answer.read()
        except OSError:
            link.close()
            return 0, cookie
        given = answer.getheader("Set-Cookie")
        return answer.status, given.split(";")[0] if given else cookie


@pytest.fixture
def town(memory, tmp_path):
    """The service, its proxy in front of two places for a web server, and subjects."""
    folder = memory / "rolling"
    (folder / "proxy").mkdir(parents=True)
    folder.chmod(0o755)
    port, second = free_port(), free_port()
    knobs = {"public_url": f"https://localhost:{port}", "proxies": 1}
    with Service(folder, **knobs) as service:
        subjects = subjects_of_one_party(service.resources, 20)
        if OLD_CODE:
            begin_with(service, tmp_path)
        service.start("web", "drain")
        behind = [f"127.0.0.1:{port}" for port in (service.port, second)]
        with Proxy(folder / "proxy", behind, port) as proxy:
            # A subject is known to a worker when its picture is.
            eventually(lambda: proxy.ask("GET", "/lista").status == 200)
            yield service, proxy, subjects, second
    shutil.rmtree(folder)


def begin_with(service, folder):
    """Give the programs the code of an older commit, and the owner's log-in that it had."""
    packed = subprocess.run(["git", "archive", OLD_CODE], cwd=ROOT, capture_output=True, check=True)
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")
    for each in service.children.values():
        each.folder = folder
        each.environment["PYTHONPATH"] = str(folder)
        each.environment["DATABASE_URL"] = service.postgres.owner_url(DATABASE)


def later_migrations(folder):
    """Today's migrations and one more, in a folder of their own."""
    shutil.copytree(migrate.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    before = max(file.name[:4] for file in (folder / "versions").glob("[0-9]*.py"))
    written = EXPANSION.format(revision="9999", before=before).lstrip()
    (folder / "versions" / "9999_later.py").write_text(written, encoding="utf-8")
    return folder


def second_web(service, port):
    """Another web server of today's code, on its own port."""
    former = service.children["web"]
    command = [str(port) if part == str(service.port) else part for part in former.command]
    return Child(
        "web",
        command,
        log=service.folder / "log" / "second.log",
        environment=former.environment
        | {"PYTHONPATH": str(ROOT), "DATABASE_URL": service.postgres.url(DATABASE)},
        folder=ROOT,
    )


def test_nobody_notices_that_programs_are_replaced_and_the_database_grows(
    town, tmp_path, monkeypatch
):
    service, proxy, subjects, second = town
    with Crowd(proxy, subjects) as crowd:
        time.sleep(SECONDS / 3)
        # 1. Expand: the database first, under the programs that run.
        monkeypatch.setattr(migrate, "FOLDER", later_migrations(tmp_path / "later"))
        migrate.upgrade(service.postgres.owner_url(DATABASE))
        # 2. A server of the new code beside the old one, which goes when the new one is ready.
        new = second_web(service, second)
        new.start()
        try:
            eventually(lambda: is_open(second))
            time.sleep(SECONDS / 3)
            service.children["web"].stop()
            # 3. The drain: the log keeps what nobody copies meanwhile.
            service.children["drain"].stop()
            time.sleep(SECONDS / 3)
            crowd.__exit__()
        finally:
            new.stop()
    told = f"{crowd.read} pages, {len(crowd.kept)} presses, other answers: {dict(crowd.again)}"
    figures.write("R15", told=told, old_code=OLD_CODE or "the same")
    assert Counter(crowd.failed) == {}, told
    assert crowd.read > 50
    assert len(crowd.kept) > 20
    assert 429 not in crowd.again, told
    assert not verify_all(service, len(crowd.kept))


def is_open(port):
    import urllib.request

    with contextlib.suppress(OSError):
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/lista", timeout=3).status == 200
    return False


def verify_all(service, kept):
    """What is wrong once everything has been copied; a press without an answer may be there too."""
    from decide.participation.drain import Drain

    Drain(service.resources).once()
    with service.resources.database.reading() as session:
        rows = session.scalar(text("SELECT count(*) FROM reaction"))
    report = verify(service.resources)
    missing = [f"{kept} were acknowledged, {rows} are there"] if rows < kept else []
    return report.drift + missing


def test_a_restart_that_leaves_nobody_to_answer_is_found_out(town):
    """Sabotage: the only server is killed before another one is there."""
    service, proxy, subjects, _ = town
    with Crowd(proxy, subjects) as crowd:
        eventually(lambda: crowd.read > 20)
        service.kill("web")
        eventually(lambda: crowd.failed)
    assert {status for _, status in crowd.failed} <= {502, 503, 504}
