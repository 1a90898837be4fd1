"""Help inside the portal: the manual, task by task, and the same as PDF."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from decide.editorial import manual
from decide.web.shared.context import resources


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/ayuda", view_func=help_page)
    door.add_url_rule("/ayuda.pdf", view_func=help_pdf)


def help_page() -> ResponseReturnValue:
    """All tasks with their pictures."""
    return render_template("actor/help.html", tasks=manual.tasks())


def help_pdf() -> ResponseReturnValue:
    """The manual on paper."""
    settings = resources().settings
    body = manual.as_pdf(settings.site_name, settings.authority, settings.help_phone)
    answer = Response(body, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'attachment; filename="manual-partidos.pdf"'
    return answer
