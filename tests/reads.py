"""What each page reads: so that a thousand worlds cost what their differences cost.

A page is a function of its address, the frozen clock, fixed files and what it reads. Whoever has
its reads of one world can ask in another whether any of them gives another answer. Only then must
the page be made again to see whether a byte has moved.
"""

import re
from collections import defaultdict
from hashlib import sha256

from sqlalchemy import event


class Reads:
    """Notes every statement of some applications, by the page that was being made."""

    def __init__(self, tables):
        """`tables` are those whose rows move between worlds; other statements tell the same."""
        self._moving = re.compile(rf"\b({'|'.join(tables)})\b")
        self._page = None
        self.by_statement = defaultdict(set)  # (statement, parameters) → pages
        self.of_ledger = set()  # pages that ask the press log's Redis

    def watch(self, resources):
        """Note what this application asks from now on."""
        event.listen(resources.database.engine, "before_cursor_execute", self._asked)
        pool = resources.ledger.connection_pool
        take = pool.get_connection

        def taking(*args, **kwargs):
            if self._page is not None:
                self.of_ledger.add(self._page)
            return take(*args, **kwargs)

        pool.get_connection = taking

    def during(self, page):
        """From now on `page` is being made; None for none."""
        self._page = page

    def _asked(self, _connection, _cursor, statement, parameters, _context, many):
        if self._page is not None and not many and self._moving.search(statement):
            known = tuple(sorted(parameters.items())) if parameters else ()
            self.by_statement[statement, known].add(self._page)

    def answers(self, connection):
        """A digest of what each statement gives now."""
        return {
            asked: digest(connection.exec_driver_sql(asked[0], dict(asked[1])).all())
            for asked in self.by_statement
        }

    def pages_that_may_differ(self, one, other):
        """The pages that read something else in `other`, and those that ask the ledger."""
        found = set(self.of_ledger)
        for asked, pages in self.by_statement.items():
            if one[asked] != other[asked]:
                found |= pages
        return found


def digest(rows):
    """What rows say, in their order."""
    return sha256(repr(rows).encode()).digest()


def contents(connection):
    """Every table's name with a digest of its rows, whatever their order."""
    names = connection.exec_driver_sql(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    ).scalars()
    return {
        name: connection.exec_driver_sql(
            f"SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM {name} t"
        ).scalar()
        for name in names
    }
