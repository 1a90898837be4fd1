"""Bringing a database to the shape of the code, under a lock so that two starts do not collide."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from decide.kernel.db import OLDEST_SERVER

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
LOCK = 0xDEC1DE  # any constant number, the same in every process


class ServerTooOld(Exception):
    """The PostgreSQL server lacks what the drain rests on; the message says which is needed."""


def config_for(url: str) -> Config:
    """Alembic's configuration for `url` (an SQLAlchemy address)."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate to `revision`; waits for a migration that runs elsewhere."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
            if version < OLDEST_SERVER:
                raise ServerTooOld(
                    f"PostgreSQL {version // 10000} answers at DATABASE_URL; "
                    "Decide needs 18 or newer."
                )
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
            connection.commit()
            command.upgrade(config_for(url), revision)
    finally:
        engine.dispose()


def downgrade(url: str, revision: str) -> None:
    """Go back to `revision` ("base" for nothing)."""
    command.downgrade(config_for(url), revision)
