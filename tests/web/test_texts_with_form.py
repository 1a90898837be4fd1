"""Light Markdown from the actor's box to every place where citizens read it (decision 0066)."""

import re
from html import unescape

from sqlalchemy import text as sql

from decide.web.shared.context import KEY
from decide.web.shared.prose import prose
from tests.portal import Person

TYPED = (
    "Abriremos **dos** clínicas:\n\n- una al *norte*,\n- otra en [el sur](https://ejemplo.mx/a)."
)
SHOWN = str(prose(TYPED, "light"))
OLD = "Con **asteriscos** de antes.\n- Y un guion."


def published(ana, world, text):
    path = f"/partido/propuestas/{world['proposal']}"
    ana.open(path).send(then="preview", text=text, how=text[:500]).follow()
    preview = ana.html
    ana.send()
    return preview


def test_what_the_preview_shows_is_what_citizens_read_everywhere(ana, portal_app, world):
    preview = published(ana, world, TYPED)
    assert preview.count(SHOWN) == 2  # the text, and how and with what
    citizen = Person(portal_app)
    assert citizen.open(f"/candidaturas/{world['head']}").html.count(SHOWN) == 2
    assert SHOWN in citizen.open("/comparar/municipios/107?tema=agua&lote=4").html
    assert SHOWN in citizen.open(f"/embed/propuestas/{world['subject']}").html
    feed = citizen.open("/feeds/propuestas.xml").html
    content = re.search(r'<content type="html">(.*?)</content>', feed, re.DOTALL)
    assert unescape(content[1]) == SHOWN


def test_a_trajectory_has_its_form_in_the_preview_and_on_the_page(ana, portal_app, world):
    path = f"/partido/candidaturas/{world['head']}/trayectoria"
    ana.open(path).send(then="preview", history=TYPED).follow()
    assert SHOWN in ana.html
    ana.send()
    assert SHOWN in Person(portal_app).open(f"/candidaturas/{world['head']}").html


def test_texts_from_before_look_as_they_did_until_somebody_changes_them(ana, portal_app, world):
    house = portal_app.extensions[KEY].resources
    with house.database.transaction() as session:
        session.execute(sql("UPDATE subject_version SET text = :t"), {"t": OLD})
        session.execute(sql("UPDATE proposal SET text = :t"), {"t": OLD})
        session.execute(sql("UPDATE profile SET history = :t"), {"t": OLD})
    plain = f"<p>{OLD}</p>"
    page = f"/candidaturas/{world['head']}"
    html = Person(portal_app).open(page).html
    assert html.count(plain) == html.count("asteriscos") > 1
    assert '<content type="text">' in Person(portal_app).open("/feeds/propuestas.xml").html
    # Saving the same words changes nothing.
    path = f"/partido/propuestas/{world['proposal']}"
    ana.open(path).send(then="preview").follow()
    assert "No hay cambios" in ana.text
    assert plain in ana.html
    published(ana, world, f"{OLD}\n\nHoy.")
    assert "<strong>asteriscos</strong>" in Person(portal_app).open(page).html
