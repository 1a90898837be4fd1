"""The ideas that an actor received, and what it answers: closing the loop with citizens."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from decide.accounts.roles import Role
from decide.calendar.rules import Area
from decide.catalog.topics import TOPICS
from decide.delivery import answers
from decide.delivery.answers import NotReceived, Wanted
from decide.delivery.states import AnswerState
from decide.errors import Refused
from decide.web.shared.context import must_see, reading, transaction
from decide.web.shared.login import actor_of, visitor

Sent = Mapping[str, str]


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/ideas", view_func=ideas)
    door.add_url_rule("/ideas/responder", view_func=answer_many, methods=["POST"])
    door.add_url_rule("/ideas/<int:idea_id>/responder", view_func=answer_one, methods=["POST"])


def must_answer() -> None:
    """Only who may take the database home reads and answers what is in it."""
    must_see(Area.DELIVERY)
    if visitor().role is not Role.COORDINATOR:
        abort(403)


def ideas() -> ResponseReturnValue:
    """A page of ideas, narrowed by topic, text, or to those without an answer."""
    must_answer()
    return ideas_page(wanted_by(request.args), page_of(request.args))


def ideas_page(wanted: Wanted, page: int, *, typed: str = "", error: str = "", at: int = 0) -> str:
    """The page; `typed` and `error` belong to the form of the idea `at`, 0 = the one for all."""
    try:
        with reading() as session:
            found = answers.received(session, actor_of(), wanted, page=page)
    except NotReceived as refusal:
        return render_template("actor/ideas_closed.html", reason=str(refusal))
    return render_template(
        "actor/ideas.html",
        found=found,
        wanted=wanted,
        page=page,
        address=address(wanted),
        query=urlencode(address(wanted)),
        chosen=request.form.get("state", ""),
        topics=list(TOPICS.items()),
        topic_names=TOPICS,
        states=state_choices(),
        limit=answers.LONGEST,
        typed=typed,
        error=error,
        failed=at,
    )


def answer_one(idea_id: int) -> ResponseReturnValue:
    """Answer one idea and stay on the page."""
    must_answer()
    wanted, page = wanted_by(request.form), page_of(request.form)
    text = request.form.get("text", "").strip()
    try:
        with transaction() as (session, now):
            answers.answer(
                session, actor_of(), idea_id, state_sent(), text, at=now, by=visitor().id
            )
    except Refused as refusal:
        return ideas_page(wanted, page, typed=text, error=str(refusal), at=idea_id), 422
    flash(_("Guardamos su respuesta. La verá quien tiene el folio de esa idea."), "success")
    return back(wanted, page)


def answer_many() -> ResponseReturnValue:
    """One answer for all unanswered ideas of the topic or text that is chosen."""
    must_answer()
    wanted = wanted_by(request.form)
    text = request.form.get("text", "").strip()
    try:
        with transaction() as (session, now):
            count = answers.answer_all(
                session, actor_of(), wanted, state_sent(), text, at=now, by=visitor().id
            )
    except Refused as refusal:
        return ideas_page(wanted, 1, typed=text, error=str(refusal)), 422
    said = ngettext(
        "Guardamos la respuesta a una idea.", "Guardamos la respuesta a %(num)s ideas.", count
    )
    flash(said, "success")
    return back(wanted, 1)


def back(wanted: Wanted, page: int) -> ResponseReturnValue:
    """To the list as it was narrowed."""
    parts = address(wanted) | ({"pagina": str(page)} if page > 1 else {})
    return redirect(f"{url_for('actor.ideas')}?{urlencode(parts)}".rstrip("?"), 303)


def state_choices() -> list[tuple[str, str]]:
    """What an actor can say it did, and how it reads."""
    words: dict[AnswerState, str] = {
        AnswerState.READ: _("La leímos"),
        AnswerState.STUDIED: _("Está en estudio"),
        AnswerState.ADOPTED: _("Se incorporó en…"),
        AnswerState.DECLINED: _("No es viable porque…"),
    }
    return [(state.value, words[state]) for state in AnswerState]


def state_sent() -> AnswerState:
    """The state that was chosen; Refused when none was."""
    try:
        return AnswerState(request.form.get("state", ""))
    except ValueError:
        raise Refused(_("Elija qué hicieron con la idea.")) from None


def wanted_by(sent: Sent) -> Wanted:
    """What narrows the list; 404 for a topic or number that is none."""
    topic, subject = sent.get("tema", ""), sent.get("asunto", "") or "0"
    if (topic and topic not in TOPICS) or not (subject.isascii() and subject.isdigit()):
        abort(404)
    return Wanted(topic, int(subject[:9]), unanswered=sent.get("estado", "") == "pendientes")


def page_of(sent: Sent) -> int:
    """The page's number, from 1."""
    text = sent.get("pagina", "1")
    if not (text.isascii() and text.isdigit() and int(text[:6]) > 0):
        abort(404)
    return int(text[:6])


def address(wanted: Wanted) -> dict[str, str]:
    """The same as parts of an address, without what does not narrow."""
    parts = {
        "tema": wanted.topic,
        "asunto": str(wanted.subject_id or ""),
        "estado": "pendientes" if wanted.unanswered else "",
    }
    return {name: value for name, value in parts.items() if value}
