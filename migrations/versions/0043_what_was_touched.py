"""What was touched, beside how often: so that a page is made anew only when it shows it

Revision ID: 0043
Revises: 0042
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

EMPTIED = ("seal", "proposal", "platform_file")  # had no trigger for that
# Instead of one trigger for whatever happens to a row: (table, event, when, function).
PUBLISHED = "published_at IS NOT NULL"
NARROWER = (
    ("subject", "INSERT", "NEW.open", "touch_subject"),
    ("subject", "UPDATE", "OLD.open OR NEW.open", "touch_subject"),
    ("subject", "DELETE", "OLD.open", "touch_subject"),
    ("subject_version", "INSERT OR UPDATE OR DELETE", "", "touch_subject"),
    ("profile", "INSERT", f"NEW.{PUBLISHED}", "touch_profile"),
    ("profile", "UPDATE", f"OLD.{PUBLISHED} OR NEW.{PUBLISHED}", "touch_profile"),
    ("profile", "DELETE", f"OLD.{PUBLISHED}", "touch_profile"),
    ("bulletin", "INSERT", "NEW.shown IS NOT NULL", "touch_content"),
    (
        "bulletin",
        "UPDATE",
        "(OLD.shown, OLD.state, OLD.published_at)"
        " IS DISTINCT FROM (NEW.shown, NEW.state, NEW.published_at)"
        " AND (OLD.shown IS NOT NULL OR NEW.shown IS NOT NULL)",
        "touch_content",
    ),
    ("bulletin", "DELETE", "OLD.shown IS NOT NULL", "touch_content"),
    ("bulletin_version", "INSERT", f"NEW.{PUBLISHED}", "touch_content"),
    ("bulletin_version", "UPDATE", f"OLD.{PUBLISHED} OR NEW.{PUBLISHED}", "touch_content"),
    ("bulletin_version", "DELETE", f"OLD.{PUBLISHED}", "touch_content"),
)
# Tables that moved nothing by themselves so far, though pages show them.
NEW = (
    ("proposal", "INSERT", "NEW.state = 'published'", "touch_subject"),
    (
        "proposal",
        "UPDATE",
        "(OLD.state = 'published' OR NEW.state = 'published')"
        " AND (OLD.candidacy_id, OLD.subject_id, OLD.topic, OLD.details)"
        " IS DISTINCT FROM (NEW.candidacy_id, NEW.subject_id, NEW.topic, NEW.details)",
        "touch_subject",
    ),
    ("proposal", "DELETE", "OLD.state = 'published'", "touch_subject"),
    ("platform_file", "INSERT OR UPDATE OR DELETE", "", "touch_content"),
)

TOUCH = """
CREATE FUNCTION touch(VARIADIC tags text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    mine text := pg_current_xact_id()::text;
    told text := '|';
    tag text;
BEGIN
    IF current_setting('decide.touched', true) IS DISTINCT FROM mine THEN
        -- The row stays locked until the commit: numbers are committed in their order.
        UPDATE content_revision SET number = number + 1 WHERE id = 1;
        DELETE FROM content_touch
        WHERE number <= (SELECT number - 1000 FROM content_revision WHERE id = 1);
        PERFORM set_config('decide.touched', mine, true), set_config('decide.touches', told, true);
    ELSE
        told := current_setting('decide.touches', true);
    END IF;
    FOREACH tag IN ARRAY tags LOOP
        EXIT WHEN told = '*';
        CONTINUE WHEN tag IS NULL OR strpos(told, '|' || tag || '|') > 0;
        IF length(told) > 4000 THEN  -- an import: whatever else it touches, all is said
            tag := 'everything';
        END IF;
        INSERT INTO content_touch (number, tag) SELECT c.number, tag FROM content_revision AS c
        ON CONFLICT DO NOTHING;
        told := CASE WHEN tag = 'everything' THEN '*' ELSE told || tag || '|' END;
        PERFORM set_config('decide.touches', told, true);
    END LOOP;
END $$
"""

ALL_SAID = """
CREATE FUNCTION all_is_touched() RETURNS boolean LANGUAGE sql AS $$
SELECT current_setting('decide.touched', true) = pg_current_xact_id()::text
   AND current_setting('decide.touches', true) = '*'
$$
"""

# The calendar shows on every page; of the site's own texts the program itself finds what changed.
TOUCH_CONTENT = """
CREATE OR REPLACE FUNCTION touch_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM touch(
        CASE
            WHEN TG_LEVEL = 'STATEMENT' THEN 'everything'
            WHEN TG_TABLE_NAME IN ('electoral_process', 'phase') THEN 'everything'
            WHEN TG_TABLE_NAME = 'editorial_text' THEN 'content'
            ELSE TG_TABLE_NAME::text
        END
    );
    RETURN NULL;
END $$
"""

# Runs at the commit, after `touch` has locked the counter: whoever commits later sees this one.
TOLD_BEFORE = """
CREATE FUNCTION told_before(head bigint) RETURNS boolean LANGUAGE sql AS $$
-- Whether something that this transaction left alone says that this person has published: then
-- that was so before it and is so after it. A row that may be ours (savepoints have numbers of
-- their own, all later than the transaction's) says nothing.
SELECT EXISTS (
    SELECT FROM profile AS f
    WHERE f.candidacy_id = head AND f.published_at IS NOT NULL
      AND age(f.xmin) > age(pg_current_xact_id()::xid)
) OR EXISTS (
    SELECT FROM proposal AS p JOIN subject AS s ON s.id = p.subject_id
    WHERE p.candidacy_id = head AND s.open
      AND age(p.xmin) > age(pg_current_xact_id()::xid)
      AND age(s.xmin) > age(pg_current_xact_id()::xid)
)
$$
"""

TOUCH_SUBJECT = """
CREATE FUNCTION touch_subject() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about bigint;
    what text;
    head bigint;
    stands_in bigint;
    belongs_to bigint;
    turns boolean := false;
    moved boolean := false;
BEGIN
    IF all_is_touched() THEN
        RETURN NULL;
    END IF;
    IF TG_TABLE_NAME = 'subject' THEN
        about := COALESCE(NEW.id, OLD.id);
        turns := COALESCE(OLD.open, false) <> COALESCE(NEW.open, false);
    ELSE
        about := COALESCE(NEW.subject_id, OLD.subject_id);
    END IF;
    IF TG_TABLE_NAME = 'proposal' THEN
        turns := TG_OP = 'INSERT';
        moved := TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND
            (OLD.candidacy_id, OLD.subject_id) IS DISTINCT FROM (NEW.candidacy_id, NEW.subject_id);
    END IF;
    SELECT s.kind, p.candidacy_id, c.contest_id, c.actor_id
    INTO what, head, stands_in, belongs_to
    FROM subject AS s
    LEFT JOIN proposal AS p ON p.subject_id = s.id
    LEFT JOIN candidacy AS c ON c.id = p.candidacy_id
    WHERE s.id = about;
    PERFORM touch('subject', 'subject:' || about);
    IF what IN ('platform', 'section') THEN
        PERFORM touch('subject.platform');
    ELSIF what = 'block' THEN
        PERFORM touch('subject.block');
    ELSIF stands_in IS NULL OR moved THEN
        PERFORM touch('everything');  -- taken away, or given to another: rare, and hard to say
    ELSE
        PERFORM touch(
            'proposal', 'proposal:' || head, 'proposal.contest:' || stands_in,
            'proposal.actor:' || belongs_to
        );
        IF turns AND NOT told_before(head) THEN
            PERFORM touch('told', 'told.contest:' || stands_in);
        END IF;
    END IF;
    RETURN NULL;
END $$
"""

TOUCH_PROFILE = """
CREATE FUNCTION touch_profile() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    head bigint := COALESCE(NEW.candidacy_id, OLD.candidacy_id);
    stands_in bigint;
BEGIN
    IF all_is_touched() THEN
        RETURN NULL;
    END IF;
    PERFORM touch('profile', 'profile:' || head);
    IF (OLD.published_at IS NULL) <> (NEW.published_at IS NULL) AND NOT told_before(head) THEN
        SELECT contest_id INTO stands_in FROM candidacy WHERE id = head;
        IF stands_in IS NULL THEN
            PERFORM touch('everything');
        ELSE
            PERFORM touch('told', 'told.contest:' || stands_in);
        END IF;
    END IF;
    RETURN NULL;
END $$
"""

# As migration 0002 had it.
TOUCH_BEFORE = """
CREATE OR REPLACE FUNCTION touch_content() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mine text := pg_current_xact_id()::text;
BEGIN
    IF current_setting('decide.touched', true) IS DISTINCT FROM mine THEN
        UPDATE content_revision SET number = number + 1 WHERE id = 1;
        PERFORM set_config('decide.touched', mine, true);
    END IF;
    RETURN NULL;
END $$
"""

# Nothing asks them since decision 0073.
UNUSED = (
    ("ix_candidacy_sounded_names", "candidacy", "sounded_names"),
    ("ix_subject_version_sounded_title", "subject_version", "sounded_title"),
)


def upgrade() -> None:
    op.create_table(
        "content_touch",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", "tag", name=op.f("pk_content_touch")),
    )
    for each in (TOUCH, ALL_SAID, TOUCH_CONTENT, TOLD_BEFORE, TOUCH_SUBJECT, TOUCH_PROFILE):
        op.execute(each)
    for table in dict.fromkeys(table for table, *_ in NARROWER):
        op.execute(f"DROP TRIGGER touch_content ON {table}")
    for table, event, when, function in (*NARROWER, *NEW):
        op.execute(
            f"""
            CREATE CONSTRAINT TRIGGER {name_of(event)} AFTER {event} ON {table}
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW {f"WHEN ({when})" if when else ""}
            EXECUTE FUNCTION {function}()
            """
        )
    for table in EMPTIED:
        op.execute(
            f"""
            CREATE TRIGGER touch_content_emptied AFTER TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION touch_content()
            """
        )
    for index, table, _column in UNUSED:
        op.drop_index(index, table_name=table)


def downgrade() -> None:
    for index, table, column in UNUSED:
        op.create_index(
            index, table, [column], postgresql_using="gin",
            postgresql_ops={column: "gin_trgm_ops"},
        )  # fmt: skip
    for table in EMPTIED:
        op.execute(f"DROP TRIGGER touch_content_emptied ON {table}")
    for table, event, _when, _function in (*NARROWER, *NEW):
        op.execute(f"DROP TRIGGER {name_of(event)} ON {table}")
    for table in dict.fromkeys(table for table, *_ in NARROWER):
        op.execute(
            f"""
            CREATE CONSTRAINT TRIGGER touch_content AFTER INSERT OR UPDATE OR DELETE ON {table}
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touch_content()
            """
        )
    op.execute(TOUCH_BEFORE)
    for function in ("touch_subject()", "touch_profile()", "told_before(bigint)"):
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP FUNCTION touch(text[])")
    op.execute("DROP FUNCTION all_is_touched()")
    op.drop_table("content_touch")


def name_of(event: str) -> str:
    """Name of the trigger for an event."""
    return "touch_content" if " OR " in event else f"touch_content_{event.lower()}"
