"""A measurement that is stopped has lost nothing but the page at hand, and can go on from there."""

from datetime import UTC, datetime, timedelta

from bench.visit_sheet import VisitSheet

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
SEEN = {
    "html": 4600, "total": 19600, "requests": 5, "4G": 0.6, "3G": None, "shift": 0.0, "over": [],
}  # fmt: skip


def sheet(folder, now=NOW):
    return VisitSheet(figures=folder / "visits.json", page=folder / "budgets.md", now=lambda: now)


def test_each_page_is_written_at_once_and_the_next_run_knows_it(tmp_path):
    sheet(tmp_path).keep("campaign", "/", SEEN)
    page = (tmp_path / "budgets.md").read_text()
    assert "| `/` | 4.6 | 19.6 | 5 | 0.60 | – | 0.000 |  | 2026-12-01 |" in page

    later = sheet(tmp_path, NOW + timedelta(hours=5))
    later.keep("acts", "press", {"ms": [90, 70, 80]})
    page = (tmp_path / "budgets.md").read_text()
    assert "| `/` | 4.6 |" in page
    assert "| press | 70, 80, 90 | 80 |" in page


def test_a_run_that_goes_on_measures_anew_what_is_old_or_unknown(tmp_path):
    sheet(tmp_path).keep("campaign", "/", SEEN)
    later = sheet(tmp_path, NOW + timedelta(hours=5))
    assert later.is_fresh("campaign", "/")
    assert not later.is_fresh("results", "/")
    assert not sheet(tmp_path, NOW + timedelta(hours=7)).is_fresh("campaign", "/")


def test_a_page_that_is_measured_no_more_is_told_no_more(tmp_path):
    known = sheet(tmp_path)
    known.keep("campaign", "/old", SEEN)
    known.forget_others("campaign", ["/"])
    known.keep("campaign", "/", SEEN)
    page = (tmp_path / "budgets.md").read_text()
    assert "`/`" in page
    assert "/old" not in page
