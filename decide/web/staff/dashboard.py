"""The office's first page: is the service well, and what is due. Never how an actor is answered."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.catalog.queries_completeness import completeness
from decide.geography import queries as geography
from decide.geography.cartogram import DISTRICT, MUNICIPALITY
from decide.watch.board import Picture, picture
from decide.watch.machine import State
from decide.web.shared.context import reading, resources
from decide.web.shared.login import visitor
from decide.web.staff import drawings, watching
from decide.web.staff.drawings import Chart
from decide.web.staff.paging import leaf_of

RHYTHMS = ("horas", "dias")
LIVELY = 60  # seconds between looks without a script, for whoever asks for it


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("", view_func=dashboard)
    door.add_url_rule("/avance", view_func=progress)


def dashboard() -> ResponseReturnValue:
    """Rhythm, machine, duties, deliveries, and the map. `ritmo` chooses hours or days.

    With `vivo=1` the page comes again by itself, also without a script.
    """
    rhythm, lively = request.args.get("ritmo", RHYTHMS[0]), request.args.get("vivo") == "1"
    if rhythm not in RHYTHMS:
        abort(404)
    with reading() as session:
        told = picture(session, resources(), visitor().id)
        names = {each.number: each.name for each in geography.municipalities(session)}
    lines = watching.parts(told.parts)
    days, live = "dias" if rhythm == "dias" else None, "1" if lively else None
    return render_template(
        "staff/dashboard.html",
        picture=told,
        parts=lines,
        alarms=[each for each in lines if each.state != State.GOOD],
        worst=max((list(State).index(each.state) for each in told.parts), default=0),
        duties=watching.duties(told.due),
        charts=charts(told, by_day=rhythm == "dias"),
        beats=told.days if rhythm == "dias" else told.hours,
        rhythm=rhythm,
        name_of=drawings.name_of,
        map=drawings.tiles(MUNICIPALITY, told.completeness.municipalities, names),
        lively=LIVELY if lively else 0,
        urls={
            "here": url_for("staff.dashboard", ritmo=days, vivo=live),
            "lively": url_for("staff.dashboard", ritmo=days, vivo=None if lively else "1"),
            "hours": url_for("staff.dashboard", vivo=live),
            "days": url_for("staff.dashboard", ritmo="dias", vivo=live),
        },
    )


def charts(told: Picture, *, by_day: bool) -> list[Chart]:
    """Visits, answers and ideas."""
    beats = told.days if by_day else told.hours
    return [
        drawings.chart(title, beats, figure, by_day=by_day)
        for title, figure in (
            (_("Páginas vistas"), "visits"),
            (_("Opiniones"), "presses"),
            (_("Ideas"), "ideas"),
        )
    ]


def progress() -> ResponseReturnValue:
    """How far the actors are: maps of municipalities and districts, and both as tables."""
    with reading() as session:
        told = completeness(session)
        municipalities = {each.number: each.name for each in geography.municipalities(session)}
        districts = {
            each.number: _("Distrito %(n)s, %(seat)s", n=each.number, seat=each.seat)
            for each in geography.districts(session)
        }
    leaf = leaf_of(len(told.actors), "staff.progress")
    return render_template(
        "staff/progress.html",
        told=told,
        leaf=leaf,
        places=(
            (
                "municipios", _("Ayuntamientos"), municipalities, told.municipalities,
                drawings.tiles(MUNICIPALITY, told.municipalities, municipalities),
            ),
            (
                "distritos", _("Diputaciones de distrito"), districts, told.districts,
                drawings.tiles(DISTRICT, told.districts, districts),
            ),
        ),
    )  # fmt: skip
