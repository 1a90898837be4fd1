"""Count what may change a public page, and fold names for search.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Every table of which a public page shows something. Drafts (`proposal`) are shown only through
# `subject` and `subject_version`.
SHOWN = (
    "electoral_process",
    "phase",
    "municipality",
    "district",
    "district_part",
    "section",
    "political_actor",
    "alliance_member",
    "contest",
    "alliance",
    "candidacy",
    "profile",
    "subject",
    "subject_version",
    "platform",
    "platform_section",
    "result",
    "result_vote",
)


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    # unaccent(text) is not immutable, because a dictionary may be replaced; ours never is.
    op.execute(
        """
        CREATE FUNCTION folded(words text) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN lower(public.unaccent('public.unaccent'::regdictionary, words))
        """
    )
    op.add_column(
        "candidacy",
        sa.Column(
            "folded_owner", sa.Text(), sa.Computed("folded(owner_name)", persisted=True), nullable=False
        ),
    )
    op.add_column(
        "candidacy",
        sa.Column(
            "folded_names",
            sa.Text(),
            sa.Computed(
                "folded((owner_name || ' '::text) || COALESCE(substitute_name, ''::text))",
                persisted=True,
            ),
            nullable=False,
        ),
    )
    op.create_index("ix_candidacy_folded_owner", "candidacy", ["folded_owner", "id"])
    op.create_index(
        "ix_candidacy_folded_names",
        "candidacy",
        ["folded_names"],
        postgresql_using="gin",
        postgresql_ops={"folded_names": "gin_trgm_ops"},
    )

    op.create_table(
        "content_revision",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_content_revision_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_revision")),
    )
    op.execute("INSERT INTO content_revision (id, number) VALUES (1, 1)")
    # Once per transaction, at its commit: the row is locked for a moment, not while an import runs.
    op.execute(
        """
        CREATE FUNCTION touch_content() RETURNS trigger LANGUAGE plpgsql AS $$
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
    )
    for table in SHOWN:
        op.execute(
            f"""
            CREATE CONSTRAINT TRIGGER touch_content AFTER INSERT OR UPDATE OR DELETE ON {table}
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touch_content()
            """
        )
        op.execute(
            f"""
            CREATE TRIGGER touch_content_emptied AFTER TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION touch_content()
            """
        )


def downgrade() -> None:
    for table in SHOWN:
        op.execute(f"DROP TRIGGER touch_content_emptied ON {table}")
        op.execute(f"DROP TRIGGER touch_content ON {table}")
    op.execute("DROP FUNCTION touch_content()")
    op.drop_table("content_revision")
    op.drop_index("ix_candidacy_folded_names", table_name="candidacy")
    op.drop_index("ix_candidacy_folded_owner", table_name="candidacy")
    op.drop_column("candidacy", "folded_names")
    op.drop_column("candidacy", "folded_owner")
    op.execute("DROP FUNCTION folded(text)")
    op.execute("DROP EXTENSION pg_trgm")
    op.execute("DROP EXTENSION unaccent")
