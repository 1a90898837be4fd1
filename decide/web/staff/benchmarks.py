"""The yearly benchmark as the office keeps it: years, portals, publishing by two people."""

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.benchmarks import actions, queries
from decide.benchmarks.entries import BenchmarkState
from decide.benchmarks.queries import Whole
from decide.changes import actions as changes
from decide.changes import queries as changing
from decide.changes.states import Kind
from decide.commitments.evidence import EvidenceShelf
from decide.errors import Conflict, NotFound, Refused
from decide.opendata.benchmark import TABLES, file_of
from decide.opendata.formats import MEDIA_TYPES, Format
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor
from decide.web.shared.wording import gettext
from decide.web.staff.commitments import today

FIRST, LAST = 2000, 2100
LONGEST_NAME, LONGEST_CODE, LONGEST_REASON = 160, 20, 500
FORMS = (Format.CSV, Format.XLSX)


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    one = "/evaluacion/<small:year>"
    door.add_url_rule("/evaluacion", view_func=benchmarks)
    door.add_url_rule("/evaluacion", view_func=start_benchmark, methods=["POST"])
    door.add_url_rule(one, view_func=benchmark)
    door.add_url_rule(f"{one}/<string:name>.<string:form>", view_func=benchmark_file)
    door.add_url_rule(f"{one}/portales", view_func=add_portal, methods=["POST"])
    door.add_url_rule(f"{one}/publicar", view_func=propose_benchmark, methods=["POST"])
    door.add_url_rule(
        "/evaluacion/portales/<int:portal_id>/quitar",
        view_func=remove_portal,
        methods=["GET", "POST"],
    )
    door.add_url_rule("/evaluacion/evidencias/<int:answer_id>", view_func=benchmark_proof)


def benchmarks() -> ResponseReturnValue:
    """All years, the newest first."""
    return years_page({}, {})


def years_page(typed: dict[str, str], errors: dict[str, str]) -> str:
    """The list with what was typed."""
    with reading() as session:
        lines = [queries.whole(session, year) for year in queries.years(session, published=False)]
        year = today(session).year
    return render_template(
        "staff/benchmarks.html", lines=lines, typed={"year": str(year)} | typed, errors=errors
    )


def start_benchmark() -> ResponseReturnValue:
    """Open a year's draft."""
    typed = request.form.get("year", "").strip()
    if not (typed.isascii() and typed.isdecimal() and FIRST <= int(typed[:5]) <= LAST):
        wrong = {"year": _("Escriba el año con cuatro números, como 2021.")}
        return years_page({"year": typed}, wrong), 422
    try:
        with transaction() as (session, now):
            actions.start(session, int(typed), at=now, by=visitor().id)
    except Conflict as conflict:
        return years_page({"year": typed}, {"year": gettext(str(conflict))}), 409
    flash(_("Empezamos la evaluación de %(year)s. Agregue los portales.", year=typed), "success")
    return redirect(url_for("staff.benchmark", year=int(typed)), 303)


def benchmark(year: int) -> ResponseReturnValue:
    """One year: portals, questions, what is missing, the plan."""
    return year_page(year, {}, {})


def year_page(year: int, typed: dict[str, str], errors: dict[str, str]) -> str:
    """Its page with what was typed."""
    with reading() as session:
        told = queries.whole(session, year)
        waiting = changing.open_about(session, kind_for(told), str(year))
        now_on = today(session)
    return render_template(
        "staff/benchmark.html",
        told=told,
        lacking=queries.lacking(told),
        waiting=waiting,
        today=now_on,
        typed=typed,
        errors=errors,
        tables=TABLES,
        forms=FORMS,
        limits={"name": LONGEST_NAME, "reason": LONGEST_REASON},
    )


def benchmark_file(year: int, name: str, form: str) -> ResponseReturnValue:
    """Questions, answers or scores of a year as a file, draft or not."""
    if form not in FORMS:
        raise NotFound(_("Ese archivo no existe."))
    with reading() as session:
        body = file_of(session, year, name, Format(form))
    answer = Response(body, content_type=MEDIA_TYPES[Format(form)])
    answer.headers["Content-Disposition"] = f"attachment; filename=evaluacion-{year}-{name}.{form}"
    return answer


def benchmark_proof(answer_id: int) -> ResponseReturnValue:
    """A file that shows an answer, draft or not, as a download."""
    with reading() as session:
        digest, ending = queries.evidence(session, answer_id, published=False)
    return send_file(
        EvidenceShelf(resources().settings.files_folder).find(digest),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=f"evaluacion-evidencia-{answer_id}.{ending}",
        max_age=0,
    )


def add_portal(year: int) -> ResponseReturnValue:
    """Add a portal to compare; with a code that is there it changes name and address."""
    names = ("portal_code", "portal_name", "portal_address", "portal_own")
    typed = {name: request.form.get(name, "").strip() for name in names}
    errors = portal_errors(typed)
    if not errors:
        try:
            with transaction() as (session, now):
                actions.add_portal(
                    session, year, code=typed["portal_code"], name=typed["portal_name"],
                    address=typed["portal_address"], own=typed["portal_own"] == "1", at=now,
                    by=visitor().id,
                )  # fmt: skip
        except actions.Published:
            raise
        except Conflict as conflict:
            errors = {"portal_own": gettext(str(conflict))}
    if errors:
        return year_page(year, typed, errors), 422
    flash(_("Guardamos el portal «%(name)s».", name=typed["portal_name"]), "success")
    return redirect(url_for("staff.benchmark", year=year), 303)


def portal_errors(typed: dict[str, str]) -> dict[str, str]:
    """What is wrong with a portal, by field."""
    errors = {}
    if not typed["portal_code"] or len(typed["portal_code"]) > LONGEST_CODE:
        errors["portal_code"] = _("Escriba una clave corta, como A o 1.")
    if not typed["portal_name"] or len(typed["portal_name"]) > LONGEST_NAME:
        errors["portal_name"] = _("Escriba cómo se llama el portal.")
    if not typed["portal_address"].startswith(("https://", "http://")):
        errors["portal_address"] = _("Escriba la dirección completa: https://…")
    return errors


def remove_portal(portal_id: int) -> ResponseReturnValue:
    """Ask once more, then take a portal and its answers out."""
    if request.method == "GET":
        with reading() as session:
            told, portal = queries.portal(session, portal_id)
        return render_template("staff/benchmark_remove.html", told=told, portal=portal)
    with transaction() as (session, now):
        year = actions.remove_portal(session, portal_id, at=now, by=visitor().id)
    flash(_("Quitamos el portal y sus respuestas."), "success")
    return redirect(url_for("staff.benchmark", year=year), 303)


def propose_benchmark(year: int) -> ResponseReturnValue:
    """Propose to publish it, or to take it back: another person confirms."""
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    if not reason:
        wrong = {"reason": _("Escriba el motivo. Lo leerá quien lo confirme.")}
        return year_page(year, {}, wrong), 422
    with reading() as session:
        told = queries.whole(session, year)
    drafted = told.state is BenchmarkState.DRAFT
    if drafted and (missing := queries.lacking(told)):
        return year_page(year, {"reason": reason}, {"reason": gettext(missing[0])}), 422
    title = (
        _("Publicar la evaluación de %(year)s", year=year)
        if drafted
        else _("Reabrir la evaluación de %(year)s", year=year)
    )
    try:
        with transaction() as (session, now):
            number = changes.propose(
                session, kind_for(told), about=str(year), title=title, told={}, reason=reason,
                at=now, by=visitor().id,
            )  # fmt: skip
    except Refused as refusal:
        return year_page(year, {"reason": reason}, {"reason": gettext(str(refusal))}), 409
    flash(_("Lo propuso. Otra persona debe confirmarlo."), "info")
    return redirect(url_for("staff.change", change_id=number), 303)


def kind_for(told: Whole) -> Kind:
    """What can be proposed about a year now."""
    drafted = told.state is BenchmarkState.DRAFT
    return Kind.PUBLISH_BENCHMARK if drafted else Kind.REOPEN_BENCHMARK
