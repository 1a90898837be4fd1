"""“Seguimiento del compromiso”: what the authority promised, how far it is, and what proves it."""

from flask import Blueprint, render_template, send_file
from flask.typing import ResponseReturnValue

from decide.commitments import queries
from decide.commitments.entries import Progress
from decide.commitments.evidence import EvidenceShelf
from decide.web.shared.context import reading, resources
from decide.web.shared.pages import cacheable
from decide.web.shared.wording import gettext as _


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/seguimiento", view_func=commitment)
    door.add_url_rule("/seguimiento/evidencias/<int:evidence_id>", view_func=evidence_file)


@cacheable
def commitment() -> ResponseReturnValue:
    """Lines of action and their activities; says nothing that depends on the day it is read."""
    with reading() as session:
        lines = queries.lines(session)
    every = [each for line in lines for each in line.activities]
    return render_template(
        "public/commitment.html",
        lines=lines,
        counts={state: sum(each.progress is state for each in every) for state in Progress},
        total=len(every),
        words=progress_words(),
    )


def evidence_file(evidence_id: int) -> ResponseReturnValue:
    """A file that proves an activity, as a download."""
    with reading() as session:
        line = queries.evidence(session, evidence_id)
    return send_file(
        EvidenceShelf(resources().settings.files_folder).find(line.sha256),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=f"evidencia-{evidence_id}.{line.ending}",
        max_age=0,
    )


def progress_words() -> dict[str, str]:
    """How far, in a word."""
    return {
        Progress.PLANNED: _("Por iniciar"),
        Progress.STARTED: _("En marcha"),
        Progress.DONE: _("Cumplida"),
    }
