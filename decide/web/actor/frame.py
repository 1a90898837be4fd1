"""What surrounds every page of the actors' portal: who is logged in, the menu, the dates."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from decide.accounts.roles import ACTOR_ROLES, Role
from decide.calendar.rules import Area
from decide.web.shared.context import standing


def mount(door: Blueprint) -> None:
    """Add the frame's variables to the templates of this door."""
    door.context_processor(frame)


def frame() -> dict[str, Any]:
    """`account`, `navigation`, `here` and `home_url` for the layout."""
    home = url_for("actor.dashboard")
    if not (current_user.is_authenticated and current_user.role in ACTOR_ROLES):
        return {"home_url": url_for("public.home"), "here": request.path}
    return {
        "home_url": home,
        "here": request.path,
        "account": {
            "name": current_user.person,
            "role": role_words(current_user.role),
            "sign_out_url": url_for("actor.logout"),
        },
        "navigation": navigation(),
        "publishes": current_user.role is Role.COORDINATOR,
    }


def navigation() -> list[tuple[str, str, str]]:
    """The portal's menu: label, address, icon."""
    coordination = [
        (_("Su equipo"), url_for("actor.team"), "people"),
        (_("Historial"), url_for("actor.history"), "clock"),
    ]
    received = [(_("Ideas que recibió"), url_for("actor.ideas"), "chat")]
    answers = current_user.role is Role.COORDINATOR and Area.DELIVERY in standing().visible
    return [
        (_("Sus candidaturas"), url_for("actor.dashboard"), "ballot"),
        (_("Por publicar"), url_for("actor.waiting"), "send"),
        (_("Llenar con un archivo"), url_for("actor.files"), "upload"),
        (_("Su base de datos"), url_for("actor.deliveries"), "download"),
        *(received if answers else []),
        *(coordination if current_user.role is Role.COORDINATOR else []),
        (_("Su cuenta"), url_for("actor.own_account"), "person"),
        (_("Ayuda"), url_for("actor.help_page"), "book"),
    ]


def role_words(role: Role) -> str:
    """“Coordinación”."""
    words: dict[Role, str] = {
        Role.COORDINATOR: _("Coordinación"),
        Role.EDITOR: _("Edición"),
    }
    return words.get(role, "")
