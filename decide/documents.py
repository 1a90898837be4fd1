"""The documents that are written from the code: data dictionary and settings."""

from importlib import import_module
from pathlib import Path

from decide.kernel.dictionary import data_dictionary, settings_table
from decide.kernel.materials import licences_page

ROOMS = (
    "audit",
    "geography",
    "calendar",
    "accounts",
    "catalog",
    "platforms",
    "participation",
    "results",
    "imports",
    "listening",
    "commitments",
    "benchmarks",
    "newsroom",
    "editorial",
    "seals",
    "abuse",
    "delivery",
    "statistics",
    "reminders",
    "changes",
    "reports",
    "outreach",
)


def documents() -> dict[str, str]:
    """File name under docs/ → its text."""
    for room in ROOMS:
        import_module(f"decide.{room}.models")
    return {
        "data-dictionary.md": data_dictionary(),
        "settings.md": settings_table(),
        "licences.md": licences_page(),
    }


def write_documents(folder: Path) -> list[Path]:
    """Write all of them into `folder`; returns the paths."""
    written = []
    for name, text in documents().items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written
