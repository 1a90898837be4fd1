"""Nothing typed is lost when a log-in ends between opening a form and sending it.

The page that asks to log in again carries what was typed, signed, through the log-in; afterwards it
is shown and sent again by the person. Passphrases and codes are never carried, files cannot be.
"""

import re
from dataclasses import dataclass

from flask import Flask, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from itsdangerous import BadData, URLSafeTimedSerializer

from decide.web.shared import failures
from decide.web.shared.context import resources
from decide.web.shared.login_form import LoginForm
from decide.web.shared.origin import is_ours

HOURS = 12
LARGEST = 200_000  # characters; a form of ours is far smaller
SECRET = re.compile(r"passphrase|csrf_token|code|guardado|siguiente")


@dataclass(frozen=True)
class KeptForm:
    """A form that was sent in vain: where to, and what was typed."""

    path: str
    fields: tuple[tuple[str, str], ...]

    @property
    def shown(self) -> list[str]:
        """What a person would miss: the typed texts, without numbers and choices of the form."""
        return [value for _name, value in self.fields if len(value) > 20]


def install(app: Flask) -> None:
    """Answer forms whose token is not of this session."""
    app.register_error_handler(CSRFError, form_refused)


def session_ended(login: str) -> ResponseReturnValue:
    """The guard's answer to a form sent without a log-in; `login` is the door's endpoint."""
    form = sent_form()
    if not form.fields or not is_ours(request, resources().settings.public_url):
        return redirect(url_for(login))
    page = render_template(
        "errors/session_ended.html",
        kept=form,
        sealed=sealer().dumps([form.path, form.fields]),
        form=LoginForm(formdata=None),
        login_url=url_for(login),
    )
    return make_response(page, 403)


def form_refused(_error: CSRFError) -> ResponseReturnValue:
    """A form with the token of another session: offer it again if it came from our own page.

    That it did is told by the browser (`web.shared.origin`), so another site cannot put words into
    the form that is offered.
    """
    door = request.blueprint or ""
    ours = is_ours(request, resources().settings.public_url)
    form = sent_form()
    if door not in ("actor", "staff") or not ours or not form.fields:
        return failures.page(
            403,
            _("Este formulario ya no es válido. Recargue la página y envíelo otra vez."),
        )
    if not current_user.is_authenticated:
        return session_ended(f"{door}.login")
    return make_response(offer_again(form), 403)


def offer_again(form: KeptForm) -> str:
    """The page that shows what was typed and sends it again."""
    return render_template("errors/kept_form.html", kept=form)


def sent_form() -> KeptForm:
    """What this request brought, without secrets."""
    fields = [
        (name, value) for name, value in request.form.items(multi=True) if not SECRET.search(name)
    ]
    if sum(len(value) for _name, value in fields) > LARGEST:
        return KeptForm(request.root_path + request.path, ())
    return KeptForm(request.root_path + request.path, tuple(fields))


def opened(sealed: str | None) -> KeptForm | None:
    """The form in a seal of ours, or None."""
    try:
        path, fields = sealer().loads(sealed or "", max_age=HOURS * 3600)
    except BadData:
        return None
    return KeptForm(path, tuple((name, value) for name, value in fields))


def sealer() -> URLSafeTimedSerializer:
    """Signs with a key of its own purpose."""
    return URLSafeTimedSerializer(resources().settings.secret_key, salt="kept-form")
