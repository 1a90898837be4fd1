"""Periodic reports for the follow-up group

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "ordered",
                "ready",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("ordered_by", sa.BigInteger(), nullable=True),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=True),
        sa.Column("pdf_sha256", sa.Text(), nullable=True),
        sa.Column("xlsx_sha256", sa.Text(), nullable=True),
        sa.CheckConstraint("until >= since", name=op.f("ck_report_order")),
        sa.CheckConstraint(
            "(state = 'ready') = (facts IS NOT NULL AND pdf_sha256 IS NOT NULL"
            " AND xlsx_sha256 IS NOT NULL)",
            name=op.f("ck_report_ready"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index(op.f("ix_report_state"), "report", ["state"])
    op.create_index(
        "uq_report_of_the_program", "report", ["since", "until"], unique=True,
        postgresql_where=sa.text("ordered_by IS NULL"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("report")
