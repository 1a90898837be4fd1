"""The migrated schema and the models are the same thing, on the way up and on the way down."""

from alembic import command
from alembic.util.exc import CommandError
from sqlalchemy import create_engine, inspect

from decide.kernel.migrate import config_for, downgrade, upgrade


def test_the_migrations_build_exactly_the_models(database):
    try:
        command.check(config_for(database))
    except CommandError as difference:
        raise AssertionError(str(difference)) from difference


def test_every_migration_goes_down_to_nothing_and_up_again(database):
    downgrade(database, "base")
    engine = create_engine(database)
    try:
        assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    finally:
        engine.dispose()
    upgrade(database)
    command.check(config_for(database))
