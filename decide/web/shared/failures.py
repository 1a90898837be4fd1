"""Error pages: what happened and a way on, in plain words; one handler for each kind of refusal."""

from traceback import extract_tb

from flask import (
    Flask,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
)
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadHost, HTTPException

from decide.errors import Conflict, DecideError, NotFound, NotOpenYet, Refused, Unavailable
from decide.kernel.log import begin_request, end_request, logger
from decide.web.shared.context import sql_answers
from decide.web.shared.wording import refusal

STATUS: dict[type[DecideError], int] = {
    NotFound: 404,
    Conflict: 409,
    Refused: 422,
    Unavailable: 503,
}
OWN_PAGE = frozenset({403, 404, 413, 429, 500, 503})
PORTALS = ("/oficina", "/partido")

log = logger("web")


def install(app: Flask) -> None:
    """Answer refusals of the domain, HTTP errors and surprises with pages of ours.

    Lines of the log carry the proxy's id of the request, so that its line and ours meet.
    """
    app.before_request_funcs.setdefault(None, []).insert(0, traced)
    app.teardown_request(lambda _: end_request())
    app.register_error_handler(DecideError, refused)
    app.register_error_handler(CSRFError, expired_form)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, surprise)


def traced() -> None:
    """Begin the lines of this request."""
    begin_request(request.headers.get("X-Request-Id", ""))


def page(
    status: int, message: str = "", *, retry_after: int | None = None, soon: bool = False
) -> Response:
    """The error page of a status; `message` is a sentence for the user or empty.

    `soon`: it will be there later, so the page leads to the calendar.
    """
    if request.headers.get("X-Requested-With") == "decide":
        response = make_response({"message": message}, status)
    else:
        # Who works here goes back to work; citizens are asked how it went.
        portal = next((each for each in PORTALS if f"{request.path}/".startswith(f"{each}/")), "")
        template = f"errors/{status if status in OWN_PAGE else 'other'}.html"
        response = make_response(
            render_template(
                template,
                status=status,
                message=message,
                soon=soon,
                portal=portal,
                asks=not portal and sql_answers(),
            ),
            status,
        )
    response.headers["Cache-Control"] = "no-store"
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def refused(error: DecideError) -> Response:
    """A room said no, with a sentence."""
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    retry = error.retry_after if isinstance(error, Unavailable) else None
    soon = isinstance(error, NotOpenYet)
    return page(status, refusal(error), retry_after=retry, soon=soon)


def expired_form(_error: CSRFError) -> Response:
    """A form of a portal was sent after its session had ended."""
    return page(
        403,
        _(
            "Este formulario ya no es válido. "
            "Vuelva a la página anterior, recárguela y envíelo otra vez."
        ),
    )


def http_error(error: HTTPException) -> Response:
    """An error of HTTP itself: wrong address, method, size."""
    if isinstance(error, BadHost):
        # Without a host no address can be built, and every page of ours has some.
        answer = make_response(_("La dirección de esta página no está bien escrita."), 400)
        answer.mimetype = "text/plain"
        return answer
    if error.code == 404 and (better := without_slash()):
        return better
    retry = 60 if error.code == 429 else None
    answer = page(error.code or 500, retry_after=retry)
    if error.code == 405:
        answer.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or [])
    return answer


def without_slash() -> Response | None:
    """People type a slash at the end of an address; ours have none. Only within this site."""
    path = request.path.rstrip("/")
    if request.method not in ("GET", "HEAD") or path in ("", request.path) or "//" in path:
        return None
    routes = current_app.create_url_adapter(request)
    if routes is None or not routes.test(path, method="GET"):
        return None
    return make_response(redirect(request.root_path + path, 308))


def surprise(error: Exception) -> Response:
    """A defect of ours: log its kind and place, tell the user no internals."""
    # Frames only: the message of an exception may quote what somebody typed.
    frames = [f"{frame.filename}:{frame.lineno}" for frame in extract_tb(error.__traceback__)]
    log.error(
        "request.failed", endpoint=request.endpoint, kind=type(error).__name__, frames=frames[-6:]
    )
    return page(500)
