"""The home page: what this is, where one votes, the stage we are in and what can be done now."""

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from decide.web.public import phases
from decide.web.shared.pages import cacheable
from decide.web.shared.wording import gettext as _

ANSWERED = ("platform", "section", "block", "proposal")


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


@cacheable
def home() -> ResponseReturnValue:
    """The first page; asks no database."""
    return render_template(
        "public/home.html",
        deeds=deeds(),
        moment=moment(),
        stages=phases.stages(),
        guide_opens=phases.opens_at("guide"),
    )


def moment() -> str:
    """What the page is about: `answers` are taken, `reading` only, or `results` are there.

    Before the first phase it announces what will be possible: `answers` too.
    """
    if phases.shown("result"):
        return "results"
    closed = phases.shown("platform") and not any(map(phases.answered, ANSWERED))
    return "reading" if closed else "answers"


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
                _("Todas las personas que quieren su voto, con su trayectoria."),
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
    ]
    return [deed for area, deed in offered if phases.shown(area)]
