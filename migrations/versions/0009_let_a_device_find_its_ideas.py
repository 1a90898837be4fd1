"""Let a device find its own ideas again.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("idea", sa.Column("author", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_idea_author"), "idea", ["author"])


def downgrade() -> None:
    op.drop_index(op.f("ix_idea_author"), table_name="idea")
    op.drop_column("idea", "author")
