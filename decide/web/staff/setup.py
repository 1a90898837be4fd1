"""Setting the process up: what is missing for each phase, the process itself, its territory."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.calendar import queries as calendar
from decide.calendar.commitment import KeyDates
from decide.calendar.queries import ProcessFacts
from decide.calendar.setup import Setup, SetupRefused, set_up
from decide.errors import NotFound
from decide.imports.command import prepare
from decide.readiness.board import Need, Place, board
from decide.readiness.facts import facts
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor
from decide.web.staff.permissions import may

DATES = ("platforms", "campaign", "campaign_end", "election_day", "results")


@dataclass(frozen=True)
class Form:
    """What the page of the process shows."""

    process: ProcessFacts | None
    has_phases: bool
    typed: dict[str, str]
    errors: dict[str, str]


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/preparacion", view_func=readiness)
    door.add_url_rule("/proceso", view_func=process_form)
    door.add_url_rule("/proceso", view_func=save_process, methods=["POST"])
    door.add_url_rule("/proceso/territorio", view_func=load_map, methods=["POST"])


def readiness() -> ResponseReturnValue:
    """The board: per phase what is missing, who does it, and the page where."""
    with reading() as session:
        now = resources().clock.now(session)
        told = board(facts(session))
    today = now.astimezone(ZoneInfo(resources().settings.time_zone)).date()
    step = told.next_step(today)
    return render_template("staff/readiness.html", board=told, step=step, now=now, url_of=url_of)


def url_of(need: Need) -> str:
    """The page that mends a need; "" when no page does, or none that whoever looks may open."""
    if need.place is Place.IMPORTS:
        return url_for("staff.imports", lista=need.layout or None) if may("imports") else ""
    views = {
        Place.PROCESS: "staff.process_form",
        Place.CALENDAR: "staff.calendar",
        Place.SHAPES: "staff.shapes",
        Place.PLATFORMS: "staff.platforms",
        Place.TEXTS: "staff.texts",
        Place.ACCESS: "staff.access",
    }
    view = views.get(need.place, "")
    return url_for(view) if may(view.removeprefix("staff.")) else ""


def process_form() -> ResponseReturnValue:
    """Name, election day and, while there are no phases, the dates that make them."""
    known, has_phases = standing_process()
    typed = dict.fromkeys(("name", *DATES), "")
    if known:
        typed |= {"name": known.name, "election_day": known.election_day.isoformat()}
    return form_page(Form(known, has_phases, typed, {}))


def save_process() -> ResponseReturnValue:
    """Write the process; refused with the box that is wrong."""
    known, has_phases = standing_process()
    typed = {name: request.form.get(name, "").strip() for name in ("name", *DATES)}
    told, errors = setup_in(typed, has_phases)
    if told is None:
        return form_page(Form(known, has_phases, typed, errors)), 422
    try:
        with transaction() as (session, now):
            zone = ZoneInfo(resources().settings.time_zone)
            made = set_up(session, told, zone, at=now, by=visitor().id)
    except SetupRefused as refusal:
        return form_page(Form(known, has_phases, typed, {refusal.part: str(refusal)})), 422
    flash(
        _("Guardamos el proceso y sus etapas.") if made else _("Guardamos el proceso."), "success"
    )
    return redirect(url_for("staff.readiness"), 303)


def load_map() -> ResponseReturnValue:
    """Load the territory that the product ships, and make its elections. Repeating is harmless."""
    written, contests = prepare(resources(), by=visitor().id)
    if written or contests:
        flash(_("Cargamos el territorio y %(n)s elecciones.", n=contests), "success")
    else:
        flash(_("El territorio ya estaba. No cambió nada."), "info")
    return redirect(url_for("staff.readiness"), 303)


def standing_process() -> tuple[ProcessFacts | None, bool]:
    """The process, if there is one, and whether it has phases."""
    with reading() as session:
        has_phases = bool(calendar.windows(session))
        try:
            return calendar.process(session), has_phases
        except NotFound:
            return None, has_phases


def setup_in(typed: dict[str, str], has_phases: bool) -> tuple[Setup | None, dict[str, str]]:
    """What was typed as a set-up, or what is wrong with it by box."""
    needed = ("election_day",) if has_phases else DATES
    days = {name: day_in(typed[name]) for name in needed}
    errors = {
        name: _("Escriba la fecha así: 2021-06-06.") for name, day in days.items() if day is None
    }
    found = {name: day for name, day in days.items() if day is not None}
    if errors:
        return None, errors
    dates = None if has_phases else KeyDates(**found)
    return Setup(" ".join(typed["name"].split()), found["election_day"], dates), {}


def day_in(text: str) -> date | None:
    """A date as a date box sends it, or as 06/06/2021."""
    parts = text.split("/")
    try:
        return date.fromisoformat("-".join(reversed(parts)) if len(parts) == 3 else text)
    except ValueError:
        return None


def form_page(form: Form) -> str:
    """The page with what was typed."""
    return render_template("staff/process.html", form=form)
