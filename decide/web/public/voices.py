"""The survey and the suggestion box: anonymous, without a cookie, never in anybody's way."""

from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from decide.errors import NotFound, Unavailable
from decide.kernel.pace import Pace
from decide.listening import actions
from decide.listening.kinds import LONGEST_ANSWER, LONGEST_SUGGESTION, Occasion
from decide.web.shared.context import door, library, must_see, resources, snapshot
from decide.web.shared.pages import cacheable
from decide.web.shared.wording import gettext as _
from decide.web.shared.wording import refusal

HOUR = 3600
LISTS = ("quitadudas", "organos", "guias")


@dataclass(frozen=True)
class Typed:
    """What came with a form and what is to be said about it."""

    score: str = ""
    text: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    notice: str = ""
    status: int = 200


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/encuesta", view_func=survey)
    door.add_url_rule("/encuesta", view_func=answer_survey, methods=["POST"])
    door.add_url_rule("/encuesta/gracias", view_func=survey_thanks)
    door.add_url_rule("/sugerencias", view_func=suggestion_box)
    door.add_url_rule("/sugerencias", view_func=suggest, methods=["POST"])
    door.add_url_rule("/sugerencias/gracias", view_func=suggestion_thanks)


@cacheable
def survey() -> ResponseReturnValue:
    """The empty survey."""
    return survey_page(Occasion.SITE, Typed())


def answer_survey() -> ResponseReturnValue:
    """Keep an answer; whatever goes wrong, what was typed comes back."""
    occasion = occasion_of(request.form.get("momento", ""))
    score, text = request.form.get("calificacion", ""), request.form.get("comentario", "")
    typed = Typed(score, text)
    try:
        if too_fast():
            return survey_page(occasion, Typed(score, text, notice=pause(), status=429))
        day = today()
        door().patience.transaction(
            lambda session: actions.answer_survey(
                session, occasion=occasion, score=number(score), text=text, day=day
            )
        )
    except actions.NoScore as error:
        typed = Typed(score, text, {"calificacion": refusal(error)}, status=422)
    except actions.TextRefused as error:
        typed = Typed(score, text, {"comentario": refusal(error)}, status=422)
    except Unavailable as error:
        typed = Typed(score, text, notice=refusal(error), status=503)
    else:
        return redirect(url_for("public.survey_thanks"), 303)
    return survey_page(occasion, typed)


def survey_thanks() -> ResponseReturnValue:
    """It arrived."""
    text = _("Su respuesta nos ayuda a mejorar este sitio. No sabemos quién la envió.")
    return render_template("public/voices_thanks.html", text=text)


@cacheable
def suggestion_box() -> ResponseReturnValue:
    """The empty box, about the page that `sobre` names."""
    must_see("guide")
    return suggestion_page(about_of(request.args.get("sobre", LISTS[0])), Typed())


def suggest() -> ResponseReturnValue:
    """Keep a suggestion; whatever goes wrong, the text comes back."""
    must_see("guide")
    about, text = about_of(request.form.get("sobre", "")), request.form.get("duda", "")
    try:
        if too_fast():
            return suggestion_page(about, Typed(text=text, notice=pause(), status=429))
        day = today()
        door().patience.transaction(
            lambda session: actions.suggest(session, about=about, text=text, day=day)
        )
    except actions.TextRefused as error:
        typed = Typed(text=text, errors={"duda": refusal(error)}, status=422)
    except Unavailable as error:
        typed = Typed(text=text, notice=refusal(error), status=503)
    else:
        return redirect(url_for("public.suggestion_thanks", sobre=about), 303)
    return suggestion_page(about, typed)


def suggestion_thanks() -> ResponseReturnValue:
    """It arrived; the way back to the page it is about."""
    about = about_of(request.args.get("sobre", LISTS[0]))
    text = _("Leemos todas las dudas. Con ellas mejoramos las explicaciones de este sitio.")
    return render_template("public/voices_thanks.html", text=text, back=f"/{about}")


def survey_page(occasion: Occasion, typed: Typed) -> ResponseReturnValue:
    """The survey with what was typed."""
    page = render_template(
        "public/survey.html", occasion=occasion.value, typed=typed, limit=LONGEST_ANSWER
    )
    return make_response(page, typed.status)


def suggestion_page(about: str, typed: Typed) -> ResponseReturnValue:
    """The box with what was typed."""
    page = render_template(
        "public/suggestion.html", about=about, typed=typed, limit=LONGEST_SUGGESTION
    )
    return make_response(page, typed.status)


def occasion_of(text: str) -> Occasion:
    """Where the survey stood; the site for what nobody knows."""
    return Occasion(text) if text in set(Occasion) else Occasion.SITE


def about_of(text: str) -> str:
    """A page that has a suggestion box; NotFound for any other."""
    known = library()
    kind, _slash, slug = text.partition("/")
    texts = {"quitadudas": known.terms, "guias": known.guides}
    if text in LISTS or (kind in texts and slug in texts[kind]):
        return text
    raise NotFound(_("Esa página no tiene buzón. Escriba su duda desde la página que leía."))


def number(text: str) -> int | None:
    """One digit, or None."""
    return int(text) if text in set("12345") else None


def today() -> date:
    """The day of the authority's zone; Unavailable while nothing is known of the time."""
    zone = ZoneInfo(resources().settings.time_zone)
    return snapshot().picture().now().astimezone(zone).date()


def too_fast() -> bool:
    """Whether this network has sent too much in this hour."""
    own = resources()
    pace = Pace(own.queue, "voices", most=own.settings.voices_per_hour, seconds=HOUR)
    return pace.wait(request.remote_addr, snapshot().picture().now()) > 0


def pause() -> str:
    """What is said to a network that sends too much."""
    return str(_("Llegaron demasiados envíos desde su red. Inténtelo de nuevo en una hora."))
