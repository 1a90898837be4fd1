"""A real Chromium for the tests of this folder, and the source of axe-core.

`make test` sets both up (requirements/browser.py). Without Chromium these tests say so and step
aside, except in CI, where that is a failure.
"""

import importlib.util
import os
import shutil
from pathlib import Path

import pytest

from tests.film import Film

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
AXE = ROOT / "var" / "npm" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def chromium():
    """Path of the browser."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not found:
        reason = "NO CHROMIUM: this browser test did not run. Debian: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, chromium):
    """Start the system's browser, which as root has no sandbox of its own."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return browser_type_launch_args | {"executable_path": chromium, "args": sandbox}


@pytest.fixture
def page(page, request):
    """The browser's page; `FILM=folder` keeps a film of what happens on it."""
    folder = os.environ.get("FILM")
    film = Film(page) if folder else None
    yield page
    if film is not None:
        film.write(Path(folder) / f"{request.node.name.split('[')[0]}.webp")


@pytest.fixture(scope="session")
def axe_source():
    """The JavaScript of axe-core: the pinned one from npm, or else the older packaged copy."""
    if AXE.exists():
        return AXE.read_text(encoding="utf-8")
    package = Path(importlib.util.find_spec("axe_playwright_python").origin).parent
    return (package / "axe.min.js").read_text(encoding="utf-8")
