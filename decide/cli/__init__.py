"""`flask decide …`: the same actions as the pages, for operators and timetables.

Flask finds this room through `.flaskenv`. Commands read the settings from the environment, or, on a
single machine, from the file that `make run` keeps in var/.
"""

import click
from flask import Flask

from decide.cli.accounts import account_group
from decide.cli.archive import archive_command
from decide.cli.audit import audit_command
from decide.cli.backup import (
    backup_command,
    check_command,
    drill_command,
    restore_command,
)
from decide.cli.benchmark import benchmark_group
from decide.cli.delivery import delivery_group
from decide.cli.demonstration import demo_command
from decide.cli.house import (
    docs_command,
    drain_command,
    migrate_command,
    settings_command,
    words_command,
)
from decide.cli.imports import import_command
from decide.cli.ledger import ledger_group
from decide.cli.pressure import pressure_group
from decide.cli.readiness import ready_command
from decide.cli.retention import retention_command
from decide.cli.sbom import sbom_command
from decide.cli.seals import seal_group
from decide.cli.shapes import shapes_command
from decide.cli.signing import sign_command
from decide.cli.texts import texts_group
from decide.cli.trail import trail_group


def shell() -> Flask:
    """An empty application that only carries the commands; opens nothing."""
    app = Flask("decide.cli")
    app.cli.add_command(decide)
    return app


@click.group()
def decide() -> None:
    """Decide: operate the platform."""


for command in (
    settings_command,
    migrate_command,
    drain_command,
    docs_command,
    words_command,
    demo_command,
    import_command,
    ready_command,
    shapes_command,
    sign_command,
    account_group,
    delivery_group,
    seal_group,
    audit_command,
    trail_group,
    archive_command,
    backup_command,
    check_command,
    restore_command,
    drill_command,
    retention_command,
    sbom_command,
    ledger_group,
    pressure_group,
    texts_group,
    benchmark_group,
):
    decide.add_command(command)
