"""How hard the citizens' door is being pushed: see the level, and set it with a reason."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.errors import Conflict
from decide.participation import pressure as rooms
from decide.participation.pressure import LONGEST_REASON, Level
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/presion", view_func=pressure)
    door.add_url_rule("/presion", view_func=set_pressure, methods=["POST"])
    door.add_app_template_filter(level_words)


def pressure() -> ResponseReturnValue:
    """The level, since when and why, and what came in lately."""
    return shown({"level": "", "reason": ""}, {})


def set_pressure() -> ResponseReturnValue:
    """Set it. What was typed comes back when something is missing or somebody was faster."""
    typed = {name: request.form.get(name, "").strip() for name in ("level", "reason")}
    errors: dict[str, str] = {}
    if typed["level"] not in set(Level):
        errors["level"] = _("Elija un nivel.")
    if not typed["reason"] or len(typed["reason"]) > LONGEST_REASON:
        errors["reason"] = _("Escriba el motivo, en no más de %(n)s caracteres.", n=LONGEST_REASON)
    if errors:
        return shown(typed, errors), 422
    try:
        with transaction() as (session, now):
            rooms.set_level(
                session,
                typed["level"],
                reason=typed["reason"],
                at=now,
                by=visitor().id,
                revision=request.form.get("revision", 0, type=int),
            )
    except Conflict as conflict:
        return shown(typed, {"level": str(conflict)}), 409
    flash(_("Cambiamos el nivel. Vale en todas las páginas en dos segundos."), "success")
    return redirect(url_for("staff.pressure"), 303)


def shown(typed: dict[str, str], errors: dict[str, str]) -> str:
    """The page, with what was typed."""
    settings = resources().settings
    with reading() as session:
        now = resources().clock.now(session)
        standing = rooms.standing(session)
        answers = rooms.busiest(session, now - 3 * rooms.MINUTE, now)
    return render_template(
        "staff/pressure.html",
        now=now,
        standing=standing,
        answers=answers,
        typed=typed,
        errors=errors,
        limit=LONGEST_REASON,
        alert_from=settings.alert_answers_per_minute,
        siege_from=settings.siege_answers_per_minute,
        per_network=settings.answers_per_network,
    )


def level_words(level: str) -> str:
    """“Alerta”."""
    words: dict[str, str] = {
        Level.NORMAL: _("Normal"),
        Level.ALERT: _("Alerta"),
        Level.SIEGE: _("Asedio"),
    }
    return words.get(level, level)
