"""“Su base de datos”: what was delivered to this actor, and taking it home."""

from datetime import datetime

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from decide.accounts.roles import Role
from decide.calendar.rules import Area
from decide.delivery import actions, queries
from decide.web.shared import handover
from decide.web.shared.context import must_see, reading, snapshot, standing, transaction
from decide.web.shared.login import actor_of, visitor

DOWNLOADERS = frozenset({Role.COORDINATOR})
OWN_COPY = "Copia propia"


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    handover.mount(door)
    door.add_url_rule("/base-de-datos", view_func=deliveries)
    door.add_url_rule(
        "/base-de-datos/<int:number>/descargar", view_func=download_delivery, methods=["POST"]
    )


def deliveries() -> ResponseReturnValue:
    """What there is to receive; before the calendar opens it, when that will be."""
    if Area.DELIVERY not in standing().visible:
        return render_template("actor/deliveries_closed.html", opens_at=opens_at())
    with reading() as session:
        own = queries.deliveries_of(session, actor_of())
    ready = next((line for line in own if line.is_ready), None)
    coming = next((line for line in own if line.is_moving), None)
    return render_template(
        "actor/deliveries.html",
        delivery=ready,
        coming=coming,
        older=[line for line in own if line.is_ready and line is not ready],
        may_download=visitor().role in DOWNLOADERS,
    )


def opens_at() -> datetime | None:
    """When the calendar will show deliveries; None when it does not say."""
    picture = snapshot().picture()
    now = picture.now()
    return min(
        (
            window.opens_at
            for window in picture.windows
            if Area.DELIVERY in window.visible and window.opens_at > now
        ),
        default=None,
    )


def download_delivery(number: int) -> ResponseReturnValue:
    """Hand the package over and write it down; another actor's does not exist."""
    must_see(Area.DELIVERY)
    if visitor().role not in DOWNLOADERS:
        abort(403)
    with transaction() as (session, now):
        line = queries.delivery_of(session, actor_of(), number)
        path = handover.located(line)
        actions.note_download(session, line, at=now, by=visitor().id, reason=OWN_COPY)
    return handover.handed(path, line)
