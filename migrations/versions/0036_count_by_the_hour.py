"""Count by the hour

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hour_mark",
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("presses", sa.BigInteger(), nullable=False),
        sa.Column("ideas", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hour", name=op.f("pk_hour_mark")),
    )


def downgrade() -> None:
    op.drop_table("hour_mark")
