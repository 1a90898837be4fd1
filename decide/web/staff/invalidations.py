"""Markings that staff make: one proposes, another approves, and it can be taken back."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.abuse import actions, queries
from decide.accounts import queries as accounts
from decide.errors import Refused
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor
from decide.web.staff.calendar import instant
from decide.web.staff.paging import leaf_of

LONGEST = 500
CHOICES = {"": None, "like": 1, "dislike": 2}


@dataclass(frozen=True)
class Typed:
    """What came with the form."""

    since: str = ""
    until: str = ""
    subject: str = ""
    choice: str = ""
    new_only: bool = False
    crowded_only: bool = False
    reason: str = ""

    @classmethod
    def of_request(cls) -> "Typed":
        """As it was typed."""
        typed = {name: value.strip() for name, value in request.form.items()}
        return cls(
            since=typed.get("since", ""),
            until=typed.get("until", ""),
            subject=typed.get("subject", ""),
            choice=typed.get("choice", ""),
            new_only=typed.get("new_only") == "1",
            crowded_only=typed.get("crowded_only") == "1",
            reason=typed.get("reason", ""),
        )

    def errors(self) -> dict[str, str]:
        """What is wrong, by field."""
        found = {
            name: _("Escriba fecha y hora así: 2021-06-03 00:00.")
            for name in ("since", "until")
            if instant(getattr(self, name)) is None
        }
        if self.subject and not (self.subject.isascii() and self.subject.isdecimal()):
            found["subject"] = _("Escriba solo el número del asunto, o déjelo vacío.")
        if self.choice not in CHOICES:
            found["choice"] = _("Elija una respuesta de la lista.")
        if not self.reason or len(self.reason) > LONGEST:
            found["reason"] = _("Escriba el motivo, en no más de %(n)s caracteres.", n=LONGEST)
        return found


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/anulaciones", view_func=invalidations)
    door.add_url_rule("/anulaciones", view_func=propose_invalidation, methods=["POST"])
    one = "/anulaciones/<int:marking_id>"
    door.add_url_rule(one, view_func=invalidation)
    door.add_url_rule(f"{one}/aprobar", view_func=approve_invalidation, methods=["POST"])
    door.add_url_rule(f"{one}/descartar", view_func=discard_invalidation, methods=["POST"])
    door.add_url_rule(f"{one}/revertir", view_func=revert_invalidation, methods=["POST"])


def invalidations() -> ResponseReturnValue:
    """All of them, the reviews of the last days, and the form for a new one."""
    return listed(Typed(), {})


def listed(typed: Typed, errors: dict[str, str]) -> str:
    """The list, with what was typed."""
    with reading() as session:
        leaf = leaf_of(queries.count(session), "staff.invalidations")
        lines = queries.invalidations(session, start=leaf.start, size=leaf.size)
        days = queries.reviews(session)
    return render_template(
        "staff/invalidations.html",
        lines=lines,
        leaf=leaf,
        days=days,
        typed=typed,
        errors=errors,
        limit=LONGEST,
        states=state_words(),
    )


def propose_invalidation() -> ResponseReturnValue:
    """Write a proposal down and show how many answers it would mark."""
    typed = Typed.of_request()
    errors = typed.errors()
    since, until = instant(typed.since), instant(typed.until)
    if errors or since is None or until is None:
        return listed(typed, errors), 422
    try:
        with transaction() as (session, now):
            number = actions.propose(
                session,
                since=since,
                until=until,
                subject_id=int(typed.subject) if typed.subject else None,
                choice=CHOICES[typed.choice],
                new_only=typed.new_only,
                crowded_only=typed.crowded_only,
                reason=typed.reason,
                at=now,
                by=visitor().id,
            )
    except Refused as refusal:
        return listed(typed, {"since": str(refusal)}), 422
    return redirect(url_for("staff.invalidation", marking_id=number), 303)


def invalidation(marking_id: int) -> ResponseReturnValue:
    """One of them: what it marks, how many in all, who proposed and who approved."""
    with reading() as session:
        line = queries.invalidation(session, marking_id)
        people = {account.id: account.person for account in accounts.accounts(session)}
    return render_template(
        "staff/invalidation.html",
        line=line,
        people=people,
        own=line.proposed_by == visitor().id,
        states=state_words(),
        limit=LONGEST,
    )


def approve_invalidation(marking_id: int) -> ResponseReturnValue:
    """Approve somebody else's; a job puts it into effect."""
    with transaction() as (session, now):
        actions.approve(session, resources().jobs, marking_id, at=now, by=visitor().id)
    flash(_("La aprobamos. Vale en unos segundos."), "success")
    return redirect(url_for("staff.invalidation", marking_id=marking_id), 303)


def discard_invalidation(marking_id: int) -> ResponseReturnValue:
    """Put a proposal aside."""
    with transaction() as (session, now):
        actions.discard(session, marking_id, at=now, by=visitor().id)
    flash(_("La descartamos. No cambió nada."), "success")
    return redirect(url_for("staff.invalidations"), 303)


def revert_invalidation(marking_id: int) -> ResponseReturnValue:
    """Take one back."""
    with transaction() as (session, now):
        reason = request.form.get("reason", "")[:LONGEST]
        actions.revert(session, marking_id, reason=reason, at=now, by=visitor().id)
    flash(_("La revertimos. Las entregas nuevas ya no la cuentan."), "success")
    return redirect(url_for("staff.invalidation", marking_id=marking_id), 303)


def state_words() -> dict[str, str]:
    """Where it stands, in a word."""
    return {
        "proposed": _("Propuesta"),
        "discarded": _("Descartada"),
        "approved": _("Aprobada"),
        "applied": _("En vigor"),
        "reverted": _("Revertida"),
    }
