"""What every template knows: the site's names, the phase, assets, dates in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, request
from flask_babel import format_date, format_datetime
from jinja2 import StrictUndefined
from markupsafe import Markup, escape

from decide.errors import Unavailable
from decide.settings import Settings
from decide.web.shared import wording
from decide.web.shared.assets import Assets
from decide.web.shared.context import resources, simulated_at, snapshot
from decide.web.shared.languages import (
    SPANISH,
    Language,
    Speaking,
    language_here,
    locale_here,
    offered,
    original,
)
from decide.web.shared.prose import prose
from decide.web.shared.wording import gettext as _


@dataclass(frozen=True)
class Elsewhere:
    """This page in a language: its address, and whether it is the one shown."""

    language: Language
    path: str
    here: bool


@dataclass(frozen=True)
class Site:
    """The variable `site` of every template."""

    name: str
    authority: str
    process_name: str
    phase_title: str
    phase_text: str
    demonstration: bool
    help_phone: str
    help_email: str
    help_hours: str
    language: str
    card_language: str
    elsewhere: tuple[Elsewhere, ...]
    public_url: str
    simulated_at: datetime | None
    way_out: str  # of a simulation: where another instant is chosen


def site(settings: Settings) -> Site:
    """The site as it is now; asks no database."""
    try:
        process_name, current = snapshot().process_name, snapshot().standing().current
    except Unavailable:  # SQL has been away since the start: error pages must show all the same
        process_name, current = "", None
    return Site(
        name=settings.site_name,
        authority=settings.authority,
        process_name=process_name,
        phase_title=_(current.title) if current and current.title else "",
        phase_text=_(current.text) if current and current.text else "",
        demonstration=settings.demonstration,
        help_phone=settings.help_phone,
        help_email=settings.help_email,
        help_hours=settings.help_hours,
        language=language_here().tag,
        card_language=language_here().card,
        elsewhere=elsewhere(settings),
        public_url=settings.public_url,
        simulated_at=simulated_at(),
        way_out=request.root_path.rpartition("/")[0],
    )


def site_words() -> dict[str, str]:
    """What the program fills into texts about the site: {authority} and the like."""
    settings = resources().settings
    return {
        "authority": settings.authority,
        "site": settings.site_name,
        "help_phone": settings.help_phone,
        "help_email": settings.help_email,
        "help_hours": settings.help_hours,
        "retention": _("%(days)s días después de la entrega", days=settings.idea_retention_days),
    }


def elsewhere(settings: Settings) -> tuple[Elsewhere, ...]:
    """The same page in each offered language; nothing while there is only Spanish."""
    if len(offered()) == 1:
        return ()
    # The path alone: a kept page must not carry what one visitor's address had after it.
    return tuple(
        Elsewhere(
            each,
            ("" if each is SPANISH else f"/{each.code}") + request.path,
            each is language_here(),
        )
        for each in offered()
    )


def install(app: Flask, settings: Settings, assets: Assets) -> None:
    """Give templates their words; undefined names are errors."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.config["BABEL_DEFAULT_LOCALE"] = "es_MX"
    app.config["BABEL_DEFAULT_TIMEZONE"] = settings.time_zone
    Speaking(app, locale_selector=locale_here)
    wording.install(app)
    zone = ZoneInfo(settings.time_zone)

    def words() -> dict[str, Any]:
        return {"site": site(settings)}

    def day(value: date) -> str:
        return str(format_date(value, _("d 'de' MMMM 'de' y")))

    def moment(value: datetime) -> str:
        return str(
            format_datetime(
                value.astimezone(zone), _("d 'de' MMMM 'de' y, HH:mm 'h'"), rebase=False
            )
        )

    app.context_processor(words)
    app.jinja_env.globals["asset"] = assets.url  # a global: macros do not see the context
    app.jinja_env.globals["original"] = original
    app.jinja_env.filters["day"] = day
    app.jinja_env.filters["option_tags"] = option_tags
    # Translates what the database holds. `_()` would take it for a text of ours, markup and all.
    app.jinja_env.filters["worded"] = wording.gettext
    app.jinja_env.filters["prose"] = prose
    app.jinja_env.filters["title_within"] = title_within
    app.jinja_env.filters["within"] = within
    app.jinja_env.filters["moment"] = moment
    app.jinja_env.filters["number"] = lambda value: f"{value:,}"


def title_within(title: str, longest: int, site_name: str) -> Markup:
    """A page's title as a search engine shows it whole: without the site's name when too long."""
    whole = " ".join(unescape(title).split())
    if len(whole) > longest:
        whole = whole.removesuffix(f" · {site_name}")
    return within(escape(whole), longest)


def within(words: str, longest: int) -> Markup:
    """Escaped words in at most `longest` letters; what is cut ends after a word and with “…”."""
    whole = " ".join(unescape(words).split())
    if len(whole) > longest:
        start, space, _rest = whole[:longest].rpartition(" ")
        whole = (start if space else whole[: longest - 1]).rstrip(" ,;:·–-") + "…"
    return escape(whole)


def option_tags(options: Iterable[tuple[object, str]], chosen: object) -> Markup:
    """(value, words) as the lines of a select; written here because a list may have hundreds."""
    return _option_tags(tuple(options), str(chosen))


@lru_cache(maxsize=256)
def _option_tags(options: tuple[tuple[object, str], ...], chosen: str) -> Markup:
    line, mark = Markup('<option value="{}"{}>{}</option>'), Markup(" selected")
    return Markup("").join(
        line.format(value, mark if str(value) == chosen else "", words) for value, words in options
    )
