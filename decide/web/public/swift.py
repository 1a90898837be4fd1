"""The short way of a press: plain WSGI in front of Flask, for the request that comes by millions.

It knows only the ordinary case: our own script, a same-origin request, a device that we signed, a
subject that takes answers. Then it does exactly what `press.react` does, through the same action.
In every other case, and whenever a rule says no, it steps aside and Flask answers from the start.
"""

import json
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING

from flask import Flask

from decide.errors import NotFound, Refused, Unavailable
from decide.participation.actions import press
from decide.participation.choices import Choice
from decide.participation.device import Device, cookie_name, verify
from decide.participation.door import Door
from decide.settings import Settings
from decide.web.shared.headers import always

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/reacciones/"
FORM = "application/x-www-form-urlencoded"
LONGEST = 200  # bytes of a form of ours
CHOICES = {b"like": Choice.LIKE, b"dislike": Choice.DISLIKE, b"none": Choice.NONE}


def install(app: Flask, settings: Settings, door: Door) -> None:
    """Put the short way in front of the application."""
    app.wsgi_app = SwiftDoor(app.wsgi_app, settings, door)  # type: ignore[method-assign]


class SwiftDoor:
    """WSGI middleware. One for each process; its threads share it."""

    def __init__(self, application: "WSGIApplication", settings: Settings, door: Door) -> None:
        """Answer presses through `door`, and let `application` answer everything else."""
        self._application = application
        self._door = door
        self._cookie = cookie_name(https=settings.https) + "="
        self._headers = [*always(settings).items(), ("Cache-Control", "no-store")]

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """204 for a press that is kept; Flask's answer for everything else."""
        if environ["PATH_INFO"].startswith(PREFIX) and ordinary(environ):
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            try:
                kept = self._kept(environ, body)
            except Unavailable as error:
                return self._later(error, start_response)
            if kept:
                start_response("204 No Content", list(self._headers))
                return ()
            environ["wsgi.input"] = BytesIO(body)
        return self._application(environ, start_response)

    def _kept(self, environ: "WSGIEnvironment", body: bytes) -> bool:
        subject = environ["PATH_INFO"][len(PREFIX) :]
        version, choice = typed(body)
        device = self._device(environ.get("HTTP_COOKIE", ""))
        if choice is None or device is None or not number(subject) or not number(version):
            return False
        try:
            press(self._door, device, int(subject), int(version), choice)
        except (Refused, NotFound):
            return False
        return True

    def _later(self, error: Unavailable, start_response: "StartResponse") -> Iterable[bytes]:
        """503 at once: asking Flask would make the citizen wait for the same servers again."""
        body = json.dumps({"message": str(error)}).encode()
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Retry-After", str(error.retry_after)),
        ]
        start_response("503 Service Unavailable", self._headers + headers)
        return (body,)

    def _device(self, cookies: str) -> Device | None:
        for cookie in cookies.split("; "):
            if cookie.startswith(self._cookie):
                return verify(self._door.keys, cookie[len(self._cookie) :])
        return None


def ordinary(environ: "WSGIEnvironment") -> bool:
    """Whether this is a form of our own script, sent from our own page by a browser of today."""
    length = environ.get("CONTENT_LENGTH") or ""
    return (
        environ["REQUEST_METHOD"] == "POST"
        and environ.get("HTTP_SEC_FETCH_SITE") == "same-origin"
        and environ.get("HTTP_X_REQUESTED_WITH") == "decide"
        and environ.get("CONTENT_TYPE", "").startswith(FORM)
        and number(length)
        and int(length) <= LONGEST
    )


def typed(body: bytes) -> tuple[str, Choice | None]:
    """Version and choice of a form without any escape; nothing that can be read for others."""
    fields: dict[bytes, bytes] = {}
    for part in body.split(b"&"):
        name, _, value = part.partition(b"=")
        fields.setdefault(name, value)
    return fields.get(b"version", b"").decode("latin-1"), CHOICES.get(fields.get(b"choice", b""))


def number(text: str) -> bool:
    """Digits only, and few enough for any number of ours."""
    return text.isascii() and text.isdecimal() and len(text) <= 15
