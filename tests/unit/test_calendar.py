"""What an instant opens."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from decide.calendar.rules import Area, Window, standing

START = datetime(2021, 4, 10, 6, tzinfo=UTC)


def window(key, opens, closes, visible=(), takes_part=(), editable=()):
    return Window(
        key=key,
        title=key,
        text="",
        opens_at=START + timedelta(hours=opens),
        closes_at=None if closes is None else START + timedelta(hours=closes),
        visible=frozenset(visible),
        takes_part=frozenset(takes_part),
        editable=frozenset(editable),
    )


def test_the_first_instant_belongs_and_the_last_does_not():
    phase = window("campaign", 0, 10, visible=["proposal"], takes_part=["proposal"])
    assert "proposal" in standing([phase], START).takes_part
    last = START + timedelta(hours=10)
    assert "proposal" in standing([phase], last - timedelta(microseconds=1)).takes_part
    assert standing([phase], last).takes_part == frozenset()


def test_overlapping_phases_add_up():
    now = standing(
        [window("a", 0, 10, visible=["platform"]), window("b", 5, None, visible=["candidacy"])],
        START + timedelta(hours=6),
    )
    assert now.visible == {"platform", "candidacy"}
    assert now.current.key == "b"
    assert now.changes_at == START + timedelta(hours=10)


def test_nobody_answers_what_is_hidden():
    now = standing([window("odd", 0, 10, takes_part=["proposal"])], START)
    assert now.takes_part == frozenset()


def test_before_and_after_everything_nothing_is_open():
    phases = [window("a", 0, 10, visible=["platform"])]
    assert standing(phases, START - timedelta(seconds=1)).windows == ()
    assert standing(phases, START + timedelta(hours=11)).current is None
    assert standing([], START).changes_at is None


AREAS = st.sets(st.sampled_from([area.value for area in Area]))
WINDOWS = st.builds(
    lambda opens, length, visible, takes, edits: window(
        f"{opens}", opens, opens + length, visible, takes, edits
    ),
    st.integers(0, 50),
    st.integers(1, 50),
    AREAS,
    AREAS,
    AREAS,
)


@given(st.lists(WINDOWS, max_size=6), st.integers(-5, 110))
def test_nothing_changes_before_the_announced_instant(windows, hour):
    at = START + timedelta(hours=hour)
    now = standing(windows, at)
    assert now.takes_part <= now.visible
    just_before = (now.changes_at or at + timedelta(days=9)) - timedelta(seconds=1)
    later = standing(windows, max(at, just_before))
    assert (later.visible, later.takes_part, later.editable) == (
        now.visible,
        now.takes_part,
        now.editable,
    )
