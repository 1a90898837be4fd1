"""Requests about personal data

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "arco_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "kind",
            choice("kind", "access", "rectification", "cancellation", "opposition"),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            choice("state", "received", "in_progress", "answered", "withdrawn"),
            nullable=False,
        ),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail", choice("mail", "none", "queued", "sent", "failed"), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("mail_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("char_length(text) <= 2000", name=op.f("ck_arco_request_text_length")),
        sa.CheckConstraint(
            "char_length(answer) <= 4000", name=op.f("ck_arco_request_answer_length")
        ),
        sa.CheckConstraint(
            "(text = '') = (state = 'withdrawn')", name=op.f("ck_arco_request_erased_when_withdrawn")
        ),
        sa.CheckConstraint(
            "(answer <> '') = (state = 'answered')",
            name=op.f("ck_arco_request_answer_when_answered"),
        ),
        sa.CheckConstraint(
            "(closed_at IS NOT NULL) = (state IN ('answered', 'withdrawn'))",
            name=op.f("ck_arco_request_closed"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arco_request")),
        sa.UniqueConstraint("number_hash", name=op.f("uq_arco_request_number_hash")),
    )
    op.create_index(op.f("ix_arco_request_state"), "arco_request", ["state"])
    op.create_index(
        "ix_arco_request_mail", "arco_request", ["mail_due_at"],
        postgresql_where=sa.text("mail = 'queued'"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("arco_request")
