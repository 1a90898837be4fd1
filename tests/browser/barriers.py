"""What axe-core finds on the page that is open, and what is too wide or too small to touch."""

from playwright.sync_api import Error

RULES = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Links inside a sentence are as high as their line (WCAG 2.5.8 lets them); all else is a target.
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, input, select, summary")]
  .filter((each) => {
    const inline = each.tagName === "A" && !each.matches(".button")
      && each.closest("p, figcaption, blockquote, .card__title");
    const box = each.getBoundingClientRect();
    return !inline && box.width > 1 && box.height < 43.9 && !each.matches(".skip, [type=hidden]");
  }).map((each) => each.outerHTML.slice(0, 90))"""


def examined(page, axe_source, rules=RULES):
    """The whole result of axe-core.

    A click comes back when the next page has begun to arrive. Axe wants all of it, and starts
    again if the page that it had begun with went away.
    """
    try:
        return _run(page, axe_source, rules)
    except Error:
        return _run(page, axe_source, rules)


def _run(page, axe_source, rules):
    page.wait_for_load_state()
    page.evaluate(axe_source)
    return page.evaluate("rules => axe.run(rules ? {runOnly: rules} : {})", rules)


def violations(page, axe_source, rules=RULES):
    """(rule, element) for each rule that is broken."""
    result = examined(page, axe_source, rules)
    return [(each["id"], each["nodes"][0]["html"][:120]) for each in result["violations"]]


def barriers(page, axe_source):
    """What axe finds on the page, and whether anything is too wide or too small to touch."""
    found = violations(page, axe_source)
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(("too wide", ""))
    # A tile of the map may be small: the list below it has the same link in full size.
    small = [each for each in page.evaluate(SMALL_TARGETS) if "<title>" not in each]
    return found + [("small target", each) for each in small]
