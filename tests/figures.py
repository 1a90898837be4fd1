"""Figures that a test measured: one JSON line each in var/figures.jsonl, for the notes."""

import json
from pathlib import Path

FILE = Path(__file__).resolve().parents[1] / "var" / "figures.jsonl"


def write(goal, **figures):
    """Keep the figures of a goal ("R1"); nothing is asserted here."""
    FILE.parent.mkdir(exist_ok=True)
    with FILE.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"goal": goal, **figures}, default=str) + "\n")
