"""The portals' session cookie. Public pages never set it."""

from flask import Flask

from decide.settings import Settings


def configure_cookies(app: Flask, settings: Settings) -> None:
    """Name and flags of the session cookie: host-bound and secure wherever there is TLS."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-s" if settings.https else "s",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=None,  # the session ends before a form does
        WTF_CSRF_SSL_STRICT=settings.https,
    )
