"""The database's own walls: roles, their rights on each table, and the rows an actor may see.

What is allowed stands in migrations/walls.toml; this file makes it true, as often as one likes, and
touches only what differs, so that a running service notices nothing.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

WRITTEN = Path(__file__).resolve().parents[2] / "migrations" / "walls.toml"
PREFIX = "decide_"
APP, DRAIN, READER, MIGRATOR, BACKUP, PORTAL = (
    f"{PREFIX}{name}" for name in ("app", "drain", "reader", "migrator", "backup", "portal")
)
RIGHTS = {
    "read": ("SELECT",),
    "add": ("SELECT", "INSERT"),
    "keep": ("SELECT", "INSERT", "UPDATE"),
    "all": ("SELECT", "INSERT", "UPDATE", "DELETE"),
}
ACTOR = "app.actor_id"
# One round trip at the beginning of each transaction of the portal; it ends with the transaction.
BECOME = f"SELECT set_config('role', '{PORTAL}', true), set_config('{ACTOR}', :actor, true)"
ME = f"(NULLIF(current_setting('{ACTOR}', true), '')::bigint)"
TIMES = (
    "statement_timeout",
    "lock_timeout",
    "idle_in_transaction_session_timeout",
    "default_transaction_read_only",
)


@dataclass(frozen=True)
class TableWalls:
    """One table: role → rights, and the conditions of the portal's rows."""

    rights: Mapping[str, str]
    see: str = ""
    write: str = ""

    @property
    def is_owned(self) -> bool:
        """Whether the portal's rows are told apart."""
        return bool(self.see or self.write)


@dataclass(frozen=True)
class Walls:
    """All that walls.toml says."""

    roles: Mapping[str, Mapping[str, Any]]
    tables: Mapping[str, TableWalls]


@cache
def written() -> Walls:
    """What walls.toml says."""
    told = tomllib.loads(WRITTEN.read_text(encoding="utf-8"))
    tables = {}
    for name, rights in told["tables"].items():
        own = rights.pop("own", {})
        tables[name] = TableWalls(
            {f"{PREFIX}{role}": right for role, right in rights.items()},
            own.get("see", "").replace("{me}", ME),
            own.get("write", "").replace("{me}", ME),
        )
    roles = {f"{PREFIX}{name}": about for name, about in told["roles"].items()}
    return Walls(roles, tables)


def make_roles(connection: psycopg.Connection[Any], passwords: Mapping[str, str]) -> None:
    """Create the roles, or bring them to what is written; `passwords`: role without prefix → word.

    Needs a superuser, because one role may copy the server. Also gives everything to the migrator.
    """
    walls = written()
    known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
    for role, about in walls.roles.items():
        name = sql.Identifier(role)
        if role not in known:
            connection.execute(sql.SQL("CREATE ROLE {}").format(name))
        options = "LOGIN" if about["login"] else "NOLOGIN"
        options += " REPLICATION" if about.get("replication") else " NOREPLICATION"
        options += " NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
        connection.execute(sql.SQL("ALTER ROLE {} {}").format(name, sql.SQL(options)))
        for setting in TIMES:
            if setting in about:
                connection.execute(
                    sql.SQL("ALTER ROLE {} SET {} = {}").format(
                        name, sql.Identifier(setting), sql.Literal(about[setting])
                    )
                )
        word = passwords.get(role.removeprefix(PREFIX))
        if word:
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(word)))
    connection.execute(f"GRANT {PORTAL} TO {APP} WITH INHERIT FALSE, SET TRUE")


def give_to_migrator(connection: psycopg.Connection[Any]) -> None:
    """Make the migrator the owner of this database and of all that is ours in it."""
    migrator = sql.Identifier(MIGRATOR)
    row = connection.execute("SELECT current_database()").fetchone()
    things = [("DATABASE", sql.Identifier(row[0] if row else "")), ("SCHEMA", sql.SQL("public"))]
    foreign = connection.execute(FOREIGN, {"ours": MIGRATOR}).fetchall()
    for kind, name in [*things, *((kind, sql.SQL(name)) for kind, name in foreign)]:
        connection.execute(sql.SQL("ALTER {} {} OWNER TO {}").format(sql.SQL(kind), name, migrator))


# Tables and functions of our schema that somebody else owns; those of extensions are left alone.
FOREIGN = """
SELECT 'TABLE', c.oid::regclass::text FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
  AND pg_get_userbyid(c.relowner) <> %(ours)s
UNION ALL
SELECT 'FUNCTION', p.oid::regprocedure::text FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace AND pg_get_userbyid(p.proowner) <> %(ours)s
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""


def raise_walls(connection: psycopg.Connection[Any]) -> list[str]:
    """Bring rights and policies of this database to what is written; the tables that changed.

    One short transaction per table, and none for a table that is as written. By the owner.
    """
    walls = written()
    held = marks_of(connection)
    present = {row[0] for row in connection.execute(PRESENT)}
    changed = []
    for table in sorted(present & set(walls.tables)):
        mark = mark_of(walls.tables[table])
        if held.get(table) == mark:
            continue
        for statement in statements(table, walls.tables[table]):
            connection.execute(statement)
        held[table] = mark
        remember(connection, held)
        connection.commit()
        changed.append(table)
    if changed:
        connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        names = sql.SQL(", ").join(sql.Identifier(role) for role in (APP, DRAIN, READER, PORTAL))
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(names))
    connection.commit()
    return changed


def lower_walls(connection: psycopg.Connection[Any]) -> None:
    """Take all policies away: a migration on its way down may drop what they look at."""
    rows = connection.execute(
        "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'"
    ).fetchall()
    for table, policy in rows:
        connection.execute(
            sql.SQL("DROP POLICY {} ON {}").format(sql.Identifier(policy), sql.Identifier(table))
        )
    remember(connection, {})
    connection.commit()


def stand(connection: psycopg.Connection[Any]) -> bool:
    """Whether the walls of this database are those that are written."""
    return marks_of(connection) == {
        table: mark_of(about) for table, about in written().tables.items()
    }


PRESENT = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
SAYS = "walls "


def marks_of(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """Table → mark of the walls it got last; kept as the comment of the schema."""
    row = connection.execute(
        "SELECT obj_description('public'::regnamespace, 'pg_namespace')"
    ).fetchone()
    text = str(row[0] or "") if row else ""
    if not text.startswith(SAYS):
        return {}
    return {str(table): str(mark) for table, mark in json.loads(text.removeprefix(SAYS)).items()}


def remember(connection: psycopg.Connection[Any], marks: Mapping[str, str]) -> None:
    """Write down which walls each table has."""
    text = SAYS + json.dumps(dict(marks), separators=(",", ":"))
    connection.execute(sql.SQL("COMMENT ON SCHEMA public IS {}").format(sql.Literal(text)))


def mark_of(about: TableWalls) -> str:
    """A short mark that changes with the walls of a table."""
    told = json.dumps([dict(about.rights), about.see, about.write], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:8]


def rights_of(word: str) -> tuple[str, ...]:
    """SQL's rights for a word of walls.toml: "keep", or "add (note)" with a column to change."""
    name, _, column = word.partition(" ")
    return (*RIGHTS[name], f"UPDATE {column}") if column else RIGHTS[name]


def statements(name: str, about: TableWalls) -> Iterator[sql.Composed]:
    """What gives one table its walls, whatever it had."""
    table = sql.Identifier(name)
    for role in (APP, DRAIN, READER, PORTAL):
        yield sql.SQL("REVOKE ALL ON {} FROM {}").format(table, sql.Identifier(role))
    for role, right in about.rights.items():
        rights = sql.SQL(", ").join(map(sql.SQL, rights_of(right)))
        yield sql.SQL("GRANT {} ON {} TO {}").format(rights, table, sql.Identifier(role))
    for policy in ("everybody_else", "own_rows", "own_changes"):
        yield sql.SQL("DROP POLICY IF EXISTS {} ON {}").format(sql.Identifier(policy), table)
    if not about.is_owned:
        yield sql.SQL("ALTER TABLE {} DISABLE ROW LEVEL SECURITY").format(table)
        return
    yield sql.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(table)
    others = sql.SQL(", ").join(sql.Identifier(role) for role in (APP, DRAIN, READER))
    portal = sql.Identifier(PORTAL)
    yield sql.SQL("CREATE POLICY everybody_else ON {} TO {} USING (true) WITH CHECK (true)").format(
        table, others
    )
    if about.see:
        yield sql.SQL("CREATE POLICY own_rows ON {} FOR SELECT TO {} USING ({})").format(
            table, portal, sql.SQL(about.see)
        )
    if about.write:
        yield sql.SQL("CREATE POLICY own_changes ON {} TO {} USING ({}) WITH CHECK ({})").format(
            table, portal, sql.SQL(about.write), sql.SQL(about.write)
        )
