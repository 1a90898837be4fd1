"""What is installed is pinned, hashed, free of addresses, and built only when it changed."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "requirements"
SETS = ["bootstrap", "run", "embedded", "dev"]
PINNED = re.compile(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)", re.MULTILINE)


def pins(name):
    """(package, version) pairs of one set; a package may differ by version of Python."""
    return set(PINNED.findall((FOLDER / f"{name}.txt").read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", SETS)
def test_each_package_is_pinned_and_hashed(name):
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert blocks
    for block in blocks:
        assert PINNED.match(block), block.splitlines()[0]
        assert "--hash=sha256:" in block, block.splitlines()[0]


@pytest.mark.parametrize("name", SETS)
def test_no_file_names_an_address(name):
    for suffix in ("in", "txt"):
        text = (FOLDER / f"{name}.{suffix}").read_text(encoding="utf-8")
        assert not re.search(r"://|--(extra-)?index|--find-links", text)


@pytest.mark.parametrize("name", SETS)
def test_each_wish_is_fulfilled(name):
    wishes = re.findall(r"^([a-z][a-z0-9-]*)", (FOLDER / f"{name}.in").read_text(), re.MULTILINE)
    assert set(wishes) <= {package for package, _ in pins(name)}


def test_the_sets_agree_where_they_share_a_package():
    for one, other in (("run", "embedded"), ("run", "dev"), ("embedded", "dev")):
        first, second = dict(pins(one)), dict(pins(other))
        shared = first.keys() & second.keys()
        assert {name: first[name] for name in shared} == {name: second[name] for name in shared}


def test_an_older_python_is_refused_in_one_sentence(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    with pytest.raises(SystemExit) as refusal:
        runpy.run_path(str(FOLDER / "environment.py"))
    assert str(refusal.value).startswith("Decide needs Python 3.11 or newer, and ")


@pytest.fixture
def environment(tmp_path):
    """The functions of environment.py, working on a folder of requirement files of its own."""
    for file in FOLDER.glob("*.txt"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    functions = runpy.run_path(str(FOLDER / "environment.py"), run_name="environment")
    functions["refresh"].__globals__["HERE"] = tmp_path
    installed = []
    functions["refresh"].__globals__["run"] = lambda command, **_: installed.append(command)
    functions["refresh"].__globals__["works"] = lambda _: True
    return functions, installed


@pytest.fixture
def venv(tmp_path):
    folder = tmp_path / ".venv"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").touch()
    (folder / "pyvenv.cfg").write_text("version = 3.11.7\n")
    return folder


def test_a_second_start_installs_nothing(environment, venv):
    functions, installed = environment
    functions["refresh"](venv, "run")
    functions["refresh"](venv, "run")
    assert len(installed) == 1


def test_the_larger_set_serves_the_smaller_but_not_the_other_way_round(environment, venv):
    functions, installed = environment
    functions["refresh"](venv, "dev")
    functions["refresh"](venv, "run")
    assert len(installed) == 1
    (venv / "decide-dev.stamp").unlink()
    functions["refresh"](venv, "dev")
    assert len(installed) == 2


def test_a_changed_file_or_another_python_installs_again(environment, venv, tmp_path):
    functions, installed = environment
    functions["refresh"](venv, "run")
    (tmp_path / "run.txt").write_text("# changed\n")
    functions["refresh"](venv, "run")
    (venv / "pyvenv.cfg").write_text("version = 3.13.0\n")
    functions["refresh"](venv, "run")
    assert len(installed) == 3


def test_nothing_is_installed_without_a_hash_or_from_source(environment, venv):
    functions, installed = environment
    functions["refresh"](venv, "dev")
    assert "--require-hashes" in installed[0]
    assert "--only-binary=:all:" in installed[0]


def test_a_broken_off_installation_is_not_taken_for_done(environment, venv):
    functions, _ = environment

    def fail(command, **_):
        raise subprocess.CalledProcessError(1, command)

    functions["refresh"].__globals__["run"] = fail
    with pytest.raises(subprocess.CalledProcessError):
        functions["refresh"](venv, "run")
    assert not functions["is_current"](venv, "run")
