"""A world in which every text that the database keeps is hostile (`tests/payloads.py`).

`fill` puts a row into every table that a small world leaves empty; `poison` then writes a text of
its own into each text of each row, and says which number stands where. What the database refuses
(choices, keys that others point at, forms that a constraint holds) stays; nothing else may: a new
column is hostile by itself.
"""

import re

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.payloads import COUNT, payload

# Texts whose form the program itself makes or checks before they are kept, and reads again:
# with anything else in them the page would not exist. Each says who holds the form.
HELD = {
    "account.username": "chosen by `invented names`; two people may not share one",
    "activation_code.salt": "made by the program",
    "content_revision.*": "a number",
    "content_touch.tag": "written by the triggers of migration 0043",
    "*.sha256": "a digest, made by the program",
    "*.slug": "made from a name by the program: letters and hyphens",
    "*.ending": "pdf, jpg or png, by the file's first bytes",
    "*.scale": "tests/web/test_benchmarks.py: an answer's place on it",
    "*.layout": "key of a list that the imports know",
    "contest.key": "made by the program: em.m107",
    "phase.key": "from the calendar's list",
    "seal.note": "a signed checkpoint, line by line",
    "change.about": "key of a phase, or a year",
    "alembic_version.version_num": "a migration",
}
# Kept only after a check that they are addresses of the web.
ADDRESSES = ("address", "link", "evidence_link", "url")
TEXTS = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'public' AND data_type IN ('text', 'character varying')
  AND table_name NOT LIKE 'pg_%' ORDER BY 1, 2
"""
DOCUMENTS = TEXTS.replace("('text', 'character varying')", "('jsonb')")


def held(table, column):
    """Whether a column is left as it is."""
    return any(f"{left}.{right}" in HELD for left in (table, "*") for right in (column, "*"))


class Poison:
    """Numbers for texts, and where each went. `wanted` are the only payloads of interest now."""

    def __init__(self, begin=0, write=payload, wanted=()):
        self.write, self.wanted = write, frozenset(wanted)
        self.next, self.where, self.refused = begin, {}, {}

    def number(self, where):
        """A new number for a place."""
        self.next += 1
        while self.wanted and self.next % COUNT not in self.wanted:
            self.next += 1
        self.where[self.next] = where
        return self.next

    def spread(self, session):
        """Make every text of every row hostile."""
        session.execute(text("SET LOCAL session_replication_role = replica"))
        for table, column in session.execute(text(TEXTS)).all():
            if not held(table, column):
                self.column(session, table, column)
        for table, column in session.execute(text(DOCUMENTS)).all():
            self.document(session, table, column)

    def column(self, session, table, column):
        """One column: a text of its own in each row; short enough, or else it stays."""
        for row in session.execute(text(f'SELECT ctid::text FROM "{table}"')).scalars().all():
            number = self.number(f"{table}.{column}")
            before = "https://pwned.example/" if column in ADDRESSES else ""
            told = before + self.write(number)
            try:
                with session.begin_nested():
                    session.execute(
                        text(f'UPDATE "{table}" SET "{column}" = :told WHERE ctid = :row'
                             f' AND "{column}" IS NOT NULL'),
                        {"told": told, "row": row},
                    )  # fmt: skip
            except DBAPIError as refusal:
                del self.where[number]
                self.refused[f"{table}.{column}"] = str(refusal.orig).splitlines()[0]
                return

    def document(self, session, table, column):
        """One column of documents: every text in them that is no date, number or key."""
        rows = session.execute(
            text(f'SELECT ctid::text, "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL')
        )
        for row, told in rows.all():
            changed = self.within(f"{table}.{column}", told)
            session.execute(
                text(f'UPDATE "{table}" SET "{column}" = CAST(:told AS jsonb) WHERE ctid = :row'),
                {"told": json_of(changed), "row": row},
            )

    def within(self, where, told):
        """A document with hostile words."""
        if isinstance(told, dict):
            return {key: self.within(where, value) for key, value in told.items()}
        if isinstance(told, list):
            return [self.within(where, value) for value in told]
        if isinstance(told, str) and not re.fullmatch(r"[a-z0-9_.:+T-]*", told):
            return self.write(self.number(where))
        return told


def json_of(told):
    """A document as the database takes it."""
    import json

    return json.dumps(told, ensure_ascii=False)


COLUMNS = """
SELECT column_name, data_type, column_default IS NOT NULL OR is_identity = 'YES'
FROM information_schema.columns WHERE table_schema = 'public' AND table_name = :table
ORDER BY ordinal_position
"""
FOREIGN = """
SELECT a.attname, c.confrelid::regclass::text, b.attname FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
WHERE c.contype = 'f' AND c.conrelid = CAST(:table AS regclass)
"""
CHECKS = """
SELECT pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'c' AND conrelid = CAST(:table AS regclass)
"""
PLAIN = {
    "bigint": "1", "integer": "1", "smallint": "1", "boolean": "true", "double precision": "1",
    "numeric": "1", "date": "DATE '2021-05-09'", "timestamp with time zone": "now()",
    "bytea": "decode(md5(random()::text), 'hex')", "jsonb": "'{}'::jsonb",
    "uuid": "gen_random_uuid()", "ARRAY": "'{1}'", "USER-DEFINED": "NULL",
    "text": "'Texto'", "character varying": "'Texto'",
}  # fmt: skip


# What a row needs so that the pages that show it can be made.
SENSIBLE = {
    "summary": '\'{"created": 1, "changed": 0, "unchanged": 0}\'::jsonb',
    "layout": "'actores'",
    "version": "1",
    "moment": "now()",
}


# Tables of numbers and keys that only jobs write, all of them in step.
LEFT = {"closed_day", "visit_count", "visit_batch"}


def fill(session):
    """Put a row into each empty table; gives those that stay empty with the reason."""
    left = {}
    for _ in range(3):
        left = {}
        for table in empty_tables(session):
            try:
                with session.begin_nested():
                    insert_one(session, table)
            except DBAPIError as refusal:
                left[table] = str(refusal.orig).splitlines()[0]
    return left


def empty_tables(session):
    """Tables without a row."""
    names = session.execute(
        text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    ).scalars()
    return [
        name for name in names.all()
        if name not in LEFT and not session.scalar(text(f'SELECT EXISTS (SELECT 1 FROM "{name}")'))
    ]  # fmt: skip


def insert_one(session, table):
    """One row: each column by its kind and the choices that are allowed."""
    checks = session.execute(text(CHECKS), {"table": f'"{table}"'}).scalars().all()
    foreign = {
        column: f'(SELECT "{there}" FROM {other} LIMIT 1)'
        for column, other, there in session.execute(text(FOREIGN), {"table": f'"{table}"'})
    }
    values = {}
    for column, kind, default in session.execute(text(COLUMNS), {"table": table}):
        if default:
            continue
        values[column] = (
            foreign.get(column) or choice(checks, column) or SENSIBLE.get(column) or PLAIN[kind]
        )
    names = ", ".join(f'"{each}"' for each in values)
    session.execute(text(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(values.values())})'))


def choice(checks, column):
    """The first value that an enumeration of this column allows."""
    for told in checks:
        found = re.match(rf"CHECK \(\(\(?{column}\)?(::text)? = ANY .*?ARRAY\['([^']+)'", told)
        if found:
            return f"'{found[2]}'"
    return None
