"""About the site itself: how it works, privacy, accessibility, terms, timetable. Always open."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from decide.editorial.reading import Text, library
from decide.web.public import phases
from decide.web.shared.context import resources
from decide.web.shared.pages import cacheable
from decide.web.shared.wording import gettext as _


def mount(door: Blueprint) -> None:
    """Addresses of this module; every text has a twin in lectura fácil."""
    door.add_url_rule("/calendario", view_func=timetable)
    for path, view in (
        ("/como-funciona", how_it_works),
        ("/privacidad", privacy),
        ("/accesibilidad", accessibility),
        ("/terminos", terms),
    ):
        door.add_url_rule(path, view_func=view)
    door.add_url_rule("/privacidad/resumen", view_func=privacy_summary)
    door.add_url_rule("/como-funciona/lectura-facil", view_func=how_it_works_easy)
    door.add_url_rule("/privacidad/lectura-facil", view_func=privacy_easy)
    door.add_url_rule("/accesibilidad/lectura-facil", view_func=accessibility_easy)
    door.add_url_rule("/terminos/lectura-facil", view_func=terms_easy)
    door.add_url_rule("/patrones", view_func=patterns)


@cacheable
def timetable() -> ResponseReturnValue:
    """All phases: what is open, what was, what comes, and the dates that were moved."""
    return render_template(
        "public/timetable.html", stages=phases.stages(), announced=phases.announced()
    )


@cacheable
def how_it_works() -> ResponseReturnValue:
    """Why no count is public, what a folio is, who receives what."""
    return in_full("como-funciona", easy=url_for("public.how_it_works_easy"))


@cacheable
def how_it_works_easy() -> ResponseReturnValue:
    """Its twin."""
    return in_easy("como-funciona", whole=url_for("public.how_it_works"))


@cacheable
def privacy() -> ResponseReturnValue:
    """The full privacy notice."""
    return in_full(
        "privacidad", easy=url_for("public.privacy_easy"), rights=url_for("public.rights")
    )


@cacheable
def privacy_easy() -> ResponseReturnValue:
    """Its twin."""
    return in_easy("privacidad", whole=url_for("public.privacy"))


@cacheable
def privacy_summary() -> ResponseReturnValue:
    """The simplified notice, at most 200 words."""
    return in_full(
        "privacidad-breve", whole=url_for("public.privacy"), rights=url_for("public.rights")
    )


@cacheable
def accessibility() -> ResponseReturnValue:
    """The accessibility statement."""
    return in_full("accesibilidad", easy=url_for("public.accessibility_easy"))


@cacheable
def accessibility_easy() -> ResponseReturnValue:
    """Its twin."""
    return in_easy("accesibilidad", whole=url_for("public.accessibility"))


@cacheable
def terms() -> ResponseReturnValue:
    """Terms of use."""
    return in_full("terminos", easy=url_for("public.terms_easy"))


@cacheable
def terms_easy() -> ResponseReturnValue:
    """Their twin."""
    return in_easy("terminos", whole=url_for("public.terms"))


@cacheable
def patterns() -> ResponseReturnValue:
    """Every component with its states, for those who build pages."""
    return render_template("public/patterns.html")


def in_full(slug: str, *, easy: str = "", whole: str = "", rights: str = "") -> ResponseReturnValue:
    """A text as it is; `easy` and `whole` lead to its other versions, `rights` to the ARCO form."""
    return render_template(
        "public/text.html", text=text_called(slug), easy=easy, whole=whole, rights=rights
    )


def in_easy(slug: str, *, whole: str) -> ResponseReturnValue:
    """The twin of a text, one idea a line."""
    text = text_called(slug)
    return render_template(
        "public/easy.html", title=text.title, parts=[("", text.easy)], whole=whole
    )


def text_called(slug: str) -> Text:
    """A text with the authority's own data in it."""
    settings = resources().settings
    return (
        library()
        .texts[slug]
        .filled(
            {
                "authority": settings.authority,
                "site": settings.site_name,
                "help_phone": settings.help_phone,
                "help_email": settings.help_email,
                "help_hours": settings.help_hours,
                "retention": _(
                    "%(days)s días después de la entrega", days=settings.idea_retention_days
                ),
            }
        )
    )
