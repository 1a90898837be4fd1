"""What every template knows: the site's names, the phase, assets, dates in words."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import Babel, format_date, format_datetime, get_locale
from jinja2 import StrictUndefined

from decide.errors import Unavailable
from decide.settings import Settings
from decide.web.shared import wording
from decide.web.shared.assets import Assets
from decide.web.shared.context import snapshot


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
    public_url: str


def site(settings: Settings) -> Site:
    """The site as it is now; asks no database."""
    try:
        process_name, current = snapshot().process_name, snapshot().standing().current
    except Unavailable:  # SQL has been away since the start: error pages must show all the same
        process_name, current = "", None
    locale = get_locale()
    return Site(
        name=settings.site_name,
        authority=settings.authority,
        process_name=process_name,
        phase_title=current.title if current else "",
        phase_text=current.text if current else "",
        demonstration=settings.demonstration,
        help_phone=settings.help_phone,
        help_email=settings.help_email,
        help_hours=settings.help_hours,
        language=str(locale).replace("_", "-") if locale else "es-MX",
        public_url=settings.public_url,
    )


def install(app: Flask, settings: Settings, assets: Assets) -> None:
    """Give templates their words; undefined names are errors."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.config["BABEL_DEFAULT_LOCALE"] = "es_MX"
    app.config["BABEL_DEFAULT_TIMEZONE"] = settings.time_zone
    Babel(app)
    wording.install(app)
    zone = ZoneInfo(settings.time_zone)

    def words() -> dict[str, Any]:
        return {"site": site(settings)}

    def day(value: date) -> str:
        return str(format_date(value, "d 'de' MMMM 'de' y"))

    def moment(value: datetime) -> str:
        return str(
            format_datetime(value.astimezone(zone), "d 'de' MMMM 'de' y, HH:mm 'h'", rebase=False)
        )

    app.context_processor(words)
    app.jinja_env.globals["asset"] = assets.url  # a global: macros do not see the context
    app.jinja_env.filters["day"] = day
    app.jinja_env.filters["moment"] = moment
    app.jinja_env.filters["number"] = lambda value: f"{value:,}"
