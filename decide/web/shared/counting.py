"""Counting visits in front of everything, so that pages from memory count like fresh ones.

A view is noted when its answer is ready and costs the request a note; see `statistics.tally`.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response

from decide.kernel.resources import Resources
from decide.participation.snapshot import Snapshot
from decide.statistics.pages import SEARCHES, page_of
from decide.statistics.tally import Tally, View

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEY = "visits"
SEEN = ("200", "304")
# A page of a search that found nothing says so here; a browser makes nothing of it.
FOUND = "X-Found"
NOTHING = "0"


def install(app: Flask, resources: Resources, snapshot: Snapshot) -> None:
    """Count the visits of an application. Its tally is the extension KEY."""
    tally = Tally(resources.queue, lambda: snapshot.picture().now(), resources.settings.time_zone)
    resources.at_close.callback(tally.close)
    app.wsgi_app = Counting(app.wsgi_app, tally)  # type: ignore[method-assign]
    app.extensions[KEY] = tally


def nothing_found(page: Response) -> Response:
    """Mark the page of a search without result."""
    page.headers[FOUND] = NOTHING
    return page


class Counting:
    """WSGI middleware. One for each process; its threads share it."""

    def __init__(self, application: "WSGIApplication", tally: Tally) -> None:
        """Let `application` answer and note in `tally` what people looked at."""
        self._application = application
        self._tally = tally

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """The application's answer, unchanged."""
        path = environ["PATH_INFO"]
        page = page_of(path)
        if page is None or environ["REQUEST_METHOD"] != "GET" or "HTTP_SEC_PURPOSE" in environ:
            return self._application(environ, start_response)
        status = ""
        in_vain = False

        def begin(
            told: str, headers: list[tuple[str, str]], exc_info: object = None
        ) -> Callable[[bytes], object]:
            nonlocal status, in_vain
            status = told[:3]
            in_vain = page.kind in SEARCHES and (FOUND, NOTHING) in headers
            return start_response(told, headers, exc_info)  # type: ignore[arg-type]

        body = self._application(environ, begin)
        if status in SEEN:
            self._tally.note(
                View(
                    path=path,
                    query=environ.get("QUERY_STRING", ""),
                    referer=environ.get("HTTP_REFERER", ""),
                    agent=environ.get("HTTP_USER_AGENT", ""),
                    address=environ.get("REMOTE_ADDR", ""),
                    host=environ.get("HTTP_HOST", ""),
                    in_vain=in_vain,
                )
            )
        return body
