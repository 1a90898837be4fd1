"""What spreads the site: cards of shared links, posters with a QR code, short addresses."""

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from decide.catalog.queries import actor_page
from decide.catalog.queries_candidacies import candidacy_page
from decide.errors import NotFound
from decide.geography import queries as geography
from decide.outreach import banners
from decide.outreach.banners import Call
from decide.outreach.pictures import SIZES, Sender, Words, card, poster, square
from decide.web.public import phases
from decide.web.public.words import contest_title
from decide.web.shared.context import must_see, reading, resources
from decide.web.shared.pages import cacheable
from decide.web.shared.wording import gettext as _

QR = "qr"
DRAWN = {"svg": banners.as_svg, "png": banners.as_png}
MEDIA = {"svg": "image/svg+xml", "png": "image/png"}


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/tarjetas/sitio.png", view_func=card_of_site)
    door.add_url_rule("/tarjetas/municipios/<int:number>.png", view_func=card_of_municipality)
    door.add_url_rule("/tarjetas/distritos/<int:number>.png", view_func=card_of_district)
    door.add_url_rule("/tarjetas/actores/<string:slug>.png", view_func=card_of_actor)
    door.add_url_rule("/tarjetas/candidaturas/<int:candidacy_id>.png", view_func=card_of_candidacy)
    door.add_url_rule("/difusion", view_func=spreading)
    door.add_url_rule(
        "/difusion/carteles/municipios/<int:number>/<string:size>.pdf",
        view_func=poster_of_municipality,
    )
    door.add_url_rule(
        "/difusion/carteles/distritos/<int:number>/<string:size>.pdf", view_func=poster_of_district
    )
    door.add_url_rule(
        "/difusion/carteles/municipios/<int:number>/cuadro.png", view_func=square_of_municipality
    )
    door.add_url_rule(
        "/difusion/carteles/distritos/<int:number>/cuadro.png", view_func=square_of_district
    )
    door.add_url_rule("/difusion/insertar", view_func=embedding)
    door.add_url_rule("/difusion/anuncios/<string:banner>.<string:drawn>", view_func=banner_file)
    door.add_url_rule("/m/<int:number>", view_func=short_municipality)
    door.add_url_rule("/d/<int:number>", view_func=short_district)


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
    return png(words_of_municipality(number))


@cacheable
def card_of_district(number: int) -> ResponseReturnValue:
    """A local district."""
    must_see("guide")
    return png(words_of_district(number))


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
        line = candidacy_page(session, candidacy_id).line
    return png(Words(contest_title(line.contest), line.owner))


@cacheable
def spreading() -> ResponseReturnValue:
    """All posters, by municipality and district."""
    must_see("guide")
    with reading() as session:
        municipalities = geography.municipalities(session)
        districts = geography.districts(session)
    return render_template(
        "public/spreading.html",
        municipalities=municipalities,
        districts=districts,
        sizes=tuple(SIZES),
    )


@cacheable
def poster_of_municipality(number: int, size: str) -> ResponseReturnValue:
    """A municipality's poster."""
    must_see("guide")
    return pdf(words_of_municipality(number), f"/m/{number}", size)


@cacheable
def poster_of_district(number: int, size: str) -> ResponseReturnValue:
    """A district's poster."""
    must_see("guide")
    return pdf(words_of_district(number), f"/d/{number}", size)


@cacheable
def square_of_municipality(number: int) -> ResponseReturnValue:
    """A municipality's poster for networks."""
    must_see("guide")
    return squared(words_of_municipality(number), f"/m/{number}")


@cacheable
def square_of_district(number: int) -> ResponseReturnValue:
    """A district's poster for networks."""
    must_see("guide")
    return squared(words_of_district(number), f"/d/{number}")


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


def words_of_municipality(number: int) -> Words:
    """What is said of every municipality; NotFound for none."""
    with reading() as session:
        name = geography.municipality(session, number).name
    return Words(_("Su ayuntamiento y su distrito"), name, call_words())


def words_of_district(number: int) -> Words:
    """What is said of every district; NotFound for none."""
    with reading() as session:
        found = geography.district(session, number)
    title = _("Distrito %(n)s, %(seat)s", n=number, seat=found.seat)
    return Words(_("Su diputación local"), title, call_words())


def call_words() -> str:
    """What a poster asks of who stands before it."""
    return str(_("Apunte la cámara al cuadro. Conozca, compare y opine."))


def png(words: Words) -> Response:
    """A card."""
    return Response(card(words, sender()), content_type="image/png")


def squared(words: Words, path: str) -> Response:
    """A square poster with the code of a short address."""
    address = f"{resources().settings.public_url}{path}"
    return Response(square(words, sender(), address), content_type="image/png")


def pdf(words: Words, path: str, size: str) -> Response:
    """A poster; NotFound for a paper that we do not have."""
    if size not in SIZES:
        raise NotFound("Ese tamaño no existe. Los hay en carta, a4 y a3.")
    address = f"{resources().settings.public_url}{path}"
    answer = Response(poster(words, sender(), address, size), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f"inline; filename=cartel{path.replace('/', '-')}.pdf"
    return answer


def sender() -> Sender:
    """Whose cards and posters these are."""
    settings = resources().settings
    return Sender(settings.site_name, settings.authority)
