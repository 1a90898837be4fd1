"""Alembic's entry: online only, address passed in by decide.kernel.migrate."""

from importlib import import_module

from alembic import context
from sqlalchemy import create_engine, pool

from decide.documents import ROOMS
from decide.kernel.db import Base

for room in ROOMS:
    import_module(f"decide.{room}.models")


def run() -> None:
    """Migrate in one transaction per revision, without ever waiting long for a lock."""
    engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("SET lock_timeout = '5s'")
        connection.exec_driver_sql("SET timezone = 'UTC'")
        if role := context.config.attributes.get("role"):
            # Whoever migrates, everything belongs to the migrator.
            connection.exec_driver_sql(f"SET ROLE {role}")
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            transaction_per_migration=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
