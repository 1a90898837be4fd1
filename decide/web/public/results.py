"""Official results: the state, each municipality, each district, each actor. Same box for all."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from decide.catalog.queries import ContestRef, actor_page, contests_at
from decide.catalog.queries_candidacies import CandidacyLine, heads_in
from decide.geography import queries as geography
from decide.kernel.db import Session
from decide.opendata.formats import Format
from decide.opendata.results import RESULTS
from decide.results import figures, queries, queries_earlier, queries_elected, queries_stations
from decide.results.queries import ContestResult
from decide.web.public import hemicycle
from decide.web.public.results_earlier import past_of, year_now
from decide.web.shared.context import must_see, reading
from decide.web.shared.pages import cacheable
from decide.web.shared.wording import gettext as _


def mount(door: Blueprint) -> None:
    """Addresses of this module, and its words."""
    door.add_url_rule("/resultados", view_func=results)
    door.add_url_rule("/resultados/municipios", view_func=results_of_municipalities)
    door.add_url_rule("/resultados/municipios/<small:number>", view_func=results_of_municipality)
    door.add_url_rule("/resultados/distritos", view_func=results_of_districts)
    door.add_url_rule("/resultados/distritos/<small:number>", view_func=results_of_district)
    door.add_url_rule("/resultados/actores/<string:slug>", view_func=results_of_actor)
    for words in (percent, result_status_words, principle_words, figure_words):
        door.add_app_template_filter(words)


@dataclass(frozen=True)
class Version:
    """One version of a result, and what it changed in the one before."""

    result: ContestResult
    changes: tuple[figures.Change, ...]


@dataclass(frozen=True)
class Outcome:
    """All that is known about one contest; `result` is None before one was recorded.

    `heads` are those who headed the ticket or slate of each option, by the actor's id.
    """

    result: ContestResult | None
    versions: tuple[Version, ...]
    elected: tuple[queries_elected.ElectedLine, ...]
    heads: dict[int, CandidacyLine]


@cacheable
def results() -> ResponseReturnValue:
    """The state: sums over all ayuntamientos, options, and the new Legislature."""
    must_see("result")
    with reading() as session:
        municipal = queries.of_ayuntamientos(session)
        districts = queries.of_districts(session)
        benches = queries_elected.benches(session, queries_elected.legislature(session))
        earlier = queries_earlier.told(session)
    return render_template(
        "public/results.html",
        municipal=queries.totals(municipal),
        municipal_options=figures.options(municipal),
        annulled=tuple(each for each in municipal if each.status == "annulled"),
        districts=queries.totals(districts),
        district_options=figures.options(districts),
        wedges=hemicycle.wedges(benches),
        drawing=(hemicycle.WIDTH, hemicycle.HEIGHT),
        earlier=earlier,
        files=files(),
    )


@cacheable
def results_of_municipalities() -> ResponseReturnValue:
    """Every ayuntamiento in one table, by the authority's number."""
    must_see("result")
    with reading() as session:
        found = queries.of_ayuntamientos(session)
        presidents = {each.contest.key: each for each in queries_elected.presidencies(session)}
        names = {each.number: each.name for each in geography.municipalities(session)}
    return render_template(
        "public/results_municipalities.html", results=found, presidents=presidents, names=names
    )


@cacheable
def results_of_districts() -> ResponseReturnValue:
    """Every district in one table: who won the deputation."""
    must_see("result")
    with reading() as session:
        by_number = {each.district: each for each in queries.of_districts(session)}
        deputies = {
            each.contest.number: each
            for each in queries_elected.legislature(session)
            if each.contest.number
        }
        districts = geography.districts(session)
    return render_template(
        "public/results_districts.html", districts=districts, results=by_number, deputies=deputies
    )


@cacheable
def results_of_municipality(number: int) -> ResponseReturnValue:
    """One ayuntamiento: votes, who won, who was elected, versions."""
    must_see("result")
    with reading() as session:
        place = geography.municipality(session, number)
        contests = contests_at(session, municipality=number)
        outcome = outcome_of(session, contests)
        past = past_of(session, number)
        year = year_now(session)
        by_station = bool(contests) and queries_stations.has_stations(session, contests[0].key)
    return render_template(
        "public/results_municipality.html",
        municipality=place,
        page=outcome,
        past=past,
        year=year,
        by_station=by_station,
    )


@cacheable
def results_of_district(number: int) -> ResponseReturnValue:
    """One deputation: votes when they are loaded, who was elected, versions."""
    must_see("result")
    with reading() as session:
        place = geography.district(session, number)
        outcome = outcome_of(session, contests_at(session, districts=[number]))
    return render_template("public/results_district.html", district=place, page=outcome)


@cacheable
def results_of_actor(slug: str) -> ResponseReturnValue:
    """Where one actor ran by this name, its votes there, and the seats of its people."""
    must_see("result")
    with reading() as session:
        page = actor_page(session, slug)
        in_municipalities = figures.of_actor(queries.of_ayuntamientos(session), slug)
        in_districts = figures.of_actor(queries.of_districts(session), slug)
        elected = queries_elected.of_party(session, slug)
        names = {each.number: each.name for each in geography.municipalities(session)}
        seats = {each.number: each.seat for each in geography.districts(session)}
    return render_template(
        "public/results_actor.html",
        page=page,
        actor=page.actor,
        municipal=in_municipalities,
        districts=in_districts,
        municipal_wins=sum(at.won for at in in_municipalities),
        district_wins=sum(at.won for at in in_districts),
        elected=elected,
        names=names,
        seats=seats,
    )


def outcome_of(session: "Session", contests: Sequence[ContestRef]) -> Outcome:
    """What is known about the only contest of a place; four statements."""
    if not contests:
        return Outcome(None, (), (), {})
    contest = contests[0]
    known = queries.versions(session, contest.key)
    changed = [figures.changes(newer, older) for newer, older in pairwise(known)]
    return Outcome(
        result=known[0] if known else None,
        versions=tuple(
            Version(result, change) for result, change in zip(known, [*changed, ()], strict=False)
        ),
        elected=queries_elected.of_contest(session, contest.key),
        heads={line.actor.id: line for line in heads_in(session, [contest.id])[contest.id]},
    )


def files() -> list[tuple[str, list[tuple[str, str]]]]:
    """Downloads: title of a table, and (format, address) of its files."""
    return [
        (
            table.title,
            [
                (
                    form.upper(),
                    url_for(
                        "public.open_file",
                        dataset=RESULTS.name,
                        table=table.name,
                        form=form.value,
                    ),
                )
                for form in Format
            ],
        )
        for table in RESULTS.tables
    ]


def percent(share: float | None) -> str:
    """“54.17 %”; a dash when there is no share."""
    return "–" if share is None else f"{share:.2f}\N{NO-BREAK SPACE}%"


def result_status_words(status: str) -> str:
    """“Definitivo”."""
    words: dict[str, str] = {
        "preliminary": _("Preliminar"),
        "count": _("Cómputo"),
        "final": _("Definitivo"),
        "annulled": _("Elección anulada"),
        "extraordinary": _("Elección extraordinaria"),
    }
    return words[status]


def principle_words(principle: str) -> str:
    """“Por mayoría”."""
    words: dict[str, str] = {
        "majority": _("Por mayoría"),
        "proportional": _("Por representación proporcional"),
    }
    return words[principle]


def figure_words(change: figures.Change) -> str:
    """What a version changed: an option, or a sum."""
    words: dict[str, str] = {
        "votes": change.option,
        "valid": _("Votos válidos"),
        "unregistered": _("Votos no registrados"),
        "null_votes": _("Votos nulos"),
        "total": _("Total de votos"),
        "nominal_list": _("Lista nominal"),
    }
    return words[change.figure]
