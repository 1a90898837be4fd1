"""Wrong clocks: only the database's decides what is open, and a later word always wins (R12)."""

import os
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from decide.kernel.embedded import EmbeddedPostgres
from decide.participation.queries import lag
from tests import figures
from tests.killable import Citizen, Service, pressed
from tests.ledger import set_window, subjects_of_one_party
from tests.tools import need

pytestmark = pytest.mark.faults

LONG = os.environ.get("FAULTS") == "long"
OFFSETS = ("+1h", "-1h", "+1d", "-1d") if LONG else ("+1h", "-1d")


def faked(offset="", file=None):
    """The environment of a program whose wall clock is wrong (its monotonic one is not)."""
    need("faketime")
    library = next(Path("/usr/lib").glob("**/faketime/libfaketimeMT.so.1"))
    told = {"FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_NO_CACHE": "1"} if file else {}
    return {"LD_PRELOAD": str(library), "DONT_FAKE_MONOTONIC": "1"} | (told or {"FAKETIME": offset})


def answers(service, citizen, subject):
    """Status of one press once the service has looked at the calendar again."""
    time.sleep(1.2)
    return citizen.ask("POST", f"/reacciones/{subject}", more=pressed()).status


def move(service, **window):
    with service.resources.database.transaction() as session:
        set_window(session, **window)


@pytest.mark.parametrize("offset", OFFSETS)
def test_a_host_with_a_wrong_clock_opens_and_closes_in_time(place, offset):
    with Service(place, environment=faked(offset)) as service:
        (subject,) = subjects_of_one_party(service.resources, 1)
        service.start()
        # Patient: what it asks is what the clock does, on a machine that may be busy.
        citizen = Citizen(service, patience=30.0)
        assert answers(service, citizen, subject) == 204
        told = parsedate_to_datetime(citizen.ask("GET", "/").getheader("Date"))
        assert abs((told - datetime.now(UTC)).total_seconds()) > 3000, "its clock is not wrong"
        for window, status in (
            ({"opens_in": 5.0, "closes_in": 100_000.0}, 422),
            ({"opens_in": -5.0, "closes_in": 100_000.0}, 204),
            ({"opens_in": -100_000.0, "closes_in": -1.0}, 422),
        ):
            move(service, **window)
            assert answers(service, citizen, subject) == status, window
        citizen.hang_up()
        end = time.monotonic() + 20
        while sum(each.waiting for each in lag(service.resources)):
            assert time.monotonic() < end
            time.sleep(0.1)
        with service.resources.database.engine.connect() as connection:
            ((pressed_at,),) = connection.exec_driver_sql(
                "SELECT abs(extract(epoch FROM clock_timestamp() - pressed_at)) FROM reaction"
            ).all()
        assert pressed_at < 60
        figures.write("R12", host=offset)


def test_a_web_server_that_reads_its_hosts_clock_is_found_out(place):
    """The proof for R12: by a clock that is an hour ahead the phase is over too early."""
    web = "tests.sabotage:reads_the_hosts_clock"
    with Service(place, environment=faked("+1h"), web=web) as service:
        (subject,) = subjects_of_one_party(service.resources, 1)
        move(service, opens_in=-5.0, closes_in=1_800.0)
        service.start()
        citizen = Citizen(service)
        assert answers(service, citizen, subject) == 422
        citizen.hang_up()


class Unsteady(EmbeddedPostgres):
    """A PostgreSQL whose clock a file sets."""

    def described(self):
        child = super().described()
        child.environment |= faked(file=self.folder.parent / "clock")
        return child


def test_the_last_word_wins_though_the_databases_clock_jumps(place):
    clock = place / "clock"
    clock.write_text("+0")
    with Service(place, postgres=Unsteady(place / "p")) as service:
        (subject,) = subjects_of_one_party(service.resources, 1)
        move(service, opens_in=-200_000.0, closes_in=200_000.0)
        service.start()
        citizen = Citizen(service)
        said = None
        for offset, restart in (
            ("+0", False),
            ("-3600", False),
            ("+3600", False),
            ("-86400", True),
        ):
            clock.write_text(offset)
            assert abs(ahead(service) - float(offset)) < 60
            time.sleep(1.5)
            if restart:
                for name in ("web", "drain"):
                    service.kill(name)
                service.start()
                citizen.hang_up()
            said = "dislike" if said == "like" else "like"
            citizen.press(subject, said)
            assert kept(service, 1 if said == "like" else 2), offset
        citizen.hang_up()
        figures.write("R12", database="-1h, +1h, -1d and a restart")


def ahead(service):
    """Seconds by which the database's clock is ahead of ours."""
    with service.resources.database.engine.connect() as connection:
        asked = "SELECT extract(epoch FROM clock_timestamp())"
        return float(connection.exec_driver_sql(asked).scalar()) - time.time()


def kept(service, choice, seconds=20.0):
    """Whether the row says so before long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with service.resources.database.engine.connect() as connection:
            if connection.exec_driver_sql("SELECT choice FROM reaction").scalar() == choice:
                return True
        time.sleep(0.1)
    return False
