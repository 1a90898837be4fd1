"""Letters with a phrase that opens an encrypted package

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery_phrase",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_phrase_delivery_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_phrase")),
    )
    op.create_index(op.f("ix_delivery_phrase_delivery_id"), "delivery_phrase", ["delivery_id"])


def downgrade() -> None:
    op.drop_table("delivery_phrase")
