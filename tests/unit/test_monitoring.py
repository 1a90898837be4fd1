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


def test_alerts_go_to_the_receivers_whose_file_is_shipped():
    folder = ROOT / "deploy" / "prometheus"
    told = yaml.safe_load((folder / "prometheus.yml").read_text(encoding="utf-8"))
    (manager,) = told["alerting"]["alertmanagers"]
    ((file,),) = [each["files"] for each in manager["file_sd_configs"]]
    shipped = (folder / file.removeprefix("/etc/prometheus/")).read_text(encoding="utf-8")
    assert yaml.safe_load(shipped) == [], "an address of ours would be nobody's"
    example = re.search(r"^#   (- targets: .*)$", shipped, re.MULTILINE)[1]
    assert [list(each) for each in yaml.safe_load(example)] == [["targets"]]
    assert f"`deploy/prometheus/{Path(file).name}`" in PAGE


def test_what_the_monitor_needs_stands_on_the_page_of_alerts():
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    section = compose.partition("  prometheus:\n")[2].partition("\nvolumes:\n")[0]
    needed = set(re.findall(r"\$\{(\w+)", section)) | {"METRICS_TOKEN"}
    assert {name for name in needed if f"`{name}`" not in PAGE} == set()


def test_no_web_server_at_all_is_an_alert_too():
    """A name without a container has no targets, so that no figure is 0."""
    (rule,) = [each for each in ALERTS if each["alert"] == "NothingAnswers"]
    assert rule["expr"] == 'up{job="decide"} == 0 or absent(up{job="decide"})'


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
