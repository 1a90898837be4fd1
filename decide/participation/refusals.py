"""How this room says no."""

from decide.errors import Refused


class Closed(Refused):
    """The calendar, or the subject itself, does not take answers now."""


class TooMany(Refused):
    """A device sent more than its share; `retry_after` in seconds."""

    retry_after = 600
