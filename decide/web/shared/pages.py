"""Public pages that anybody may keep: no cookie, an ETag, a short life."""

from collections.abc import Callable, Hashable
from functools import wraps
from hashlib import blake2b
from typing import ParamSpec

from flask import Flask, Response, make_response, request
from flask.typing import ResponseReturnValue

from decide.errors import Unavailable
from decide.participation.snapshot import Snapshot
from decide.settings import Settings
from decide.web.shared.context import for_everybody
from decide.web.shared.pagecache import PageCache

P = ParamSpec("P")
FRESH = 30  # seconds a browser or proxy may show a page without asking again


def cacheable(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
    """Mark a view's page as the same for everybody. It must read neither cookie nor session."""

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> Response:
        response = make_response(for_everybody(lambda: view(*args, **kwargs)))
        if response.status_code == 200:
            response.set_etag(blake2b(response.get_data(), digest_size=12).hexdigest())
            response.headers["Cache-Control"] = (
                f"public, max-age={FRESH}, stale-while-revalidate=60, stale-if-error=3600"
            )
            response.make_conditional(request)
        return response

    return answer


def install(app: Flask, settings: Settings, snapshot: Snapshot) -> None:
    """Put the page cache in front of the application."""
    app.wsgi_app = PageCache(  # type: ignore[method-assign]
        app.wsgi_app, lambda: edition(snapshot), limit=settings.page_cache_mib * 2**20
    )


def edition(snapshot: Snapshot) -> Hashable | None:
    """What a public page depends on besides its address; None while nothing is known of it."""
    try:
        return snapshot.revision, tuple(each.key for each in snapshot.standing().windows)
    except Unavailable:
        return None
