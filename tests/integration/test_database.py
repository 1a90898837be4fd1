"""The pool of connections at its end."""

from sqlalchemy import text

from decide.kernel.db import Database


def test_a_connection_that_is_given_back_after_the_end_is_closed(database):
    own = Database(database)
    with own.engine.connect() as late:
        late.execute(text("SELECT 1"))
        raw = late.connection.dbapi_connection
        own.close()
        assert not raw.closed, "whoever works with it may end"
    assert raw.closed
    with own.engine.connect() as later:
        raw = later.connection.dbapi_connection
    assert raw.closed, "one that was opened after the end, too"
