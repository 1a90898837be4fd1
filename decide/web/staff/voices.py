"""What people said of the tool: the survey's results and the suggestion box."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.kernel.db import Session
from decide.listening import actions, queries, standing
from decide.listening.kinds import SCORES, Occasion, SuggestionState
from decide.opendata.definitions import Table, column
from decide.opendata.formats import MEDIA_TYPES, Format, written
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor
from decide.web.staff.paging import leaf_of
from decide.web.staff.requests import day_of


@dataclass(frozen=True)
class Row:
    """An answer in the file."""

    dia: date = column("Día", "Día en que llegó.")
    momento: str = column("Momento", "Dónde se preguntó.", {each.value: "" for each in Occasion})
    calificacion: int = column("Calificación", "De 1, muy mal, a 5, muy bien.")
    comentario: str = column("Comentario", "Como se escribió; vacío si no se escribió nada.")


def mount(door: Blueprint) -> None:
    """Addresses of this module, and its words."""
    door.add_url_rule("/encuesta", view_func=survey)
    door.add_url_rule("/encuesta.csv", view_func=survey_file)
    door.add_url_rule("/sugerencias", view_func=suggestions)
    door.add_url_rule(
        "/sugerencias/<int:suggestion_id>", view_func=move_suggestion, methods=["POST"]
    )
    for words in (occasion_words, score_words, suggestion_words):
        door.add_app_template_filter(words)


def survey() -> ResponseReturnValue:
    """Scores by occasion, and the newest comments."""
    with reading() as session:
        scores = queries.scores(session)
        texts = queries.newest_texts(session)
    together, *lines = scores
    return render_template(
        "staff/survey.html", together=together, lines=lines, texts=texts, scores=SCORES[::-1]
    )


def survey_file() -> ResponseReturnValue:
    """Every answer as CSV."""
    with reading() as session:
        body = written(TABLE, rows(session), Format.CSV)
    answer = Response(body, content_type=MEDIA_TYPES[Format.CSV])
    answer.headers["Content-Disposition"] = "attachment; filename=encuesta.csv"
    return answer


def suggestions() -> ResponseReturnValue:
    """The newest suggestions; `estado` keeps those of one state."""
    state = request.args.get("estado", "")
    if state and state not in set(SuggestionState):
        abort(404)
    with reading() as session:
        counts = queries.suggestion_counts(session)
        leaf = leaf_of(counts[state] if state else sum(counts.values()), "staff.suggestions")
        lines = queries.suggestions(session, state, start=leaf.start, size=leaf.size)
        asked = standing.counts(session, today=day_of(resources().clock.now(session)))
    return render_template(
        "staff/suggestions.html",
        lines=lines,
        leaf=leaf,
        counts=counts,
        asked=asked,
        state=state,
        states=[each.value for each in SuggestionState],
    )


def move_suggestion(suggestion_id: int) -> ResponseReturnValue:
    """Say what became of one."""
    state = request.form.get("state", "")
    if state not in set(SuggestionState):
        abort(422)
    with transaction() as (session, now):
        actions.move_suggestion(
            session, suggestion_id, SuggestionState(state), at=now, by=visitor().id
        )
    flash(_("Guardamos el estado de la duda %(n)s.", n=suggestion_id), "success")
    return redirect(url_for("staff.suggestions"), 303)


def rows(session: Session) -> Iterator[Row]:
    """Answers as lines of the file."""
    for each in queries.every_answer(session):
        yield Row(each.day, each.occasion, each.score, each.text)


TABLE = Table(
    name="encuesta",
    title="Encuesta de satisfacción",
    about="Respuestas anónimas a la encuesta del sitio.",
    row=Row,
    key=(),
    rows=rows,
)


def occasion_words(occasion: str) -> str:
    """Where the question was put."""
    words: dict[str, str] = {
        "": _("En todo el sitio"),
        Occasion.IDEA: _("Al enviar una idea"),
        Occasion.OPINION: _("Al opinar"),
        Occasion.CLOSED: _("Donde ya no se opina"),
        Occasion.ERROR: _("En páginas de error"),
        Occasion.SITE: _("En la página de la encuesta"),
    }
    return words[occasion]


def score_words(score: int) -> str:
    """The answers as people read them."""
    words: list[str] = [_("Muy mal"), _("Mal"), _("Regular"), _("Bien"), _("Muy bien")]
    return words[score - 1]


def suggestion_words(state: str) -> str:
    """What became of a suggestion."""
    words: dict[str, str] = {
        SuggestionState.NEW: _("Nueva"),
        SuggestionState.PLANNED: _("Se va a explicar"),
        SuggestionState.DONE: _("Ya se explica"),
        SuggestionState.SET_ASIDE: _("No procede"),
    }
    return words[state]
