"""Keep formal letters, and signed receipts of copies handed over by hand

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "delivery_handover",
        sa.Column("handed_on", sa.Date(), server_default=sa.func.current_date(), nullable=False),
    )
    op.alter_column("delivery_handover", "handed_on", server_default=None)
    op.add_column("delivery_handover", sa.Column("scan_name", sa.Text(), nullable=True))
    op.add_column("delivery_handover", sa.Column("scan_sha256", sa.Text(), nullable=True))
    op.create_table(
        "delivery_letter",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_letter_delivery_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_letter")),
    )
    op.create_index(
        op.f("ix_delivery_letter_delivery_id"), "delivery_letter", ["delivery_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_delivery_letter_delivery_id"), table_name="delivery_letter")
    op.drop_table("delivery_letter")
    op.drop_column("delivery_handover", "scan_sha256")
    op.drop_column("delivery_handover", "scan_name")
    op.drop_column("delivery_handover", "handed_on")
