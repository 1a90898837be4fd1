"""How a command reads its settings, opens what it needs, and says a refusal."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from decide.errors import DecideError
from decide.kernel import log
from decide.kernel.resources import Resources, open_resources
from decide.settings import Settings, SettingsError

NEEDED = ("process_key",)  # of the keys; nobody logs in at a shell
ROOT = Path(__file__).resolve().parents[2]


def settings_here(*, keys: Collection[str] = NEEDED) -> Settings:
    """Settings of this shell, with the `keys` that are needed; a click error names what lacks."""
    try:
        return Settings.from_environment(environ_here(), keys=keys)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def environ_here() -> dict[str, str]:
    """What this shell says and, unless it names a database, what `make run` says meanwhile."""
    environ = dict(os.environ)
    kept = ROOT / "var" / "environment"
    if "DATABASE_URL" not in environ and kept.exists():
        lines = kept.read_text(encoding="utf-8").splitlines()
        environ = dict(line.split("=", 1) for line in lines if "=" in line) | environ
    return environ


@contextmanager
def opened(*, keys: Collection[str] = NEEDED) -> Iterator[Resources]:
    """Resources for one command, which needs these keys."""
    settings = settings_here(keys=keys)
    log.configure(settings.log_level)
    resources = open_resources(settings)
    try:
        yield resources
    finally:
        resources.close()


@contextmanager
def refusals() -> Iterator[None]:
    """Say what the domain refuses as a sentence, and exit with 1."""
    try:
        yield
    except DecideError as error:
        raise click.ClickException(str(error)) from error
