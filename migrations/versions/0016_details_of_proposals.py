"""Say more with a proposal: how, where, which goal

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

PLACES = (("proposal", "details"), ("proposal", "draft"), ("subject_version", "details"))


def upgrade() -> None:
    for table, column in PLACES:
        op.add_column(
            table, sa.Column(column, postgresql.JSONB(), server_default="{}", nullable=False)
        )


def downgrade() -> None:
    for table, column in reversed(PLACES):
        op.drop_column(table, column)
