"""Review and mark

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("through", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule_version", sa.SmallInteger(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answers", sa.BigInteger(), nullable=False),
        sa.Column("subjects", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_review")),
    )
    op.create_table(
        "marking",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "discarded",
                "approved",
                "applied",
                "reverted",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("choice", sa.SmallInteger(), nullable=True),
        sa.Column("new_only", sa.Boolean(), nullable=False),
        sa.Column("crowded_only", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("test", sa.Text(), nullable=True),
        sa.Column("p", sa.Double(), nullable=True),
        sa.Column("added", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reverted_by", sa.BigInteger(), nullable=True),
        sa.Column("reverted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("until > since", name=op.f("ck_marking_order")),
        sa.CheckConstraint("approved_by <> proposed_by", name=op.f("ck_marking_two_people")),
        sa.CheckConstraint(
            "(day IS NULL) = (proposed_by IS NOT NULL)", name=op.f("ck_marking_source")
        ),
        sa.CheckConstraint(
            "day IS NOT NULL OR state NOT IN ('approved', 'applied', 'reverted')"
            " OR approved_by IS NOT NULL",
            name=op.f("ck_marking_approved"),
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_marking_subject_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking")),
    )
    op.create_index(op.f("ix_marking_subject_id"), "marking", ["subject_id"], unique=False)
    op.create_index(op.f("ix_marking_day"), "marking", ["day"], unique=False)
    op.create_table(
        "idea_mark",
        sa.Column("idea_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name=op.f("fk_idea_mark_idea_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("idea_id", name=op.f("pk_idea_mark")),
    )
    op.create_index(op.f("ix_idea_mark_day"), "idea_mark", ["day"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_idea_mark_day"), table_name="idea_mark")
    op.drop_table("idea_mark")
    op.drop_index(op.f("ix_marking_day"), table_name="marking")
    op.drop_index(op.f("ix_marking_subject_id"), table_name="marking")
    op.drop_table("marking")
    op.drop_table("review")
