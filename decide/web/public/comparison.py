"""Side by side on one topic, by lot: platforms of any actors, or the heads of one election."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from decide.catalog import queries_platforms as queries
from decide.catalog.queries import contests_at
from decide.catalog.queries_candidacies import heads_in
from decide.catalog.topics import TOPICS
from decide.errors import NotFound
from decide.web.public.lots import by_lot, lot_in, new_lot
from decide.web.shared.context import must_see, reading
from decide.web.shared.pages import cacheable
from decide.web.shared.wording import gettext as _

SCOPES = {"ayuntamientos": "municipal", "legislatura": "legislative"}


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/comparar", view_func=compare_platforms)
    door.add_url_rule("/comparar/municipios/<small:number>", view_func=compare_in_municipality)
    door.add_url_rule("/comparar/distritos/<small:number>", view_func=compare_in_district)


@cacheable
def compare_platforms() -> ResponseReturnValue:
    """What the chosen actors' platforms say on a topic; without a choice, all of them."""
    must_see("section")
    lot = lot_in(request.args.get("lote", ""))
    if lot is None:
        return drawn_again()
    scope = request.args.get("ambito", "")
    scope = scope if scope in SCOPES else next(iter(SCOPES))
    with reading() as session:
        topics = spoken(queries.topics_of_platforms(session))
        topic = chosen_topic(topics)
        lines = [each for each in queries.platforms(session) if each.scope == SCOPES[scope]]
        said = queries.sections_on(session, topic) if topic else ()
    wanted = set(request.args.getlist("actor")) & {each.actor.slug for each in lines}
    shown = [each for each in lines if not wanted or each.actor.slug in wanted]
    texts = {
        each.actor.id: [
            section
            for section in said
            if section.actor.id == each.actor.id and section.scope == each.scope
        ]
        for each in shown
    }
    return render_template(
        "public/compare.html",
        lot=lot,
        scope=scope,
        topic=topic,
        topics=topics,
        lines=lines,
        wanted=wanted,
        shown=by_lot(shown, lot, lambda each: each.actor.key),
        texts=texts,
    )


@cacheable
def compare_in_municipality(number: int) -> ResponseReturnValue:
    """What those who want to govern a municipality propose on a topic."""
    return compare_heads(municipality=number)


@cacheable
def compare_in_district(number: int) -> ResponseReturnValue:
    """What those who want a district's seat propose on a topic."""
    return compare_heads(districts=[number])


def compare_heads(
    *, districts: Sequence[int] = (), municipality: int | None = None
) -> ResponseReturnValue:
    """The heads of the only election of a place, by lot; three statements."""
    must_see("proposal")
    lot = lot_in(request.args.get("lote", ""))
    if lot is None:
        return drawn_again()
    with reading() as session:
        contest = next(
            iter(contests_at(session, districts=districts, municipality=municipality)), None
        )
        if contest is None:
            raise NotFound(_("Esa elección no existe. Búsquela en «¿Dónde voto?»."))
        heads = heads_in(session, [contest.id])[contest.id]
        proposals = queries.proposals_in(session, contest.id)
    topics = spoken(each.topic for each in proposals)
    topic = chosen_topic(topics)
    return render_template(
        "public/compare_heads.html",
        lot=lot,
        contest=contest,
        topic=topic,
        topics=topics,
        shown=by_lot(heads, lot, lambda each: each.actor.key),
        texts={
            head.id: [
                each for each in proposals if each.candidacy_id == head.id and each.topic == topic
            ]
            for head in heads
        },
    )


def drawn_again() -> ResponseReturnValue:
    """The same address with a lot of its own."""
    asked = [pair for pair in request.args.items(multi=True) if pair[0] != "lote"]
    answer = redirect(
        f"{request.root_path}{request.path}?{urlencode([*asked, ('lote', str(new_lot()))])}"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def spoken(topics: Iterable[str]) -> list[str]:
    """Known topics of which somebody speaks, in the order of all lists."""
    found = set(topics)
    return [each for each in TOPICS if each in found]


def chosen_topic(topics: Sequence[str]) -> str:
    """The topic of the address if anybody speaks of it, else the first, else nothing."""
    asked = request.args.get("tema", "")
    return asked if asked in topics else next(iter(topics), "")
