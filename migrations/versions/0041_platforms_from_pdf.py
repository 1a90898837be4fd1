"""Platforms from PDF

Revision ID: 0041
Revises: 0040
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "platform_file",
        sa.Column("platform_id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platform.id"], name=op.f("fk_platform_file_platform_id")
        ),
        sa.PrimaryKeyConstraint("platform_id", name=op.f("pk_platform_file")),
    )
    op.create_table(
        "platform_draft",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "scope",
            sa.Enum(
                "legislative", "municipal", name="scope", native_enum=False,
                create_constraint=True, length=32,
            ),
            nullable=False,
        ),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("sections", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["political_actor.id"], name=op.f("fk_platform_draft_actor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_draft")),
        sa.UniqueConstraint("actor_id", "scope", name=op.f("uq_platform_draft_actor_id_scope")),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("platform_draft")
    op.drop_table("platform_file")
