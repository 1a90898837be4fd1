"""Documents that are generated stay true: a changed model or knob turns this red."""

import re
from pathlib import Path

import pytest

from decide.documents import documents
from decide.kernel.db import Base
from decide.kernel.walls import written

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("name", ["data-dictionary.md", "settings.md", "licences.md"])
def test_generated_documents_are_current(name):
    kept = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert kept == documents()[name], "run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_between_documents_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{page.name} points to {target}"


def test_every_table_stands_in_the_list_of_who_may_do_what():
    documents()  # from here on all models are known
    missing = set(Base.metadata.tables) - set(written().tables)
    assert missing == set(), "say in migrations/walls.toml who may read and change these"
