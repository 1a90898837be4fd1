"""A citizen in a real browser: from the home page to an opinion and a folio."""

import re
import threading

import pytest
from werkzeug.serving import make_server

from decide.statistics.speed import steps_of
from tests.portal import clock, portal_app, portal_database, portal_world, world  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.fixture
def site(portal_app):  # noqa: F811
    """The address. At the end every request is waited for: each holds a connection."""
    server = make_server("127.0.0.1", 0, portal_app, threaded=True)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visitor(browser, site):
    """Open a browser: `visitor(script=False, width=360)`; gives its page."""
    contexts = []

    def opened(*, script=True, width=360, scheme="light"):
        context = browser.new_context(
            base_url=site,
            java_script_enabled=script,
            viewport={"width": width, "height": 740},
            color_scheme=scheme,
        )
        contexts.append(context)
        return context.new_page()

    yield opened
    for each in contexts:
        each.close()


@pytest.mark.parametrize("script", [True, False])
def test_from_the_home_page_to_an_opinion_an_idea_and_its_folio(visitor, world, script):  # noqa: F811
    page = visitor(script=script)
    page.goto("/")
    page.fill("#seccion", "5176")
    page.keyboard.press("Enter")
    page.wait_for_url("**/donde-voto?seccion=5176")
    assert page.inner_text("h1") == "Usted vota en Toluca"
    page.click(f"text={world['owner']}")
    assert page.inner_text("h1") == world["owner"]

    form = page.locator(f"form[action='/reacciones/{world['subject']}']")
    form.locator("button", has_text="Me gusta").first.click()
    if script:
        form.locator("[aria-pressed=true]").wait_for()
        assert page.url.endswith(f"/candidaturas/{world['head']}")
        form.locator("[aria-pressed=true]").click()
        form.locator("[role=status]", has_text="Quitamos").wait_for()
    else:
        page.wait_for_url("**/opiniones/**")
        assert "Me gusta" in page.inner_text("main")
        page.go_back()

    page.goto(f"/candidaturas/{world['head']}")
    page.locator(f"a[href='/ideas/{world['subject']}']").click()
    page.fill("textarea[name=text]", "Que pongan una pileta comunitaria junto a la escuela.")
    page.click("text=Enviar y recibir folio")
    page.wait_for_url("**/folios/**")
    assert page.inner_text("h1") == "Recibimos su idea"
    assert re.search(r"/folios/([0-9A-Z]{4}-){6}", page.url)


def test_who_stands_in_my_elections_is_two_taps_from_the_home_page(visitor, world):  # noqa: F811
    page = visitor(script=False)
    page.goto("/")
    page.fill("#seccion", "5176")
    page.click("text=Ver >> nth=0")  # the only tap
    page.wait_for_url("**/donde-voto?seccion=5176")
    assert page.locator(f"text={world['owner']}").count() == 1


def test_a_mistake_is_told_where_it_is_and_kept(visitor):
    page = visitor(script=False)
    page.goto("/donde-voto")
    page.fill("#seccion", "55oo")
    page.click("text=Ver mis elecciones")
    page.wait_for_selector(".error-summary")
    assert page.title().startswith("Error: ")
    assert page.input_value("#seccion") == "55oo"
    page.click(".error-summary a")
    assert page.evaluate("document.activeElement.id") == "seccion"


def test_the_list_is_narrowed_and_the_way_back_is_one_tap(visitor):
    page = visitor(script=False)
    page.goto("/candidaturas")
    whole = page.inner_text(".list-head strong")
    page.fill("[name=nombre]", "penaloza")
    page.click("form[role=search] button")
    assert page.inner_text(".list-head strong") != whole
    page.click(".filters__active a >> nth=0")
    assert page.inner_text(".list-head strong") == whole


def test_a_candidates_page_prints_without_menus_and_buttons(visitor, world):  # noqa: F811
    page = visitor(width=1280)
    page.goto(f"/candidaturas/{world['head']}")
    page.emulate_media(media="print")
    for hidden in (".masthead", ".foot", ".reaction", ".answer__idea", ".breadcrumb"):
        for each in page.locator(hidden).all():
            assert not each.is_visible(), hidden
    assert page.locator("h1").is_visible()


def test_nothing_is_fetched_from_elsewhere_and_little_from_here(visitor, site):
    page = visitor()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert all(each.startswith(site) for each in asked)
    assert len(asked) <= 8
    assert page.context.cookies() == []


def test_a_page_tells_once_how_fast_it_was_when_it_is_left(browser, site, portal_app):  # noqa: F811
    heard = []
    tally = portal_app.extensions["visits"]
    # A browser without a head says that it is one, and robots are not counted.
    tally.note_speed = lambda path, agent, told: heard.append((path, dict(told)))
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}/municipios/107")
    page.wait_for_timeout(300)
    page.goto("about:blank")
    for _ in range(300):
        if heard:
            break
        page.wait_for_timeout(100)
    ((path, told),) = heard
    assert path == "/municipios/107"
    assert {"lcp", "cls", "ttfb"} <= {measure for measure, _ in steps_of(told)}
    assert context.cookies() == []
    context.close()
