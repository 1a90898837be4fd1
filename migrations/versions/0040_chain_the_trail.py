"""Chain the trail

Revision ID: 0040
Revises: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit_entry", sa.Column("session_id", sa.BigInteger(), nullable=True))
    op.create_table(
        "audit_link",
        sa.Column("entry_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("head", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_link")),
    )


def downgrade() -> None:
    op.drop_table("audit_link")
    op.drop_column("audit_entry", "session_id")
