"""The four kinds of refusal. Rooms subclass them; the web has one handler for each kind.

The message is a Spanish sentence for the person at the page: what happened and what to do.

    DecideError
    ├── NotFound      it does not exist, or not for you            → 404
    ├── Conflict      somebody was faster; nothing typed is lost   → 409
    ├── Refused       a rule says no, and which                    → 422
    └── Unavailable   a part is down; try again, nothing is lost   → 503
"""


class Sentence(str):
    """A Spanish sentence with values in it, from which a page in another language takes its own.

    It reads as any string does: `Sentence("Escriba hasta %(most)s caracteres.", most=80)`.
    """

    __slots__ = ("pattern", "values")
    pattern: str
    values: dict[str, object]

    def __new__(cls, pattern: str, **values: object) -> "Sentence":
        """`pattern` with `%(name)s` for each of `values`."""
        made = super().__new__(cls, pattern % values)
        made.pattern, made.values = pattern, values
        return made


class DecideError(Exception):
    """Root of all refusals; `str()` is the sentence shown to the user."""


class NotFound(DecideError):
    """The thing does not exist, or whether it exists is none of the asker's business."""


class NotOpenYet(NotFound):
    """The calendar does not show it yet: the page tells when instead of doubting the address."""


class Conflict(DecideError):
    """The asker worked on an older state; the page must keep what was typed."""


class Refused(DecideError):
    """A rule of the domain forbids it (closed phase, wrong state, limit)."""


class Unavailable(DecideError):
    """A part that is needed does not answer now; `retry_after` is in seconds."""

    retry_after = 5
