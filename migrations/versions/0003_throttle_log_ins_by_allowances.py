"""Throttle log-ins by allowances

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "login_allowance",
        sa.Column("bucket", sa.LargeBinary(length=16), nullable=False),
        sa.Column("spent_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_login_allowance")),
    )
    op.create_index(op.f("ix_login_allowance_spent_until"), "login_allowance", ["spent_until"])
    op.drop_index(op.f("ix_failed_login_account_id"), table_name="failed_login")
    op.drop_index(op.f("ix_failed_login_at"), table_name="failed_login")
    op.drop_table("failed_login")


def downgrade() -> None:
    op.create_table(
        "failed_login",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_login")),
    )
    op.create_index(op.f("ix_failed_login_at"), "failed_login", ["at"])
    op.create_index(op.f("ix_failed_login_account_id"), "failed_login", ["account_id"])
    op.drop_index(op.f("ix_login_allowance_spent_until"), table_name="login_allowance")
    op.drop_table("login_allowance")
