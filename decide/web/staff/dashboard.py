"""The office's first page: is the service well, and what is due. Never a figure about one actor."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from decide.calendar import queries as calendar
from decide.delivery import queries as deliveries
from decide.kernel.redis import RedisError
from decide.kernel.resources import Resources
from decide.participation import queries as participation
from decide.web.shared.context import reading, resources


@dataclass(frozen=True)
class Health:
    """How far the machinery is behind; None where a part does not answer."""

    undrained: int | None
    jobs: int | None


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("", view_func=dashboard)


def dashboard() -> ResponseReturnValue:
    """Phase, totals over everybody, lag, deliveries."""
    own = resources()
    with reading() as session:
        now = own.clock.now(session)
        standing = calendar.standing_at(session, now)
        today = now.astimezone(ZoneInfo(own.settings.time_zone)).date()
        totals = participation.totals(session, today)
        states = deliveries.states(session)
    return render_template(
        "staff/dashboard.html",
        now=now,
        standing=standing,
        totals=totals,
        states=states,
        health=health(own),
    )


def health(own: Resources) -> Health:
    """Ask the log and the queue; either may be away without the page failing."""
    try:
        undrained = sum(lag.waiting for lag in participation.lag(own))
    except RedisError:
        undrained = None
    try:
        jobs = own.jobs.waiting()
    except RedisError:
        jobs = None
    return Health(undrained, jobs)
