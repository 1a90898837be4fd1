"""The migrated schema and the models are the same thing, on the way up and on the way down."""

import pytest
from alembic import command
from alembic.util.exc import CommandError
from sqlalchemy import create_engine, inspect

from decide.kernel.migrate import config_for, downgrade, upgrade
from decide.kernel.walls import APP


@pytest.fixture
def owned(database):
    """Address of the test's database for whoever migrates it."""
    return database.replace(f"{APP}@", "postgres@")


def test_the_migrations_build_exactly_the_models(owned):
    try:
        command.check(config_for(owned))
    except CommandError as difference:
        raise AssertionError(str(difference)) from difference


def test_every_migration_goes_down_to_nothing_and_up_again(owned):
    downgrade(owned, "base")
    engine = create_engine(owned)
    try:
        assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    finally:
        engine.dispose()
    upgrade(owned)
    command.check(config_for(owned))
