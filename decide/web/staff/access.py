"""Who can log in: accounts, letters with activation codes, hand-over, closing."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from decide.accounts import actions, activation, batch, queries, sessions
from decide.accounts.receipts import Receipts
from decide.accounts.roles import STAFF_ROLES, Role
from decide.audit import actions as audit
from decide.calendar import queries as calendar
from decide.catalog import queries as catalog
from decide.catalog.registry import Ids
from decide.errors import NotFound, Refused
from decide.geography.search import plain
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor
from decide.web.shared.paper import letters_pdf
from decide.web.staff.paging import PER_PAGE, leaf_of
from decide.web.staff.words import role_words

MOST_LETTERS = 200
LONGEST_SEARCH = 60


def mount(door: Blueprint) -> None:
    """Addresses of this module, and the roles as words."""
    door.add_app_template_filter(access_role)
    one = "/accesos/<int:account_id>"
    door.add_url_rule("/accesos", view_func=access)
    door.add_url_rule("/accesos/cartas", view_func=print_letters, methods=["POST"])
    door.add_url_rule("/accesos/nuevos", view_func=new_accounts, methods=["GET", "POST"])
    door.add_url_rule("/accesos/personal", view_func=new_staff, methods=["GET", "POST"])
    door.add_url_rule(one, view_func=account)
    door.add_url_rule(f"{one}/entrega", view_func=hand_over, methods=["POST"])
    door.add_url_rule(f"{one}/acuse", view_func=receipt)
    door.add_url_rule(f"{one}/cerrar", view_func=close_account, methods=["POST"])


def access_role(role: str) -> str:
    """What a person may do, in a word."""
    words: dict[str, str] = {
        Role.COORDINATOR: _("Coordinación"),
        Role.EDITOR: _("Edición"),
    }
    return words.get(role) or role_words(role)


def reach() -> bool:
    """Whether whoever looks may see accounts of actors only.

    A letter opens an account. Whoever hands out letters must not be able to become a colleague.
    """
    return visitor().role == Role.CREDENTIALS


def access() -> ResponseReturnValue:
    """Accounts with their letters; `estado=sin-carta` keeps those that wait for one, `q` finds."""
    return access_page(
        waiting=request.args.get("estado") == "sin-carta",
        typed=request.args.get("q", "").strip()[:LONGEST_SEARCH],
    )


def access_page(*, waiting: bool = False, typed: str = "", error: str = "") -> str:
    """The list. Those that wait for a letter stand together as they are printed together."""
    with reading() as session:
        now = resources().clock.now(session)
        lines = queries.access_lines(session, at=now, actors_only=reach())
        names = catalog.actor_names(session)
    words = plain(typed).split()
    shown = [
        line
        for line in lines
        if (line.waits_for_letter or not waiting)
        and fits(words, line.person, line.username, names.get(line.actor_id or 0, ""))
    ]
    leaf = leaf_of(len(shown), "staff.access", MOST_LETTERS if waiting else PER_PAGE)
    return render_template(
        "staff/access.html",
        groups=[
            (names.get(actor_id, ""), list(group))
            for actor_id, group in groupby(shown[leaf.part], key=lambda line: line.actor_id or 0)
        ],
        waiting=waiting,
        waits=sum(line.waits_for_letter for line in lines),
        leaf=leaf,
        found=len(shown),
        typed=typed,
        error=error,
    )


def fits(words: Sequence[str], *texts: str) -> bool:
    """Whether every word stands somewhere in the texts, whatever its accents and capitals."""
    where = plain(" ".join(texts))
    return all(word in where for word in words)


def print_letters() -> ResponseReturnValue:
    """Issue a new code for each chosen account and print the letters; older codes are void."""
    chosen = [int(each) for each in request.form.getlist("account") if each.isdigit()]
    if not chosen:
        return access_page(error=_("Marque al menos una persona.")), 422
    if len(chosen) > MOST_LETTERS:
        return access_page(error=_("Imprima hasta %(n)s cartas a la vez.", n=MOST_LETTERS)), 422
    with transaction() as (session, now):
        known = {line.id for line in queries.access_lines(session, at=now, actors_only=reach())}
        if not known.issuperset(chosen):
            raise NotFound("Esa cuenta no existe.")
        issued = [
            activation.issue(session, resources().settings, each, at=now, by=visitor().id)
            for each in sorted(set(chosen))
        ]
        names = catalog.actor_names(session)
        process = calendar.process(session).name
        return letters_pdf(issued, names, process)


def new_accounts() -> ResponseReturnValue:
    """Create accounts of actors from pasted lines; all of them or none."""
    text = request.form.get("people", "")
    if request.method == "GET":
        return new_page(text, [])
    with transaction() as (session, now):
        wanted, problems = batch.read(text, Ids(session).actors)
        if problems or not wanted:
            return new_page(text, problems, empty=not wanted), 422
        created = batch.create(session, wanted, at=now, by=visitor().id)
    flash(_("Creamos %(n)s cuentas. Ahora imprima sus cartas.", n=len(created)), "success")
    return redirect(url_for("staff.access", estado="sin-carta"), 303)


def new_page(text: str, problems: list[batch.Problem], *, empty: bool = False) -> str:
    """The form with what was pasted and what is wrong with it."""
    with reading() as session:
        keys = sorted(Ids(session).actors)
    return render_template(
        "staff/access_new.html",
        text=text,
        problem_links=[("people", line_words(each)) for each in problems],
        problems=problems,
        keys=keys,
        empty=empty,
    )


def line_words(problem: batch.Problem) -> str:
    """What is wrong with one pasted line."""
    return str(_("Renglón %(n)s: %(why)s", n=problem.line, why=problem.sentence))


def new_staff() -> ResponseReturnValue:
    """Create one account of the authority itself."""
    person, role = request.form.get("person", ""), request.form.get("role", "")
    if request.method == "GET":
        return staff_page(person, role, {})
    if role not in STAFF_ROLES:
        return staff_page(person, role, {"role": _("Elija una función.")}), 422
    try:
        with transaction() as (session, now):
            made = actions.create_account(
                session,
                username=queries.free_username(session, person),
                person=person,
                role=Role(role),
                actor_id=None,
                at=now,
                by=visitor().id,
            )
    except Refused as refusal:
        return staff_page(person, role, {"person": str(refusal)}), 422
    return redirect(url_for("staff.account", account_id=made.id), 303)


def staff_page(person: str, role: str, errors: dict[str, str]) -> str:
    """The form for a colleague."""
    return render_template(
        "staff/access_staff.html", person=person, role=role, errors=errors, roles=staff_roles()
    )


def staff_roles() -> list[tuple[str, str, str]]:
    """The roles of the office: code, word, and what each may do."""
    hints = {
        Role.ADMINISTRATOR: _("Todo: calendario, entregas, accesos."),
        Role.WRITER: _("Escribe textos y responde dudas y solicitudes."),
        Role.IMPORTER: _("Carga listas, mapas y resultados."),
        Role.CREDENTIALS: _("Imprime y entrega cartas a los actores."),
        Role.OBSERVER: _("Mira; no cambia nada."),
        Role.AUDITOR: _("Mira; además descarga bitácora y acuses."),
    }
    return [(role.value, role_words(role), hint) for role, hint in hints.items()]


def account(account_id: int) -> ResponseReturnValue:
    """One account: its letter, hand-over and log-ins."""
    return account_page(account_id, {})


def account_page(account_id: int, errors: dict[str, str]) -> str:
    """The page of one account with what was typed."""
    with reading() as session:
        now = resources().clock.now(session)
        line = queries.access_line(session, account_id, at=now, actors_only=reach())
        names = catalog.actor_names(session)
        in_force = sessions.sessions_of(session, resources().settings, account_id, at=now)
    return render_template(
        "staff/access_account.html",
        line=line,
        actor_name=names.get(line.actor_id or 0, ""),
        in_force=in_force,
        errors=errors,
        typed=request.form,
        today=format_datetime(now, "yyyy-MM-dd"),
    )


def hand_over(account_id: int) -> ResponseReturnValue:
    """Note that the letter was handed over, with the signed receipt if it was scanned."""
    try:
        handed_on = date.fromisoformat(request.form.get("handed_on", ""))
    except ValueError:
        return account_page(account_id, {"handed_on": _("Escriba la fecha de entrega.")}), 422
    try:
        sent = request.files.get("receipt")
        with transaction() as (session, now):
            queries.access_line(session, account_id, at=now, actors_only=reach())
            activation.record_handover(
                session,
                account_id,
                handed_on=handed_on,
                received_by=request.form.get("received_by", ""),
                at=now,
                by=visitor().id,
                receipt=kept(sent),
            )
    except Refused as refusal:
        return account_page(account_id, {"received_by": str(refusal)}), 422
    flash(_("Anotamos la entrega de la carta."), "success")
    return redirect(url_for("staff.account", account_id=account_id), 303)


def kept(sent: FileStorage | None) -> tuple[str, str] | None:
    """The receipt that was sent along, kept; None when none was chosen."""
    if sent is None or not sent.filename:
        return None
    with sent.stream as stream:
        return shelf().keep(stream)


def receipt(account_id: int) -> ResponseReturnValue:
    """The signed receipt of the newest letter, as a download."""
    with transaction() as (session, now):
        line = queries.access_line(session, account_id, at=now, actors_only=reach())
        path = shelf().find(line.receipt_sha256)
        audit.record(
            session, "letter.receipt_read", at=now, by=visitor().id,
            subject=("account", account_id),
        )  # fmt: skip
    return send_file(
        path,
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=f"{line.username}-{line.receipt_name}",
        conditional=False,
        etag=False,
        last_modified=None,
    )


def close_account(account_id: int) -> ResponseReturnValue:
    """Close an account at once, with the reason."""
    reason = request.form.get("reason", "").strip()
    if not reason or len(reason) > 500:
        return account_page(account_id, {"reason": _("Escriba el motivo, breve.")}), 422
    if account_id == visitor().id:
        return account_page(
            account_id, {"reason": _("Usted no puede cerrar su propia cuenta.")}
        ), 422
    with transaction() as (session, now):
        actions.deactivate(session, account_id, at=now, by=visitor().id, reason=reason)
    flash(_("La cuenta está cerrada. Sus sesiones terminaron."), "success")
    return redirect(url_for("staff.account", account_id=account_id), 303)


def shelf() -> Receipts:
    """Where receipts lie."""
    return Receipts(resources().settings.files_folder)
