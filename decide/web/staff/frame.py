"""What surrounds every page of the office: who is logged in, and the menu."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from decide.accounts.roles import STAFF_ROLES
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
            (_("Inicio"), url_for("staff.dashboard"), "home"),
            (_("Preparación"), url_for("staff.readiness"), "check"),
            (_("Calendario"), url_for("staff.calendar"), "calendar"),
            (_("Cambios"), url_for("staff.changes"), "refresh"),
            (_("Importaciones"), url_for("staff.imports"), "upload"),
            (_("Accesos"), url_for("staff.access"), "people"),
            (_("Entregas"), url_for("staff.deliveries"), "download"),
            (_("Avisos"), url_for("staff.mails"), "mail"),
            (_("Presión"), url_for("staff.pressure"), "warning"),
            (_("Anulaciones"), url_for("staff.invalidations"), "lock"),
            (_("Encuesta"), url_for("staff.survey"), "chart"),
            (_("Dudas"), url_for("staff.suggestions"), "chat"),
            (_("Derechos ARCO"), url_for("staff.requests"), "lock"),
            (_("Boletines"), url_for("staff.bulletins"), "paper"),
            (_("Difusión"), url_for("staff.activities"), "send"),
            (_("Compromiso"), url_for("staff.commitment"), "success"),
            (_("Informes"), url_for("staff.reports"), "file"),
            (_("Bitácora"), url_for("staff.audit_trail"), "eye"),
            (_("Su cuenta"), url_for("staff.own_account"), "person"),
        ],
    }
