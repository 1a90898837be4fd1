"""PostgreSQL: the declarative base, sessions, and work that must wait for the commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Annotated, Any

import psycopg
from sqlalchemy import (
    BigInteger,
    ClauseElement,
    Identity,
    MetaData,
    create_engine,
    event,
    func,
    select,
    text,
)
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.engine import Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

from decide.kernel.notes import ANY, Noting, note
from decide.kernel.walls import BECOME

# The doors name the type of a session and import no SQLAlchemy.
__all__ = [
    "Base",
    "Database",
    "Key",
    "Session",
    "after_commit",
    "choice_of",
    "constraint_of",
    "patient",
    "size_of",
    "streamed",
]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# The drain's counting rests on the old row of an upsert (RETURNING OLD.*), new in PostgreSQL 18.
OLDEST_SERVER = 180000

# A cut line is noticed within ten seconds (over TCP; a unix socket has no line to cut).
ALIVE = {
    "keepalives_idle": 3,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 8000,
}

POOL_PATIENCE = 3.0  # seconds that a thread waits for a connection

Key = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]


class Base(DeclarativeBase):
    """All tables; constraint names are fixed, because rooms translate them into sentences."""

    metadata = MetaData(naming_convention=NAMING)


NOTING = Noting(Base.metadata)


def choice_of(kind: type[Enum], name: str) -> SqlEnum:
    """A text column restricted to the enum's *values* (SQLAlchemy alone would store the names)."""
    return SqlEnum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


class Database:
    """One engine and the two ways to use it: a transaction, or a read-only look."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 5,
        statement_timeout_ms: int = 10_000,
        connect_seconds: int = 3,
    ) -> None:
        """`url` as SQLAlchemy's; no connection is opened before the first use."""
        options = (
            f"-c statement_timeout={statement_timeout_ms} -c lock_timeout=5000 -c timezone=UTC"
            # Everything fits into memory: a page here or there costs what the next one costs.
            " -c random_page_cost=1.1"
        )
        self.engine: Engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=POOL_PATIENCE,
            pool_pre_ping=True,
            hide_parameters=True,  # an error message must not carry what citizens wrote
            connect_args={"options": options, "connect_timeout": connect_seconds, **ALIVE},
        )
        event.listen(self.engine, "before_cursor_execute", NOTING)
        event.listen(self.engine, "checkin", self._back)
        self._closed = False

    @contextmanager
    def transaction(self, *, actor_id: int | None = None) -> Iterator[Session]:
        """A session whose return commits and whose exception rolls everything back.

        With `actor_id`, behind that actor's wall: other actors' rows do not exist (see walls.py).
        """
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            behind_wall(session, actor_id)
            yield session

    @contextmanager
    def reading(self, *, actor_id: int | None = None) -> Iterator[Session]:
        """A session on a read-only snapshot: all statements see the same instant.

        `actor_id` as for `transaction`.
        """
        with self.engine.connect() as connection:
            looking = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            with Session(looking) as session:
                behind_wall(session, actor_id)
                yield session

    def close(self) -> None:
        """Close all pooled connections; one that is in use when it is given back."""
        self._closed = True
        self.engine.dispose()

    def _back(self, connection: DBAPIConnection | None, _record: object) -> None:
        # A thread that was left behind (participation.patience) may give one back after the end.
        if self._closed and connection is not None:
            connection.close()


def patient(session: Session) -> None:
    """Let this transaction take as long as its work takes, also between two statements.

    A role's limits are for pages: a builder writes files for minutes while its snapshot waits.
    """
    session.execute(
        text(
            "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s';"
            " SET LOCAL idle_in_transaction_session_timeout = 0"
        )
    )


def behind_wall(session: Session, actor_id: int | None) -> None:
    """Give the rest of this transaction the rights and the rows of one actor."""
    if actor_id is not None:
        session.execute(text(BECOME), {"actor": str(actor_id)})


def after_commit(session: Session, call: Callable[[], object]) -> None:
    """Run `call` once when this transaction has been committed; never when it was rolled back.

    The end of a savepoint is neither: SQLAlchemy tells of it by the same events.
    """
    pending = [call]

    def committed(_: Session) -> None:
        if pending and not session.in_nested_transaction():
            pending.pop()()

    def rolled_back(_: Session) -> None:
        if not session.in_nested_transaction():
            pending.clear()

    event.listen(session, "after_commit", committed)
    event.listen(session, "after_rollback", rolled_back)


def streamed(
    session: Session, statement: ClauseElement, *, batch: int
) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement as plain tuples, `batch` at a time, in the session's transaction.

    For statements with a million rows: they come in binary and pass by SQLAlchemy, whose types do
    not count here (a UUID is a UUID, bytes are bytes). Parameters must be plain values.
    """
    note(ANY)  # it passes by what would note its tables
    connection = session.connection()
    compiled = statement.compile(dialect=connection.dialect)
    plain = connection.connection.driver_connection
    if not isinstance(plain, psycopg.Connection):
        raise TypeError(type(plain))
    with plain.cursor("streamed", binary=True) as cursor:
        cursor.itersize = batch
        cursor.execute(str(compiled).encode(), compiled.construct_params())
        yield from cursor


def size_of(session: Session) -> int:
    """Bytes of the database that this session uses."""
    return session.scalar(select(func.pg_database_size(func.current_database()))) or 0


def constraint_of(error: IntegrityError) -> str:
    """Name of the constraint that refused a row, so that a room can answer with its sentence."""
    diagnostic = getattr(error.orig, "diag", None)
    return str(getattr(diagnostic, "constraint_name", "") or "")
