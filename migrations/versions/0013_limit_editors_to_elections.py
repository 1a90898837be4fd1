"""Limit editors to elections

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "editor_contest",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_editor_contest_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_editor_contest_contest_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "contest_id", name=op.f("pk_editor_contest")),
    )
    op.create_index(op.f("ix_editor_contest_contest_id"), "editor_contest", ["contest_id"])


def downgrade() -> None:
    op.drop_table("editor_contest")
