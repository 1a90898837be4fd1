"""The manual inside the portal: every task, light pictures that exist, and the same as PDF."""

from decide.editorial import manual


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


def test_the_manual_can_be_printed(ana):
    answer = ana.client.get("/partido/ayuda.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in answer.data, "tagged, for people who listen to it"
    assert len(answer.data) < 1_500_000
