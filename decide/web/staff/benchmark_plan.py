"""The improvement plan of a benchmark: what will be done, by whom, until when."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.benchmarks import actions, queries
from decide.benchmarks.entries import StepState
from decide.benchmarks.queries import StepLine, Whole
from decide.errors import NotFound
from decide.imports.layouts.commitment import day_of_text
from decide.web.shared.benchmark import step_words
from decide.web.shared.context import reading, transaction
from decide.web.shared.login import visitor

FIELDS = ("action", "area", "due_on", "state")
LONGEST_ACTION, LONGEST_AREA = 300, 120


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    plan = "/evaluacion/<small:year>/plan"
    door.add_url_rule(f"{plan}/nueva", view_func=new_step, methods=["GET", "POST"])
    door.add_url_rule(f"{plan}/<int:step_id>", view_func=save_step, methods=["GET", "POST"])


def new_step(year: int) -> ResponseReturnValue:
    """An empty form; saving adds to the plan."""
    return step_page(year, None)


def save_step(year: int, step_id: int) -> ResponseReturnValue:
    """One action: see and change."""
    return step_page(year, step_id)


def step_page(year: int, step_id: int | None) -> ResponseReturnValue:
    """Show the form, or keep what was typed; whatever is wrong, it comes back."""
    with reading() as session:
        told = queries.whole(session, year)
    step = step_of(told, step_id) if step_id is not None else None
    if request.method == "GET":
        return form_page(told, step, kept(step), {})
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    due, errors = read(typed)
    if errors or due is None:
        return form_page(told, step, typed, errors), 422
    with transaction() as (session, now):
        actions.put_step(
            session, year, step_id, action=typed["action"], area=typed["area"], due_on=due,
            state=StepState(typed["state"]), at=now, by=visitor().id,
        )  # fmt: skip
    flash(_("Guardamos la acción del plan."), "success")
    return redirect(url_for("staff.benchmark", year=year), 303)


def form_page(
    told: Whole, step: StepLine | None, typed: dict[str, str], errors: dict[str, str]
) -> str:
    """The form with what was typed."""
    return render_template(
        "staff/benchmark_step.html",
        told=told,
        step=step,
        typed=typed,
        errors=errors,
        states=[(each.value, step_words(each)) for each in StepState],
        limits={"action": LONGEST_ACTION, "area": LONGEST_AREA},
    )


def read(typed: dict[str, str]) -> tuple[date | None, dict[str, str]]:
    """The date in the boxes, and what is wrong by field."""
    errors = {}
    if not typed["action"] or len(typed["action"]) > LONGEST_ACTION:
        errors["action"] = _("Escriba qué se va a hacer, en no más de %(n)s letras.",
                             n=LONGEST_ACTION)  # fmt: skip
    if not typed["area"] or len(typed["area"]) > LONGEST_AREA:
        errors["area"] = _("Escriba qué área responde.")
    due = day_of_text(typed["due_on"])
    if due is None:
        errors["due_on"] = _("Escriba la fecha así: 2021-06-06.")
    if typed["state"] not in set(StepState):
        errors["state"] = _("Elija cómo va.")
    return due, errors


def step_of(told: Whole, step_id: int) -> StepLine:
    """One action of the plan; NotFound."""
    for each in told.steps:
        if each.id == step_id:
            return each
    raise NotFound(_("Esa acción no está en el plan."))


def kept(step: StepLine | None) -> dict[str, str]:
    """An action as the boxes show it."""
    if step is None:
        return {"action": "", "area": "", "due_on": "", "state": StepState.PLANNED.value}
    return {
        "action": step.action, "area": step.area, "due_on": step.due_on.isoformat(),
        "state": step.state.value,
    }  # fmt: skip
