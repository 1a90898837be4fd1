"""Bringing a database to the shape of the code, under a lock so that two starts do not collide."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, make_url, text

from decide.kernel import walls
from decide.kernel.db import OLDEST_SERVER

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
LOCK = 0xDEC1DE  # any constant number, the same in every process


class ServerTooOld(Exception):
    """The PostgreSQL server lacks what the drain rests on; the message says which is needed."""


class NoRoles(Exception):
    """The roles are not there and this log-in may not make them; the message says what to do."""


def config_for(url: str) -> Config:
    """Alembic's configuration for `url` (an SQLAlchemy address)."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["url"] = url
    return config


def upgrade(
    url: str, revision: str = "head", *, passwords: Mapping[str, str] | None = None
) -> None:
    """Migrate to `revision` and raise the walls; waits for a migration that runs elsewhere.

    `url` is the owner's. A superuser also makes the roles, with `passwords` by role ("app", …).
    Raises ServerTooOld or NoRoles.
    """
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
            if version < OLDEST_SERVER:
                raise ServerTooOld(
                    f"PostgreSQL {version // 10000} answers at the database's address; "
                    "Decide needs 18 or newer."
                )
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
            connection.commit()
            with plain(url) as owner:
                make_ready(owner, passwords or {})
            config = config_for(url)
            config.attributes["role"] = walls.MIGRATOR
            command.upgrade(config, revision)
            with plain(url) as owner:
                owner.execute(f"SET ROLE {walls.MIGRATOR}")
                owner.execute("SET lock_timeout = '5s'")
                walls.raise_walls(owner)
    finally:
        engine.dispose()


def downgrade(url: str, revision: str) -> None:
    """Go back to `revision` ("base" for nothing); the walls come back with the next upgrade."""
    with plain(url) as owner:
        walls.lower_walls(owner)
    command.downgrade(config_for(url), revision)


def make_ready(owner: psycopg.Connection[Any], passwords: Mapping[str, str]) -> None:
    """Make roles and ownership if this log-in may; raises NoRoles when they are missing."""
    row = owner.execute(
        "SELECT rolsuper, EXISTS (SELECT FROM pg_roles WHERE rolname = %s)"
        " FROM pg_roles WHERE rolname = current_user",
        [walls.MIGRATOR],
    ).fetchone()
    is_super, known = row or (False, False)
    if is_super:
        walls.make_roles(owner, passwords)
        walls.give_to_migrator(owner)
        owner.commit()
    elif not known:
        raise NoRoles(
            "The roles of the database are missing. Run `flask decide migrate` once with "
            "MIGRATION_URL naming a superuser; afterwards decide_migrator is enough."
        )


@contextmanager
def plain(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A psycopg connection to SQLAlchemy's `url`; what is not committed is lost."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg.connect(address)
    try:
        yield connection
    finally:
        connection.close()
