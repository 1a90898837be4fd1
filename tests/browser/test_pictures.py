"""The pictures at the top of the README: real pages, made here, small enough to be read at once.

`PICTURES=new` takes them again into docs/pictures/; otherwise the ones there are checked.
"""

import os
import re
from pathlib import Path

import pytest

from tests.browser.test_citizen import site, visitor  # noqa: F401
from tests.portal import clock, portal_app, portal_database, portal_world, world  # noqa: F401

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "pictures"
LARGEST = 150_000


def wanted(world):  # noqa: F811
    return {
        "home.png": ("/", 1180, 760),
        "candidate.png": (f"/candidaturas/{world['head']}", 390, 760),
        "municipality.png": ("/municipios/107", 1180, 760),
    }


def test_the_readme_opens_with_three_small_pictures_of_real_pages(visitor, world):  # noqa: F811
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, (path, width, height) in wanted(world).items():
        page = visitor(width=width)
        page.set_viewport_size({"width": width, "height": height})
        page.goto(path)
        assert page.inner_text("h1")
        if os.environ.get("PICTURES") == "new":
            FOLDER.mkdir(exist_ok=True)
            page.screenshot(path=FOLDER / name)
        size = (FOLDER / name).stat().st_size
        assert 5_000 < size <= LARGEST, (name, size)
        place = readme.index(f"docs/pictures/{name}")
        assert place < readme.index("## Try it")
    assert len(re.findall(r"docs/pictures/", readme)) == 3
