"""Public pages that anybody may keep: no cookie, an ETag, a short life."""

from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from typing import ParamSpec

from flask import Flask, Response, make_response, request
from flask.typing import ResponseReturnValue

from decide.calendar.rules import Standing
from decide.errors import Unavailable
from decide.kernel.notes import Touches, vouch
from decide.kernel.resources import Resources
from decide.kernel.slots import Slots, may_share
from decide.participation.snapshot import Snapshot
from decide.web.shared.context import for_everybody
from decide.web.shared.pagecache import Edition, PageCache
from decide.web.shared.shelf import SharedShelf

P = ParamSpec("P")
FRESH = 30  # seconds a browser or proxy may show a page without asking again


def cacheable(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
    """Mark a view's page as the same for everybody. It must read neither cookie nor session."""

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> Response:
        vouch()  # whatever a page reads is noted by itself
        response = make_response(for_everybody(lambda: view(*args, **kwargs)))
        if response.status_code == 200:
            response.set_etag(blake2b(response.get_data(), digest_size=12).hexdigest())
            response.headers["Cache-Control"] = (
                f"public, max-age={FRESH}, stale-while-revalidate=60, stale-if-error=3600"
            )
            response.make_conditional(request)
        return response

    return answer


def install(app: Flask, resources: Resources, snapshot: Snapshot) -> None:
    """Put the page cache in front of the application."""
    settings = resources.settings
    shelf = None
    if may_share(settings):
        slots = Slots(settings)
        resources.at_close.callback(slots.close)
        shelf = SharedShelf(slots)
    app.wsgi_app = PageCache(  # type: ignore[method-assign]
        app.wsgi_app, Editions(snapshot), limit=settings.page_cache_mib * 2**20, shelf=shelf
    )


class Editions:
    """What public pages depend on besides their address."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Ask `snapshot`."""
        self._snapshot = snapshot
        self._last: tuple[Touches, Standing, Edition] | None = None

    def __call__(self) -> Edition | None:
        """The edition of this instant; None while nothing is known of it."""
        try:
            picture, standing = self._snapshot.picture(), self._snapshot.standing()
        except Unavailable:
            return None
        last = self._last
        if last is not None and last[0] is picture.touches and last[1] is standing:
            return last[2]
        # Between two edges of the calendar nothing moves by itself.
        keys = ",".join(each.key for each in standing.windows)
        made = Edition(picture.revision, f"{keys}|{standing.changes_at}", picture.touches)
        self._last = picture.touches, standing, made
        return made
