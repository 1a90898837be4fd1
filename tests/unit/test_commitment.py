"""The calendar of 2021, as the commitment fixes it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from decide.calendar.commitment import PROCESS_2021, commitment_windows
from decide.calendar.rules import standing

ZONE = ZoneInfo("America/Mexico_City")
WINDOWS = commitment_windows(PROCESS_2021, ZONE)


def at(text):
    return standing(WINDOWS, datetime.fromisoformat(text).replace(tzinfo=ZONE))


@pytest.mark.parametrize(
    ("moment", "phase", "reactions", "edits", "results"),
    [
        ("2021-04-09T23:59:59", None, False, False, False),
        ("2021-04-10T00:00:00", "platforms", True, False, False),
        ("2021-04-30T00:00:00", "campaign", True, True, False),
        ("2021-06-02T23:59:59", "campaign", True, True, False),
        ("2021-06-03T00:00:00", "silence", False, False, False),
        ("2021-06-06T17:59:59", "silence", False, False, False),
        ("2021-06-06T18:00:00", "count", False, False, False),
        ("2021-06-14T00:00:00", "results", False, False, True),
    ],
)
def test_each_edge_of_2021(moment, phase, reactions, edits, results):
    now = at(moment)
    assert (now.current.key if now.current else None) == phase
    assert ("platform" in now.takes_part) is reactions
    assert ("proposal" in now.editable) is edits
    assert ("result" in now.visible) is results


def test_what_is_to_be_read_never_disappears_after_it_opened():
    moments = [
        "2021-04-30T00:00:00",
        "2021-06-04T12:00:00",
        "2021-06-10T12:00:00",
        "2022-01-01T00:00:00",
    ]
    for moment in moments:
        assert {"platform", "candidacy", "proposal"} <= at(moment).visible
