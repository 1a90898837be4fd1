"""The database's own walls, tried by hand-written SQL as each role."""

import tomllib
from dataclasses import replace

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import make_conninfo
from sqlalchemy import text

from decide.documents import documents
from decide.kernel import walls
from decide.kernel.db import Base, Database
from decide.kernel.resources import open_resources
from decide.participation.choices import Choice
from decide.participation.drain import Drain
from tests import portal
from tests.ledger import Town

documents()  # all rooms' models are known from here on
TABLES = Base.metadata.tables
ROLES = (walls.APP, walls.DRAIN, walls.READER, walls.BACKUP)
# Who may not enter the schema at all is told that the table does not exist.
REFUSED = (errors.InsufficientPrivilege, errors.UndefinedTable)
WITHOUT_TRACES = ("audit_entry", "delivery_download", "acknowledgement", "countersignature", "seal")
# Named by actor or hanging from what is, and for everybody to read or beyond the portal's reach.
OWNERS = {"political_actor", "candidacy", "account", "subject", "delivery"}


@pytest.fixture(scope="module")
def people(postgres, template_database):
    """The portal's world: two actors with people, candidacies, drafts. Nobody here commits."""
    return portal.build(postgres, template_database)


def connected(postgres, database, role):
    """A plain connection as one role."""
    return psycopg.connect(make_conninfo(postgres.conninfo(database), user=role))


@pytest.fixture
def owner(postgres, people):
    """The superuser, for looking and for writing what a test needs; rolled back."""
    with psycopg.connect(postgres.conninfo(portal.WORLD)) as connection:
        yield connection
        connection.rollback()


def test_every_table_says_who_may_do_what():
    assert set(walls.written().tables) - {"alembic_version"} == set(TABLES)
    told = tomllib.loads(walls.WRITTEN.read_text())
    for table, rights in told["tables"].items():
        named = set(rights) - {"own"}
        assert named <= set(told["roles"]), table
        assert {rights[role].partition(" ")[0] for role in named} <= set(walls.RIGHTS), table


def hangs_from_an_actor(table):
    """Whether rows of a table belong to an actor: by a column, or by the row they point to."""
    pointed = {key.column.table.name for key in table.foreign_keys}
    return bool(pointed & OWNERS) or "account_id" in table.columns


def without_a_policy(about):
    """Tables of actors that the portal reaches and that draw no line between them."""
    return sorted(
        name
        for name, each in about.items()
        if name in TABLES
        and hangs_from_an_actor(TABLES[name])
        and walls.PORTAL in each.rights
        and not each.is_owned
        and name not in {"alliance", "alliance_member", "elected"}  # public, nobody's own
    )


def test_every_table_of_actors_that_the_portal_reaches_has_a_policy():
    assert without_a_policy(walls.written().tables) == []


def test_a_new_table_of_actors_without_a_policy_is_noticed():
    about = dict(walls.written().tables)
    about["idea_answer"] = walls.TableWalls({walls.PORTAL: "keep"})
    assert without_a_policy(about) == ["idea_answer"]


def test_the_database_has_exactly_the_rights_that_are_written(postgres, template_database):
    with psycopg.connect(postgres.conninfo(template_database)) as connection:
        found = {}
        for table, role, right in connection.execute(
            "SELECT table_name, grantee, privilege_type FROM information_schema.table_privileges"
            " WHERE table_schema = 'public' AND grantee = ANY(%s)",
            [[*ROLES, walls.PORTAL, "PUBLIC"]],
        ):
            found.setdefault((table, role), set()).add(right)
    wanted = {
        (table, role): set(walls.RIGHTS[right.partition(" ")[0]])
        for table, each in walls.written().tables.items()
        for role, right in each.rights.items()
    }
    assert [each for each in found.items() if wanted.get(each[0]) != each[1]] == []
    assert set(wanted) - set(found) == set()


@pytest.mark.parametrize("role", [*ROLES, walls.PORTAL])
@pytest.mark.parametrize("table", WITHOUT_TRACES)
def test_nobody_changes_or_deletes_what_was_written_down(postgres, people, owner, role, table):
    column = next(iter(TABLES[table].columns)).name
    for statement in (
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
    ):
        owner.execute(f"SET ROLE {role}")
        with pytest.raises(REFUSED):
            owner.execute(statement)
        owner.rollback()


def test_the_drain_sees_no_log_in_and_the_reader_no_opinion(postgres, people):
    for role, closed in (
        (walls.DRAIN, ("account", "account_session", "seal_key", "audit_entry", "candidacy")),
        (walls.READER, ("account", "reaction", "tally", "idea", "proposal", "seal_commitment")),
        (walls.BACKUP, ("account", "reaction", "political_actor")),
    ):
        for table in closed:
            with (
                connected(postgres, portal.WORLD, role) as line,
                pytest.raises(REFUSED),
            ):
                line.execute(f"SELECT * FROM {table} LIMIT 1")


def test_the_drain_copies_presses_and_ideas_with_its_own_role(resources):
    town = Town(resources)
    town.press(1, town.subjects[0], Choice.LIKE)
    town.send(1, town.subjects[0], "Agua en las escuelas.")
    address = resources.settings.database_url.replace(f"{walls.APP}@", f"{walls.DRAIN}@")
    own = open_resources(replace(resources.settings, database_url=address))
    try:
        assert Drain(own).once() == 2
    finally:
        own.close()
    assert town.rows("SELECT count(*) FROM idea") == [(1,)]
    assert town.rows("SELECT count(*) FROM reaction") == [(1,)]
    town.close()


def test_each_role_waits_no_longer_than_is_written(postgres, people):
    for role, about in walls.written().roles.items():
        if not about["login"]:
            continue
        with connected(postgres, portal.WORLD, role) as line:
            shown = line.execute(
                "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"
            ).fetchone()
            is_super = line.execute(
                "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles"
                " WHERE rolname = current_user"
            ).fetchone()
        assert shown == (about["statement_timeout"], about["lock_timeout"]), role
        assert is_super == (False,), role


STANDING = text("SELECT current_user, current_setting('app.actor_id', true)")
FOREIGN = {
    "account": "actor_id IS DISTINCT FROM {me}",
    "account_session": "account_id NOT IN (SELECT id FROM account WHERE actor_id = {me})",
    "profile_draft": "candidacy_id IN (SELECT id FROM candidacy WHERE actor_id <> {me})",
    "proposal": "candidacy_id IN (SELECT id FROM candidacy WHERE actor_id <> {me})",
    "idea": "subject_id IN (SELECT id FROM subject WHERE actor_id <> {me}"
    " AND actor_id NOT IN (SELECT alliance_id FROM alliance_member WHERE member_id = {me}))",
    "idea_answer": "actor_id <> {me}",
    "delivery": "actor_id <> {me}",
}
CHANGES = {
    "account": "SET person = 'x'",
    "account_session": "SET ended_at = now()",
    "profile_draft": "SET revision = 9",
    "proposal": "SET title = 'x'",
    "idea_answer": "SET text = 'x'",
    "subject": "SET open = false",
    "subject_version": "SET title = 'x'",
}
# One row of every kind for every actor that has a candidacy.
FILL = """
INSERT INTO profile_draft (candidacy_id, told, revision, changed_at)
SELECT DISTINCT ON (actor_id) id, '{}', 1, now() FROM candidacy ORDER BY actor_id, id;
INSERT INTO account_session (account_id, token_hash, started_at, last_used_at)
SELECT id, sha256(username::bytea), now(), now() FROM account;
INSERT INTO delivery (actor_id, version, cutoff, state, attempt, progress, ordered_at, touched_at)
SELECT id, 1, now(), 'ordered', 1, 0, now(), now() FROM political_actor;
INSERT INTO idea (subject_id, version, kind, text, folio_hash, salt, received_on)
SELECT id, 1, 'idea', 'x', sha256(id::text::bytea), sha256('x'), current_date FROM subject;
INSERT INTO idea_answer (idea_id, actor_id, state, text, at, account_id)
SELECT idea.id, actor_id, 'read', '', now(), 1 FROM idea JOIN subject ON subject.id = subject_id;
"""


@pytest.fixture
def as_actor(owner, people):
    """Fills every table for all actors; gives a way to become an actor, as the portal does."""
    owner.execute(FILL)

    def become(actor_id):
        owner.execute("RESET ROLE")
        owner.execute(walls.BECOME.replace(":actor", "%s"), [str(actor_id)])
        return owner

    return become


@pytest.mark.parametrize(("me", "them"), [("lucero", "raiz"), ("raiz", "lucero")])
def test_a_query_by_hand_shows_an_actor_its_own_rows_only(as_actor, people, me, them):
    line = as_actor(people[me])
    for table, foreign in FOREIGN.items():
        seen, strange = line.execute(
            f"SELECT count(*), count(*) FILTER (WHERE {foreign.format(me=people[me])}) FROM {table}"
        ).fetchone()
        assert seen > 0, f"{table}: the own rows are there"
        assert strange == 0, f"{table} shows rows of others"


@pytest.mark.parametrize(("me", "them"), [("lucero", "raiz"), ("raiz", "lucero")])
def test_a_change_by_hand_touches_an_actors_own_rows_only(as_actor, people, me, them):
    for table, change in CHANGES.items():
        line = as_actor(people[me])
        line.execute("SAVEPOINT before")
        touched = line.execute(f"UPDATE {table} {change}").rowcount
        line.execute("ROLLBACK TO before")
        of_them = as_actor(people[them]).execute(f"UPDATE {table} {change}").rowcount
        line.execute("ROLLBACK TO before")
        line.execute("RESET ROLE")
        everything = line.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        assert 0 < touched <= everything - of_them, table


def test_nothing_can_be_written_in_another_actors_name(as_actor, people):
    them = people["raiz"]
    for statement in (
        f"INSERT INTO countersignature (actor_id) VALUES ({them})",
        f"INSERT INTO subject (actor_id) VALUES ({them})",
        f"INSERT INTO profile_draft (candidacy_id) VALUES ({people['foreign']})",
        f"UPDATE subject SET actor_id = {them}",
        f"UPDATE account SET actor_id = {them}",
    ):
        line = as_actor(people["lucero"])
        line.execute("SAVEPOINT before")
        with pytest.raises(errors.InsufficientPrivilege):
            line.execute(statement)
        line.execute("ROLLBACK TO before")


def test_the_portal_never_reaches_a_press_or_a_count(as_actor, people):
    for table in ("reaction", "tally", "seal_commitment", "import_run"):
        line = as_actor(people["lucero"])
        line.execute("SAVEPOINT before")
        with pytest.raises(errors.InsufficientPrivilege):
            line.execute(f"SELECT * FROM {table}")
        line.execute("ROLLBACK TO before")


def test_without_an_actor_the_portals_role_sees_nothing(owner, as_actor):
    owner.execute("SELECT set_config('app.actor_id', '', true)")
    owner.execute(f"SET ROLE {walls.PORTAL}")
    for table in ("account", "proposal", "idea", "delivery"):
        assert owner.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_the_look_across_the_wall_goes_red_when_a_policy_is_gone(as_actor, owner, people):
    """Sabotage: the same question on a table whose wall somebody took down."""
    owner.execute("ALTER TABLE proposal DISABLE ROW LEVEL SECURITY")
    line = as_actor(people["lucero"])
    foreign = FOREIGN["proposal"].format(me=people["lucero"])
    assert line.execute(f"SELECT count(*) FROM proposal WHERE {foreign}").fetchone()[0] > 0


def test_raising_the_walls_again_changes_nothing_and_mends_what_differs(postgres, people):
    with psycopg.connect(postgres.conninfo(portal.WORLD)) as connection:
        assert walls.stand(connection)
        assert walls.raise_walls(connection) == []
        marks = walls.marks_of(connection) | {"idea": "another"}
        walls.remember(connection, marks)
        assert not walls.stand(connection)
        assert walls.raise_walls(connection) == ["idea"]
        assert walls.stand(connection)


def test_a_view_of_the_portal_stands_behind_the_wall(people, postgres):
    """What the portal's own sessions do, on the way that its views take."""
    database = Database(postgres.url(portal.WORLD))
    try:
        with database.reading(actor_id=1) as session:
            assert session.execute(STANDING).one() == (walls.PORTAL, "1")
        with database.reading() as session:
            told = session.execute(
                text("SELECT current_user, current_setting('app.actor_id', true)")
            )
            assert told.one() in {(walls.APP, None), (walls.APP, "")}, (
                "it ends with the transaction"
            )
    finally:
        database.close()
