"""What surrounds every page of the office: who is logged in, and the menu."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from decide.accounts.roles import STAFF_ROLES
from decide.web.staff.permissions import may
from decide.web.staff.words import role_words


def mount(door: Blueprint) -> None:
    """Add the frame's variables to the templates of this door."""
    door.context_processor(frame)


def frame() -> dict[str, Any]:
    """`account`, `navigation`, `here` and `home_url` for the layout."""
    if not (current_user.is_authenticated and current_user.role in STAFF_ROLES):
        return {"home_url": url_for("public.home"), "here": request.path}
    return {
        "home_url": url_for("staff.dashboard"),
        "here": request.path,
        "account": {
            "name": current_user.person,
            "role": role_words(current_user.role),
            "sign_out_url": url_for("staff.logout"),
        },
        "navigation": [
            (label, url_for(f"staff.{view}"), symbol) for label, view, symbol in menu() if may(view)
        ],
    }


def menu() -> list[tuple[str, str, str]]:
    """The whole menu: label, view, symbol. Each person sees what the table of roles lets them."""
    return [
        (_("Inicio"), "dashboard", "home"),
        (_("Preparación"), "readiness", "check"),
        (_("Calendario"), "calendar", "calendar"),
        (_("Cambios"), "changes", "refresh"),
        (_("Importaciones"), "imports", "upload"),
        (_("Plataformas"), "platforms", "book"),
        (_("Accesos"), "access", "people"),
        (_("Entregas"), "deliveries", "download"),
        (_("Avisos"), "mails", "mail"),
        (_("Presión"), "pressure", "warning"),
        (_("Anulaciones"), "invalidations", "lock"),
        (_("Encuesta"), "survey", "chart"),
        (_("Dudas"), "suggestions", "chat"),
        (_("Derechos ARCO"), "requests", "lock"),
        (_("Textos"), "texts", "book"),
        (_("Boletines"), "bulletins", "paper"),
        (_("Difusión"), "activities", "send"),
        (_("Compromiso"), "commitment", "success"),
        (_("Evaluación"), "benchmarks", "chart"),
        (_("Informes"), "reports", "file"),
        (_("Bitácora"), "audit_trail", "eye"),
        (_("Manual"), "office_manual", "file"),
        (_("Su cuenta"), "own_account", "person"),
    ]
