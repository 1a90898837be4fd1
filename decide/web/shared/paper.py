"""PDFs as downloads, and letters of access as paper."""

from flask import Response
from flask_babel import format_datetime

from decide.accounts import letters
from decide.accounts.activation import Letter
from decide.accounts.letters import Addressed
from decide.web.shared.context import resources


def letters_pdf(issued: list[Letter], names: dict[int, str], process: str) -> Response:
    """The letters as one PDF; `names` says the actor of each by its id."""
    addressed = [Addressed(each, names.get(each.actor_id or 0, "")) for each in issued]
    body = letters.as_pdf(
        addressed,
        resources().settings,
        process=process,
        day=lambda instant: str(format_datetime(instant, "d 'de' MMMM 'de' y")),
    )
    return pdf(body, "cartas.pdf")


def pdf(body: bytes, name: str) -> Response:
    """A download that no cache may keep."""
    answer = Response(body, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def signature(note: str, name: str) -> Response:
    """A signed note as a download that no cache may keep."""
    answer = Response(note, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
