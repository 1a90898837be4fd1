"""What takes two people: the proposals that wait, the table of such deeds, and deciding one."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.accounts import queries as accounts
from decide.catalog.changes import changes as changed_words
from decide.changes import actions, queries
from decide.changes.states import ChangeState, Kind
from decide.changes.table import DEEDS, ELSEWHERE, instant, text_key
from decide.errors import Refused
from decide.web.shared.context import reading, transaction
from decide.web.shared.login import visitor
from decide.web.shared.wording import gettext
from decide.web.staff.permissions import may
from decide.web.staff.words import role_words


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    one = "/cambios/<int:change_id>"
    door.add_url_rule("/cambios", view_func=changes)
    door.add_url_rule(one, view_func=change)
    door.add_url_rule(f"{one}/aprobar", view_func=confirm_change, methods=["POST"])
    door.add_url_rule(f"{one}/rechazar", view_func=discard_change, methods=["POST"])
    door.add_app_template_filter(moment_or_none)
    door.add_app_template_filter(text_key)
    door.add_app_template_filter(changed_words, "changed_words")


def changes() -> ResponseReturnValue:
    """All of them, those that wait first, and which deeds take two people."""
    with reading() as session:
        lines = queries.changes(session)
        people = {account.id: account.person for account in accounts.accounts(session)}
    return render_template(
        "staff/changes.html", lines=lines, most=queries.SHOWN, people=people, deeds=deeds(),
        states=state_words(),
    )  # fmt: skip


def deeds() -> list[tuple[str, str, str, str]]:
    """The table of the code in words: deed, when it takes two, which role, the page where."""
    found = [
        (*deed_of_two(kind), who_may(deed.proposers | deed.roles, deed.roles), page_of(kind))
        for kind, deed in DEEDS.items()
    ]
    found += [
        (*deed_of_two(each.key), roles_in_words(each.roles), link_to(each.view))
        for each in ELSEWHERE
    ]
    return found


def link_to(view: str) -> str:
    """The page of a deed; "" for whom it is closed."""
    return url_for(view) if may(view.removeprefix("staff.")) else ""


def who_may(proposers: frozenset[str], roles: frozenset[str]) -> str:
    """Who proposes and who confirms; said once where they are the same."""
    if proposers == roles:
        return roles_in_words(roles)
    return str(
        _(
            "Propone: %(proposers)s. Confirma: %(roles)s.",
            proposers=roles_in_words(proposers),
            roles=roles_in_words(roles),
        )
    )


def roles_in_words(roles: frozenset[str]) -> str:
    """“Administración, Importación”."""
    return ", ".join(sorted(role_words(role) for role in roles))


def page_of(kind: Kind) -> str:
    """Where such a change is proposed."""
    pages: dict[str, str] = {
        Kind.MOVE_PHASE: "staff.calendar",
        Kind.PUBLISH_BENCHMARK: "staff.benchmarks",
        Kind.REOPEN_BENCHMARK: "staff.benchmarks",
        Kind.PUBLISH_TEXT: "staff.texts",
        Kind.SHOW_STATISTICS: "staff.calendar",
    }
    return link_to(pages[kind])


def deed_of_two(kind: str) -> tuple[str, str]:
    """A deed and when it takes two people."""
    words: dict[str, tuple[str, str]] = {
        Kind.MOVE_PHASE: (
            _("Mover una etapa del calendario"),
            _("Cuando toca una fecha a menos de 48 horas o reabre una etapa cerrada."),
        ),
        Kind.PUBLISH_BENCHMARK: (_("Publicar una evaluación del portal"), _("Siempre.")),
        Kind.REOPEN_BENCHMARK: (_("Reabrir una evaluación publicada"), _("Siempre.")),
        Kind.PUBLISH_TEXT: (_("Publicar un texto del sitio"), _("Siempre.")),
        Kind.SHOW_STATISTICS: (
            _("Mostrar u ocultar las estadísticas antes de los resultados"),
            _("Siempre."),
        ),
        "invalidation": (_("Anular respuestas"), _("Siempre.")),
    }
    return words[kind]


def change(change_id: int) -> ResponseReturnValue:
    """One proposal: what would change, why, who proposed it and who may confirm it."""
    with reading() as session:
        line = queries.change(session, change_id)
        people = {account.id: account.person for account in accounts.accounts(session)}
    return render_template(
        "staff/change.html",
        line=line,
        people=people,
        own=line.proposed_by == visitor().id,
        may_decide=visitor().role in DEEDS[line.kind].roles,
        states=state_words(),
    )


def confirm_change(change_id: int) -> ResponseReturnValue:
    """Confirm somebody else's; what the deed refuses comes back as a sentence."""
    try:
        with transaction() as (session, now):
            actions.confirm(session, change_id, at=now, by=visitor().id)
    except Refused as refusal:
        flash(gettext(str(refusal)), "error")
    else:
        flash(_("Lo confirmó. Ya vale."), "success")
    return redirect(url_for("staff.change", change_id=change_id), 303)


def discard_change(change_id: int) -> ResponseReturnValue:
    """Put one aside."""
    with transaction() as (session, now):
        actions.discard(session, change_id, at=now, by=visitor().id)
    flash(_("Lo descartamos. No cambió nada."), "success")
    return redirect(url_for("staff.changes"), 303)


def moment_or_none(text: str | None) -> datetime | None:
    """A date of a proposal; None for open-ended."""
    return instant(text)


def state_words() -> dict[str, str]:
    """Where it stands, in a word."""
    return {
        ChangeState.PROPOSED: _("Por confirmar"),
        ChangeState.CONFIRMED: _("Confirmado"),
        ChangeState.DISCARDED: _("Descartado"),
    }
