"""Count visits

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "day", "hour", "kind", "item", "source", name=op.f("pk_visit_count")
        ),
    )
    op.create_table(
        "visit_batch",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_visit_batch")),
    )
    op.create_index(op.f("ix_visit_batch_settled_at"), "visit_batch", ["settled_at"])
    op.create_table(
        "closed_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("visitors", sa.Integer(), nullable=False),
        sa.Column("reactions", sa.BigInteger(), nullable=False),
        sa.Column("ideas", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_closed_day")),
    )
    # Public pages show days that are over: only their closing moves the content revision.
    op.execute(
        """
        CREATE CONSTRAINT TRIGGER touch_content AFTER INSERT OR UPDATE OR DELETE ON closed_day
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touch_content()
        """
    )
    op.execute(
        """
        CREATE TRIGGER touch_content_emptied AFTER TRUNCATE ON closed_day
        FOR EACH STATEMENT EXECUTE FUNCTION touch_content()
        """
    )


def downgrade() -> None:
    op.drop_table("closed_day")
    op.drop_index(op.f("ix_visit_batch_settled_at"), table_name="visit_batch")
    op.drop_table("visit_batch")
    op.drop_table("visit_count")
