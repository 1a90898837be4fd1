"""The coordination's team: editors, the elections each may write about, their letters."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.accounts import actions, activation, queries
from decide.accounts.actions import EmailRefused
from decide.accounts.roles import Role
from decide.audit import queries as audit
from decide.calendar import queries as calendar
from decide.catalog import own
from decide.catalog.own import OwnHead
from decide.errors import Refused
from decide.web.actor.desk import owner_of
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import actor_of, visitor
from decide.web.shared.paper import letters_pdf


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    one, post = "/equipo/<int:account_id>", ["POST"]
    door.add_url_rule("/equipo", view_func=team)
    door.add_url_rule("/equipo/nueva", view_func=new_editor, methods=["GET", "POST"])
    door.add_url_rule(one, view_func=editor, methods=["GET", "POST"])
    door.add_url_rule(f"{one}/carta", view_func=print_letter, methods=post)
    door.add_url_rule(f"{one}/cerrar", view_func=close_editor, methods=post)
    door.add_url_rule("/historial", view_func=history)


def only_coordination() -> None:
    """403 for whoever does not coordinate."""
    if visitor().role is not Role.COORDINATOR:
        abort(403)


def team() -> ResponseReturnValue:
    """Everybody who works for this actor."""
    only_coordination()
    with reading() as session:
        lines = queries.access_lines(
            session, at=resources().clock.now(session), actor_id=actor_of()
        )
    return render_template("actor/team.html", lines=lines)


def new_editor() -> ResponseReturnValue:
    """Invite somebody who writes; the letter is printed afterwards."""
    only_coordination()
    with reading() as session:
        heads = own.own_heads(session, owner_of())
    person, chosen = request.form.get("person", ""), contests_sent(heads)
    email = request.form.get("email", "")
    if request.method == "GET":
        return editor_page(heads, person, chosen, {}, email=email)
    try:
        with transaction() as (session, now):
            made = actions.create_account(
                session,
                username=queries.free_username(session, person),
                person=person,
                role=Role.EDITOR,
                actor_id=actor_of(),
                at=now,
                by=visitor().id,
            )
            actions.set_contests(session, made.id, chosen, at=now, by=visitor().id)
            if email.strip():
                actions.set_email(session, made.id, email, at=now, by=visitor().id)
    except EmailRefused as refusal:
        return editor_page(heads, person, chosen, {"email": str(refusal)}, email=email), 422
    except Refused as refusal:
        return editor_page(heads, person, chosen, {"person": str(refusal)}, email=email), 422
    flash(_("Creamos la cuenta. Ahora imprima su carta."), "success")
    return redirect(url_for("actor.editor", account_id=made.id), 303)


def editor(account_id: int) -> ResponseReturnValue:
    """One editor: elections, letter, closing."""
    only_coordination()
    with reading() as session:
        now = resources().clock.now(session)
        line = queries.editor_line(session, actor_of(), account_id, at=now)
        heads = own.own_heads(session, owner_of())
        chosen = queries.contests_of(session, account_id)
    if request.method == "GET":
        return editor_page(heads, line.person, chosen, {}, line=line)
    with transaction() as (session, now):
        queries.editor_line(session, actor_of(), account_id, at=now)
        actions.set_contests(session, account_id, contests_sent(heads), at=now, by=visitor().id)
    flash(_("Guardamos las elecciones de esta persona."), "success")
    return redirect(url_for("actor.editor", account_id=account_id), 303)


def print_letter(account_id: int) -> ResponseReturnValue:
    """A letter for an own editor; the one before is void."""
    only_coordination()
    with transaction() as (session, now):
        queries.editor_line(session, actor_of(), account_id, at=now)
        issued = activation.issue(
            session, resources().settings, account_id, at=now, by=visitor().id
        )
        names = {actor_of(): own.own_actor(session, actor_of()).name}
        return letters_pdf([issued], names, calendar.process(session).name)


def close_editor(account_id: int) -> ResponseReturnValue:
    """Close an own editor's account at once."""
    only_coordination()
    with transaction() as (session, now):
        queries.editor_line(session, actor_of(), account_id, at=now)
        reason = _("La cerró la coordinación.")
        actions.deactivate(session, account_id, at=now, by=visitor().id, reason=reason)
    flash(_("La cuenta está cerrada. Sus sesiones terminaron."), "success")
    return redirect(url_for("actor.team"), 303)


def history() -> ResponseReturnValue:
    """What people of this actor did, and what was done to their accounts, newest first."""
    only_coordination()
    before = request.args.get("antes", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 19):
        abort(404)
    with reading() as session:
        people = {each.id: each.person for each in queries.accounts(session, actor_id=actor_of())}
        leaf = audit.deeds_of(session, frozenset(people), before=int(before) if before else None)
    return render_template("actor/history.html", leaf=leaf, people=people)


def contests_sent(heads: tuple[OwnHead, ...]) -> frozenset[int]:
    """The elections that were marked, among those in which the actor stands."""
    marked = {int(each) for each in request.form.getlist("contest") if each.isdigit()}
    return frozenset(marked & {head.contest.id for head in heads})


def editor_page(
    heads: tuple[OwnHead, ...],
    person: str,
    chosen: frozenset[int],
    errors: dict[str, str],
    *,
    line: queries.AccessLine | None = None,
    email: str = "",
) -> str:
    """The form of an editor, new or known."""
    return render_template(
        "actor/editor.html", heads=heads, person=person, chosen=chosen, errors=errors, line=line,
        email=email,
    )  # fmt: skip
