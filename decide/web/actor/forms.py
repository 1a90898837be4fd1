"""The little that the portal's forms share."""

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from decide.catalog.texts import TextRefused
from decide.errors import Refused

WHOLE = "form"  # the key of a refusal that concerns no single field


def errors_of(refusal: Refused) -> dict[str, str]:
    """A refusal as the form shows it: at its field, or above the form."""
    field = refusal.field if isinstance(refusal, TextRefused) else WHOLE
    return {field: str(refusal)}


def revision_sent() -> int:
    """The revision with which a form was opened; a form of ours always carries it."""
    text = request.form.get("revision", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        abort(400)
    return int(text)


def saves_itself() -> bool:
    """Whether static/js/autosave.js sent this form, and not the person."""
    return request.form.get("then") == "auto"


def kept_as(revision: int, view: str, **values: int) -> ResponseReturnValue:
    """What autosave.js needs to go on: the new revision, and where the form now belongs."""
    return {"revision": revision, "address": url_for(view, **values)}  # type: ignore[arg-type]
