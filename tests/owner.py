"""The owner of the database, for what no program may do: emptying tables, dropping constraints."""

from contextlib import contextmanager

from decide.kernel.db import Database
from decide.kernel.walls import APP


@contextmanager
def as_owner(resources):
    """A transaction of the owner in the database of these resources."""
    database = Database(resources.settings.database_url.replace(f"{APP}@", "postgres@"))
    try:
        with database.transaction() as session:
            yield session
    finally:
        database.close()
