"""The trail: who did what to what, newest first; looked through, and given as a file."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.accounts import queries as accounts
from decide.accounts.roles import STAFF_ROLES
from decide.audit import actions, chain, queries
from decide.audit.queries import Deed, Wanted
from decide.calendar import queries as calendar
from decide.catalog import queries as catalog
from decide.delivery.spreadsheet import inert
from decide.kernel.resources import Resources
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor
from decide.web.staff.paging import PER_PAGE
from decide.web.staff.trail_words import Names, facts_of
from decide.web.staff.words import kinds_of_the_trail

LONGEST_TEXT = 100
PROGRAM = "0"
BOXES = ("asunto", "numero", "persona", "desde", "hasta", "texto")
COLUMNS = (
    "renglon", "momento", "persona", "usuario", "cuenta", "sesion", "hecho", "asunto", "numero",
    "antes", "despues", "motivo", "eslabon",
)  # fmt: skip


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/bitacora", view_func=audit_trail)
    door.add_url_rule("/bitacora/archivo", view_func=audit_file, methods=["POST"])


def audit_trail() -> ResponseReturnValue:
    """A page of the trail; `antes` goes on, the boxes narrow it down."""
    before = request.args.get("antes", "")
    if before and not plain_number(before):
        abort(404)
    typed = {name: request.args.get(name, "").strip() for name in BOXES}
    wanted, errors = wanted_in(typed)
    with reading() as session:
        leaf = queries.deeds(
            session, wanted, before=int(before[:18]) if before else None, size=PER_PAGE
        )
        last, head = chain.newest(session)
        known = accounts.accounts(session)
        people = {account.id: account.person for account in known}
        keys = {each.key: each.title for each in calendar.windows(session)}
        keys |= catalog.contest_names(session)
        names = Names(people, catalog.actor_names(session), zone(), keys)
    return render_template(
        "staff/audit.html",
        leaf=leaf,
        facts={deed.id: facts_of(deed, names) for deed in leaf.deeds},
        people=people,
        # Hundreds of people of actors would make an endless list: their account's page leads here.
        offered=[
            (each.id, each.person)
            for each in known
            if each.role in STAFF_ROLES or str(each.id) == typed["persona"]
        ],
        kinds=kinds_of_the_trail(),
        typed=typed,
        filters={name: value for name, value in typed.items() if value},
        errors=errors,
        last=last,
        head=head.hex(),
    ), 422 if errors else 200


def wanted_in(typed: dict[str, str]) -> tuple[Wanted, dict[str, str]]:
    """What the boxes ask for, and what is wrong with them. What is wrong asks for nothing."""
    errors = {}
    if typed["asunto"] and typed["asunto"] not in kinds_of_the_trail():
        abort(404)
    if typed["numero"] and not plain_number(typed["numero"]):
        errors["numero"] = _("Escriba el número del asunto, sin letras.")
    if typed["persona"] and not plain_number(typed["persona"]):
        abort(404)
    if len(typed["texto"]) > LONGEST_TEXT:
        errors["texto"] = _("Escriba hasta %(n)s letras.", n=LONGEST_TEXT)
    days = {}
    for name in ("desde", "hasta"):
        try:
            days[name] = date.fromisoformat(typed[name]) if typed[name] else None
        except ValueError:
            days[name] = None
            errors[name] = _("Escriba la fecha así: 2021-06-06.")
    until = days["hasta"] + timedelta(days=1) if days["hasta"] else None
    return Wanted(
        subject_kind=typed["asunto"],
        subject_id=number_in(typed["numero"]) if "numero" not in errors else None,
        account_id=number_in(typed["persona"]),
        since=midnight(days["desde"]),
        until=midnight(until),
        text=typed["texto"][:LONGEST_TEXT],
    ), errors


def audit_file() -> ResponseReturnValue:
    """What the boxes ask for as CSV, the oldest first. Taking it away is a deed of its own."""
    typed = {name: request.form.get(name, "").strip() for name in BOXES}
    wanted, errors = wanted_in(typed)
    if errors:
        abort(422)
    with transaction() as (session, now):
        actions.record(
            session, "trail.exported", at=now, by=visitor().id, subject=("trail", None),
            after={name: value for name, value in typed.items() if value},
        )  # fmt: skip
    answer = Response(
        lines_of(resources(), wanted, _("El programa")), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="bitacora.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def lines_of(own: Resources, wanted: Wanted, program: str) -> Iterator[str]:
    """The file, piece by piece: a long trail must not lie in memory as a whole."""
    with own.database.reading() as session:
        people = {0: (program, "")}
        people |= {each.id: (each.person, each.username) for each in accounts.accounts(session)}
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for deed in queries.every_deed(session, wanted):
            writer.writerow([inert(str(cell)) for cell in row_of(deed, people)])
            if out.tell() > 1 << 16:
                yield out.getvalue()
                out.seek(0)
                out.truncate()
        yield out.getvalue()


def row_of(deed: Deed, people: dict[int, tuple[str, str]]) -> tuple[object, ...]:
    """A deed as a line of the file; codes as they are kept, so that two files can be compared."""
    who = people.get(deed.account_id or 0, ("", ""))
    return (
        deed.id,
        deed.at.isoformat(),
        who[0],
        who[1],
        deed.account_id or "",
        deed.session_id or "",
        deed.deed,
        deed.subject_kind,
        deed.subject_id or "",
        json.dumps(deed.before, ensure_ascii=False, sort_keys=True) if deed.before else "",
        json.dumps(deed.after, ensure_ascii=False, sort_keys=True) if deed.after else "",
        deed.reason or "",
        deed.head,
    )


def midnight(day: date | None) -> datetime | None:
    """The beginning of a day in the authority's zone."""
    if day is None:
        return None
    return datetime.combine(day, datetime.min.time(), zone())


def zone() -> ZoneInfo:
    """The authority's."""
    return ZoneInfo(resources().settings.time_zone)


def plain_number(text: str) -> bool:
    """Whether a text is a number as an address may carry it."""
    return text.isascii() and text.isdigit() and len(text) <= 18


def number_in(text: str) -> int | None:
    """The number in a box; None for an empty one."""
    return int(text) if text else None
