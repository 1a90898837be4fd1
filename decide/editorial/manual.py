"""The manual of the actors' portal: tasks with pictures of the real pages, also as PDF."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from decide.kernel import typeset

CONTENT = Path(__file__).parent / "content" / "portal_manual.toml"
PAPER = Path(__file__).parent / "paper" / "manual.typ"
PICTURES = Path(__file__).parents[2] / "static" / "manual"


@dataclass(frozen=True)
class Task:
    """One thing to do; `picture` is the name of a picture, empty for none."""

    key: str
    title: str
    steps: tuple[str, ...]
    notes: tuple[str, ...]
    picture: str
    alt: str


@cache
def tasks() -> tuple[Task, ...]:
    """All tasks in the order in which somebody meets them."""
    with CONTENT.open("rb") as stream:
        told = tomllib.load(stream)["task"]
    return tuple(
        Task(
            key=each["key"],
            title=each["title"],
            steps=tuple(each["steps"]),
            notes=tuple(each.get("notes", ())),
            picture=each.get("picture", ""),
            alt=each.get("alt", ""),
        )
        for each in told
    )


@cache
def as_pdf(site: str, authority: str, help_phone: str) -> bytes:
    """The manual on paper; made once in a process, because nothing in it changes."""
    return typeset.pdf(
        PAPER,
        {
            "site": site,
            "authority": authority,
            "help": help_phone,
            "tasks": [
                {
                    "title": each.title,
                    "steps": each.steps,
                    "notes": each.notes,
                    "alt": each.alt,
                    "picture": list(picture_of(each)),
                }
                for each in tasks()
            ],
        },
    )


def picture_of(task: Task) -> bytes:
    """A task's picture; empty for none."""
    return (PICTURES / f"{task.picture}.png").read_bytes() if task.picture else b""
