"""Answering the benchmark for one portal, a section at a time, with evidence."""

import hashlib

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.benchmarks import actions, queries
from decide.benchmarks.actions import Given
from decide.benchmarks.entries import LONGEST, BenchmarkState, QuestionEntry
from decide.benchmarks.queries import PortalLine, Whole
from decide.commitments.evidence import EvidenceShelf
from decide.errors import Refused
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor
from decide.web.shared.wording import gettext

NOT_APPLICABLE = "na"
BOXES = ("level", "note", "link", "drop")


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    one = "/evaluacion/portales/<int:portal_id>"
    door.add_url_rule(one, view_func=benchmark_portal)
    door.add_url_rule(one, view_func=answer_benchmark, methods=["POST"])


def benchmark_portal(portal_id: int) -> ResponseReturnValue:
    """The questions of one section (`seccion`, from 1) with what was answered."""
    with reading() as session:
        told, portal = queries.portal(session, portal_id)
    return form_page(told, portal, {}, {})


def form_page(
    told: Whole, portal: PortalLine, typed: dict[str, str], errors: dict[str, str],
    conflict: bool = False,
) -> str:  # fmt: skip
    """The form with what was typed."""
    number = section_number(told)
    section = told.sections[number - 1] if told.sections else ""
    questions = told.of_section(section)
    kept: dict[str, str] = {}
    for each in questions:
        kept |= boxes_of(portal, each)
    return render_template(
        "staff/benchmark_portal.html",
        told=told,
        portal=portal,
        number=number,
        section=section,
        questions=questions,
        typed=kept | typed,
        errors=errors,
        conflict=conflict,
        seen=seen(portal, questions),
        limit=LONGEST,
        open=told.state is BenchmarkState.DRAFT,
    )


def answer_benchmark(portal_id: int) -> ResponseReturnValue:
    """Keep the answers of a section; whatever is wrong, all of it comes back."""
    with reading() as session:
        told, portal = queries.portal(session, portal_id)
    number = section_number(told)
    section = told.sections[number - 1] if told.sections else ""
    questions = told.of_section(section)
    names = [f"{box}-{each.code}" for each in questions for box in BOXES]
    typed = {name: request.form.get(name, "").strip() for name in names}
    errors = wrong(questions, typed)
    if request.form.get("seen") != seen(portal, questions):
        return form_page(told, portal, typed, errors, conflict=True), 409
    given: list[Given] = []
    for each in questions:
        try:
            answer = given_of(portal, each, typed)
        except Refused as refusal:
            errors[f"file-{each.code}"] = gettext(str(refusal))
            continue
        given += [answer] if answer else []
    if errors:
        return form_page(told, portal, typed, errors), 422
    if given:
        with transaction() as (session, now):
            actions.answer(session, portal_id, given, at=now, by=visitor().id)
    flash(_("Guardamos «%(section)s».", section=section), "success")
    if number < len(told.sections):
        following = url_for("staff.benchmark_portal", portal_id=portal_id, seccion=number + 1)
        return redirect(following, 303)
    return redirect(url_for("staff.benchmark", year=told.year), 303)


def wrong(questions: tuple[QuestionEntry, ...], typed: dict[str, str]) -> dict[str, str]:
    """What is wrong with the boxes, by name."""
    errors = {}
    for each in questions:
        level, note, link = (typed[f"{box}-{each.code}"] for box in BOXES[:3])
        sent = request.files.get(f"file-{each.code}")
        steps = {str(place) for place in range(len(each.steps))} | {NOT_APPLICABLE}
        if (level and level not in steps) or (
            not level and (note or link or (sent is not None and sent.filename))
        ):
            errors[f"level-{each.code}"] = _("Elija una respuesta.")
        if len(note) > LONGEST:
            errors[f"note-{each.code}"] = _("Déjelo en %(n)s letras o menos.", n=LONGEST)
        if link and (len(link) > LONGEST or not link.startswith(("https://", "http://"))):
            errors[f"link-{each.code}"] = _("Escriba la dirección completa: https://…")
    return errors


def given_of(portal: PortalLine, question: QuestionEntry, typed: dict[str, str]) -> Given | None:
    """The answer in the boxes; None for a question left open. Refused for a wrong file."""
    code = question.code
    level = typed[f"level-{code}"]
    if not level:
        return None
    sent = request.files.get(f"file-{code}")
    file = None
    if sent is not None and sent.filename:
        with sent.stream as stream:
            file = EvidenceShelf(resources().settings.files_folder).keep(stream)
    return Given(
        code=code,
        level=None if level == NOT_APPLICABLE else int(level) if level.isdecimal() else 0,
        note=typed[f"note-{code}"],
        link=typed[f"link-{code}"],
        file=file,
        drop=bool(typed[f"drop-{code}"]),
    )


def boxes_of(portal: PortalLine, question: QuestionEntry) -> dict[str, str]:
    """What is kept, as the boxes show it."""
    code, given = question.code, portal.answers.get(question.code)
    if given is None:
        return {f"{box}-{code}": "" for box in BOXES}
    level = NOT_APPLICABLE if given.level is None else str(given.level)
    return {
        f"level-{code}": level, f"note-{code}": given.note, f"link-{code}": given.link,
        f"drop-{code}": "",
    }  # fmt: skip


def seen(portal: PortalLine, questions: tuple[QuestionEntry, ...]) -> str:
    """What stood in a section when its form was opened, in few letters."""
    told = repr([portal.answers.get(each.code) for each in questions])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def section_number(told: Whole) -> int:
    """Which section is asked for; the first one for anything else."""
    number = request.args.get("seccion", "1")
    asked = int(number) if number.isascii() and number.isdecimal() and len(number) < 4 else 1
    return asked if 1 <= asked <= len(told.sections) else 1
