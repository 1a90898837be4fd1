"""Where the services of these tests keep their data."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def place(memory, tmp_path):
    """A folder for servers that are killed: in memory, and on the disk by `make faults`.

    A killed process loses nothing of either. What a shared disk does to a press when it stalls for
    seconds is not what the short form asks; what is on the disk when, test_power_cut.py asks.
    """
    if os.environ.get("FAULTS") == "long":
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(prefix="place-", dir=memory))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
