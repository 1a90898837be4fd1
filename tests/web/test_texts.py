"""Textos: what the public site explains, written by one person, published by another."""

import io
import re
from datetime import timedelta
from html import unescape

import pytest
from PIL import Image
from sqlalchemy import text

from decide.accounts.roles import Role
from decide.editorial import jobs
from decide.editorial.kinds import FIELDS, Kind
from decide.editorial.reading import library
from decide.kernel import jobs as queue
from decide.kernel.resources import open_resources
from decide.web.shared.context import KEY
from tests import factories
from tests.person import OURS, Person, account

TERM = "/oficina/textos/es/palabra/planilla"
GUIDE = "/oficina/textos/es/guia/como-votar"
HOME = "/oficina/textos/es/inicio/opinar"
PRIVACY = "/oficina/textos/es/aviso/privacidad"
ENGLISH = "/oficina/textos/en/palabra/planilla"
DEFINITION = "Son las personas que van juntas por un ayuntamiento. Lo dice el Instituto."


@pytest.fixture
def house(portal_app):
    return portal_app.extensions[KEY].resources


@pytest.fixture
def client(portal_app, portal_world):
    return portal_app.test_client()


@pytest.fixture
def people(portal_app, portal_world, house, clock):
    """A writer, two administrators, an observer."""
    roles = (
        ("texto", Role.WRITER), ("uno", Role.ADMINISTRATOR), ("dos", Role.ADMINISTRATOR),
        ("ojo", Role.OBSERVER),
    )  # fmt: skip
    with house.database.transaction() as session:
        made = {name: account(session, name, role, at=clock.instant) for name, role in roles}
    return {name: Person(portal_app, row) for name, row in made.items()}


@pytest.fixture
def writer(people):
    return people["texto"]


@pytest.fixture
def second(people):
    return people["uno"]


@pytest.fixture
def work(house, clock):
    """One turn of the timetable."""
    queue.bind(lambda: open_resources(house.settings, clock=clock))
    yield lambda: jobs.publish_due(0)
    queue.Workshop.opener = None


def rows(house, statement):
    with house.database.reading() as session:
        return [dict(row) for row in session.execute(text(statement)).mappings()]


def deeds(house):
    return [each["deed"] for each in rows(house, "SELECT deed FROM audit_entry ORDER BY id")]


def revision(house):
    return rows(house, "SELECT number FROM content_revision")[0]["number"]


def saved(person, place, status=303, **fields):
    person.open(place).send(place, status=status, do="save", **fields)
    return person


def proposed(person, place, status=303, **fields):
    """Ask for publication; gives the number of the change."""
    person.open(place).send(f"{place}/publicar", status=status, reason="Se corrigió", **fields)
    return person.page.headers.get("Location", "").rsplit("/", 1)[-1]


def confirmed(person, number, status=303):
    place = f"/oficina/cambios/{number}"
    person.open(place).send(f"{place}/aprobar", status=status)


def published(writer, second, place, **fields):
    saved(writer, place, **fields)
    confirmed(second, proposed(writer, place))


# Drafts and two people


def test_a_draft_changes_no_public_byte_and_a_second_person_publishes_it(
    client, writer, second, house
):
    before, then = client.get("/quitadudas/planilla").get_data(), revision(house)
    saved(writer, TERM, definition=DEFINITION)
    number = proposed(writer, TERM)
    assert client.get("/quitadudas/planilla").get_data() == before
    assert revision(house) == then, "nobody's page is forgotten while somebody writes"
    writer.open(f"/oficina/cambios/{number}")
    assert "Falta una segunda persona" not in writer.text, "a writer may not decide at all"
    assert re.search(
        r"<ins>(?:(?!</ins>).)*Instituto", second.open(f"/oficina/cambios/{number}").html
    )
    confirmed(second, number)
    page = client.get("/quitadudas/planilla")
    assert DEFINITION in page.text
    assert revision(house) == then + 1
    assert page.headers["ETag"]
    assert {"text.written", "change.proposed", "change.confirmed", "text.published"} <= set(
        deeds(house)
    )


def test_who_proposed_cannot_confirm_and_the_draft_must_be_the_one_proposed(
    client, people, second, house
):
    own = people["dos"]
    saved(own, TERM, definition=DEFINITION)
    number = proposed(own, TERM)
    place = f"/oficina/cambios/{number}"
    own.open(place).post(f"{place}/aprobar")
    assert "Lo debe confirmar otra persona" in own.open(place).text
    saved(own, TERM, definition="Otra cosa que nadie leyó antes.")
    confirmed(second, number)
    assert "El texto cambió desde la propuesta" in second.open(place).text
    assert DEFINITION not in client.get("/quitadudas/planilla").text
    assert "Otra cosa" not in client.get("/quitadudas/planilla").text


def test_every_page_that_uses_a_word_reads_the_published_one(client, writer, second):
    first = client.get("/sin-conexion.js").text
    published(writer, second, TERM, term="Planilla ciudadana", definition=DEFINITION)
    assert "Planilla ciudadana" in client.get("/quitadudas").text
    assert "Planilla ciudadana" in client.get("/organos").text, "words near an organ"
    assert "Planilla ciudadana" in client.get("/buscar?q=planilla%20ciudadana").text
    assert DEFINITION in client.get("/datos/quitadudas/palabras.csv").text
    assert client.get("/sin-conexion.js").text != first, "phones fetch their copies again"


def test_pages_of_texts_ask_the_database_nothing(client, writer, second, portal_app, house):
    from sqlalchemy import event

    published(writer, second, TERM, definition=DEFINITION)
    snapshot = portal_app.extensions[KEY].snapshot
    snapshot.renew()
    asked = []
    event.listen(
        house.database.engine, "before_cursor_execute", lambda *told: asked.append(told[2])
    )
    snapshot._every = 60.0
    snapshot._process = __import__("os").getpid()
    for path in ("/", "/quitadudas/planilla", "/guias/como-votar", "/organos", "/privacidad"):
        assert client.get(path).status_code == 200, path
    assert asked == []


def test_a_text_appears_at_its_hour_and_not_before(client, writer, second, clock, work, house):
    saved(writer, TERM, definition=DEFINITION)
    later = (clock.instant + timedelta(minutes=20)).astimezone(factories.ZONE)
    confirmed(second, proposed(writer, TERM, due=later.strftime("%Y-%m-%dT%H:%M")))
    assert "Publicación programada" in writer.open(TERM).text
    clock.instant += timedelta(minutes=10)
    work()
    assert DEFINITION not in client.get("/quitadudas/planilla").text
    saved(writer, TERM, definition="Un borrador que nadie aprobó todavía.")
    clock.instant += timedelta(minutes=11)
    work()
    work()
    assert DEFINITION in client.get("/quitadudas/planilla").text, "the approved words, no others"
    assert deeds(house).count("text.published") == 1


def test_an_hour_can_be_taken_back_and_a_past_one_is_refused(client, writer, second, clock, work):
    saved(writer, TERM, definition=DEFINITION)
    past = (clock.instant - timedelta(hours=1)).astimezone(factories.ZONE)
    proposed(writer, TERM, status=422, due=past.strftime("%Y-%m-%dT%H:%M"))
    assert "que todavía no pasan" in writer.text
    later = (clock.instant + timedelta(minutes=10)).astimezone(factories.ZONE)
    confirmed(second, proposed(writer, TERM, due=later.strftime("%Y-%m-%dT%H:%M")))
    second.open(TERM).send(f"{TERM}/no-programar", status=303)
    clock.instant += timedelta(minutes=15)
    work()
    assert DEFINITION not in client.get("/quitadudas/planilla").text
    assert DEFINITION in writer.open(TERM).html, "it is a draft again"


# Writing


def test_who_saved_later_on_an_older_state_loses_no_letter(writer, people):
    other = people["uno"]
    writer.open(TERM)
    saved(other, TERM, definition="Lo que guardó la otra.")
    writer.send(TERM, status=409, do="save", definition="Lo que yo escribí.")
    assert "Lo que yo escribí." in writer.form(TERM)["fields"]["definition"]
    assert re.search(r"<del>.*guardó", writer.html, re.DOTALL)
    assert re.search(r"<ins>.*escribí", writer.html, re.DOTALL)
    writer.send(TERM, status=303, do="save")
    assert "Lo que yo escribí." in writer.open(TERM).form(TERM)["fields"]["definition"]


def test_a_preview_shows_the_page_and_keeps_nothing(client, writer, house):
    writer.open(GUIDE).send(GUIDE, status=200, **{
        "do": "preview", "step-1-text": "Ponga **cuidado** aquí.", "step-1-time": "5 minutos",
    })  # fmt: skip
    assert "<strong>cuidado</strong>" in writer.html
    assert "5 minutos" in writer.html
    assert writer.form(GUIDE)["fields"]["step-1-text"] == "Ponga **cuidado** aquí."
    assert rows(house, "SELECT * FROM editorial_text") == []


def on_its_page(person, place, version):
    """A version on the page where the public would read it; where that is."""
    person.open(f"{place}/versiones/{version}/pagina", 302)
    there = person.page.headers["Location"]
    assert there.startswith(f"{place}/versiones/{version}/pagina/")
    person.open(there)
    return there


@pytest.mark.parametrize(
    ("place", "fields", "path"),
    [
        (TERM, {"definition": DEFINITION}, "/quitadudas/planilla"),
        (GUIDE, {"intro": "Una entrada nueva.", "step-1-text": "Otro paso."}, "/guias/como-votar"),
        (HOME, {"title": "Hable con quien quiere su voto", "lead": "Lea y opine."}, "/"),
        ("/oficina/textos/es/inicio/resultados", {"title": "Así quedó", "lead": "Vea."}, "/"),
        (PRIVACY, {"body": "# Uno\n\nNadie lo sigue."}, "/privacidad"),
        (ENGLISH, {"term": "Slate", "definition": "A list."}, "/quitadudas/planilla"),
    ],
)  # fmt: skip
def test_a_draft_is_seen_on_its_whole_page_and_nowhere_else(
    client, writer, house, place, fields, path
):
    front = "/en" if "/en/" in place else ""
    before = client.get(front + path).get_data()
    saved(writer, place, **fields)
    there = on_its_page(writer, place, 1)
    assert there.endswith(front + path)
    for told in fields.values():
        assert unescape(told).removeprefix("# Uno\n\n") in unescape(writer.html)
    assert "<footer" in writer.html, "the page with its frame"
    assert "<script" not in writer.html
    assert writer.page.headers["Cache-Control"] == "no-store"
    assert client.get(front + path).get_data() == before
    assert rows(house, "SELECT * FROM editorial_text WHERE shown IS NOT NULL") == []
    on_its_page(writer, place, 0) if not front else None
    for told in fields.values():
        assert front or unescape(told) not in unescape(writer.html)


@pytest.mark.parametrize(
    ("place", "fields"),
    [
        (TERM, {"definition": DEFINITION}),
        (GUIDE, {"intro": "Una entrada nueva."}),
        (HOME, {"title": "Hable con quien quiere su voto", "lead": "Lea y opine."}),
        ("/oficina/textos/es/organo/ayuntamiento", {"name": "El ayuntamiento de aquí"}),
        (PRIVACY, {"body": "Nadie lo sigue."}),
        (ENGLISH, {"term": "Slate", "definition": "A list."}),
    ],
)
def test_what_is_typed_is_seen_on_its_whole_page_and_nothing_is_kept(writer, house, place, fields):
    writer.open(place).send(place, status=200, do="page", **fields)
    for told in fields.values():
        assert told in unescape(writer.html)
    assert "<footer" in writer.html, "the page with its frame"
    assert "<script" not in writer.html
    assert writer.page.headers["Cache-Control"] == "no-store"
    assert "This translation is of an older text" not in writer.html
    assert rows(house, "SELECT * FROM editorial_text") == []
    other = {name: f"Otra cosa {name}" for name in fields}
    writer.open(place).send(place, status=200, do="page", **other)
    assert all(told in writer.html for told in other.values()), "no earlier page is kept"


def test_a_new_text_and_a_picture_are_seen_on_their_page_before_they_are_published(
    client, writer, people
):
    writer.open("/oficina/textos/nuevo").send(
        "/oficina/textos/nuevo", status=303, kind="aviso", name="Mudanza"
    )
    place = writer.page.headers["Location"]
    saved(writer, place, body="Nos mudamos de **casa**.")
    there = on_its_page(writer, place, 1)
    assert there.endswith("/avisos/mudanza")
    assert "<strong>casa</strong>" in writer.html
    assert client.get("/avisos/mudanza").status_code == 404
    writer.open(f"{place}/versiones/9/pagina", 404)
    writer.open(there.replace("avisos/mudanza", "oficina"), 404)
    assert people["ojo"].open(there).page.status_code == 200


def test_a_guide_can_lose_and_win_steps_and_carries_times_links_and_pictures(
    client, writer, second
):
    writer.open(GUIDE)
    count = len(re.findall(r'name="step-\d+-title"', writer.html))
    fields = {
        "step-2-title": "", "step-2-text": "", f"step-{count}-title": "Descanse",
        f"step-{count}-text": "Ya votó.", f"step-{count}-time": "Lo que quiera",
        "links": "Guías | /guias\nINE | https://www.ine.mx/ubica\nSolo un nombre",
    }  # fmt: skip
    published(writer, second, GUIDE, **fields)
    page = client.get("/guias/como-votar").text
    assert "Vea por quién puede votar" not in page
    assert "Descanse" in page
    assert "Lo que quiera" in page
    assert page.count('class="walk__number"') == count - 1
    assert '<a href="https://www.ine.mx/ubica" rel="noopener nofollow">INE</a>' in page


def test_the_home_page_says_what_staff_wrote_for_this_moment(client, writer, second, clock):
    published(writer, second, HOME, title="Hable con quien quiere su voto", lead="Lea y opine.")
    assert "Hable con quien quiere su voto" in client.get("/").text
    english = client.get("/en/").text
    assert "Hable con quien quiere su voto" in english
    assert "This text is only in Spanish for now." in english
    clock.instant = factories.RESULTS
    assert "Hable con quien quiere su voto" not in client.get("/").text


def test_a_definition_of_more_than_sixty_words_is_kept_but_not_published(writer):
    saved(writer, TERM, definition="palabra " * 61)
    proposed(writer, TERM, status=422)
    assert "Escriba hasta 60 palabras; escribió 61." in writer.text
    saved(writer, TERM, definition="x" * 601, status=422)
    assert "Escriba hasta 600 caracteres" in writer.text
    assert "x" * 601 in writer.html


def test_an_article_of_law_is_shown_only_when_somebody_confirmed_it(client, writer, second):
    saved(writer, TERM, legal="Artículo 23 del Código Electoral.")
    proposed(writer, TERM, status=422)
    assert "Escriba quién lo confirmó" in writer.text
    saved(writer, TERM, legal="", definition="Lo dice el artículo 23 de la ley.")
    proposed(writer, TERM, status=422)
    published(
        writer, second, TERM, definition=DEFINITION, legal="Artículo 23 del Código Electoral.",
        confirmed_by="Rosa Díaz, Jurídico",
    )  # fmt: skip
    assert "Artículo 23 del Código Electoral." in client.get("/quitadudas/planilla").text


def test_the_meter_names_the_sentences_to_mend_and_blocks_nothing(client, writer, second):
    office = (
        "Las personas ciudadanas deberán presentarse oportunamente ante las autoridades que "
        "correspondan, a efecto de coadyuvar al adecuado desarrollo de la jornada electoral."
    )
    writer.open(TERM).send(TERM, status=200, do="preview", definition=office)
    assert "Frases largas, de más de 20 palabras" in writer.text
    assert "«a efecto de»" in writer.text
    assert "«coadyuv»" in writer.text
    published(writer, second, TERM, definition=office)
    assert office in client.get("/quitadudas/planilla").text


# Versions


def test_versions_are_compared_word_by_word_and_any_of_them_comes_back(client, writer, second):
    shipped = library().terms["planilla"].definition
    published(writer, second, TERM, definition=DEFINITION)
    published(writer, second, TERM, definition=DEFINITION.replace("juntas", "unidas"))
    page = writer.open(f"{TERM}/versiones/1").html
    assert re.search(r"<del>.*?unidas</del><ins>.*?juntas</ins>", page, re.DOTALL)
    for number, words in ((1, DEFINITION), (0, shipped)):
        writer.open(TERM).send(f"{TERM}/versiones/{number}/volver", status=303)
        assert "unidas" in client.get("/quitadudas/planilla").text or number == 0
        confirmed(second, proposed(writer, TERM))
        assert words in client.get("/quitadudas/planilla").text
    assert "Distinto del texto original" not in writer.open("/oficina/textos?q=planilla").text
    assert writer.open(f"{TERM}/versiones/9", status=404)


def test_restoring_does_not_lose_the_draft_that_was_being_written(writer):
    saved(writer, TERM, definition="Un borrador a medias.")
    writer.open(TERM).send(f"{TERM}/versiones/0/volver", status=303)
    assert "Un borrador a medias." in writer.open(f"{TERM}/versiones/1").text


# New texts


def test_a_new_notice_is_written_published_found_and_withdrawn(client, writer, second):
    writer.open("/oficina/textos/nuevo").send(status=303, kind="aviso", name="Cambio de sede")
    place = writer.page.headers["Location"]
    assert place == "/oficina/textos/es/aviso/cambio-de-sede"
    assert client.get("/avisos/cambio-de-sede").status_code == 404
    published(
        writer, second, place,
        body="# Dónde\n\nAhora en **Toluca**. Llame al {help_phone}.", easy="Nos cambiamos.",
    )  # fmt: skip
    page = client.get("/avisos/cambio-de-sede").text
    assert "<strong>Toluca</strong>" in page
    assert "{help_phone}" not in page
    assert "Nos cambiamos." in client.get("/avisos/cambio-de-sede/lectura-facil").text
    assert "/avisos/cambio-de-sede" in client.get("/avisos").text
    assert "/avisos/cambio-de-sede" in client.get("/sitemap.xml").text
    assert "/avisos/cambio-de-sede" in client.get("/buscar?q=sede").text
    assert 'href="/avisos"' in client.get("/").text
    second.open(place).send(f"{place}/retirar", status=422)
    second.open(place).send(f"{place}/retirar", status=303, reason="Ya pasó")
    assert client.get("/avisos/cambio-de-sede").status_code == 404
    assert "Retirado" in second.open("/oficina/textos?estado=retirado").text
    writer.open(place).send(f"{place}/versiones/1/volver", status=303)
    confirmed(second, proposed(writer, place))
    assert client.get("/avisos/cambio-de-sede").status_code == 200


def test_a_new_word_stands_in_the_list_and_a_withdrawn_one_leaves_no_dead_link(
    client, writer, second
):
    writer.open("/oficina/textos/nuevo").send(status=303, kind="palabra", name="Casilla móvil")
    place = writer.page.headers["Location"]
    told = {
        "category": "jornada", "definition": "Es una casilla que va de un lugar a otro.",
        "example": "Llega a su barrio.", "so_what": "Vota cerca de su casa.",
        "related": "Planilla\nCasilla",
    }  # fmt: skip
    published(writer, second, place, **told)
    assert "Casilla móvil" in client.get("/quitadudas").text
    published(writer, second, TERM, related="Casilla móvil")
    assert "/quitadudas/casilla-movil" in client.get("/quitadudas/planilla").text
    second.open(place).send(f"{place}/retirar", status=303, reason="No la habrá")
    assert "/quitadudas/casilla-movil" not in client.get("/quitadudas/planilla").text
    assert (
        "no tiene «casilla-movil»"
        in writer.open(TERM).send(TERM, status=303, do="save").follow().text
    )


def test_a_name_that_is_taken_or_empty_is_refused_and_a_shipped_text_stays(writer, second):
    for name in ("Planilla", "", "  "):
        writer.open("/oficina/textos/nuevo").send(status=422, kind="palabra", name=name)
    writer.open("/oficina/textos/nuevo").send(status=422, kind="inicio", name="Otra")
    second.open(TERM).post(f"{TERM}/retirar", status=422, reason="x")
    assert "no se puede retirar" in second.text


# Twins


def test_a_changed_text_says_that_its_easy_twin_is_old_until_somebody_looks(client, writer, second):
    published(writer, second, GUIDE, intro="Otra entrada.")
    assert "El texto completo cambió después" in client.get("/guias/como-votar/lectura-facil").text
    assert "La lectura fácil es de un texto anterior" in writer.open(GUIDE).text
    assert "Cómo votar" in writer.open("/oficina/textos?estado=gemelo").text
    published(writer, second, GUIDE, remedy="Otro remedio.", easy_checked="1")
    assert "El texto completo cambió" not in client.get("/guias/como-votar/lectura-facil").text


def test_a_translation_of_an_earlier_text_says_so_and_without_one_spanish_is_read(
    client, writer, second
):
    english = "/oficina/textos/en/palabra/planilla"
    assert "This text is only in Spanish" in client.get("/en/quitadudas/planilla").text
    told = {"example": "There is a list.", "so_what": "You vote for all of them."}
    published(
        writer, second, english,
        **(told | {"term": "Slate", "definition": "The people who stand together."}),
    )  # fmt: skip
    page = client.get("/en/quitadudas/planilla").text
    assert "The people who stand together." in page
    assert "This text is only in Spanish" not in page
    assert "earlier version" not in page
    published(writer, second, TERM, definition=DEFINITION)
    page = client.get("/en/quitadudas/planilla").text
    assert "The people who stand together." in page
    assert "This translation is of an earlier version of the text." in page
    assert "Traducción atrasada" in writer.open("/oficina/textos?q=planilla").text
    assert "Traduce la versión 0" in writer.open(english).text
    published(writer, second, english, definition="The people who stand together, now.")
    assert "earlier version" not in client.get("/en/quitadudas/planilla").text


# Links


BAD_LINKS = {
    "/nada": "no tiene esa página",
    "/guias/": "no tiene esa página",
    "/oficina/calendario": "con clave",
    "/quitadudas/no-existe": "no está publicado",
    "/organos#nadie": "no tiene esa parte",
    "#p9": "no tiene esa parte",
    "http://ejemplo.mx": "No es segura",
    "guias": "Escriba la dirección completa",
    "https://usuario:clave@ejemplo.mx": "No se entiende",
    "https://localhost": "No se entiende",
    "http://127.0.0.1:8000/guias": "Es de este sitio",
}
GOOD_LINKS = (
    "/", "/guias", "/organos#ayuntamiento", "/quitadudas/planilla", "/quitadudas#letra-P", "#p1",
    "/en/guias", "https://www.ine.mx", "mailto:a@b.mx", "tel:8007124336", "/municipios/107",
)  # fmt: skip


def test_links_are_followed_on_the_site_itself_and_told_row_by_row(client, writer):
    good = " ".join(f"[x]({each})" for each in GOOD_LINKS)
    saved(writer, PRIVACY, body=f"# Parte\n\n{good}")
    assert "Enlaces por corregir" not in writer.open(PRIVACY).text
    for address, remedy in BAD_LINKS.items():
        saved(writer, PRIVACY, body=f"# Parte\n\nVea [esto]({address}).")
        assert remedy in writer.open(PRIVACY).text, address
    proposed(writer, PRIVACY, status=422)
    assert "Es de este sitio" in writer.text


def test_somebody_notes_that_they_opened_an_address(writer, house):
    saved(writer, PRIVACY, body="Vea [INE](https://www.ine.mx/).")
    assert "Nadie lo ha revisado" in writer.open(PRIVACY).text
    writer.send(f"{PRIVACY}/enlaces", status=303)
    assert "Revisado el" in writer.open(PRIVACY).text
    writer.post(f"{PRIVACY}/enlaces", status=422, address="https://otra.mx")
    assert "text.link_reviewed" in deeds(house)


# Pictures


def photograph():
    body = io.BytesIO()
    Image.linear_gradient("L").resize((900, 600)).convert("RGB").save(body, "JPEG")
    body.seek(0)
    return body


def drawing(width, height):
    """A picture of some size."""
    body = io.BytesIO()
    Image.new("RGB", (width, height), (0, 90, 90)).save(body, "PNG")
    return io.BytesIO(body.getvalue())


def sent_picture(person, place, alt, body=None):
    person.open(place)
    token = person.form(f"{place}/imagenes")["fields"]["csrf_token"]
    person.page = person.client.post(
        f"{place}/imagenes", headers=OURS,
        data={"csrf_token": token, "alt": alt, "file": (body or photograph(), "a.jpg")},
    )  # fmt: skip
    return person.page.status_code


def test_a_picture_needs_words_and_is_public_only_with_its_text(client, writer, second):
    assert sent_picture(writer, TERM, "foto") == 422
    assert sent_picture(writer, TERM, "Un cartel en la plaza.", io.BytesIO(b"<svg/>")) == 422
    assert sent_picture(writer, TERM, "Un cartel en la plaza.") == 303
    name = re.search(r"/textos/imagenes/([0-9a-f]{32}\.jpg)", writer.open(TERM).html)[1]
    with writer.client.get(f"/oficina/textos/imagenes/{name}") as preview:
        assert preview.status_code == 200
    assert client.get(f"/avisos/imagenes/{name}").status_code == 404
    confirmed(second, proposed(writer, TERM))
    page = client.get("/quitadudas/planilla").text
    assert re.search(rf'<img src="/avisos/imagenes/{name}" alt="Un cartel en la plaza." '
                     r'width="\d+" height="\d+" loading="lazy">', page)  # fmt: skip
    with client.get(f"/avisos/imagenes/{name}") as shown:
        assert shown.status_code == 200
        assert len(shown.get_data()) < 120_000
    writer.open(TERM).send(f"{TERM}/imagenes/quitar", status=303)
    confirmed(second, proposed(writer, TERM))
    assert client.get(f"/avisos/imagenes/{name}").status_code == 404


def test_a_wide_drawing_is_no_portrait(writer):
    told = "Los pasos de la votación."
    assert sent_picture(writer, TERM, told, drawing(1200, 200)) == 303
    assert sent_picture(writer, TERM, told, drawing(100, 100)) == 422
    assert "La imagen es muy pequeña" in writer.text


# Who may


def test_an_observer_reads_everything_and_changes_nothing(people, writer):
    saved(writer, TERM, definition=DEFINITION)
    eye = people["ojo"]
    for path in ("/oficina/textos", TERM, f"{TERM}/versiones/1"):
        eye.open(path)
        assert eye.actions() == [], path
    assert DEFINITION in eye.open(TERM).text
    for path in ("", "/publicar", "/imagenes", "/descartar", "/retirar", "/enlaces"):
        assert eye.client.post(TERM + path, headers=OURS).status_code in (400, 403), path


def test_addresses_that_name_no_text_are_not_found(writer, house):
    for path in ("es/palabra/nada", "xx/palabra/planilla", "es/nada/planilla", "en/palabra/nada"):
        writer.open(f"/oficina/textos/{path}", status=404)
    writer.open(TERM)
    token = writer.form(TERM)["fields"]
    answer = writer.client.post("/oficina/textos/es/palabra/nada", data=token, headers=OURS)
    assert answer.status_code == 404
    assert rows(house, "SELECT * FROM editorial_text") == []


def names_on(writer, query):
    """The texts on one page of the list, in order."""
    told = writer.open(f"/oficina/textos?{query}").html.partition("<tbody")[2]
    return re.findall(r'<a href="(/oficina/textos/es/[^"]+)">', told)


def test_the_pages_of_the_list_show_every_text_once_and_keep_the_filter(writer):
    first = writer.open("/oficina/textos")
    total = int(re.search(r"(\d+) textos\.", first.text)[1])
    pages = -(-total // 25)
    assert f"Página 1 de {pages}" in first.text
    found = [names_on(writer, f"pagina={page}") for page in range(1, pages + 1)]
    assert [len(each) for each in found[:-1]] == [25] * (pages - 1)
    everything = [name for each in found for name in each]
    assert len(everything) == len(set(everything)) == total
    for odd in ("pagina=0", "pagina=-3", "pagina=x"):
        assert names_on(writer, odd) == found[0], odd
    assert names_on(writer, "pagina=999") == found[-1]
    words = names_on(writer, "tipo=palabra&q=a")
    onward = re.search(r'rel="next" href="([^"]+)"', writer.html)[1]
    assert unescape(onward) == "/oficina/textos?tipo=palabra&q=a&pagina=2"
    after = names_on(writer, unescape(onward).partition("?")[2])
    assert after
    assert not set(after) & set(words)
    assert all("/palabra/" in each for each in after)
    assert 'rel="next"' not in writer.open("/oficina/textos?q=planilla").html


def test_the_list_is_searched_and_filtered(writer, second):
    saved(writer, TERM, definition=DEFINITION)
    proposed(writer, TERM)
    for query, there, gone in (
        ("tipo=guia", "Cómo votar", "Planilla"), ("q=plánilla", "Planilla", "Cómo votar"),
        ("estado=borrador", "Planilla", "Cómo votar"),
        ("estado=por-confirmar", "Planilla", "Cómo votar"),
        ("estado=cambiado", "Ningún texto es así", "Planilla"),
        ("tipo=nada&q=planilla", "Planilla", "%%"),
    ):  # fmt: skip
        found = writer.open(f"/oficina/textos?{query}").html.partition("<tbody")[2]
        assert there in unescape(found), query
        assert gone not in unescape(found), query


# What somebody may try


PAYLOADS = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "[x](javascript:alert(1))",
    "<svg/onload=alert(1)>", "{{7*7}}", "{authority.__class__}", "![x](x onerror=alert(1))",
    "[x](https://a.mx/\"onmouseover=alert(1))", "<b>negrita</b>",
)  # fmt: skip
SHOWN_AT = {
    Kind.TERM: ("palabra/planilla", ("/quitadudas/planilla", "/quitadudas")),
    Kind.ORGAN: ("organo/ayuntamiento", ("/organos", "/organos/lectura-facil")),
    Kind.ASSIGNMENT: ("reparto/reparto", ("/organos", "/organos/lectura-facil")),
    Kind.GUIDE: ("guia/como-votar", ("/guias/como-votar", "/guias/como-votar/lectura-facil")),
    Kind.TEXT: ("aviso/terminos", ("/terminos", "/terminos/lectura-facil")),
    Kind.HOME: ("inicio/opinar", ("/",)),
}


@pytest.mark.parametrize("kind", list(Kind))
def test_a_payload_in_any_box_is_inert_wherever_it_is_shown(client, writer, second, house, kind):
    place, pages = SHOWN_AT[kind]
    place = f"/oficina/textos/es/{place}"
    longest = {each.name: each.longest for each in FIELDS[kind] if each.name != "category"}
    writer.open(place)
    longest |= dict.fromkeys(re.findall(r'name="(step-\d+-(?:title|time))"', writer.html)[:4], 60)
    longest |= dict.fromkeys(re.findall(r'name="(step-\d+-text)"', writer.html)[:2], 200)
    typed = {
        box: "\n".join(PAYLOADS) if most > 300 else PAYLOADS[1] for box, most in longest.items()
    }
    saved(writer, place, note=PAYLOADS[1], **typed)
    # Whatever a rule would refuse: shown as it stands.
    with house.database.transaction() as session:
        session.execute(
            text("UPDATE editorial_version SET approved_at = written_at, published_at = written_at")
        )
        session.execute(text("UPDATE editorial_text SET shown = working, working = NULL"))
    paths = [(client, path) for path in (*pages, *(f"/en{each}" for each in pages))]
    paths += [(client, "/buscar?q=planilla"), (client, "/datos/quitadudas/palabras.csv")]
    staff = [(writer.client, each) for each in (place, f"{place}/versiones/1", "/oficina/textos")]
    for browser, path in paths + staff:
        answer = browser.get(path)
        assert answer.status_code == 200, path
        if answer.mimetype == "text/html":
            assert_inert(answer.text, path)


def assert_inert(html, path):
    """No element and no attribute came from what was typed."""
    own = re.sub(r'<script type="application/ld\+json">.*?</script>', "", html, flags=re.DOTALL)
    assert "<script>" not in own, path
    assert "<img src=x" not in own, path
    assert "<svg/onload" not in own, path
    assert not re.search(r"<[^>]*\son(?:error|load|mouseover)=", re.sub(r'"[^"]*"', '""', own)), (
        path
    )
    assert not re.search(r'href="\s*javascript:', own), path
    assert "<b>negrita</b>" not in own, path
    assert "&lt;class" not in own, path
    assert "<class 'str'>" not in unescape(own), path
    for body in re.findall(r'ld\+json">(.*?)</script>', html, re.DOTALL):
        assert "<" not in body, path


def test_a_stranger_number_of_version_and_double_click_do_no_harm(writer, second, client):
    saved(writer, TERM, definition=DEFINITION)
    number = proposed(writer, TERM)
    confirmed(second, number)
    place = f"/oficina/cambios/{number}"
    second.open(place).post(f"{place}/aprobar", status=409)
    writer.open(TERM)
    writer.post(f"{TERM}/descartar", status=422)
    writer.post(f"{TERM}/publicar", status=303, reason="x", revision="1")
    writer.post(f"{TERM}/versiones/99/volver", status=404)
    assert DEFINITION in client.get("/quitadudas/planilla").text
