"""Keep working copies and versions of trajectories

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "profile_draft",
        sa.Column("candidacy_id", sa.BigInteger(), nullable=False),
        sa.Column("told", postgresql.JSONB(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidacy_id"], ["candidacy.id"], name=op.f("fk_profile_draft_candidacy_id")
        ),
        sa.PrimaryKeyConstraint("candidacy_id", name=op.f("pk_profile_draft")),
    )
    op.create_table(
        "profile_version",
        sa.Column("candidacy_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("told", postgresql.JSONB(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidacy_id"], ["candidacy.id"], name=op.f("fk_profile_version_candidacy_id")
        ),
        sa.PrimaryKeyConstraint("candidacy_id", "version", name=op.f("pk_profile_version")),
    )


def downgrade() -> None:
    op.drop_table("profile_version")
    op.drop_table("profile_draft")
