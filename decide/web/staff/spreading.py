"""The dissemination plan: activities, their evidence, their links, and what each brought."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.errors import Conflict
from decide.kernel.db import Session
from decide.opendata.definitions import Table, column
from decide.opendata.formats import MEDIA_TYPES, Format, written
from decide.outreach import plan
from decide.outreach.kinds import (
    LONGEST_AREA,
    LONGEST_EVIDENCE,
    LONGEST_TITLE,
    ActivityKind,
    ActivityState,
)
from decide.outreach.pictures import code_of
from decide.outreach.plan import Plan, PlanRefused
from decide.statistics.sources import EFFORT_MARK
from decide.web.shared.context import reading, resources, snapshot, transaction
from decide.web.shared.login import visitor
from decide.web.staff.paging import leaf_of

FIELDS = ("kind", "title", "area", "planned_on", "done_on", "evidence", "evidence_link")
LIMITS = {"title": LONGEST_TITLE, "area": LONGEST_AREA, "evidence": LONGEST_EVIDENCE}


@dataclass(frozen=True)
class Row:
    """An activity in the file."""

    numero: int = column("Número", "Número de la actividad; está en sus enlaces.")
    clase: str = column("Clase", "Qué tipo de actividad es.")
    actividad: str = column("Actividad", "Qué se hace.")
    area: str = column("Área", "Quién es responsable.")
    planeada: date = column("Planeada", "Día en que debía hacerse.")
    hecha: date | None = column("Hecha", "Día en que se hizo; vacío si no se ha hecho.")
    evidencia: str = column("Evidencia", "Con qué se comprueba.")
    enlace: str = column("Enlace", "Dónde se ve la evidencia.")
    visitas: int = column("Visitas", "Vistas que llegaron por sus enlaces.")
    opiniones: int | None = column("Opiniones", "Las que le tocan por sus visitas, cada día.")
    ideas: int | None = column("Ideas", "Las que le tocan por sus visitas, cada día.")


@dataclass(frozen=True)
class Typed:
    """What stands in the boxes, and what is to be said about it."""

    fields: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    conflict: str = ""
    status: int = 200


def mount(door: Blueprint) -> None:
    """Addresses of this module, and its words."""
    door.add_url_rule("/difusion", view_func=activities)
    door.add_url_rule("/difusion/plan.<string:form>", view_func=activities_file)
    door.add_url_rule("/difusion/nueva", view_func=new_activity, methods=["GET", "POST"])
    door.add_url_rule("/difusion/<int:activity_id>", view_func=activity)
    door.add_url_rule("/difusion/<int:activity_id>", view_func=save_activity, methods=["POST"])
    door.add_url_rule("/difusion/<int:activity_id>/codigo.svg", view_func=activity_code)
    for words in (activity_words, activity_state_words):
        door.add_app_template_filter(words)


def activities() -> ResponseReturnValue:
    """The whole plan, and what each kind of effort brought."""
    with reading() as session:
        lines = plan.lines(session, today=today())
    leaf = leaf_of(len(lines), "staff.activities")
    return render_template(
        "staff/activities.html", lines=lines, leaf=leaf, kinds=plan.by_kind(lines)
    )


def activities_file(form: str) -> ResponseReturnValue:
    """The plan as a file."""
    if form not in (Format.CSV, Format.XLSX):
        abort(404)
    with reading() as session:
        body = written(TABLE, rows(session), Format(form))
    answer = Response(body, content_type=MEDIA_TYPES[Format(form)])
    answer.headers["Content-Disposition"] = f"attachment; filename=plan-de-difusion.{form}"
    return answer


def new_activity() -> ResponseReturnValue:
    """An empty form; saving adds to the plan."""
    if request.method == "GET":
        return form_page(None, Typed())
    return saved(None)


def activity(activity_id: int) -> ResponseReturnValue:
    """One activity: form, links, figures."""
    return form_page(activity_id, Typed())


def save_activity(activity_id: int) -> ResponseReturnValue:
    """Change one."""
    return saved(activity_id)


def activity_code(activity_id: int) -> ResponseReturnValue:
    """The link for paper as a QR code."""
    with reading() as session:
        plan.line(session, activity_id, today=today())
    answer = Response(code_of(link(activity_id, "qr")), content_type="image/svg+xml")
    answer.headers["Content-Disposition"] = f"attachment; filename=actividad-{activity_id}.svg"
    return answer


def saved(activity_id: int | None) -> ResponseReturnValue:
    """Keep what was typed; whatever goes wrong, it comes back."""
    fields = {name: request.form.get(name, "") for name in FIELDS}
    told, errors = read(fields)
    if told is None:
        return form_page(activity_id, Typed(fields, errors, status=422))
    revision = request.form.get("revision", "")
    try:
        with transaction() as (session, now):
            number = plan.save(
                session, activity_id, told,
                revision=int(revision) if revision.isdecimal() and len(revision) < 9 else -1,
                at=now, by=visitor().id,
            )  # fmt: skip
    except PlanRefused as refusal:
        return form_page(activity_id, Typed(fields, {refusal.field: str(refusal)}, status=422))
    except Conflict as conflict:
        return form_page(activity_id, Typed(fields, conflict=str(conflict), status=409))
    flash(_("Guardamos la actividad."), "success")
    return redirect(url_for("staff.activity", activity_id=number), 303)


def read(fields: dict[str, str]) -> tuple[Plan | None, dict[str, str]]:
    """The boxes as a plan, or what is wrong with them."""
    errors: dict[str, str] = {}
    if fields["kind"] not in set(ActivityKind):
        errors["kind"] = _("Elija qué tipo de actividad es.")
    planned = day_of(fields["planned_on"])
    if planned is None:
        errors["planned_on"] = _("Escriba el día así: 2021-06-03.")
    done = day_of(fields["done_on"])
    if fields["done_on"].strip() and done is None:
        errors["done_on"] = _("Escriba el día así: 2021-06-03.")
    if errors or planned is None:
        return None, errors
    told = Plan(
        kind=ActivityKind(fields["kind"]), title=fields["title"], area=fields["area"],
        planned_on=planned, done_on=done, evidence=fields["evidence"],
        evidence_link=fields["evidence_link"],
    )  # fmt: skip
    return told, {}


def form_page(activity_id: int | None, typed: Typed) -> ResponseReturnValue:
    """The form with what was typed."""
    line = None
    if activity_id is not None:
        with reading() as session:
            line = plan.line(session, activity_id, today=today())
    kept = {name: str(getattr(line, name) or "") for name in FIELDS} if line else {}
    page = render_template(
        "staff/activity.html",
        line=line,
        fields=kept | typed.fields,
        errors=typed.errors,
        conflict=typed.conflict,
        limits=LIMITS,
        kinds=[each.value for each in ActivityKind],
        links=links(activity_id) if activity_id else (),
    )
    return make_response(page, typed.status)


def links(activity_id: int) -> list[tuple[str, str]]:
    """Links that carry the activity's number: (where it is put, address)."""
    return [
        (_("Para redes, correo y medios"), link(activity_id, "campaign")),
        (_("Para papel (código QR)"), link(activity_id, "qr")),
    ]


def link(activity_id: int, medium: str) -> str:
    """The first page, marked. Any other page of the site takes the same mark."""
    site = resources().settings.public_url
    return f"{site}/?utm_medium={medium}&{EFFORT_MARK}=e{activity_id}"


def rows(session: Session) -> Iterator[Row]:
    """Activities as lines of the file."""
    for each in plan.lines(session, today=today()):
        yield Row(
            each.id, activity_words(each.kind), each.title, each.area, each.planned_on,
            each.done_on, each.evidence, each.evidence_link, each.visits, each.opinions, each.ideas,
        )  # fmt: skip


TABLE = Table(
    name="plan-de-difusion",
    title="Plan de difusión",
    about="Actividades planeadas y hechas, con su evidencia y lo que trajo cada una.",
    row=Row,
    key=("numero",),
    rows=rows,
)


def today() -> date:
    """The day of the authority's zone."""
    zone = ZoneInfo(resources().settings.time_zone)
    return snapshot().picture().now().astimezone(zone).date()


def day_of(text: str) -> date | None:
    """A day as the date box sends it; None when it is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def activity_words(kind: str) -> str:
    """What an activity is."""
    words: dict[str, str] = {
        ActivityKind.CONFERENCE: _("Conferencia de prensa"),
        ActivityKind.BULLETIN: _("Boletín"),
        ActivityKind.PRINT: _("Inserción en prensa"),
        ActivityKind.INTERVIEW: _("Entrevista"),
        ActivityKind.PROGRAMME: _("Programa institucional"),
        ActivityKind.NETWORK: _("Redes sociales"),
        ActivityKind.DISPLAY: _("Anuncio en línea"),
        ActivityKind.BANNER: _("Anuncio en medios"),
    }
    return words[kind]


def activity_state_words(state: str) -> str:
    """Where an activity stands."""
    words: dict[str, str] = {
        ActivityState.PLANNED: _("Planeada"),
        ActivityState.LATE: _("Atrasada"),
        ActivityState.DONE: _("Hecha"),
    }
    return words[state]
