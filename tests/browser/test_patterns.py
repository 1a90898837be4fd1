"""The design system in a real browser: every component, every state, with and without script."""

import threading
from contextlib import contextmanager

import pytest
from werkzeug.serving import make_server

from decide.app import create_app
from decide.web.shared.context import KEY
from tests.browser.barriers import SMALL_TARGETS, examined, violations
from tests.ledger import Town

pytestmark = pytest.mark.browser

FORM = "form[data-reaction='demo-1']"
SIZES = [(320, "light"), (768, "dark"), (1280, "light")]


@pytest.fixture
def town(resources):
    made = Town(resources, version=2)  # the version that the first pattern shows
    yield made
    made.close()


@contextmanager
def served(app):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def site(settings, town):
    app = create_app(settings)
    with served(app) as address:
        yield address
    house = app.extensions[KEY]
    house.resources.close()


@pytest.fixture
def complaints(page):
    """What the browser complained about: blocked by the content policy, broken scripts."""
    found = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else 0)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def choices(page, form=FORM):
    pressed = f"{form} button[aria-pressed=true]"
    return [each.get_attribute("data-choice") for each in page.query_selector_all(pressed)]


def says(page, text, form=FORM):
    page.wait_for_function(
        "([at, text]) => document.querySelector(at).textContent.includes(text)",
        arg=[f"{form} [role=status]", text],
    )


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_the_pattern_page_has_no_barrier_at_any_width(
    page, site, axe_source, complaints, width, scheme
):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site}/patrones")
    result = examined(page, axe_source)
    assert result["violations"] == []
    assert len(result["passes"]) > 30
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(SMALL_TARGETS) == []
    assert complaints == []


@pytest.mark.parametrize("address", ["/no-hay-nada", "/reacciones/1"])
def test_error_pages_have_no_barrier_and_a_way_on(page, site, axe_source, address):
    page.goto(site + address)
    assert violations(page, axe_source) == []
    assert page.locator("main a[href='/']").count() == 1
    assert page.locator("footer a[href^='tel:']").count() == 1


def test_whoever_walks_by_keyboard_always_sees_where_they_are(page, site):
    page.goto(f"{site}/patrones")
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        spot = page.evaluate(
            """() => {
              const here = document.activeElement;
              const label = here.labels?.[0];
              const marks = [getComputedStyle(here), getComputedStyle(here, "::after"),
                             label ? getComputedStyle(label, "::before") : null];
              return [here.outerHTML.slice(0, 80), marks.some((m) =>
                m && m.outlineStyle !== "none" && parseFloat(m.outlineWidth) >= 3)];
            }"""
        )
        assert spot[1], f"no visible focus on {spot[0]}"
        seen.add(spot[0])
    assert len(seen) > 40


def test_a_press_is_kept_remembered_and_taken_back(page, site, town, complaints):
    page.goto(f"{site}/patrones")
    aim(page, town.subjects[0])
    page.click(f"{FORM} button[data-choice=like]")
    assert choices(page) == ["like"]
    says(page, "Guardado")
    assert town.drain.once() == 1
    page.reload()
    assert choices(page) == ["like"]
    says(page, "Esta es su opinión")
    aim(page, town.subjects[0])
    page.click(f"{FORM} button[data-choice=like]")
    says(page, "Quitamos")
    assert choices(page) == []
    assert town.drain.once() == 1
    assert complaints == []


def test_without_a_network_the_press_is_kept_and_sent_when_it_returns(page, site, town):
    page.goto(f"{site}/patrones")
    aim(page, town.subjects[0])
    page.context.set_offline(True)
    page.click(f"{FORM} button[data-choice=dislike]")
    says(page, "Sin conexión")
    assert choices(page) == ["dislike"]
    page.context.set_offline(False)
    says(page, "Guardado")
    assert town.drain.once() == 1


def test_a_press_kept_offline_is_sent_from_another_page_of_the_site(context, page, site, town):
    page.goto(f"{site}/patrones")
    aim(page, town.subjects[0])
    context.set_offline(True)
    page.click(f"{FORM} button[data-choice=like]")
    says(page, "Sin conexión")
    page.close()
    context.set_offline(False)
    later = context.new_page()
    later.goto(f"{site}/patrones")
    says(later, "Guardado")
    assert town.drain.once() == 1


def test_of_quick_presses_the_last_one_wins(page, site, town):
    page.goto(f"{site}/patrones")
    aim(page, town.subjects[0])
    for choice in ("like", "dislike", "like", "dislike"):
        page.click(f"{FORM} button[data-choice={choice}]")
    says(page, "Guardado")
    assert choices(page) == ["dislike"]
    town.drain.once()
    assert town.tallies() == {town.subjects[0]: (0, 1)}


def test_a_busy_server_is_asked_again_and_a_refusal_is_said(page, site):
    answers = [(503, "", {"Retry-After": "1"}), (204, "", {})]

    def busy(route):
        status, body, headers = answers.pop(0)
        route.fulfill(status=status, body=body, headers=headers)

    page.route("**/reacciones/**", busy)
    page.goto(f"{site}/patrones")
    page.click(f"{FORM} button[data-choice=like]")
    says(page, "Sin conexión")
    says(page, "Guardado")
    assert answers == []
    page.unroute("**/reacciones/**")
    sentence = "Las opiniones cerraron el 2 de junio."
    page.route(
        "**/reacciones/**", lambda route: route.fulfill(status=422, json={"message": sentence})
    )
    page.click(f"{FORM} button[data-choice=dislike]")
    says(page, sentence)
    assert choices(page) == ["like"]


def test_a_text_that_changed_since_is_said(page, site):
    page.route("**/reacciones/**", lambda route: route.fulfill(status=204))
    page.goto(f"{site}/patrones")
    page.eval_on_selector(FORM, "form => { form.dataset.version = '1' }")
    page.click(f"{FORM} button[data-choice=like]")
    says(page, "Guardado")
    page.reload()
    says(page, "Esto cambió desde que opinó")


def test_the_counter_counts_characters_as_people_do(page, site):
    page.goto(f"{site}/patrones")
    page.fill("#pattern-text", "Más árboles 🌳\n")
    assert page.inner_text("#pattern-text-count") == "Le quedan 186 caracteres."
    page.fill("#pattern-text", "a" * 203)
    assert page.inner_text("#pattern-text-count") == "Le sobran 3 caracteres."


def test_a_text_being_written_survives_a_reload_of_the_tab(page, site):
    page.goto(f"{site}/patrones")
    page.fill("#text", "Quiero más luz en la parada.")
    page.reload()
    assert page.input_value("#text") == "Quiero más luz en la parada."
    assert page.inner_text("#text-count") == "Le quedan 1,972 caracteres."


def test_a_job_is_followed_until_it_says_that_it_is_done(page, site):
    states = ["En cola", "En proceso", "Lista"]
    asked = []

    def job(route):
        state = states[min(len(asked), 2)]
        asked.append(state)
        done = " data-done" if state == "Lista" else ""
        route.fulfill(
            content_type="text/html",
            body=f"""<!doctype html><title>Entrega</title>
            <div id="job" data-progress="/oficina/entregas/1" data-seconds="0.2"{done}>
            <p data-announce>{state}</p></div>
            <script type="module" src="/static/js/progress.js"></script>""",
        )

    page.route("**/oficina/entregas/1", job)
    page.goto(f"{site}/oficina/entregas/1")
    page.wait_for_selector("#job >> text=Lista")
    page.wait_for_selector("[role=status] >> text=Lista", state="attached")
    page.wait_for_timeout(700)
    assert asked == states, "it stops asking when the job is done"


def test_everything_is_there_without_script(browser, site):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{site}/patrones")
    assert page.locator(f"{FORM} button").count() == 2
    assert "Hasta 2000 caracteres." in page.inner_text("#text-count").replace(",", "")
    page.click(".menu summary")
    assert page.locator(".menu__panel").is_visible()
    page.click(f"{FORM} button[data-choice=like]")
    assert "/reacciones/" in page.url
    context.close()


def test_on_paper_there_is_the_sheet_and_nothing_to_press(page, site):
    page.emulate_media(media="print")
    page.goto(f"{site}/patrones")
    assert page.locator(".print-header").is_visible()
    for gone in (".masthead", ".foot", ".reaction", ".breadcrumb"):
        assert not page.locator(gone).first.is_visible(), gone
    assert page.locator(".folio").is_visible()


def aim(page, subject):
    """Let the first pattern act on a subject that exists."""
    page.eval_on_selector(FORM, "(form, to) => { form.action = to }", f"/reacciones/{subject}")
