"""The trail: who did what to what, newest first."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from decide.accounts import queries as accounts
from decide.audit import queries
from decide.web.shared.context import reading

KINDS = (
    "account", "actor", "candidacy", "change", "delivery", "import_run", "phase", "platform",
    "process", "proposal", "result", "suggestion",
)  # fmt: skip


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/bitacora", view_func=audit_trail)


def audit_trail() -> ResponseReturnValue:
    """A page of the trail; `antes` goes on, `asunto` keeps one kind."""
    kind = request.args.get("asunto", "")
    before = request.args.get("antes", "")
    if (kind and kind not in KINDS) or (before and not (before.isascii() and before.isdigit())):
        abort(404)
    with reading() as session:
        leaf = queries.deeds(
            session, before=int(before[:18]) if before else None, subject_kind=kind
        )
        people = {account.id: account.person for account in accounts.accounts(session)}
    return render_template("staff/audit.html", leaf=leaf, people=people, kinds=KINDS, kind=kind)
