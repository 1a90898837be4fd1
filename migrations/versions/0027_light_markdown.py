"""Keep what a trajectory is written in; what stands today stays plain text

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("profile", sa.Column("markup", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("profile", "markup")
