"""Texts of the site that staff write, and their publication by two people

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def kinds_allowed(add: tuple[str, ...], drop: tuple[str, ...] = ()) -> None:
    """Add kinds of change to those that the database takes, or drop some, whatever the others."""
    told = op.get_bind().scalar(
        sa.text(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conname = 'ck_change_kind' AND conrelid = 'change'::regclass"
        )
    )
    known = [each for each in told.split("'")[1::2] if each not in drop]
    values = ", ".join(f"'{each}'" for each in dict.fromkeys((*known, *add)))
    op.drop_constraint(op.f("ck_change_kind"), "change")
    op.create_check_constraint(op.f("ck_change_kind"), "change", f"kind IN ({values})")


def upgrade() -> None:
    op.create_table(
        "editorial_text",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "term", "organ", "assignment", "guide", "text", "home",
                name="kind", native_enum=False, create_constraint=True, length=32,
            ),
            nullable=False,
        ),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("shown", sa.SmallInteger(), nullable=True),
        sa.Column("working", sa.SmallInteger(), nullable=True),
        sa.Column("scheduled", sa.SmallInteger(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(scheduled IS NULL) = (due_at IS NULL)",
            name=op.f("ck_editorial_text_due_when_scheduled"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editorial_text")),
        sa.UniqueConstraint("kind", "slug", "language", name=op.f("uq_editorial_text_kind_slug_language")),
    )
    op.create_table(
        "editorial_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("text_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("fields", postgresql.JSONB(), nullable=False),
        sa.Column("images", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("translates", sa.SmallInteger(), nullable=True),
        sa.Column("old_easy", sa.Boolean(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.BigInteger(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "published_at IS NULL OR approved_at IS NOT NULL",
            name=op.f("ck_editorial_version_approved_when_published"),
        ),
        sa.ForeignKeyConstraint(
            ["text_id"], ["editorial_text.id"], name=op.f("fk_editorial_version_text_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editorial_version")),
        sa.UniqueConstraint("text_id", "number", name=op.f("uq_editorial_version_text_id_number")),
    )
    op.create_table(
        "editorial_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("text_id", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["text_id"], ["editorial_text.id"], name=op.f("fk_editorial_link_text_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editorial_link")),
        sa.UniqueConstraint("text_id", "address", name=op.f("uq_editorial_link_text_id_address")),
    )
    # Public pages are forgotten when what they show is another, not while somebody writes.
    for when, condition in (
        ("INSERT", "WHEN (NEW.shown IS NOT NULL)"),
        ("DELETE", ""),
        (
            "UPDATE",
            "WHEN (OLD.shown IS DISTINCT FROM NEW.shown OR OLD.withdrawn <> NEW.withdrawn)",
        ),
    ):
        op.execute(
            f"""
            CREATE CONSTRAINT TRIGGER touch_content_{when.lower()} AFTER {when} ON editorial_text
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW {condition} EXECUTE FUNCTION touch_content()
            """
        )
    op.execute(
        """
        CREATE TRIGGER touch_content_emptied AFTER TRUNCATE ON editorial_text
        FOR EACH STATEMENT EXECUTE FUNCTION touch_content()
        """
    )
    kinds_allowed(("publish_text",))


def downgrade() -> None:
    op.execute("DELETE FROM change WHERE kind = 'publish_text'")
    kinds_allowed((), drop=("publish_text",))
    op.drop_table("editorial_link")
    op.drop_table("editorial_version")
    op.drop_table("editorial_text")
