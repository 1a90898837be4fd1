"""What axe-core finds on the page that is open, and what is too wide or too small to touch."""

import os
import re
from pathlib import Path

from playwright.sync_api import Error

RULES = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Links inside a sentence are as high as their line (WCAG 2.5.8 lets them); all else is a target.
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, input, select, summary")]
  .filter((each) => {
    const inSentence = each.closest("p, figcaption, blockquote, .card__title")
      || [...each.parentNode.childNodes].some((near) => near.nodeType === 3 && near.data.trim());
    const inline = each.tagName === "A" && !each.matches(".button") && inSentence;
    const box = each.getBoundingClientRect();
    return !inline && box.width > 1 && box.height < 43.9 && !each.matches(".skip, [type=hidden]");
  }).map((each) => each.outerHTML.slice(0, 90))"""


# Each rule that is broken with the first element that breaks it. Axe describes every element that
# keeps a rule too, unless told that nobody reads it: two fifths of what such a test costs.
BROKEN = """options => axe.run({...options, resultTypes: ["violations"]})
  .then((told) => told.violations.map((each) => [each.id, each.nodes[0].html.slice(0, 120)]))"""


def examined(page, axe_source, rules=RULES, program="options => axe.run(options)"):
    """What axe-core tells; without a `program`, everything.

    A click comes back when the next page has begun to arrive. Axe wants all of it, and starts
    again if the page that it had begun with went away.
    """
    options = {"runOnly": rules} if rules else {}
    try:
        return _run(page, axe_source, program, options)
    except Error:
        return _run(page, axe_source, program, options)


def _run(page, axe_source, program, options):
    page.wait_for_load_state()
    page.evaluate(axe_source)
    return page.evaluate(program, options)


def violations(page, axe_source, rules=RULES):
    """(rule, element) for each rule that is broken."""
    return [tuple(each) for each in examined(page, axe_source, rules, BROKEN)]


def barriers(page, axe_source):
    """What axe finds on the page, and whether anything is too wide or too small to touch."""
    return violations(page, axe_source) + shape(page)


def picture(page, path, phase, width):
    """Keep a picture of the page that is open, where `SCREENSHOTS` names a folder."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        name = re.sub(r"\W+", "-", path).strip("-") or "home"
        page.screenshot(path=Path(folder) / f"{phase}-{name}-{width}.png", full_page=True)


# A link of two lines must not run into what stands below it.
OVERLAPS = """() => {
  const lines = (each) => {
    const texts = document.createTreeWalker(each, NodeFilter.SHOW_TEXT);
    const boxes = [];
    while (texts.nextNode()) {
      // Words for screen readers alone are cut away: they cover nothing.
      if (getComputedStyle(texts.currentNode.parentElement).clipPath !== "none") continue;
      const text = document.createRange();
      text.selectNodeContents(texts.currentNode);
      boxes.push(...text.getClientRects());
    }
    return boxes.filter((box) => box.width > 1);
  };
  return [...document.querySelectorAll("li > a, p > a, td > a, th > a, h2 > a, h3 > a")]
    .filter((each) => each.nextElementSibling && each.checkVisibility()
      && lines(each).some((one) => lines(each.nextElementSibling).some((other) =>
        Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 4
        && Math.min(one.right, other.right) - Math.max(one.left, other.left) > 4)))
    .map((each) => each.outerHTML.slice(0, 90));
}"""

# What turning the colours alone can break.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
# What stands above every page and says the phase; below it many pages are the same in all phases.
BELOW = """() => [...document.querySelectorAll("main, footer")]
  .map((each) => each.outerHTML).join("")"""


class Looker:
    """Looks at the page that is open at several widths and in both colour schemes, opened once.

    A page whose main part and footer were the same in another phase is not looked at again.
    """

    def __init__(self, page, axe_source, looks):
        self.page, self.axe, self.looks = page, axe_source, looks
        self.found, self.complaints, self.seen = {}, [], set()
        page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type == "error" else 0
        )

    def look(self, phase, path):
        """Note what is wrong with the page at `path`."""
        below = self.page.evaluate(BELOW)
        if below in self.seen and not os.environ.get("SCREENSHOTS"):
            return
        self.seen.add(below)
        self.page.wait_for_load_state()
        self.page.evaluate(self.axe)
        layouts = set()
        for width, scheme in self.looks:
            self.page.set_viewport_size({"width": width, "height": 740})
            # Colours that glide from one scheme to the other would be measured on their way.
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            wrong = self.wrong(whole=width not in layouts)
            layouts.add(width)
            if wrong:
                self.found[phase, path, width, scheme] = wrong
            picture(self.page, path, phase, f"{width}-{scheme}")

    def wrong(self, *, whole):
        """Rules that are broken; all of them, or only those that colours can break."""
        options = {"runOnly": RULES if whole else {"type": "rule", "values": COLOUR_RULES}}
        result = self.page.evaluate(BROKEN, options)
        return result + (shape(self.page) if whole else [])


def shape(page):
    """Whether anything is too wide, too small to touch, or written over something else."""
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    found = [("too wide", "")] if page.evaluate(wide) else []
    # A tile of the map may be small: the list below it has the same link in full size.
    small = [each for each in page.evaluate(SMALL_TARGETS) if "<title>" not in each]
    found += [("small target", each) for each in small]
    return found + [("overlap", each) for each in page.evaluate(OVERLAPS)]
