"""The content files as Python values. Each is read once."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

CONTENT = "decide.demonstration.content"
Table = dict[str, Any]


@cache
def content(name: str) -> Table:
    """The file `<name>.toml` of the content folder. Callers must not change what they get."""
    return tomllib.loads(files(CONTENT).joinpath(f"{name}.toml").read_text("utf-8"))


@cache
def platform_files() -> tuple[Table, ...]:
    """All files with platforms, by name."""
    folder = files(CONTENT).joinpath("platforms")
    found = sorted(
        (one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name
    )
    return tuple(tomllib.loads(one.read_text("utf-8")) for one in found)
