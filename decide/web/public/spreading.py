"""What spreads the site: cards of shared links, posters with a QR code, short addresses."""

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from decide.catalog import queries as catalog
from decide.catalog.queries import actor_page
from decide.catalog.queries_candidacies import registered
from decide.errors import NotFound
from decide.outreach import banners
from decide.outreach.banners import Call
from decide.outreach.pictures import SIZES, Sender, Words, card, poster, square
from decide.outreach.sheets import OFFICES, About, Sheet, sheet, sheets
from decide.web.public import phases
from decide.web.public.words import contest_title
from decide.web.shared.context import must_see, reading, resources
from decide.web.shared.pages import cacheable
from decide.web.shared.wording import gettext as _
from decide.web.shared.wording import said

QR = "qr"
DRAWN = {"svg": banners.as_svg, "png": banners.as_png}
# What the calendar must show before a poster leads there.
SEEN = {
    About.MUNICIPALITIES: "guide",
    About.DISTRICTS: "guide",
    About.OFFICES: "candidacy",
    About.ACTORS: "platform",
}
MEDIA = {"svg": "image/svg+xml", "png": "image/png"}


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/tarjetas/sitio.png", view_func=card_of_site)
    door.add_url_rule("/tarjetas/municipios/<small:number>.png", view_func=card_of_municipality)
    door.add_url_rule("/tarjetas/distritos/<small:number>.png", view_func=card_of_district)
    door.add_url_rule("/tarjetas/actores/<string:slug>.png", view_func=card_of_actor)
    door.add_url_rule("/tarjetas/candidaturas/<int:candidacy_id>.png", view_func=card_of_candidacy)
    door.add_url_rule("/difusion", view_func=spreading)
    one = f"/difusion/carteles/<any({', '.join(About)}):about>/<string:key>"
    door.add_url_rule(f"{one}/<string:size>.pdf", view_func=poster_file)
    door.add_url_rule(f"{one}/cuadro.png", view_func=square_file)
    door.add_url_rule("/difusion/insertar", view_func=embedding)
    door.add_url_rule("/difusion/anuncios/<string:banner>.<string:drawn>", view_func=banner_file)
    door.add_url_rule("/m/<small:number>", view_func=short_municipality)
    door.add_url_rule("/d/<small:number>", view_func=short_district)
    door.add_url_rule("/a/<int:actor_id>", view_func=short_actor)
    door.add_url_rule(f"/c/<any({', '.join(OFFICES)}):post>", view_func=short_office)


@cacheable
def card_of_site() -> ResponseReturnValue:
    """For every page that has no card of its own."""
    return png(
        Words(_("Conozca, compare y opine"), _("Las elecciones de su municipio y su distrito"))
    )


@cacheable
def card_of_municipality(number: int) -> ResponseReturnValue:
    """A municipality."""
    must_see("guide")
    return card_of(About.MUNICIPALITIES, number)


@cacheable
def card_of_district(number: int) -> ResponseReturnValue:
    """A local district."""
    must_see("guide")
    return card_of(About.DISTRICTS, number)


@cacheable
def card_of_actor(slug: str) -> ResponseReturnValue:
    """An actor."""
    must_see("platform")
    with reading() as session:
        name = actor_page(session, slug).actor.name
    return png(Words(_("Lea lo que propone"), name))


@cacheable
def card_of_candidacy(candidacy_id: int) -> ResponseReturnValue:
    """A person who stands for election."""
    must_see("candidacy")
    with reading() as session:
        line = registered(session, candidacy_id)
    return png(Words(contest_title(line.contest), line.owner))


@cacheable
def spreading() -> ResponseReturnValue:
    """All posters: of places, and of offices and actors once they can be seen."""
    must_see("guide")
    with reading() as session:
        found = {
            each.value: [(sheet.key, said(sheet.words.title)) for sheet in sheets(session, each)]
            for each in About
            if phases.shown(SEEN[each])
        }
    return render_template("public/spreading.html", found=found, sizes=tuple(SIZES))


@cacheable
def poster_file(about: str, key: str, size: str) -> ResponseReturnValue:
    """A poster as a PDF; NotFound for a paper that we do not have."""
    found = seen_sheet(about, key)
    if size not in SIZES:
        raise NotFound("Ese tamaño no existe. Los hay en carta, a4 y a3.")
    body = poster(translated(found.words), sender(), address_of(found), size)
    answer = Response(body, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f"inline; filename=cartel-{found.name}.pdf"
    return answer


@cacheable
def square_file(about: str, key: str) -> ResponseReturnValue:
    """A poster for networks."""
    found = seen_sheet(about, key)
    body = square(translated(found.words), sender(), address_of(found))
    return Response(body, content_type="image/png")


@cacheable
def embedding() -> ResponseReturnValue:
    """Codes for other sites: banners in every size, and the window of ¿Dónde voto?"""
    return render_template(
        "public/embedding.html", sizes=banners.SIZES, guide_is_open=phases.shown("guide")
    )


@cacheable
def banner_file(banner: str, drawn: str) -> ResponseReturnValue:
    """A banner in one size; other sites may show it."""
    draw = DRAWN.get(drawn)
    if draw is None or banner not in banners.SIZES:
        raise NotFound("Ese anuncio no existe. Vea los tamaños en la página de difusión.")
    call = Call(
        _("Conozca, compare y opine antes de votar"),
        _("Las propuestas y las candidaturas de su municipio y su distrito."),
        _("Entrar"),
    )
    answer = Response(draw(call, sender(), banner), content_type=MEDIA[drawn])
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def short_municipality(number: int) -> ResponseReturnValue:
    """The address in a municipality's code."""
    return redirect(url_for("public.municipality", number=number, utm_medium=QR))


def short_district(number: int) -> ResponseReturnValue:
    """The address in a district's code."""
    return redirect(url_for("public.district", number=number, utm_medium=QR))


def short_actor(actor_id: int) -> ResponseReturnValue:
    """The address in an actor's code."""
    must_see(SEEN[About.ACTORS])
    with reading() as session:
        slug = catalog.slug_of_actor(session, actor_id)
    return redirect(url_for("public.actor", slug=slug, utm_medium=QR))


def short_office(post: str) -> ResponseReturnValue:
    """The address in an office's code: whoever stands for it."""
    return redirect(url_for("public.candidacies", cargo=post, utm_medium=QR))


def seen_sheet(about: str, key: str) -> Sheet:
    """A poster of what can be seen now; NotFound."""
    must_see(SEEN[About(about)])
    with reading() as session:
        return sheet(session, About(about), key)


def translated(words: Words) -> Words:
    """A poster's words in the language of this request; names stay names."""
    return Words(said(words.over), said(words.title), said(words.text))


def address_of(found: Sheet) -> str:
    """The short address, whole."""
    return f"{resources().settings.public_url}{found.path}"


def card_of(about: About, number: int) -> Response:
    """A place's card, which says what its poster says."""
    with reading() as session:
        return png(translated(sheet(session, about, str(number)).words))


def png(words: Words) -> Response:
    """A card."""
    return Response(card(words, sender()), content_type="image/png")


def sender() -> Sender:
    """Whose cards and posters these are."""
    settings = resources().settings
    return Sender(settings.site_name, settings.authority)
