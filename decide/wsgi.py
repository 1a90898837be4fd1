"""The web server's entry: `granian --interface wsgi --factory decide.wsgi:application`."""

import os

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from decide.app import create_app
from decide.kernel import log
from decide.settings import Settings
from decide.web.shared.context import KEY


def application() -> Flask:
    """Build the application from the environment; a missing setting stops the start by its name."""
    settings = Settings.from_environment(os.environ)
    log.configure(settings.log_level)
    app = create_app(settings)
    if settings.trusted_proxies:
        # Outermost, so that limits and counting see the visitor and not the proxy.
        trusted = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=0, x_port=0, x_prefix=0
        )
    app.extensions[KEY].snapshot.begin()  # not at the first citizen's expense
    return app
