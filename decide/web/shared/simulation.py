"""The public site as it will be, or was, at an instant: for staff, without keeping anything.

A simulated request sees the same house with another time: a clock that stands at the instant, and
the picture of the calendar at it. Content is that of now: only the time is played.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from decide.kernel.clock import FrozenClock, Reading
from decide.kernel.resources import Resources
from decide.participation.door import Door
from decide.participation.pressure import Level
from decide.participation.snapshot import Picture, Snapshot, Timing
from decide.web.shared.context import KEY, SIMULATED, House
from decide.web.shared.languages import Prefix

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.datastructures import Headers

# Nothing may be pressed: no script runs, and what a form sends by POST has no address here.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


@dataclass(frozen=True)
class Shown:
    """What the public site answers at the instant."""

    status: int
    headers: "Headers"
    body: bytes


class MomentSnapshot(Snapshot):
    """The picture of the process, as if it were taken at an instant. Starts no thread."""

    def __init__(
        self, resources: Resources, picture: Picture, at: datetime, content: object = None
    ) -> None:
        """Stand at `at` before `picture`, with other texts when `content` is given."""
        super().__init__(resources)
        reading = Reading(at, monotonic(), still=True)
        self._picture = replace(
            picture,
            timing=Timing(reading, 0.0),
            pressure=Level.NORMAL,
            content=picture.content if content is None else content,
        )

    def picture(self) -> Picture:
        """Always the same."""
        assert self._picture is not None  # noqa: S101 # given in __init__
        return self._picture


def shown_at(
    app: Flask, path: str, query: str, *, root: str, at: datetime, content: object = None
) -> Shown:
    """Ask the application for a public page at an instant, as a stranger without a cookie.

    Passes by the page cache and the count of visits. `root` stands before every link of the page,
    so that following one stays inside the simulation. `content` are other texts than those shown.
    """
    own: House = app.extensions[KEY]
    resources = replace(own.resources, clock=FrozenClock(at))
    snapshot = MomentSnapshot(resources, own.snapshot.picture(), at, content)
    door = Door(resources, snapshot)
    environ: WSGIEnvironment = EnvironBuilder(
        path=path, query_string=query, base_url=own.resources.settings.public_url
    ).get_environ()
    environ["SCRIPT_NAME"] = root
    environ[SIMULATED] = House(resources, snapshot, door)
    try:
        # The class's own method: `app.wsgi_app` has been wrapped by cache, counter and press.
        pieces, status, headers = run_wsgi_app(
            Prefix(lambda told, begin: Flask.wsgi_app(app, told, begin)), environ, buffered=True
        )
        return Shown(int(status[:3]), headers, b"".join(pieces))
    finally:
        door.close()
