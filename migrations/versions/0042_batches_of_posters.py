"""Posters made in batches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table of the outreach."""
    op.create_table(
        "poster_batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "about",
            sa.Enum(
                "municipios", "distritos", "cargos", "actores", name="about", native_enum=False,
                create_constraint=True, length=32,
            ),
            nullable=False,
        ),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued", "running", "ready", "failed", name="state", native_enum=False,
                create_constraint=True, length=32,
            ),
            nullable=False,
        ),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ordered_by", sa.BigInteger(), nullable=True),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("made BETWEEN 0 AND total", name=op.f("ck_poster_batch_made")),
        sa.CheckConstraint(
            "(state = 'ready') = (sha256 IS NOT NULL AND bytes IS NOT NULL)",
            name=op.f("ck_poster_batch_ready"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poster_batch")),
    )  # fmt: skip
    op.create_index(op.f("ix_poster_batch_state"), "poster_batch", ["state"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("poster_batch")
