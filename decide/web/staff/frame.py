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
        "navigation": groups(request.path),
    }


def groups(path: str) -> list[tuple[str, list[tuple[str, str, str]], bool]]:
    """What whoever is logged in may open: title, (label, url, icon), whether the group stands open.

    Open is the group of the page at `path`; on a page of no group, the one that work begins with.
    """
    found = []
    for title, entries in menu():
        links = [
            (label, url_for(f"staff.{view}"), symbol)
            for label, view, symbol in entries
            if may(view)
        ]
        within = any(f"{path}/".startswith(f"{url}/") for _label, url, _symbol in links)
        if links:
            found.append((title, links, within))
    if not any(title and within for title, _links, within in found):
        found[1] = (*found[1][:2], True)
    return found


def menu() -> list[tuple[str, list[tuple[str, str, str]]]]:
    """The whole menu by groups: label, view, symbol. The table of roles says who sees what."""
    return [
        ("", [(_("Inicio"), "dashboard", "home")]),
        (
            _("Preparar"),
            [
                (_("Preparación"), "readiness", "check"),
                (_("Calendario"), "calendar", "calendar"),
                (_("Cambios"), "changes", "refresh"),
                (_("Importaciones"), "imports", "upload"),
                (_("Cartografía"), "shapes", "map"),
                (_("Plataformas"), "platforms", "book"),
                (_("Accesos"), "access", "people"),
            ],
        ),
        (
            _("Publicar"),
            [
                (_("Textos"), "texts", "book"),
                (_("Boletines"), "bulletins", "paper"),
                (_("Difusión"), "activities", "send"),
                (_("Compromiso"), "commitment", "success"),
                (_("Evaluación"), "benchmarks", "chart"),
            ],
        ),
        (
            _("Escuchar"),
            [
                (_("Dudas"), "suggestions", "chat"),
                (_("Encuesta"), "survey", "chart"),
                (_("Derechos ARCO"), "requests", "lock"),
            ],
        ),
        (
            _("Vigilar"),
            [
                (_("Avisos"), "mails", "mail"),
                (_("Presión"), "pressure", "warning"),
                (_("Anulaciones"), "invalidations", "lock"),
                (_("Bitácora"), "audit_trail", "eye"),
            ],
        ),
        (
            _("Entregar"),
            [
                (_("Entregas"), "deliveries", "download"),
                (_("Informes"), "reports", "file"),
            ],
        ),
        (
            _("Ayuda y cuenta"),
            [
                (_("Manual"), "office_manual", "file"),
                (_("Su cuenta"), "own_account", "person"),
            ],
        ),
    ]
