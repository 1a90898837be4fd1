"""An S3-compatible store behind the folder of files: two hosts see the same, whole or not at all.

The server is a small real one on loopback (nanio), which checks signatures.
"""

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from decide.catalog.photos import CUTS, Album
from decide.delivery import jobs
from decide.delivery.folder import Shelf
from decide.errors import NotFound, Unavailable
from decide.imports.uploads import Uploads
from decide.kernel import files
from decide.kernel import jobs as queue
from decide.kernel.clock import FrozenClock
from decide.kernel.resources import open_resources
from decide.kernel.store import Store
from decide.settings import SettingsError
from tests import factories
from tests.integration.test_delivery import line, order, own_world, spoken_world
from tests.killable import free_port
from tests.service import eventually

__all__ = ["own_world", "spoken_world"]

if not os.environ.get("CI"):
    pytest.importorskip("obstore", reason="requirements/storage.txt is not installed")
    pytest.importorskip("nanio", reason="requirements/dev.txt is not installed")
PART = 5 << 20  # what the library sends at once


class Bucket:
    """The server with one bucket. A context manager."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.process = None

    def __enter__(self):
        (self.folder / "decide").mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "nanio", "serve", "--data-dir", str(self.folder)]
        self.process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(self.port)],
            env={"NANIO_ACCESS_KEY": "key", "NANIO_SECRET_KEY": "secret"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        eventually(self.answers)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def answers(self):
        with socket.socket() as trial:
            return trial.connect_ex(("127.0.0.1", self.port)) == 0

    def parts(self):
        """Files of uploads that are not finished."""
        return list((self.folder / ".nanio" / "multipart").rglob("*.bin"))


@pytest.fixture
def bucket(tmp_path):
    with Bucket(tmp_path / "bucket") as running:
        yield running


@pytest.fixture
def hosts(bucket, settings, tmp_path):
    """The settings of two hosts: the same store, folders of their own."""
    url = f"s3://decide/files?endpoint=http://127.0.0.1:{bucket.port}"
    made = [
        replace(settings, files_url=url, files_key="key", files_secret="secret",
                files_folder=tmp_path / name)
        for name in ("one", "two")
    ]  # fmt: skip
    for each in made:
        files.mount(each.files_folder, Store(each))
    yield made
    for each in made:
        files.mount(each.files_folder, None)


def photograph():
    out = io.BytesIO()
    Image.effect_noise((600, 800), 40).convert("RGB").save(out, "JPEG")
    out.seek(0)
    return out


def test_a_photograph_received_by_one_host_is_cut_and_shown_by_the_other(hosts):
    one, two = (Album(each.files_folder) for each in hosts)
    token = one.receive(photograph())
    name = two.finish(token, CUTS[0])
    shutil.rmtree(hosts[1].files_folder)  # a memory, and nothing more
    for album in (one, two):
        for ending in ("jpg", "webp", "avif"):
            assert album.find(name, ending).read_bytes()
    with pytest.raises(NotFound):
        one.find("0" * 32, "jpg")


def test_what_is_replaced_or_thrown_away_by_one_host_is_so_for_the_other(hosts):
    one, two = (Uploads(each.files_folder) for each in hosts)
    token = one.keep(io.BytesIO(b"a;b\n1;2\n"), "lista.csv", None)
    assert two.find(token).layout is None
    one.relabel(token, "candidacies")
    assert two.find(token).layout == "candidacies"
    assert two.find(token).path.read_bytes() == b"a;b\n1;2\n"
    two.drop(token)
    for uploads in (one, two):
        with pytest.raises(NotFound):
            uploads.find(token)


def test_old_uploads_are_forgotten_in_the_store_too(hosts):
    folder = hosts[0].files_folder / "uploads"
    with files.write_aside(folder / "old.file") as part:
        part.write_bytes(b"x")
    files.remove_older(folder, datetime.now(UTC) - timedelta(hours=1))
    assert files.is_there(hosts[1].files_folder / "uploads" / "old.file")
    shutil.rmtree(hosts[0].files_folder)  # only the store knows of it
    files.remove_older(folder, datetime.now(UTC) + timedelta(hours=1))
    assert not files.is_there(hosts[1].files_folder / "uploads" / "old.file", changing=True)


def test_kept_days_are_listed_by_every_host_and_a_copy_gets_everything(hosts):
    for day in (1, 2):
        with files.write_aside(hosts[0].files_folder / "open" / f"2026-06-0{day}.zip") as part:
            part.write_bytes(b"zip")
    found = files.all_in(hosts[1].files_folder / "open", "????-??-??.zip")
    assert [each.name for each in found] == ["2026-06-01.zip", "2026-06-02.zip"]
    shutil.rmtree(hosts[1].files_folder)
    files.fetch_all(hosts[1].files_folder)
    assert len(list(hosts[1].files_folder.rglob("*.zip"))) == 2


def large(folder, name="large.zip"):
    """A file of four parts, written aside."""
    with files.write_aside(folder / "deliveries" / name) as part, part.open("wb") as file:
        for _ in range(4):
            file.write(os.urandom(PART))


def test_a_large_file_arrives_whole_in_many_parts(hosts):
    large(hosts[0].files_folder)
    sent = hosts[0].files_folder / "deliveries" / "large.zip"
    got = hosts[1].files_folder / "deliveries" / "large.zip"
    assert files.is_there(got)
    assert files.digest(got) == files.digest(sent)


def cut(bucket, write):
    """Kill the store when the first part of an upload has come; what the writer was told."""
    told = []

    def attempt():
        try:
            write()
        except Unavailable as error:
            told.append(error)

    writer = threading.Thread(target=attempt)
    writer.start()
    eventually(bucket.parts, pause=0.001)
    bucket.process.send_signal(signal.SIGKILL)
    bucket.process.wait()
    writer.join(60)
    bucket.__enter__()
    return told


def test_a_file_whose_sending_broke_off_is_nowhere(hosts, bucket):
    told = cut(bucket, lambda: large(hosts[0].files_folder))
    assert len(told) == 1
    for each in hosts:
        assert not files.is_there(each.files_folder / "deliveries" / "large.zip")
        assert list(each.files_folder.rglob("*.part")) == []


def test_a_store_that_shows_halves_is_found_out(hosts, bucket, monkeypatch):
    """Sabotage: the same cut, with a store that writes each part under the file's own name."""

    def in_pieces(self, name, path):
        whole = path.read_bytes()
        for end in range(PART, len(whole) + 1, PART):
            with self._asked():
                self._api.put(self._store, name, whole[:end])
            time.sleep(0.05)

    monkeypatch.setattr(Store, "put", in_pieces)
    monkeypatch.setattr(bucket, "parts", lambda: list(bucket.folder.rglob("large.zip")))
    cut(bucket, lambda: large(hosts[0].files_folder))
    assert files.is_there(hosts[1].files_folder / "deliveries" / "large.zip"), "half a file"


def test_while_the_store_is_away_what_is_known_is_served_and_nothing_is_half_kept(hosts, bucket):
    album = Album(hosts[0].files_folder)
    name = album.finish(album.receive(photograph()), CUTS[0])
    bucket.__exit__()
    assert album.find(name, "jpg").is_file()
    with pytest.raises(Unavailable, match="Inténtelo de nuevo"):
        album.receive(photograph())
    with pytest.raises(Unavailable):
        Album(hosts[1].files_folder).find(name, "jpg")
    bucket.__enter__()
    assert Album(hosts[1].files_folder).find(name, "jpg").is_file()


def test_a_delivery_built_by_one_host_is_handed_over_by_the_other(hosts, world):
    clock = FrozenClock(factories.RESULTS)
    here = replace(hosts[0], database_url=world["url"])
    house = open_resources(here, clock=clock)
    queue.bind(lambda: open_resources(here, clock=clock))
    number = order(house, world)
    jobs.build(number)
    done = line(house, number)
    assert done.state == "ready"
    assert files.digest(Shelf(hosts[1].files_folder).finished(number)) == done.sha256
    queue.Workshop.opener = None
    house.close()


def test_another_secret_is_refused(hosts):
    files.mount(hosts[0].files_folder, Store(replace(hosts[0], files_secret="another")))
    with pytest.raises(Unavailable):
        Album(hosts[0].files_folder).receive(photograph())


@pytest.mark.parametrize("url", ["https://x/y", "s3:///y"])
def test_an_address_that_is_none_stops_the_start(settings, url):
    with pytest.raises(SettingsError, match="s3://"):
        open_resources(replace(settings, files_url=url))
