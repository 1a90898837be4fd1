"""Narrow the press ledger's rows, and keep what cannot be read.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _reaction(*columns: sa.Column) -> None:
    op.rename_table("reaction", "reaction_before")
    op.execute("ALTER TABLE reaction_before RENAME CONSTRAINT pk_reaction TO pk_reaction_before")
    op.create_table(
        "reaction",
        *columns,
        sa.PrimaryKeyConstraint("subject_id", "press_id", name=op.f("pk_reaction")),
    )


def upgrade() -> None:
    # Columns in the order that wastes no padding: there are millions of these rows.
    _reaction(
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("pressed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("press_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("choice", sa.SmallInteger(), nullable=False),
    )
    op.execute(
        "INSERT INTO reaction (subject_id, pressed_at, press_id, version, choice)"
        " SELECT subject_id, pressed_at, encode(press_id, 'hex')::uuid, version, choice"
        " FROM reaction_before"
    )
    op.drop_table("reaction_before")
    op.create_table(
        "drain_misfit",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("stream", "entry", name=op.f("pk_drain_misfit")),
    )


def downgrade() -> None:
    op.drop_table("drain_misfit")
    _reaction(
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("press_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("choice", sa.SmallInteger(), nullable=False),
        sa.Column("pressed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute(
        "INSERT INTO reaction (subject_id, press_id, version, choice, pressed_at)"
        " SELECT subject_id, decode(replace(press_id::text, '-', ''), 'hex'), version, choice,"
        " pressed_at FROM reaction_before"
    )
    op.drop_table("reaction_before")
