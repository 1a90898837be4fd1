"""Every command of ours that a page writes down can be typed as it stands there.

`flask decide …` wherever it is written, and names in short (`ledger verify`), which pages use for
what they have said in full before. Click itself reads each: a group alone, an argument that is
missing and an option that is none are found; what a command does is the matter of other tests.
"""

import re
import shlex
from pathlib import Path

import click
import pytest

from decide.cli import decide

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [
        ROOT / "README.md",
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "docs" / "operations").glob("*.md"),
    ]
)
SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")


def commands_in(text):
    """Words after `flask decide` of each command in a page of Markdown."""
    found = re.findall(r"^(?: {4}|)flask decide (.+)$", text, re.MULTILINE)
    text = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    for span in SPAN.findall(text):
        words = span.split()
        _, said, after = " ".join(words).partition("flask decide ")
        if said:
            found.append(after)
        elif len(words) > 1 and words[0] in decide.commands:
            found.append(" ".join(words))
    # A bracket says that something may be left out.
    return [
        shlex.split(re.sub(r"[\[\]]", " ", each), comments=True) for each in found if each != "…"
    ]


def fault(words):
    """What click finds wrong with a command; None for nothing."""
    command, above = decide, None
    try:
        while isinstance(command, click.Group):
            name, *rest = words or [""]
            if name not in command.commands:
                return f"{command.name}: none is called {name!r}"
            above = click.Context(command, info_name=command.name, parent=above)
            command, words = command.commands[name], rest
        command.make_context(command.name, list(words), parent=above)
    except click.exceptions.Exit:  # --help
        return None
    except click.ClickException as error:
        return error.format_message()
    return None


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_every_command_on_a_page_can_be_typed(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = commands_in(page.read_text("utf-8"))
    for word in {word for words in told for word in words if Path(word).suffix and "/" not in word}:
        Path(word).touch()  # files that a page speaks of, which whoever types it has
    wrong = {" ".join(words): fault(words) for words in told}
    assert {words: why for words, why in wrong.items() if why} == {}


def test_the_pages_name_commands_at_all():
    found = [words for page in PAGES for words in commands_in(page.read_text("utf-8"))]
    assert len(found) > 40
    assert ["seal", "due"] in found


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("type `flask decide seal`.", "none is called ''"),
        ("type `docker compose exec worker flask decide account`.", "none is called ''"),
        ("type `flask decide seal\nkey create`.", "Missing argument 'NAME'"),
        ("then `seal key retire`.", "Missing argument 'KEY_ID'"),
        ("```\nflask decide ledger verfy\n```", "none is called 'verfy'"),
        ("type `flask decide archive DIR --form x`.", "No such option '--form'"),
        ("type `flask decide pressure set alert`.", "Missing option '--reason'"),
    ],
)
def test_a_command_that_cannot_be_typed_is_found_out(text, why):
    (words,) = commands_in(text)
    assert why in fault(words)
