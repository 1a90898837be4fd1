"""systemd itself reads the units that are shipped, where it is installed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

UNITS = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
# What is started matters elsewhere (tests/unit/test_proxy_recipes.py); here a program must exist.
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin") or "/bin/true"
PROGRAMS = str(Path(sys.executable).parent)

pytestmark = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="systemd is not installed here"
)


def verified(folder):
    """What `systemd-analyze verify` complains about in a folder of units; empty for nothing."""
    units = sorted(str(each) for each in folder.iterdir())
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *units],
        capture_output=True, text=True, check=False, env={"SYSTEMD_LOG_LEVEL": "warning"},
    )  # fmt: skip
    return [line for line in told.stderr.splitlines() if "decide" in line]


@pytest.fixture
def units(tmp_path):
    """The shipped units, with our programs and one instance of each template."""
    for file in UNITS.iterdir():
        text = file.read_text(encoding="utf-8").replace("/opt/decide/.venv/bin", PROGRAMS)
        text = text.replace("/usr/sbin/nginx", NGINX)
        text = text.replace("WorkingDirectory=/opt/decide", f"WorkingDirectory={tmp_path}")
        (tmp_path / file.name.replace("@.", "@1.")).write_text(text, encoding="utf-8")
    return tmp_path


def test_systemd_finds_nothing_wrong_with_the_shipped_units(units):
    assert len(list(units.iterdir())) == len(list(UNITS.iterdir()))
    assert verified(units) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("Restart=always", "Restrat=always"), ("Restart=always", "Restart=sometimes")],
)
def test_a_slip_in_a_unit_is_noticed(units, right, wrong):
    file = units / "decide-web.service"
    file.write_text(file.read_text(encoding="utf-8").replace(right, wrong), encoding="utf-8")
    assert verified(units)
