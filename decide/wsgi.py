"""The web server's entry: `granian --interface wsgi --factory decide.wsgi:application`."""

import os

from flask import Flask

from decide.app import create_app
from decide.kernel import log
from decide.settings import Settings
from decide.web.shared.context import KEY


def application() -> Flask:
    """Build the application from the environment; a missing setting stops the start by its name."""
    settings = Settings.from_environment(os.environ)
    log.configure(settings.log_level)
    app = create_app(settings)
    app.extensions[KEY].snapshot.begin()  # not at the first citizen's expense
    return app
