"""Recovery codes under a slow hash: the salt of those of an account

Those without one are strengthened when their account logs in.

Revision ID: 0045
Revises: 0044
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recovery_code", sa.Column("salt", sa.LargeBinary(length=16), nullable=True))


def downgrade() -> None:
    """Codes under a slow hash cannot go back; their accounts print new ones."""
    op.execute("DELETE FROM recovery_code WHERE salt IS NOT NULL")
    op.drop_column("recovery_code", "salt")
