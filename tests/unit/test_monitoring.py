"""Alerts and pictures ask for figures that exist, and every alert has its page."""

import json
import re
from pathlib import Path

import pytest
import yaml

from decide.kernel.metrics import Metric

ROOT = Path(__file__).resolve().parents[2]
FIGURES = {metric.value[0] for metric in Metric}
ALERTS = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text())["groups"][0][
    "rules"
]
PAGE = (ROOT / "docs" / "operations" / "alerts.md").read_text(encoding="utf-8")


def unknown(expression):
    """Figures in an expression that the program does not give."""
    return set(re.findall(r"\bdecide_\w+", expression)) - FIGURES


def test_every_alert_asks_for_figures_that_exist():
    assert {each["alert"]: unknown(each["expr"]) for each in ALERTS if unknown(each["expr"])} == {}
    assert unknown("decide_gone > 0") == {"decide_gone"}, "it would be noticed"


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_every_alert_has_a_section_that_says_what_to_do(alert):
    file, _, section = alert["annotations"]["page"].partition("#")
    assert file == "docs/operations/alerts.md"
    told = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    assert f"`{alert['alert']}`" in told
    assert "**People see:**" in told
    assert "**Do:**" in told


def test_no_section_is_without_its_alert():
    assert set(re.findall(r"^## (.+)$", PAGE, re.MULTILINE)) == {
        each["annotations"]["page"].partition("#")[2] for each in ALERTS
    }


def test_the_pictures_ask_for_figures_that_exist_and_leave_none_out():
    board = json.loads((ROOT / "deploy" / "grafana" / "dashboard.json").read_text())
    asked = " ".join(target["expr"] for panel in board["panels"] for target in panel["targets"])
    assert unknown(asked) == set()
    alerts = " ".join(each["expr"] for each in ALERTS)
    assert {figure for figure in FIGURES if figure not in asked + alerts} == set()


def test_every_fault_from_r1_to_r16_says_what_people_see_and_what_to_do():
    whole = (ROOT / "docs" / "operations" / "faults.md").read_text(encoding="utf-8")
    page = whole.split("\n## ")[0]  # below, the pictures have a table of their own
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| R")]
    assert [row[0] for row in rows] == [f"R{number}" for number in range(1, 17)]
    assert all(len(row) == 4 and all(row) for row in rows)
