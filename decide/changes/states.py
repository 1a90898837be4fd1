"""The deeds that may wait for a second person, and where a proposal of one stands."""

from enum import StrEnum


class Kind(StrEnum):
    """What is proposed; `table.py` says what each does."""

    MOVE_PHASE = "move_phase"
    PUBLISH_BENCHMARK = "publish_benchmark"
    REOPEN_BENCHMARK = "reopen_benchmark"
    PUBLISH_TEXT = "publish_text"
    SHOW_STATISTICS = "show_statistics"


class ChangeState(StrEnum):
    """A proposal is decided once."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DISCARDED = "discarded"
