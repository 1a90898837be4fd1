"""Walks over everything of a kind: templates, settings, migrations, addresses."""

import re
from pathlib import Path

import pytest
from jinja2 import meta

from decide import settings as knobs
from decide.app import create_app
from decide.kernel.migrate import config_for

ROOT = Path(__file__).resolve().parents[2]
KNOBS = dict.fromkeys(("REDIS_URL", "QUEUE_URL", "SECRET_KEY", "PROCESS_KEY"), "redis://nowhere")
TEMPLATES = sorted(
    path.relative_to(ROOT / "templates").as_posix() for path in (ROOT / "templates").rglob("*.html")
)


@pytest.fixture(scope="module")
def app():
    """The application with its templates; it connects to nothing."""
    environ = KNOBS | {"DATABASE_URL": "postgresql+psycopg://nowhere", "FILES_FOLDER": "nowhere"}
    return create_app(knobs.Settings.from_environment(environ))


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_compiles(app, name):
    app.jinja_env.get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_imports_only_macros_it_uses(app, name):
    source = (ROOT / "templates" / name).read_text(encoding="utf-8")
    for line in re.findall(r"{%-?\s*from\s+\S+\s+import\s+(.+?)\s*-?%}", source):
        for macro in re.split(r"\s*,\s*", re.sub(r"\s+with(out)? context", "", line)):
            used = macro.split(" as ")[-1].strip()
            assert len(re.findall(rf"\b{used}\b", source)) > 1, (
                f"{name} imports {used} and does not use it"
            )


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_included_template_exists(app, name):
    source = (ROOT / "templates" / name).read_text(encoding="utf-8")
    for other in meta.find_referenced_templates(app.jinja_env.parse(source)):
        assert other is None or other in TEMPLATES


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_carries_inline_script_or_style(name):
    source = (ROOT / "templates" / name).read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=", source), "the content policy would refuse it"
    assert not re.search(r"<style\b", source)
    assert not re.search(r"\son[a-z]+=\"", source)
    for attributes, body in re.findall(r"<script\b([^>]*)>(.*?)</script>", source, re.DOTALL):
        assert "src=" in attributes or "application/ld+json" in attributes, body


@pytest.mark.parametrize("name", TEMPLATES)
def test_only_sentences_of_ours_are_translated_as_markup(name):
    source = (ROOT / "templates" / name).read_text(encoding="utf-8")
    found = re.findall(r"\b(?:_|gettext)\((?!\s*['\"])[^)]+\)", source)
    assert found == [], "a text of the database is translated by the filter `worded`"


def test_every_setting_says_what_it_is_for():
    for variable, _kind, _default, text in knobs.documented():
        assert len(text) > 15, variable


def test_a_missing_setting_stops_the_start_by_its_name():
    with pytest.raises(knobs.SettingsError, match="PROCESS_KEY is not set"):
        knobs.Settings.from_environment(
            {"DATABASE_URL": "x", "REDIS_URL": "x", "QUEUE_URL": "x", "SECRET_KEY": "x"}
        )


def test_a_program_without_a_key_works_with_one_that_nobody_can_guess():
    given = {
        "DATABASE_URL": "x", "REDIS_URL": "x", "QUEUE_URL": "x", "FILES_FOLDER": "/f",
        "PROCESS_KEY": "known",
    }  # fmt: skip
    first, second = (knobs.Settings.from_environment(given, keys=()) for _ in range(2))
    assert first.process_key == "known"
    assert len(first.secret_key) > 40
    assert first.secret_key != second.secret_key
    with pytest.raises(knobs.SettingsError, match="SECRET_KEY is not set"):
        knobs.Settings.from_environment(given)


def test_zero_means_false_and_nonsense_is_refused():
    assert knobs.parsed(bool, "0") is False
    with pytest.raises(ValueError, match="maybe"):
        knobs.parsed(bool, "maybe")


def test_there_is_one_line_of_migrations():
    from alembic.script import ScriptDirectory

    assert len(ScriptDirectory.from_config(config_for("postgresql+psycopg://")).get_heads()) == 1
