"""create_app(settings): opens resources, mounts the doors, headers and error pages; wiring only."""

from pathlib import Path

from flask import Flask
from flask_login import LoginManager
from flask_wtf import CSRFProtect

from decide.accounts import sessions
from decide.editorial.noted import changes, published
from decide.kernel.clock import Clock
from decide.kernel.resources import open_resources
from decide.participation.door import Door
from decide.participation.snapshot import Snapshot
from decide.settings import Settings
from decide.web.actor.door import actor
from decide.web.api.door import api
from decide.web.public import swift
from decide.web.public.door import public
from decide.web.shared import (
    counting,
    failures,
    guards,
    headers,
    kept,
    numbers,
    pages,
    proxies,
    site,
    watch,
)
from decide.web.shared.assets import Assets
from decide.web.shared.context import KEY, House
from decide.web.shared.cookies import configure_cookies
from decide.web.shared.languages import Prefix
from decide.web.staff.door import staff

ROOT = Path(__file__).resolve().parent.parent


def create_app(settings: Settings, *, clock: Clock | None = None) -> Flask:
    """The WSGI application. Connects to nothing before the first request."""
    app = Flask("decide", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config["SECRET_KEY"] = settings.secret_key
    app.config["MAX_CONTENT_LENGTH"] = settings.upload_limit_mib * 2**20
    resources = open_resources(settings, clock=clock)
    snapshot = Snapshot(resources, published, changes)
    door = Door(resources, snapshot)
    resources.at_close.callback(snapshot.close)
    resources.at_close.callback(door.close)
    app.extensions[KEY] = House(resources, snapshot, door)
    configure_cookies(app, settings)

    numbers.install(app)
    assets = Assets(ROOT / "static")
    app.add_url_rule("/static/<path:name>", "static_file", assets.serve)
    site.install(app, settings, assets)
    headers.install(app, settings)
    watch.install(app)
    failures.install(app)
    kept.install(app)

    login = LoginManager(app)
    login.session_protection = None  # it would hash the address and the browser's name
    login.user_loader(lambda token: sessions.visitor(resources, token))
    csrf = CSRFProtect(app)
    csrf.exempt(
        public
    )  # public pages carry no token: `web.shared.origin` checks the origin instead

    guards.mount(app, public, guards.anyone)
    guards.mount(app, api, guards.anyone, prefix="/api/v1")
    guards.mount(app, actor, guards.actor_only, prefix="/partido")
    guards.mount(app, staff, guards.staff_only, prefix="/oficina")
    pages.install(app, resources, snapshot)
    counting.install(app, resources, snapshot)
    app.wsgi_app = Prefix(app.wsgi_app)  # type: ignore[method-assign]
    swift.install(app, settings, door)
    proxies.install(app, settings)  # outermost: all below see the citizen's own address
    return app
