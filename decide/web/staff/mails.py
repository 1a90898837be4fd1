"""The mails that went out to people of actors, and those that did not."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.accounts import queries as accounts
from decide.reminders import queries
from decide.reminders.kinds import MailKind, MailState
from decide.web.shared.context import reading, resources
from decide.web.staff.paging import leaf_of


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/avisos", view_func=mails)


def mails() -> ResponseReturnValue:
    """The newest mails; persons, reasons and states, never an address."""
    with reading() as session:
        counts = queries.counts(session)
        leaf = leaf_of(sum(counts.values()), "staff.mails")
        lines = queries.mails(session, start=leaf.start, size=leaf.size)
        people = {account.id: account.person for account in accounts.accounts(session)}
    return render_template(
        "staff/mails.html",
        lines=lines,
        leaf=leaf,
        counts=counts,
        people=people,
        kinds=kind_words(),
        states=state_words(),
        served=bool(resources().settings.smtp_url),
    )


def kind_words() -> dict[str, str]:
    """Why somebody was written to."""
    return {
        MailKind.INVITATION: _("Invitación"),
        MailKind.MISSING: _("Lo que falta"),
        MailKind.CLOSED: _("Cierre"),
        MailKind.DELIVERY: _("Base lista"),
    }


def state_words() -> dict[str, str]:
    """What became of a mail."""
    return {
        MailState.QUEUED: _("En cola"),
        MailState.SENT: _("Enviado"),
        MailState.DROPPED: _("Ya no hacía falta"),
        MailState.FAILED: _("No se pudo enviar"),
    }
