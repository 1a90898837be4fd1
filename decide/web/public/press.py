"""Me gusta / No me gusta: one press, its confirmation page, and what is said when it cannot be."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from decide.errors import NotFound, Refused, Unavailable
from decide.kernel.notes import ANY, note
from decide.participation import queries
from decide.participation.actions import PressReceipt
from decide.participation.actions import press as keep
from decide.participation.choices import Choice
from decide.participation.device import Device
from decide.participation.refusals import TooMany
from decide.web.public import proving
from decide.web.public.citizen import with_device
from decide.web.shared.context import door, snapshot
from decide.web.shared.failures import page
from decide.web.shared.origin import only_our_pages
from decide.web.shared.wording import gettext as _
from decide.web.shared.wording import refusal

CHOICES = {"like": Choice.LIKE, "dislike": Choice.DISLIKE, "none": Choice.NONE}
WORDS = {choice: word for word, choice in CHOICES.items()}
FETCH = "decide"  # what our script says in X-Requested-With
# “2 like”: version and choice of a press by our script. A body would have to be fetched from the
# server program, and that costs as much as everything else that is done for a press.
PRESS = "X-Press"


def mount(door: Blueprint) -> None:
    """Addresses of this module, and the check of origin for all forms of this door."""
    door.before_request(only_our_pages)
    door.add_url_rule("/reacciones/<int:subject_id>", view_func=react, methods=["POST"])
    door.add_url_rule("/opiniones/<int:subject_id>/lista", view_func=kept)


@with_device
def react(device: Device, subject_id: int) -> ResponseReturnValue:
    """Keep one press. 204 for the script, a page for everybody else."""
    version, choice = pressed()
    if choice is None or version is None:
        raise Refused(_("Elija «Me gusta» o «No me gusta» en la página y envíelo otra vez."))
    try:
        way = proving.way_of(device)
        receipt = keep(door(), device, subject_id, version, choice, way.came)
    except proving.REASONS as error:
        return proving.asked(device, error, came_from() or "")
    except TooMany as error:
        if "page" in request.form:
            return proving.asked(device, error, came_from() or "")
        return page(429, refusal(error), retry_after=error.retry_after)
    except Unavailable as error:
        return later(error, {"version": str(version), "choice": WORDS[choice]})
    return proving.with_pass(said(receipt), way)


def pressed() -> tuple[int | None, Choice | None]:
    """Version and choice, from our script's header or from the form; None for what is neither."""
    version, _sep, word = request.headers.get(PRESS, "").partition(" ")
    told = {"version": version, "choice": word} if PRESS in request.headers else request.form
    return MultiDict(told).get("version", type=int), CHOICES.get(told.get("choice", ""))


def said(receipt: PressReceipt) -> Response:
    """The answer to a press that is kept."""
    if by_script():
        response = make_response("", 204)
    else:
        address = url_for(
            "public.kept",
            subject_id=receipt.subject_id,
            opinion=WORDS[receipt.choice],
            version=receipt.version,
            desde=came_from(),
        )
        response = make_response(redirect(address, 303))
    response.headers["Cache-Control"] = "no-store"
    return response


def kept(subject_id: int) -> ResponseReturnValue:
    """“Guardado”, for browsers without script: change it here, or go back."""
    chosen = request.args.get("opinion", "none")
    facts = snapshot().picture().subjects.get(subject_id)
    if chosen not in CHOICES or facts is None:
        raise NotFound(_("No encontramos esa opinión. Vuelva a la página donde opinó."))
    response = make_response(
        render_template(
            "public/kept.html",
            subject_id=subject_id,
            title=title_of(subject_id),
            version=facts.version,
            chosen=chosen,
            changed=request.args.get("version", facts.version, type=int) < facts.version,
            back=local_path(request.args.get("desde", "")),
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def later(error: Unavailable, fields: dict[str, str]) -> ResponseReturnValue:
    """503 with all that was sent in a form of one button: nothing is chosen twice."""
    if by_script():
        return page(503, refusal(error), retry_after=error.retry_after)
    retry = {"url": request.root_path + request.path, "fields": list(fields.items())}
    response = make_response(
        render_template("errors/503.html", status=503, message=refusal(error), retry=retry), 503
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Retry-After"] = str(error.retry_after)
    return response


def by_script() -> bool:
    """Whether our own script asks."""
    return request.headers.get("X-Requested-With") == FETCH


def title_of(subject_id: int) -> str:
    """The subject's title, or a word for it while SQL is away: the answer counts without it."""
    try:
        found = door().patience.transaction(lambda session: queries.title_of(session, subject_id))
    except Unavailable:
        note(ANY)  # not for long
        found = None
    return found or _("este texto")


def came_from() -> str | None:
    """The path of our page that sent the form, also when another page stood between."""
    if kept := request.form.get("desde"):
        return local_path(kept) or None
    return local_path(urlsplit(request.headers.get("Referer", "")).path) or None


def local_path(path: str) -> str:
    """`path` when it leads to one of our own public pages, else nothing: no redirector here."""
    parts = urlsplit(path)
    safe = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path if safe and not parts.netloc and not parts.scheme else ""
