"""Ground floor without servers: whole files, monotonic time, logs that refuse personal data."""

from datetime import UTC, datetime, timedelta

import pytest

from decide.kernel.clock import FrozenClock, Reading
from decide.kernel.files import digest, write_aside
from decide.kernel.log import PersonalDatum, refuse_personal

NOON = datetime(2021, 5, 1, 12, tzinfo=UTC)


def test_a_file_written_aside_appears_whole(tmp_path):
    target = tmp_path / "deep" / "report.csv"
    with write_aside(target) as part:
        part.write_text("first half, ")
        assert not target.exists()
        with part.open("a") as stream:
            stream.write("second half")
    assert target.read_text() == "first half, second half"
    assert list(target.parent.iterdir()) == [target]


def test_a_failed_writer_leaves_the_old_file_and_no_rest(tmp_path):
    target = tmp_path / "report.csv"
    target.write_text("old")

    def fail_in_the_middle():
        with write_aside(target) as part:
            part.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_in_the_middle()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_two_writers_of_one_file_at_once_do_not_meet(tmp_path):
    target = tmp_path / "report.csv"
    with write_aside(target) as slow:
        slow.write_text("the slow one's")
        with write_aside(target) as quick:
            quick.write_text("the quick one's")
        assert target.read_text() == "the quick one's"
    assert target.read_text() == "the slow one's"
    assert list(tmp_path.iterdir()) == [target]


def test_digest_is_sha256(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    assert digest(path).startswith("ba7816bf8f01cfea")


def test_a_reading_advances_with_the_monotonic_clock_only(monkeypatch):
    ticks = iter([100.0, 100.0, 107.5])
    monkeypatch.setattr("time.monotonic", lambda: next(ticks))

    class Server:
        def now(self, _session):
            return NOON

    reading = Reading.take(Server(), None)
    assert reading.now() == NOON + timedelta(seconds=7.5)


def test_a_frozen_clock_stands_still_until_moved():
    clock = FrozenClock(NOON)
    reading = Reading.take(clock, None)
    assert reading.now() == reading.now() == NOON
    clock.move(hours=2)
    assert clock.now(None) == NOON + timedelta(hours=2)


@pytest.mark.parametrize("field", ["ip", "device", "folio", "text", "password", "user_agent"])
def test_a_log_line_with_a_personal_field_is_refused(field):
    with pytest.raises(PersonalDatum, match=field):
        refuse_personal(None, "info", {"event": "idea.sent", field: "x"})


def test_a_log_line_of_ids_passes():
    line = {"event": "delivery.built", "delivery_id": 4, "rows": 12}
    assert refuse_personal(None, "info", line) is line
