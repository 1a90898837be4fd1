"""For the machines that watch over the service: alive, ready, and figures for the operator.

None of them is a page: they say nothing to a citizen, and the figures open only with a token.
"""

import hmac
import shutil
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from decide.delivery import queries as deliveries
from decide.errors import NotFound, Unavailable
from decide.kernel.db import Session, size_of
from decide.kernel.metrics import CONTENT_TYPE, Metric, Sheet
from decide.kernel.redis import RedisError, nodes
from decide.kernel.resources import Resources
from decide.participation import queries as participation
from decide.seals import queries as seals
from decide.web.shared.context import door, resources, snapshot
from decide.web.shared.wording import gettext as _


def mount(public: Blueprint) -> None:
    """Addresses of this module."""
    public.add_url_rule("/salud", view_func=alive)
    public.add_url_rule("/lista", view_func=ready)
    public.add_url_rule("/metricas", view_func=metrics)


def alive() -> ResponseReturnValue:
    """This process answers. Asks nobody: a restart mends nothing that is wrong elsewhere."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


def ready() -> ResponseReturnValue:
    """This process may be sent visitors: it has seen the calendar once.

    It stays ready while SQL or the ledger is away, because pages and presses go on then; a proxy
    that took every server out would turn a part's fault into everybody's.
    """
    try:
        snapshot().picture()
    except Unavailable:
        return Response("starting\n", 503, content_type="text/plain; charset=utf-8")
    return Response("ready\n", content_type="text/plain; charset=utf-8")


def metrics() -> ResponseReturnValue:
    """The figures; NotFound without the token, as if there were no such page."""
    token = resources().settings.metrics_token
    given = request.headers.get("Authorization", "")
    if not token or not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise NotFound(_("Esta página no existe."))
    return Response(look(resources()).text(), content_type=CONTENT_TYPE)


def look(own: Resources) -> Sheet:
    """Ask every part; one that is away is said to be away and holds up no other."""
    sheet = Sheet()
    cursors: participation.Cursors = {}

    def sql() -> None:
        cursors.update(door().patience.transaction(lambda session: of_sql(own, session, sheet)))

    parts: tuple[tuple[str, Callable[[], None]], ...] = (
        ("sql", sql),
        ("ledger", lambda: of_ledger(own, cursors, sheet)),
        ("queue", lambda: of_queue(own, sheet)),
    )
    for name, ask in parts:
        sheet.put(Metric.PART_UP, answered(ask), name)
    try:
        age = monotonic() - snapshot().picture().timing.reading.taken
    except Unavailable:
        age = float("inf")
    sheet.put(Metric.PICTURE_AGE, age)
    sheet.put(Metric.FILES_FREE, shutil.disk_usage(existing(own.settings.files_folder)).free)
    return sheet


def answered(ask: Callable[[], None]) -> bool:
    """Whether a part could be asked."""
    try:
        ask()
    except (RedisError, Unavailable):
        return False
    return True


def of_sql(own: Resources, session: Session, sheet: Sheet) -> participation.Cursors:
    """Totals over everybody, deliveries, the newest seal; returns how far the drain is."""
    now = own.clock.now(session)
    totals = participation.totals(session, now.date())
    sheet.put(Metric.PRESSES, totals.reactions)
    sheet.put(Metric.IDEAS, totals.ideas)
    sheet.put(Metric.DRAIN_MISFITS, totals.misfits)
    for state, number in deliveries.states(session).items():
        sheet.put(Metric.DELIVERIES, number, state)
    sealed = seals.newest_at(session)
    closed = deliveries.closing(session, now)
    # Once the closing is sealed nothing is due any more, however old the seal grows.
    if sealed is not None and (closed is None or sealed < closed):
        sheet.put(Metric.SEAL_AGE, (now - sealed).total_seconds())
    sheet.put(Metric.DATABASE_SIZE, size_of(session))
    return participation.cursors_of(session)


def of_ledger(own: Resources, cursors: participation.Cursors, sheet: Sheet) -> None:
    """What waits, and whether the server still writes to its disk."""
    if cursors or sheet.says(Metric.PART_UP, "sql"):
        for each in participation.lag(own, cursors):
            sheet.put(Metric.DRAIN_WAITING, each.waiting, each.stream)
            sheet.put(Metric.DRAIN_COPIED, each.copied, each.stream)
    for node, facts in nodes(own.ledger):
        sheet.put(Metric.LEDGER_MEMORY, facts["used_memory"], node)
        sheet.put(Metric.LEDGER_WRITES, facts["aof_last_write_status"] == "ok", node)


def of_queue(own: Resources, sheet: Sheet) -> None:
    """What waits and what failed."""
    sheet.put(Metric.JOBS_WAITING, own.jobs.waiting())
    sheet.put(Metric.JOBS_FAILED, own.jobs.failed())


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there already."""
    return next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
