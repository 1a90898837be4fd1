"""The web server with a defect, to prove that a fault test would see it."""

import os
import threading
import time
from datetime import UTC, datetime

from sqlalchemy import select

from decide.accounts import actions, activation, own_account, second_factor, sessions
from decide.accounts.models import AccountSession
from decide.app import create_app
from decide.errors import Unavailable
from decide.kernel.clock import Clock
from decide.participation import door, patience
from decide.participation.door import Door
from decide.settings import Settings
from decide.web.actor import deliveries
from decide.web.shared import account


def answers_first():
    """Acknowledges a press before it is kept anywhere: half a second later would do, it thinks."""
    keep = Door.keep

    def promise(door, in_log, in_sql):
        def later():
            time.sleep(0.5)
            keep(door, in_log, in_sql)

        threading.Thread(target=later, daemon=True).start()

    Door.keep = promise
    return create_app(Settings.from_environment(os.environ))


def keeps_smiling():
    """Says yes also when neither the log nor SQL took the press."""
    keep = Door.keep

    def smile(own, in_log, in_sql):
        try:
            keep(own, in_log, in_sql)
        except Unavailable:
            return

    Door.keep = smile
    return create_app(Settings.from_environment(os.environ))


def waits_for_ever():
    """Has more patience with its servers than a citizen has with it."""
    door.LOG_PATIENCE = patience.SECONDS = 30.0
    return create_app(Settings.from_environment(os.environ))


def reads_the_hosts_clock():
    """Opens and closes by the clock of its own host."""
    Clock.now = lambda _clock, _session: datetime.now(UTC)
    return create_app(Settings.from_environment(os.environ))


def forgets_to_end_sessions():
    """Takes the cookie away when somebody logs out, and goes on knowing the session."""
    for room in (sessions, own_account, second_factor):
        room.end_session = lambda *_, **__: None
    for room in (sessions, actions, activation, own_account):
        room.end_sessions_of = lambda *_, **__: 0
    return create_app(Settings.from_environment(os.environ))


def keeps_one_token():
    """Gives each account one token, and knows by a mark beside it how far it may go."""

    def same_row(session, who, *, at, passed_at):
        token = f"the token of {who.id}"
        kept = select(AccountSession).where(AccountSession.token_hash == sessions.token_hash(token))
        row = session.scalars(kept).one_or_none() or AccountSession(
            account_id=who.id, token_hash=sessions.token_hash(token)
        )
        row.started_at = row.last_used_at = at
        row.passed_at, row.ended_at = passed_at, None
        session.add(row)
        session.flush()
        return row, token

    sessions.new_row = same_row
    return create_app(Settings.from_environment(os.environ))


def renews_no_token():
    """Asks again who is there, and lets the token of before go on."""
    for room in (account, deliveries):
        room.renew = lambda: None
    return create_app(Settings.from_environment(os.environ))


def lets_browsers_keep_pages():
    """Says of every page, also of a logged-in one, that the browser may show it again."""
    app = create_app(Settings.from_environment(os.environ))

    def kept(response):
        response.headers.setdefault("Cache-Control", "private, max-age=600")
        return response

    app.after_request(kept)  # the last one told is the first one asked
    return app


def shows_its_cookie_to_scripts():
    """A session cookie without two of its attributes."""
    app = create_app(Settings.from_environment(os.environ))
    app.config.update(SESSION_COOKIE_HTTPONLY=False, SESSION_COOKIE_SAMESITE=None)
    return app
