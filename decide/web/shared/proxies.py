"""Whose address a request has behind reverse proxies: believed only as far as the setting says."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from decide.settings import Settings


def install(app: Flask, settings: Settings) -> None:
    """Read the client's address from X-Forwarded-For, as `settings.proxies` proxies wrote it.

    Without this every citizen behind the proxy would be one network. Nothing else is believed.
    """
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=0, x_host=0
        )
