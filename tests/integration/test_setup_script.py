"""The process of 2021 by commands alone: the kept example runs, and twice changes nothing."""

import os
import subprocess
import sys

import pytest
from sqlalchemy import text

from decide.kernel.db import Database
from tests.conftest import ROOT

pytestmark = pytest.mark.shared
FIGURES = {
    "municipality": 125, "district": 45, "section": 6530, "political_actor": 15, "alliance": 265,
    "candidacy": 55, "result": 125, "phase": 5, "shape": 170, "account": 1,
}  # fmt: skip


def test_the_script_sets_the_process_up_from_nothing(postgres, valkey, shared_data, tmp_path):
    postgres.ensure_database("by_script")
    environment = os.environ | {
        "DATABASE_URL": postgres.url("by_script"), "PYTHON": sys.executable,
        "REDIS_URL": valkey.url(0), "QUEUE_URL": valkey.url(1), "SECRET_KEY": "x" * 40,
        "PROCESS_KEY": "y" * 40, "FILES_FOLDER": str(tmp_path), "LOG_LEVEL": "warning",
    }  # fmt: skip
    environment["MIGRATION_URL"] = postgres.owner_url("by_script")
    done = subprocess.run(
        ["sh", str(ROOT / "deploy" / "setup" / "process-2021.sh"), str(shared_data)],
        env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Elecciones creadas: 171." in done.stdout
    database = Database(postgres.url("by_script"))
    with database.reading() as session:
        counted = {
            table: session.scalar(text(f"SELECT count(*) FROM {table}")) for table in FIGURES
        }
    database.close()
    assert counted == FIGURES
