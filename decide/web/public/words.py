"""The catalog's codes as words on a page: what kind of actor, which election, which seat."""

import re
from collections.abc import Iterable
from datetime import datetime

from flask import Blueprint, url_for
from flask_babel import format_datetime
from markupsafe import Markup, escape

from decide.catalog.queries import ContestRef
from decide.catalog.queries_blocks import Block
from decide.catalog.queries_candidacies import CandidacyLine
from decide.catalog.texts import GOALS, SCHOOLING_STATUS
from decide.catalog.topics import TOPICS
from decide.web.public.phases import Stage, shown
from decide.web.shared.wording import gettext as _

# The word on the page, and its term in the Quitadudas.
POST_TERMS = {
    "deputation": ("Diputación", "diputacion-de-mayoria-relativa"),
    "presidency": ("Presidencia municipal", "presidencia-municipal"),
    "syndic": ("Sindicatura", "sindicatura"),
    "councillor": ("Regiduría", "regiduria"),
}

# The phases of every calendar that we ship; a phase that staff named otherwise stays as it is.
STAGE_TERMS = {
    "Plataformas electorales": "plataforma-electoral",
    "Campañas": "campana-electoral",
    "Veda electoral": "veda",
    "Cómputos": "computo-municipal",
    "Resultados y entrega": "entrega",
}


def mount(door: Blueprint) -> None:
    """Give all templates these words as filters."""
    for each in (
        actor_kind,
        contest_title,
        post_words,
        seat_words,
        scope_words,
        block_words,
        gender_words,
        topic_words,
        schooling_words,
        goal_words,
        explained,
        seat_explained,
        stage_explained,
        reading_minutes,
        local_day,
        local_day_year,
        timeline_items,
    ):
        door.add_app_template_filter(each)


def actor_kind(kind: str) -> str:
    """“Coalición”."""
    words: dict[str, str] = {
        "party": _("Partido político"),
        "coalition": _("Coalición"),
        "common_candidacy": _("Candidatura común"),
        "independent": _("Candidatura independiente"),
    }
    return words[kind]


def contest_title(contest: ContestRef) -> str:
    """“Ayuntamiento de Toluca”, “Diputación del distrito 2, Toluca de Lerdo”."""
    if contest.kind == "ayuntamiento":
        return str(_("Ayuntamiento de %(place)s", place=contest.place))
    if contest.kind == "district":
        return str(
            _("Diputación del distrito %(n)s, %(place)s", n=contest.number, place=contest.place)
        )
    return str(_("Diputaciones de lista (representación proporcional)"))


def post_words(post: str) -> str:
    """“Presidencia municipal”."""
    words: dict[str, str] = {
        "deputation": _("Diputación local"),
        "presidency": _("Presidencia municipal"),
        "syndic": _("Sindicatura"),
        "councillor": _("Regiduría"),
    }
    return words[post]


def seat_words(line: CandidacyLine) -> str:
    """The post, with its number where there are several: “Regiduría 3”, “Lugar 5 de la lista”."""
    if line.contest.kind == "proportional":
        return str(_("Lugar %(n)s de la lista", n=line.rank))
    if line.post == "councillor" or (line.post == "syndic" and line.rank > 1):
        return f"{post_words(line.post)} {line.rank}"
    return post_words(line.post)


def scope_words(scope: str) -> str:
    """What a platform is for."""
    words: dict[str, str] = {
        "legislative": _("Plataforma para la Legislatura"),
        "municipal": _("Plataforma para los ayuntamientos"),
    }
    return words[scope]


def block_words(block: Block) -> str:
    """“Ayuntamientos, competitividad alta”."""
    words: dict[tuple[str, str], str] = {
        ("legislative", "high"): _("Distritos, competitividad alta"),
        ("legislative", "medium"): _("Distritos, competitividad media"),
        ("legislative", "low"): _("Distritos, competitividad baja"),
        ("municipal", "high"): _("Ayuntamientos, competitividad alta"),
        ("municipal", "medium"): _("Ayuntamientos, competitividad media"),
        ("municipal", "low"): _("Ayuntamientos, competitividad baja"),
    }
    return words[block.scope, block.level]


def gender_words(gender: str | None) -> str:
    """“Mujer”; empty when the register does not say."""
    words: dict[str | None, str] = {
        "woman": _("Mujer"),
        "man": _("Hombre"),
        "non_binary": _("Persona no binaria"),
        None: "",
    }
    return words[gender]


def topic_words(topic: str) -> str:
    """“Agua”; a topic that nobody named shows its key."""
    return _(TOPICS.get(topic, topic))


def goal_words(goal: str) -> str:
    """“Agua limpia y saneamiento”."""
    return _(GOALS.get(goal, goal))


def schooling_words(status: str) -> str:
    """“Terminada, con título”."""
    return _(SCHOOLING_STATUS[status]) if status in SCHOOLING_STATUS else status


def explained(sentence: str, word: str, slug: str) -> Markup:
    """A sentence whose first `word` leads to its term in the Quitadudas; else as it was.

    `word` is Spanish, like the terms: a sentence in another language does not have it.
    """
    found = re.search(rf"\b{re.escape(word)}\b", sentence, flags=re.IGNORECASE)
    if found is None or not shown("guide"):
        return escape(sentence)
    link = Markup('<a href="{}">{}</a>').format(url_for("public.term", slug=slug), found[0])
    return escape(sentence[: found.start()]) + link + escape(sentence[found.end() :])


def seat_explained(line: CandidacyLine) -> Markup:
    """What `seat_words` says; the post leads to its term."""
    return explained(seat_words(line), *POST_TERMS[line.post])


def stage_explained(title: str) -> Markup:
    """The name of a phase, leading to its term."""
    return explained(title, title, STAGE_TERMS[title]) if title in STAGE_TERMS else escape(title)


def reading_minutes(words: int) -> str:
    """“2 minutos”, at 200 words a minute and never less than one."""
    minutes = max(1, round(words / 200))
    return str(_("1 minuto")) if minutes == 1 else str(_("%(n)s minutos", n=minutes))


def local_day(instant: datetime) -> str:
    """“10 de abril”, in the authority's time zone."""
    return str(format_datetime(instant, _("d 'de' MMMM")))


def local_day_year(instant: datetime) -> str:
    """“10 de abril de 2021”."""
    return str(format_datetime(instant, _("d 'de' MMMM 'de' y")))


def timeline_items(stages: Iterable[Stage]) -> list[tuple[str, str, str, str]]:
    """Phases as the component `timeline` takes them: title, dates, text, state."""
    return [
        (_(each.window.title), stage_dates(each), _(each.window.text), each.state)
        for each in stages
    ]


def stage_dates(stage: Stage) -> str:
    """“30 de abril al 2 de junio”; an end that is not midnight tells its hour."""
    first = local_day(stage.window.opens_at)
    last = stage.last_moment
    if last is None:
        return str(_("Desde el %(day)s", day=first))
    if local_day(last) == first:
        return first
    end = local_day(last)
    if format_datetime(last, "HH:mm") != "23:59":
        closing = format_datetime(stage.window.closes_at, "H:mm")
        end = str(_("%(day)s, %(hour)s h", day=end, hour=closing))
    return str(_("%(first)s al %(last)s", first=first, last=end))
