"""Tell pressure and circumstance

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A constant default writes no row anew, and the code of before goes on inserting.
    op.add_column(
        "reaction",
        sa.Column("circumstance", sa.SmallInteger(), server_default="0", nullable=False),
    )
    op.create_table(
        "pressure",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_pressure_single")),
        sa.CheckConstraint(
            "level IN ('normal', 'alert', 'siege')", name=op.f("ck_pressure_level")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pressure")),
    )
    op.create_table(
        "pressure_sample",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("copied", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("at", name=op.f("pk_pressure_sample")),
    )


def downgrade() -> None:
    op.drop_table("pressure_sample")
    op.drop_table("pressure")
    op.drop_column("reaction", "circumstance")
