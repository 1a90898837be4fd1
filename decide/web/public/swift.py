"""The short way of a press and an idea: plain WSGI in front of Flask, for what comes by millions.

It knows only the ordinary case: our own page, a browser of today, a device that we signed, words
that are as they should be. Then it does exactly what `press.react` and `ideas.send` do, through the
same actions. In every other case, and whenever a rule says no, it steps aside and Flask answers
from the start.
"""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from flask import Flask

from decide.errors import DecideError
from decide.participation.actions import press
from decide.participation.device import Device, cookie_name, verify
from decide.participation.door import Door
from decide.participation.proof import Came, cookie_of
from decide.settings import Settings
from decide.web.public.ideas import Typed, address_of, keep, may_be_kept
from decide.web.public.press import CHOICES, FETCH, PRESS
from decide.web.shared.headers import always

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    Headers = list[tuple[str, str]]

PRESSES = "/reacciones/"
IDEAS = "/ideas/"
FORM = "application/x-www-form-urlencoded"
PRESSED = f"HTTP_{PRESS.upper().replace('-', '_')}"
NO_BODY = (None, "", "0")
LONGEST = 50_000  # bytes of a form: an idea of four thousand letters, each escaped


def install(app: Flask, settings: Settings, door: Door) -> None:
    """Put the short way in front of the application."""
    app.wsgi_app = SwiftDoor(app.wsgi_app, settings, door)  # type: ignore[method-assign]


class SwiftDoor:
    """WSGI middleware. One for each process; its threads share it."""

    def __init__(self, application: "WSGIApplication", settings: Settings, door: Door) -> None:
        """Answer presses and ideas through `door`, and let `application` answer all else."""
        self._application = application
        self._door = door
        self._cookie = cookie_name(https=settings.https)
        self._headers = [*always(settings).items(), ("Cache-Control", "no-store")]

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """204 or 303 for what is kept; Flask's answer for everything else."""
        path: str = environ["PATH_INFO"]
        if path.startswith((PRESSES, IDEAS)) and ours(environ):
            told = (self._press if path.startswith(PRESSES) else self._idea)(environ, path)
            if told is not None:
                status, headers = told
                start_response(status, self._headers + headers)
                return ()
        return self._application(environ, start_response)

    def _press(self, environ: "WSGIEnvironment", path: str) -> "tuple[str, Headers] | None":
        """A press whose words are in its header; None where Flask must answer."""
        if (
            environ.get("HTTP_X_REQUESTED_WITH") != FETCH
            or environ.get("CONTENT_LENGTH") not in NO_BODY
        ):
            return None
        version, _, word = environ.get(PRESSED, "").partition(" ")
        subject, choice = path[len(PRESSES) :], CHOICES.get(word)
        if choice is None or not number(version) or not number(subject):
            return None
        device, came = self._who(environ)
        if device is None:
            return None
        try:
            press(self._door, device, int(subject), int(version), choice, came)
        except DecideError:
            return None
        return "204 No Content", []

    def _idea(self, environ: "WSGIEnvironment", path: str) -> "tuple[str, Headers] | None":
        """An idea in a form as it should be; None where Flask must answer, with the form unread."""
        if not is_form(environ):
            return None
        body: bytes = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        environ["wsgi.input"] = BytesIO(body)
        form, (device, came) = fields_of(body), self._who(environ)
        if form is None or device is None or not number(form.get("version", "")):
            return None
        try:
            return self._kept(device, path[len(IDEAS) :], form, came)
        except DecideError:
            return None

    def _who(self, environ: "WSGIEnvironment") -> tuple[Device | None, Came]:
        came = Came(environ.get("REMOTE_ADDR", ""), environ.get("HTTP_COOKIE", ""))
        return verify(self._door.keys, cookie_of(came.cookies, self._cookie)), came

    def _kept(
        self, device: Device, subject: str, form: Mapping[str, str], came: Came
    ) -> "tuple[str, Headers] | None":
        typed = Typed.of(form)
        if not number(subject) or not may_be_kept(typed):
            return None
        receipt = keep(self._door, device, int(subject), typed, came)
        return "303 See Other", [
            ("Location", address_of(receipt, int(subject))),
            ("Content-Length", "0"),
        ]


def ours(environ: "WSGIEnvironment") -> bool:
    """Whether our own page sends something, in a browser of today."""
    return (
        environ["REQUEST_METHOD"] == "POST" and environ.get("HTTP_SEC_FETCH_SITE") == "same-origin"
    )


def is_form(environ: "WSGIEnvironment") -> bool:
    """Whether a form of bearable length comes along."""
    length = environ.get("CONTENT_LENGTH") or ""
    return (
        environ.get("CONTENT_TYPE", "").startswith(FORM)
        and number(length)
        and int(length) <= LONGEST
    )


def fields_of(body: bytes) -> dict[str, str] | None:
    """The first value of each field; None for what Flask had better read."""
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        return None
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields.setdefault(name, value)
    return fields


def number(text: str) -> bool:
    """Digits only, and few enough for any number of ours."""
    return text.isascii() and text.isdecimal() and len(text) <= 15
