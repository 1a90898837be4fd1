"""The citizens' pages in other languages: complete in English, ready for others.

When a message is missing: `make words`, then write its English into translations/en.po.
"""

import re
from html import unescape

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


MISTAKES = {
    # Address, what is sent wrongly, and the sentence about it; a GET form has no body.
    "/privacidad/derechos": [
        ({}, "Choose what you want to do with your data."),
        ({"derecho": "acceso", "texto": " "}, "Write what you ask for."),
        ({"texto": "a" * 9000}, "characters; you wrote 9000."),
        ({"texto": "algo", "correo": "nadie"}, "Type the whole e-mail address"),
    ],
    "/privacidad/derechos/estado": [
        ({"folio": "1A2B"}, "The folio lacks 23 characters."),
        ({"folio": ""}, "request"),
        ({"folio": "0" * 27}, "There is no request with that number."),
    ],
    "/encuesta": [
        ({}, "Choose one of the five answers."),
        ({"calificacion": "3", "comentario": "a" * 2000}, "Write up to 1200 characters"),
    ],
    "/sugerencias": [
        ({"sobre": "quitadudas"}, "Write what you would like to know."),
        ({"sobre": "quitadudas", "duda": "a" * 5000}, "characters; you wrote 5000."),
    ],
    "/folios": [
        ({"folio": "ab?"}, "Folios never have the sign “?”."),
        ({"folio": "A" * 26}, "The folio lacks 1 character."),
        ({"folio": "A" * 29}, "2 characters too many"),
    ],
    "/opiniones/traer": [({"code": "A" * 28}, "1 character too many")],
    "/donde-voto?seccion=99999": [(None, "You typed 5 numbers and a section has four.")],
    "/donde-voto?seccion=abc": [(None, "A section has numbers only")],
    "/donde-voto?seccion=9999": [(None, "is not in this state")],
    "/donde-voto?municipio=zzzz": [(None, "municipality")],
}


def test_every_mistake_in_a_form_is_explained_in_the_language_of_the_page(portal_app, world):
    browser = portal_app.test_client()
    ours = {"Sec-Fetch-Site": "same-origin"}
    idea = f"/ideas/{world['subject']}"
    browser.post("/en" + idea, headers=ours)  # brings the device
    long = {"kind": "idea", "municipality": "106", "version": "1", "text": "b" * 9000}
    walks = MISTAKES | {
        idea: [
            ({"text": "algo", "kind": "x"}, "Choose whether you send"),
            (long, "Take out at least"),
            (long | {"text": ""}, "Write your idea before you send it."),
        ]
    }
    for path, tries in walks.items():
        for sent, sentence in tries:
            if sent is None:
                answer = browser.get(f"/en{path}")
            else:
                answer = browser.post(f"/en{path}", data=sent, headers=ours, follow_redirects=True)
            told = unescape(answer.text)
            assert sentence in told, (path, sent, re.findall(r"field__error.*?</p>", told)[:3])
            wrong = " ".join(re.findall(r'class="field__error".*?</p>', told, re.DOTALL))
            assert not re.search(r"\b(Escriba|Elija|Revise|caracteres|folio le)\b", wrong), wrong


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
