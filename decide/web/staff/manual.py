"""The staff's manual inside the office: docs/manual-personal.md, part by part, with pictures."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from decide.kernel import markdown

MANUAL = Path(__file__).resolve().parents[3] / "docs" / "manual-personal.md"


@dataclass(frozen=True)
class Part:
    """What stands below one heading."""

    key: str
    title: str
    body: Markup


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/manual", view_func=office_manual)


def office_manual() -> ResponseReturnValue:
    """All of it on one page."""
    return render_template("staff/manual.html", parts=parts())


def parts() -> list[Part]:
    """The manual, by its headings."""
    address = cast("Callable[[str], str]", current_app.jinja_env.globals["asset"])
    _, *told = MANUAL.read_text(encoding="utf-8").split("\n## ")
    found = []
    for number, each in enumerate(told, start=1):
        title, _, text = each.partition("\n")
        body = Markup(markdown.manual(text, address))  # noqa: S704 # the sanitiser's own
        found.append(Part(f"parte-{number}", title.strip(), body))
    return found
