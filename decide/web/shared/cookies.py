"""The portals' session cookie. Public pages have no session: they neither read nor set it."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from decide.settings import Settings

PORTALS = ("/partido", "/oficina")


class PortalSessions(SecureCookieSessionInterface):
    """Sessions for the portals only.

    Elsewhere a library that merely looks into the session would make the page vary by cookie, and
    no proxy could keep it.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a portal's request; None = a session that is empty and cannot change."""
        return super().open_session(app, request) if request.path.startswith(PORTALS) else None


def configure_cookies(app: Flask, settings: Settings) -> None:
    """Name and flags of the session cookie: host-bound and secure wherever there is TLS."""
    app.session_interface = PortalSessions()
    app.config.update(
        SESSION_COOKIE_NAME="__Host-s" if settings.https else "s",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=None,  # the session ends before a form does
        WTF_CSRF_SSL_STRICT=settings.https,
    )
