"""The phases, and moving one of them with a reason."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.calendar import actions, queries
from decide.calendar.rules import Window
from decide.changes import actions as changes
from decide.changes import queries as changing
from decide.changes.actions import AlreadyProposed
from decide.changes.states import Kind
from decide.errors import NotFound
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor

LONGEST = 500
STATISTICS = "statistics"  # what the one switch is about
WRITTEN = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S")


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/calendario", view_func=calendar)
    door.add_url_rule("/calendario/<string:key>", view_func=phase, methods=["GET", "POST"])
    door.add_url_rule("/calendario/estadisticas", view_func=early_statistics, methods=["POST"])


def calendar() -> ResponseReturnValue:
    """All phases in the order in which they open, and what each opens."""
    return calendar_page()


def calendar_page(error: str = "") -> str:
    """The calendar; `error` is said beside the switch of the statistics."""
    with reading() as session:
        now = resources().clock.now(session)
        windows = queries.windows(session)
        waiting = {
            each.key: changing.open_about(session, Kind.MOVE_PHASE, each.key) for each in windows
        }
        switching = changing.open_about(session, Kind.SHOW_STATISTICS, STATISTICS)
    return render_template(
        "staff/calendar.html",
        windows=windows,
        waiting=waiting,
        now=now,
        early=actions.shows_early(each.visible for each in windows),
        switching=switching,
        error=error,
    )


def early_statistics() -> ResponseReturnValue:
    """Propose to show the statistics before the results, or no longer; another person confirms."""
    reason = request.form.get("reason", "").strip()[:LONGEST]
    if not reason:
        return calendar_page(_("Escriba por qué lo propone. Queda en la bitácora.")), 422
    with transaction() as (session, now):
        early = actions.shows_early(each.visible for each in queries.windows(session))
        number = changes.propose(
            session,
            Kind.SHOW_STATISTICS,
            about=STATISTICS,
            title=_("Ocultar las estadísticas hasta los resultados")
            if early
            else _("Mostrar las estadísticas antes de los resultados"),
            told={"before": {"early": early}, "after": {"early": not early}},
            reason=reason,
            at=now,
            by=visitor().id,
        )
    flash(_("Otra persona debe confirmarlo."), "info")
    return redirect(url_for("staff.change", change_id=number), 303)


def phase(key: str) -> ResponseReturnValue:
    """One phase's dates: see and change. Refused with the field that is wrong."""
    with reading() as session:
        window = window_of(queries.windows(session), key)
    typed = {"opens": local(window.opens_at), "closes": local(window.closes_at), "reason": ""}
    if request.method == "GET":
        return form_page(window, typed, {})
    typed = {name: request.form.get(name, "").strip() for name in typed}
    opens, closes, errors = dates_in(typed)
    if not typed["reason"]:
        errors["reason"] = _("Escriba por qué cambia las fechas. Queda en la bitácora.")
    if errors or opens is None:
        return form_page(window, typed, errors), 422
    dates = opens, closes
    try:
        return moved(window, dates, typed["reason"][:LONGEST])
    except actions.DateRefused as refusal:
        return form_page(window, typed, {refusal.field: str(refusal)}), 422
    except AlreadyProposed as conflict:
        return form_page(window, typed, {"opens": str(conflict)}), 409


def moved(
    window: Window, dates: tuple[datetime, datetime | None], reason: str
) -> ResponseReturnValue:
    """Move it; when one person is not enough, write it down for another one to confirm."""
    opens, closes = dates
    try:
        with transaction() as (session, now):
            actions.move_phase(
                session, window.key, opens_at=opens, closes_at=closes, at=now, by=visitor().id,
                reason=reason,
            )  # fmt: skip
    except actions.SecondPersonNeeded as needed:
        told = {
            "before": edges(window.opens_at, window.closes_at),
            "after": edges(opens, closes),
        }
        with transaction() as (session, now):
            number = changes.propose(
                session,
                Kind.MOVE_PHASE,
                about=window.key,
                title=_("Mover «%(title)s»", title=needed.title),
                told=told,
                reason=reason,
                at=now,
                by=visitor().id,
            )
        flash(
            _("La etapa ya cerró o faltan menos de 48 horas: otra persona debe confirmarlo."),
            "info",
        )
        return redirect(url_for("staff.change", change_id=number), 303)
    flash(_("Cambiamos las fechas de «%(title)s».", title=window.title), "success")
    return redirect(url_for("staff.calendar"), 303)


def edges(opens: datetime, closes: datetime | None) -> dict[str, str | None]:
    """Two dates as a proposal keeps them."""
    return {
        "opens_at": opens.isoformat(),
        "closes_at": closes.isoformat() if closes is not None else None,
    }


def form_page(window: Window, typed: dict[str, str], errors: dict[str, str]) -> str:
    """The form with what was typed."""
    return render_template("staff/phase.html", window=window, typed=typed, errors=errors)


def window_of(windows: tuple[Window, ...], key: str) -> Window:
    """One phase; NotFound."""
    for window in windows:
        if window.key == key:
            return window
    raise NotFound(_("Esa etapa no existe."))


def dates_in(typed: dict[str, str]) -> tuple[datetime | None, datetime | None, dict[str, str]]:
    """Opening, closing (None when left blank) and what is wrong with them, by field."""
    errors: dict[str, str] = {}
    read = {name: instant(typed[name]) for name in ("opens", "closes")}
    for name, value in read.items():
        if typed[name] and value is None:
            errors[name] = _("Escriba fecha y hora así: 2021-06-03 00:00.")
    if not typed["opens"]:
        errors["opens"] = _("Escriba cuándo abre la etapa.")
    return read["opens"], read["closes"], errors


def instant(text: str) -> datetime | None:
    """A date and time of the authority's zone; None when it is none."""
    for form in WRITTEN:
        try:
            return datetime.strptime(text, form).replace(tzinfo=zone())
        except ValueError:
            continue
    return None


def local(value: datetime | None) -> str:
    """An instant as the date box wants it; "" for open-ended."""
    return value.astimezone(zone()).strftime(WRITTEN[0]) if value else ""


def zone() -> ZoneInfo:
    """The authority's time zone."""
    return ZoneInfo(resources().settings.time_zone)
