"""Importing a list: upload, see what it would do and what is wrong, then write it or not."""

import csv
import io
from pathlib import PurePath

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.delivery.spreadsheet import inert
from decide.errors import Conflict, Refused
from decide.imports import actions, queries, tasks
from decide.imports.layouts import LAYOUTS, choices, find
from decide.imports.plan import Plan, Run
from decide.imports.tasks import TaskLine
from decide.imports.uploads import Upload, Uploads
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor
from decide.web.staff.paging import leaf_of

QUICK = 3000  # rows that are written while the person waits; more go to the worker
SHOWN_PROBLEMS = 200
SHOWN_CHANGES = 10


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    one = "/importaciones/<string:token>"
    door.add_url_rule("/importaciones", view_func=imports)
    door.add_url_rule("/importaciones", view_func=upload, methods=["POST"])
    door.add_url_rule(one, view_func=import_check)
    door.add_url_rule(f"{one}/importar", view_func=import_commit, methods=["POST"])
    door.add_url_rule(f"{one}/descartar", view_func=import_discard, methods=["POST"])
    door.add_url_rule(f"{one}/filas-con-error", view_func=import_bad_rows)
    door.add_url_rule(f"{one}/avance", view_func=import_progress)
    door.add_app_template_filter(task_words)


def imports() -> ResponseReturnValue:
    """What was imported, and the form for the next file."""
    layout = request.args.get("lista", "")
    return imports_page(layout=layout if find(layout) else "")


def imports_page(error: str = "", layout: str = "") -> str:
    """The first page, with what was chosen."""
    with reading() as session:
        leaf = leaf_of(queries.count(session), "staff.imports")
        runs = queries.runs(session, start=leaf.start, size=leaf.size)
        moving = tasks.moving(session)
        lists = choices(session)
    return render_template(
        "staff/imports.html",
        runs=runs,
        leaf=leaf,
        moving=moving,
        layouts=LAYOUTS,
        lists=lists,
        layout=layout,
        error=error,
    )


def upload() -> ResponseReturnValue:
    """Keep the file and go to its dry run."""
    sent = request.files.get("file")
    layout = request.form.get("layout", "")
    if layout and not find(layout):
        layout = ""
    if sent is None or not sent.filename:
        return imports_page(_("Elija un archivo de su computadora."), layout), 422
    token = uploads().keep(sent.stream, PurePath(sent.filename).name, layout or None)
    return redirect(url_for("staff.import_check", token=token), 303)


def import_check(token: str) -> ResponseReturnValue:
    """The dry run: what would change, and every problem with row, column, value and remedy."""
    with reading() as session:
        task = tasks.task(session, token)
    if task is not None and not (task.state == "failed" and request.args.get("revisar")):
        return redirect(url_for("staff.import_progress", token=token), 303)
    kept, plan = checked(token)
    return render_template(
        "staff/import_check.html",
        token=token,
        plan=plan,
        layout=find(plan.layout),
        file_name=kept.file_name,
        problems=plan.problems[:SHOWN_PROBLEMS],
        more_problems=max(0, len(plan.problems) - SHOWN_PROBLEMS),
    )


def import_commit(token: str) -> ResponseReturnValue:
    """Check once more and write all of it, in one transaction."""
    kept = uploads().find(token)
    try:
        run = written(kept)
    except (Refused, Conflict) as refusal:
        flash(str(refusal), "error")
        return redirect(url_for("staff.import_check", token=token, revisar=1), 303)
    if run is None:
        return redirect(url_for("staff.import_progress", token=token), 303)
    uploads().drop(token)
    flash(
        _(
            "Importamos «%(file)s». Filas nuevas: %(created)s; con cambios: %(changed)s;"
            " iguales: %(same)s.",
            file=run.file_name,
            created=run.created,
            changed=run.changed,
            same=run.unchanged,
        ),
        "success",
    )
    return redirect(url_for("staff.imports"), 303)


def written(kept: Upload) -> Run | None:
    """Write a short file at once; hand a long one to the worker and give None."""
    own = resources()
    with transaction() as (session, now):
        if tasks.task(session, kept.token) is None:
            with kept.opened() as stream:
                plan = actions.dry_run(session, kept.layout, stream, kept.file_name)
            if plan.rows <= QUICK or not plan.good or plan.repeated:
                return actions.commit(session, plan, at=now, by=visitor().id)
        tasks.order(session, own.jobs, kept, at=now, by=visitor().id)
    return None


def import_progress(token: str) -> ResponseReturnValue:
    """How far the worker is with a long file."""
    with reading() as session:
        task = tasks.task(session, token) or tasks.missing()
    return render_template("staff/import_progress.html", task=task)


def task_words(task: TaskLine) -> str:
    """Where a long file stands, in honest words."""
    if task.state == "running":
        again = _("Reintentando") if task.attempt > 1 else _("En proceso")
        return f"{again} {task.progress} %"
    words: dict[str, str] = {
        "queued": _("Reintentando: en cola") if task.attempt > 1 else _("En cola"),
        "done": _("Listo"),
        "failed": _("Detenido"),
    }
    return words[task.state]


def import_discard(token: str) -> ResponseReturnValue:
    """Throw the file away; nothing was written."""
    uploads().drop(token)
    flash(_("Descartamos el archivo. No se importó nada."), "success")
    return redirect(url_for("staff.imports"), 303)


def import_bad_rows(token: str) -> ResponseReturnValue:
    """Only the rows with a problem, with their header, as a CSV ready to mend."""
    kept, plan = checked(token)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(
        [*(inert(name) for name in plan.header), _("Fila del archivo"), _("Qué corregir")]
    )
    for number, cells in plan.bad_rows:
        remedies = " ".join(f"{p.what} {p.remedy}" for p in plan.problems if p.row == number)
        writer.writerow([*(inert(cell) for cell in cells), number, remedies])
    name = f"{PurePath(kept.file_name).stem}-filas-con-error.csv"
    answer = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def checked(token: str) -> tuple[Upload, Plan]:
    """A kept file and its dry run."""
    kept = uploads().find(token)
    with reading() as session, kept.opened() as stream:
        return kept, actions.dry_run(session, kept.layout, stream, kept.file_name)


def uploads() -> Uploads:
    """Where files wait."""
    return Uploads(resources().settings.files_folder)
