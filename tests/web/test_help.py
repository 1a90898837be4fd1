"""The manual inside the portal: every task, light pictures that exist, and the same as PDF."""

import re

from decide.editorial import manual
from tests.conftest import ROOT


def test_every_task_is_on_the_page_with_its_picture(ana):
    ana.open("/partido/ayuda")
    for task in manual.tasks():
        assert task.title in ana.text
        assert all(step in ana.text for step in task.steps)
        assert not task.picture or f"/manual/{task.picture}." in ana.html


def test_pictures_are_light_and_described():
    for task in manual.tasks():
        if task.picture:
            assert len(manual.picture_of(task)) <= 100_000, task.picture
            assert task.alt.endswith(".")


PICTURE = re.compile(r"!\[([^\]]+)\]\(\.\./static/manual/([a-z-]+)\.png\)")


def test_the_offices_manual_is_inside_the_office_with_its_pictures(enter):
    page = enter("mirada", door="/oficina").open("/oficina/manual")
    told = (ROOT / "docs" / "manual-personal.md").read_text(encoding="utf-8")
    for title in re.findall(r"^## (.+)$", told, re.MULTILINE):
        assert title in page.text
    assert "<table>" in page.html
    assert 'import-formats.md"' not in page.html  # a link that would lead nowhere
    pictures = PICTURE.findall(told)
    assert len(pictures) >= 4
    for words, name in pictures:
        assert words.endswith(".")
        assert (ROOT / "static" / "manual" / f"{name}.png").stat().st_size <= 150_000
        assert f"/manual/{name}." in page.html


def test_the_manual_can_be_printed(ana):
    answer = ana.client.get("/partido/ayuda.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in answer.data, "tagged, for people who listen to it"
    assert len(answer.data) < 1_500_000
