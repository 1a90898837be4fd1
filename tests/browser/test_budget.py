"""What a first visit may cost in bytes and requests; times are measured by `make budget`."""

from urllib.request import urlopen

import pytest

from bench.budget import BUDGETS, visited
from tests.browser.test_citizen import site  # noqa: F401
from tests.portal import clock, portal_app, portal_database, portal_world, world  # noqa: F401

pytestmark = pytest.mark.browser
# The demonstration's names in the tests' small world.
HERE = {"faro": "lucero", "telar": "raiz", "milpa": "nopal"}


def test_every_template_stays_within_its_bytes_and_requests(browser, site, world):  # noqa: F811
    over = {}
    for budget in BUDGETS:
        path = budget.path
        for there, here in HERE.items():
            path = path.replace(there, here)
        path = path.replace("/candidaturas/1", f"/candidaturas/{world['head']}")
        path = path.replace("/ideas/1", f"/ideas/{world['subject']}")
        urlopen(site + path).close()  # the visit comes from the page cache, packed, as in service
        seen = visited(browser, site + path, None, pause=0)
        assert seen["html"], path
        if broken := budget.over(seen):
            over[path] = (broken, seen)
    assert over == {}
