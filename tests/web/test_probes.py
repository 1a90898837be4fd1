"""What monitors ask: alive, ready, and figures that open only with a token and name no actor."""

import threading
from dataclasses import replace
from datetime import date

import pytest
from prometheus_client.parser import text_string_to_metric_families

from decide.app import create_app
from decide.calendar.models import ElectoralProcess
from decide.kernel.metrics import Metric
from decide.participation.choices import Choice
from decide.seals import jobs as seals
from decide.web.shared.context import KEY
from tests.ledger import Town, set_window

TOKEN = {"Authorization": "Bearer a long word"}


@pytest.fixture
def settings(settings):
    return replace(settings, metrics_token="a long word")


def figures(client):
    """name → label → value of what a monitor reads."""
    answer = client.get("/metricas", headers=TOKEN)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return {
        family.name: {sample.labels.get("of", ""): sample.value for sample in family.samples}
        for family in text_string_to_metric_families(answer.text)
    }


def test_a_process_is_alive_and_once_it_has_seen_the_calendar_ready(client):
    assert client.get("/salud").text == "ok\n"
    assert client.get("/lista").text == "ready\n"


def test_a_process_that_never_saw_the_calendar_is_alive_and_not_ready(settings, monkeypatch):
    monkeypatch.setattr("decide.participation.snapshot.FIRST_PATIENCE", 0.1)
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:9/none"
    app = create_app(replace(settings, database_url=nowhere, snapshot_seconds=3600.0))
    client = app.test_client()
    assert client.get("/salud").status_code == 200
    assert client.get("/lista").status_code == 503
    found = figures(client)
    assert found["decide_part_up"] == {"sql": 0.0, "ledger": 1.0, "queue": 1.0}
    assert "decide_drain_waiting" not in found
    app.extensions[KEY].resources.close()


def test_the_figures_are_no_page_without_their_word(client, app):
    for headers in ({}, {"Authorization": "Bearer another"}, {"Authorization": "a long word"}):
        assert client.get("/metricas", headers=headers).status_code == 404


def test_without_a_configured_word_nobody_opens_the_figures(settings):
    app = create_app(replace(settings, metrics_token=""))
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer"}):
        assert app.test_client().get("/metricas", headers=headers).status_code == 404
    app.extensions[KEY].resources.close()


def test_the_figures_follow_the_presses_from_the_log_into_sql(client, app):
    town = Town(app.extensions[KEY].resources, 2)
    for who in range(3):
        town.press(who, town.subjects[0], Choice.LIKE)
    before = figures(client)
    assert sum(before["decide_drain_waiting"].values()) == 3
    assert before["decide_presses"] == {"": 0.0}
    town.drain.once()
    after = figures(client)
    assert sum(after["decide_drain_waiting"].values()) == 0
    assert sum(after["decide_drain_copied"].values()) == 3
    assert after["decide_presses"] == {"": 3.0}
    assert after["decide_part_up"] == {"sql": 1.0, "ledger": 1.0, "queue": 1.0}
    assert after["decide_ledger_writes_ok"] == {"": 1.0}
    assert after["decide_files_free_bytes"][""] > 0
    known = {metric.value[0].removesuffix("_total") for metric in Metric}
    assert after.keys() <= known
    town.close()


def test_the_age_of_the_seals_is_told_while_one_is_due_and_not_after_the_closing(client, app):
    own = app.extensions[KEY].resources
    day = 86_400.0
    with own.database.transaction() as session:
        # No phases but the test's own: those of 2021 would be sealed day by day.
        session.add(
            ElectoralProcess(id=1, key="em.2021", name="2021", election_day=date(2021, 6, 6))
        )

    def age_with_a_closing(closes_in):
        with own.database.transaction() as session:
            set_window(session, opens_in=-5 * day, closes_in=closes_in)
        return figures(client).get("decide_seal_age_seconds", {}).get("")

    assert age_with_a_closing(-3 * day) is None, "no seal yet"
    seals.catch_up(own)
    assert age_with_a_closing(-3.1 * day) is None, "nothing is due"
    assert age_with_a_closing(-1.5 * day) > 1.5 * day, "a later closing is not sealed"
    assert age_with_a_closing(day) > 1.5 * day, "nor are the days of an open campaign"
    seals.catch_up(own)
    assert age_with_a_closing(day) < 1.2 * day
    assert age_with_a_closing(-1.5 * day) is None


def test_a_name_of_a_figure_says_once_and_in_words_what_it_is():
    names = [metric.value[0] for metric in Metric]
    assert len(set(names)) == len(names)
    for name, help_text in (metric.value for metric in Metric):
        assert name.startswith("decide_")
        assert help_text.endswith(".")


def test_pages_wait_for_the_first_picture_from_the_start_on_and_not_each_anew(
    settings, monkeypatch
):
    monkeypatch.setattr("decide.participation.snapshot.FIRST_PATIENCE", 0.1)
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:9/none"
    app = create_app(replace(settings, database_url=nowhere, snapshot_seconds=3600.0))
    house = app.extensions[KEY]
    waited = []

    def wait(seconds):
        waited.append(seconds)
        return threading.Event().wait(seconds)

    monkeypatch.setattr(house.snapshot._first, "wait", wait)
    assert app.test_client().get("/estado").status_code == 200
    assert len(waited) > 1, "this page asks for the picture several times"
    assert sum(waited) <= 0.1
    house.snapshot.close()
    house.resources.close()
