"""About the site itself: how it works, privacy, accessibility, terms, timetable. Always open."""

from flask import Blueprint, Response, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from decide.desk.pictures import TYPES, Drawer
from decide.editorial.entries import Text
from decide.editorial.kinds import Key, Kind
from decide.errors import NotFound
from decide.geography.search import plain
from decide.web.public import phases
from decide.web.public.twins import Told, told
from decide.web.shared.context import library, resources
from decide.web.shared.pages import cacheable
from decide.web.shared.site import site_words
from decide.web.shared.wording import gettext as _

DAY = 24 * 3600


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
    door.add_url_rule("/avisos", view_func=notices)
    door.add_url_rule("/avisos/<string:slug>", view_func=notice)
    door.add_url_rule("/avisos/<string:slug>/lectura-facil", view_func=notice_easy)
    door.add_url_rule("/avisos/imagenes/<string:name>.<string:ending>", view_func=notice_picture)


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


@cacheable
def notices() -> ResponseReturnValue:
    """What staff wrote beside the texts that belong to the site."""
    known = library()
    shown = [told(known, Kind.TEXT, known.texts[slug], slug) for slug in known.notices]
    shown.sort(key=lambda each: plain(each.entry.title))
    return render_template("public/notices.html", notices=shown)


@cacheable
def notice(slug: str) -> ResponseReturnValue:
    """One of them; the texts of the site have addresses of their own."""
    if slug not in library().notices:
        raise NotFound(_("Ese aviso no existe o se retiró. Vea los demás en la lista."))
    easy = url_for("public.notice_easy", slug=slug) if library().texts[slug].easy else ""
    return in_full(slug, easy=easy)


@cacheable
def notice_easy(slug: str) -> ResponseReturnValue:
    """Its twin."""
    if slug not in library().notices or not library().texts[slug].easy:
        raise NotFound(_("Ese aviso no existe o se retiró. Vea los demás en la lista."))
    return in_easy(slug, whole=url_for("public.notice", slug=slug))


def notice_picture(name: str, ending: str) -> ResponseReturnValue:
    """One picture of a text that is shown. Its bytes never change, but it may go."""
    known = library()
    shown = (*known.terms.values(), *known.guides.values(), *known.texts.values())
    others = (each.entry for each in known.translations.values())
    images = (getattr(each, "images", ()) for each in (*shown, *others))
    if not any(image.name == name for each in images for image in each):
        raise NotFound(_("Esa imagen no está publicada."))
    path = Drawer(resources().settings.files_folder, "texts").find(name, ending)
    answer: Response = send_file(path, mimetype=TYPES[ending], max_age=DAY, etag=False)
    answer.set_etag(f"{name}-{ending}")
    answer.headers["Cache-Control"] = f"public, max-age={DAY}"
    return answer


def in_full(slug: str, *, easy: str = "", whole: str = "", rights: str = "") -> ResponseReturnValue:
    """A text as it is; `easy` and `whole` lead to its other versions, `rights` to the ARCO form."""
    words = text_called(slug)
    return render_template(
        "public/text.html",
        text=words.entry,
        told=words,
        easy=easy if words.entry.easy else "",
        whole=whole,
        rights=rights,
        is_notice=slug in library().notices,
    )


def in_easy(slug: str, *, whole: str) -> ResponseReturnValue:
    """The twin of a text, one idea a line."""
    words = text_called(slug)
    return render_template(
        "public/easy.html",
        title=words.entry.title,
        told=words,
        parts=[("", words.entry.easy)],
        whole=whole,
        old_easy=Key(Kind.TEXT, slug) in library().old_easy,
    )


def text_called(slug: str) -> Told[Text]:
    """A text with the authority's own data in it."""
    known = library()
    words = told(known, Kind.TEXT, known.texts[slug], slug)
    return Told(words.entry.filled(site_words()), words.lang, words.current)
