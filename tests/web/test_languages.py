"""The citizens' pages in other languages: complete in English, ready for others.

When a message is missing: `make words`, then write its English into translations/en.po.
"""

import re

import pytest
from babel.messages.pofile import read_po

from decide.web.shared import languages
from decide.web.shared.messages import bring_up_to_date, messages
from tests import factories

SITE = "http://127.0.0.1:8000"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!\w)\{\w+\}")
PATHS = (
    "/", "/donde-voto?seccion=5176", "/municipios/107", "/distritos/2", "/candidaturas",
    "/actores/lucero", "/bloques/lucero", "/plataformas/lucero/municipal", "/comparar?lote=4",
    "/buscar?q=agua", "/quitadudas/planilla", "/calendario", "/privacidad", "/folios",
)  # fmt: skip


@pytest.fixture
def visit(portal_app):
    return portal_app.test_client().get


@pytest.fixture
def catalogue():
    with (languages.FOLDER / "en.po").open("rb") as source:
        return read_po(source)


def forms(message):
    return message if isinstance(message, tuple | list) else (message,)


def test_english_has_every_message_of_the_citizens_pages(catalogue):
    known = {forms(each.id) for each in catalogue if each.id and languages.translated(each.string)}
    assert [each.id for each in messages() if each.id and forms(each.id) not in known] == []


def test_a_translation_keeps_what_is_filled_in(catalogue):
    for each in catalogue:
        # Form by form: “1 candidacy” needs no number, “%(n)s candidacies” does.
        for spanish, english in zip(forms(each.id), forms(each.string), strict=True):
            wanted = sorted(PLACEHOLDER.findall(spanish))
            assert sorted(PLACEHOLDER.findall(english)) == wanted, each.id


def test_each_page_in_english_says_so_and_leads_to_english_pages(visit):
    for path in PATHS:
        check_english(visit, path)


def check_english(visit, path):
    answer = visit(f"/en{path}")
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert '<html lang="en">' in html
    assert "Skip to content" in html
    inside = re.findall(r'(?:href|action)="(/[^"]*)"', html)
    strays = {each for each in inside if not each.startswith(("/en/", "/static/"))}
    here = path.partition("?")[0]
    assert strays <= {here, "/aplicacion.webmanifest"}
    assert f'hreflang="es-MX" href="{SITE}{here}"' in html
    assert f'<link rel="canonical" href="{SITE}/en{here}">' in html


def test_words_of_actors_and_of_the_library_are_marked_as_spanish(visit):
    html = visit("/en/plataformas/lucero/municipal").get_data(as_text=True)
    assert '<div class="proposal__text" lang="es-MX">' in html
    term = visit("/en/quitadudas/planilla").get_data(as_text=True)
    assert "This text is only in Spanish for now." in term
    assert "lang=" not in re.sub(r"<html[^>]*>|<li>.*?</li>|hreflang=", "", text_of_main(visit))


def text_of_main(visit):
    html = visit("/quitadudas/planilla").get_data(as_text=True)
    return html[html.index("<main") : html.index("</main>")]


def test_a_page_is_kept_for_each_language_apart(visit):
    spanish, english, again = visit("/"), visit("/en/"), visit("/")
    assert spanish.headers["ETag"] == again.headers["ETag"] != english.headers["ETag"]
    assert "Cookie" not in english.headers.get("Vary", "")
    assert "Accept-Language" not in english.headers.get("Vary", "")


def test_an_opinion_can_be_given_on_an_english_page(portal_app, world):
    browser = portal_app.test_client()
    ours = {"Sec-Fetch-Site": "same-origin"}
    form = {"choice": "like", "version": "1"}
    address = f"/en/reacciones/{world['subject']}"
    first = browser.post(address, data=form, headers=ours)
    assert first.status_code == 307
    assert first.headers["Location"].startswith(address)
    kept = browser.post(first.headers["Location"], data=form, headers=ours)
    assert kept.status_code == 303
    assert kept.headers["Location"].startswith("/en/opiniones/")
    assert "We saved your “I like it”." in browser.get(kept.headers["Location"]).text


def test_refusals_are_said_in_english_too(visit, clock):
    assert "That municipality does not exist." in visit("/en/municipios/999").text
    clock.instant = factories.BEFORE
    assert "This page is not open yet." in visit("/en/candidaturas").text


def test_portals_and_languages_without_words_have_no_such_address(visit):
    for path in ("/en/partido", "/en/oficina/entrar", "/en/api/v1/", "/maz/"):
        assert visit(path).status_code == 404


def test_a_language_of_the_state_is_offered_once_it_has_words(tmp_path, monkeypatch):
    monkeypatch.setattr("decide.web.shared.messages.FOLDER", tmp_path)
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    (path,) = bring_up_to_date(["maz"])
    assert path.name == "maz.po"
    assert languages.share("maz") == 0
    # Quoted messages of one line, the first four hundred: enough to be offered.
    text = path.read_text(encoding="utf-8")
    head, body = text.split("\n\n", 1)
    body = re.sub(r'(msgid ("[^"\n]+")\n)msgstr ""\n(?!")', r"\1msgstr \2\n", body, count=400)
    path.write_text(f"{head}\n\n{body}", encoding="utf-8")
    assert languages.share("maz") > languages.OFFERED_FROM
    assert (bring_up_to_date(), languages.share("maz"))[1] > languages.OFFERED_FROM
