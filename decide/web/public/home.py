"""The home page: what this is, where one votes, the stage we are in and what can be done now."""

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from decide.editorial.entries import Home, Step
from decide.editorial.kinds import Key, Kind
from decide.web.public import phases
from decide.web.public.twins import Told, told
from decide.web.shared.context import library
from decide.web.shared.pages import cacheable
from decide.web.shared.wording import gettext
from decide.web.shared.wording import gettext as _

ANSWERED = ("platform", "section", "block", "proposal")
SAID = {"answers": "opinar", "reading": "leer", "results": "resultados"}


@dataclass(frozen=True)
class Deed:
    """Something a citizen can do now."""

    title: str
    url: str
    text: str
    symbol: str


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/", view_func=home)
    door.add_url_rule("/lectura-facil", view_func=home_easy)


@cacheable
def home() -> ResponseReturnValue:
    """The first page; asks no database."""
    words = said(SAID[moment()])
    return render_template(
        "public/home.html",
        deeds=deeds(),
        moment=moment(),
        said=words.entry,
        told=words,
        stages=phases.stages(),
        guide_opens=phases.opens_at("guide"),
    )


@cacheable
def home_easy() -> ResponseReturnValue:
    """Its twin in lectura fácil: what this site is for, whatever the phase."""
    known = library()
    words = told(known, Kind.TEXT, known.texts["inicio"], "inicio")
    return render_template(
        "public/easy.html",
        title=words.entry.title,
        told=words,
        parts=[("", words.entry.easy)],
        whole=url_for("public.home"),
        above=[(_("Inicio"), url_for("public.home"))],
        old_easy=Key(Kind.TEXT, "inicio") in known.old_easy,
    )


def moment() -> str:
    """What the page is about: `answers` are taken, `reading` only, or `results` are there.

    Before the first phase it announces what will be possible: `answers` too.
    """
    if phases.shown("result"):
        return "results"
    closed = phases.shown("platform") and not any(map(phases.answered, ANSWERED))
    return "reading" if closed else "answers"


def said(slug: str) -> Told[Home]:
    """The words of a moment: staff's, or the shipped ones in the language of the page."""
    known = library()
    spanish = known.homes[slug]
    if Key(Kind.HOME, slug) in known.changed:
        return told(known, Kind.HOME, spanish, slug)
    steps = tuple(Step(gettext(each.title), gettext(each.text)) for each in spanish.steps)
    words = Home(
        slug, gettext(spanish.title), gettext(spanish.lead), gettext(spanish.heading), steps
    )
    found = told(known, Kind.HOME, words, slug)
    return found if found.entry is not words else Told(words, Markup())


def deeds() -> list[Deed]:
    """What is open now, most wanted first; what the calendar hides is not offered."""
    offered = [
        (
            "result",
            Deed(
                _("Vea los resultados"),
                url_for("public.results"),
                _("Los resultados oficiales de su municipio y su distrito."),
                "chart",
            ),
        ),
        (
            "candidacy",
            Deed(
                _("Conozca las candidaturas"),
                url_for("public.candidacies"),
                _("Todas las personas que compitieron, con su trayectoria.")
                if phases.voted()
                else _("Todas las personas que quieren su voto, con su trayectoria."),
                "people",
            ),
        ),
        (
            "platform",
            Deed(
                _("Lea las plataformas"),
                url_for("public.platforms"),
                _("Lo que cada partido y candidatura independiente propone."),
                "paper",
            ),
        ),
        (
            "section",
            Deed(
                _("Compare propuestas"),
                url_for("public.compare_platforms"),
                _("Agua, seguridad, salud: qué propone cada quien."),
                "compare",
            ),
        ),
        (
            "guide",
            Deed(
                _("Quítese dudas"),
                url_for("public.glossary"),
                _("Las palabras de la elección, explicadas con calma."),
                "book",
            ),
        ),
        (
            "guide",
            Deed(
                _("Siga su idea"),
                url_for("public.folios"),
                _("Con su folio vea si ya se selló y si ya se entregó.")
                if moment() != "answers"
                else _("Con su folio vea si ya se entregó, o retírela."),
                "seal",
            ),
        ),
        (
            "guide",
            Deed(
                _("Qué se elige"),
                url_for("public.organs"),
                _("Qué hace un ayuntamiento y qué hace la Legislatura."),
                "ballot",
            ),
        ),
        (
            "statistic",
            Deed(
                _("Vea cuánto se usó"),
                url_for("public.statistics"),
                _("Cuántas visitas, opiniones e ideas hubo en total."),
                "chart",
            ),
        ),
        (
            "result",
            Deed(
                _("Use los datos"),
                url_for("public.open_data"),
                _("Todo lo publicado, en archivos para descargar."),
                "download",
            ),
        ),
    ]
    return [deed for area, deed in offered if phases.shown(area)]
