"""A world delivered to everybody, and the means to forge with the authority's own key.

A test module imports `everything_delivered` and `delivered_world` with the fixtures of
`tests.delivery_world`; its tests ask for `office`.
"""

import dataclasses
import importlib.util
import io
import json
import shutil
import sqlite3
import zipfile
from hashlib import sha256

import pytest

from decide.delivery import actions, jobs
from decide.delivery.evidence import VERIFIER
from decide.delivery.folder import Shelf
from decide.kernel import jobs as queue
from decide.kernel.clock import FrozenClock
from decide.kernel.resources import open_resources
from decide.seals import keys, queries
from decide.seals.notes import signed
from decide.settings import Settings
from tests import factories
from tests.delivery_world import CUTOFF

spec = importlib.util.spec_from_file_location("verificar", VERIFIER)
verificar = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verificar)


class Office:
    """A house in which everything has been delivered."""

    def __init__(self, house, world):
        self.house, self.world = house, world
        self.numbers = dict(
            world["sql"].execute(
                "SELECT lower(key), d.id FROM delivery d JOIN political_actor a ON a.id = actor_id"
            ).fetchall()
        )  # fmt: skip
        self.packages = {key: self.path(key).read_bytes() for key in self.numbers}
        with house.database.reading() as session:
            (self.signer,) = keys.signers(session, house.settings.process_key)
            self.seals = queries.seals(session)
            self.tree = queries.tree(session, self.seals[0].number)
        self.key = self.signer.verifier.text()

    def path(self, key):
        return Shelf(self.house.settings.files_folder).finished(self.numbers[key])

    def replace(self, key, package):
        """Put another file in a package's place, and its hash into the row: as a builder would."""
        self.path(key).write_bytes(package)
        self.world["sql"].execute(
            "UPDATE delivery SET sha256 = %s WHERE id = %s",
            (sha256(package).hexdigest(), self.numbers[key]),
        )


def deliver(settings):
    """Order and build everything, in this process."""
    clock = FrozenClock(factories.RESULTS)
    queue.bind(lambda: open_resources(settings, clock=clock))
    house = open_resources(settings, clock=clock)
    with house.database.transaction() as session:
        numbers = actions.order_all(session, house.jobs, cutoff=CUTOFF, at=clock.instant, by=None)
    for number in numbers:
        jobs.build(number)
    queue.Workshop.opener = None
    house.close()


@pytest.fixture(scope="module", name="delivered_once")
def everything_delivered(spoken, postgres, valkey_server, tmp_path_factory):
    """Deliver once in the module's world; the folder of the packages."""
    settings = Settings(
        database_url=postgres.url("spoken"),
        redis_url=valkey_server.url(2),
        queue_url=valkey_server.url(3),
        secret_key="a secret only of tests",
        process_key="a process key only of tests",
        files_folder=tmp_path_factory.mktemp("files"),
        snapshot_seconds=0.0,
    )
    deliver(settings)
    return settings.files_folder


@pytest.fixture(name="office")
def delivered_world(delivered_once, settings, world):
    """A copy of database and packages, to look at or to spoil."""
    shutil.copytree(delivered_once, settings.files_folder, dirs_exist_ok=True)
    clock = FrozenClock(factories.RESULTS)
    settings = dataclasses.replace(settings, database_url=world["url"])
    queue.bind(lambda: open_resources(settings, clock=clock))
    house = open_resources(settings, clock=clock)
    yield Office(house, world)
    queue.Workshop.opener = None
    house.close()


def members(package):
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def resigned(files, signer):
    """The package with its manifest written and signed anew: what only a holder of the key can."""
    manifest = json.loads(files["manifiesto.json"])
    for each in manifest["archivos"]:
        content = files[each["nombre"]]
        each["bytes"], each["sha256"] = len(content), sha256(content).hexdigest()
    files["manifiesto.json"] = json.dumps(manifest, ensure_ascii=False).encode()
    about = f"decide-entrega\n{sha256(files['manifiesto.json']).hexdigest()}\n"
    files["manifiesto.firma.txt"] = signed(about, [signer]).encode()
    return packed(files)


def with_database(package, signer, tmp_path, *statements):
    """The package with a changed database, signed as if it were ours."""
    files = members(package)
    path = tmp_path / "forged.sqlite"
    path.write_bytes(files["datos.sqlite"])
    base = sqlite3.connect(path)
    for statement in statements:
        changed = base.execute(statement).rowcount
        assert changed, f"the forgery changes nothing: {statement}"
    base.commit()
    base.close()
    files["datos.sqlite"] = path.read_bytes()
    return resigned(files, signer)


def verdict(package, key):
    """The reason for a refusal, or None."""
    try:
        verificar.revisar(io.BytesIO(package), key)
    except verificar.Mal as refusal:
        return str(refusal)
    return None


def without_an_idea(office, key, tmp_path):
    """The package without its first idea, the proof mended so that the tree stays whole."""
    base = sqlite3.connect(":memory:")
    base.deserialize(members(office.packages[key])["datos.sqlite"])
    (gone,) = base.execute("SELECT hoja FROM hoja WHERE idea = 1").fetchone()
    left = [leaf for (leaf,) in base.execute("SELECT hoja FROM hoja WHERE idea > 1 ORDER BY hoja")]
    base.close()
    mended = [
        f"UPDATE prueba SET huellas = X'{nodes.hex()}' WHERE nivel = {level}"
        for level, nodes in office.tree.proving(left)
    ]
    return with_database(
        office.packages[key], office.signer, tmp_path,
        "DELETE FROM idea WHERE idea = 1", f"DELETE FROM hoja WHERE hoja = {gone}", *mended,
    )  # fmt: skip
