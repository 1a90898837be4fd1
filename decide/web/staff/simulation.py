"""“What would the public see on …?”: the public site at any instant, to look at and no more."""

import re
from datetime import datetime

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.calendar import queries as calendar
from decide.errors import NotFound
from decide.web.shared.context import reading, resources
from decide.web.shared.simulation import POLICY, Shown, shown_at
from decide.web.staff.calendar import WRITTEN, instant, local

SCRIPT = re.compile(rb"<script\b.*?</script>", re.DOTALL)
KEPT_HEADERS = ("Content-Type", "Content-Disposition", "Location")


def mount(door: Blueprint) -> None:
    """Addresses of this module. Only GET: there is nothing to send to."""
    door.add_url_rule("/simulacion", view_func=simulation)
    one = "/simulacion/<string:moment>/"
    door.add_url_rule(one, "simulated", simulated, defaults={"path": ""})
    door.add_url_rule(f"{one}<path:path>", "simulated", simulated)


def simulation() -> ResponseReturnValue:
    """Choose an instant; the edges of the phases are offered."""
    typed = request.args.get("momento", "").strip()
    at = instant(typed) if typed else None
    if at is not None:
        return redirect(url_for("staff.simulated", moment=at.strftime(WRITTEN[0])))
    with reading() as session:
        now = resources().clock.now(session)
        windows = calendar.windows(session)
    page = render_template(
        "staff/simulation.html",
        windows=windows,
        typed=typed or local(now),
        error=_("Escriba fecha y hora así: 2021-06-03 00:00.") if typed else "",
        short=local,
    )
    return (page, 422) if typed else page


def simulated(moment: str, path: str) -> ResponseReturnValue:
    """A public page at the instant; NotFound for what is no instant or no public page."""
    at = instant(moment)
    if at is None or path.split("/", maxsplit=1)[0] in ("oficina", "partido", "api"):
        raise NotFound(_("Esta página no está en la simulación."))
    root = url_for("staff.simulated", moment=moment).rstrip("/")
    return dressed(asked(path, root, at))


def asked(path: str, root: str, at: datetime) -> Shown:
    """The page itself."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return shown_at(app, f"/{path}", request.query_string.decode(), root=root, at=at)


def dressed(shown: Shown) -> Response:
    """The answer, to be kept by nobody and with nothing in it that could act."""
    # The policy would stop scripts too; a page without them does not complain.
    answer = Response(SCRIPT.sub(b"", shown.body), shown.status)
    for name in KEPT_HEADERS:
        if name in shown.headers:
            answer.headers[name] = shown.headers[name]
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
