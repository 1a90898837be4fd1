"""Interactions on the slowest phone, for `make inp`: how long until the screen shows an answer."""

# Kept in the tab: the last interaction of an act may lead to another page.
WATCH = """
  const noted = Number(sessionStorage.getItem("longest") || 0);
  let longest = noted;
  new PerformanceObserver((list) => list.getEntries().forEach((each) => {
    if (!each.interactionId || each.duration <= longest) return;
    longest = each.duration;
    sessionStorage.setItem("longest", longest);
  })).observe({type: "event", durationThreshold: 16, buffered: true});
"""
SLOWER = 6  # times


def press(page):
    """*Me gusta*, until the button says so, and back."""
    for pressed in ("true", "false"):
        page.locator(".reaction__button").first.click()
        page.locator(f".reaction__button[aria-pressed={pressed}]").first.wait_for()


def type_words(page):
    """Letters into the search box, as fast as a thumb, and the search."""
    page.locator("main input[name=q]").press_sequentially("agua potable", delay=120)
    page.locator("main form[role=search] button").click()
    page.locator("#propuestas").wait_for()


def narrow(page):
    """A name and two of the other filters of the list, then its answer."""
    page.locator("input[name=nombre]").press_sequentially("maria", delay=120)
    page.locator("summary", has_text="Más filtros").click()
    page.locator("label[for=publico]").click()
    page.locator("select[name=genero]").focus()
    page.keyboard.press("ArrowDown")
    page.locator("form.narrow button").click()
    page.wait_for_url("**publico=1**")


def section(page):
    """The four digits of a section, and its answer."""
    page.locator("main input[name=seccion]").press_sequentially("5176", delay=120)
    page.locator("main input[name=seccion]").press("Enter")
    page.wait_for_url("**seccion=5176**")


# What is measured, on which page, and how.
ACTS = (
    ("press of *Me gusta*, and undoing it", "/bloques/faro", press),
    ("typing in the search, and searching", "/buscar", type_words),
    ("narrowing the list of candidacies", "/candidaturas", narrow),
    ("typing one's section", "/donde-voto", section),
)


def longest(browser, url, act):
    """The longest interaction of `act`, in milliseconds, in a fresh visit (Event Timing)."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, service_workers="block")
    page = context.new_page()
    page.add_init_script(WATCH)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(url, wait_until="load")
    act(page)
    page.wait_for_timeout(500)
    told = page.evaluate("Number(sessionStorage.getItem('longest') || 0)")
    context.close()
    return round(told)
