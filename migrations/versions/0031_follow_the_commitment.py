"""Follow the commitment in public: activities and evidence

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

SHOWN = ("commitment_activity", "commitment_evidence")


def upgrade() -> None:
    op.create_table(
        "commitment_activity",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("objective", sa.Text(), nullable=False),
        sa.Column("verification", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("planned_start", sa.Date(), nullable=False),
        sa.Column("planned_end", sa.Date(), nullable=False),
        sa.Column("actual_start", sa.Date(), nullable=True),
        sa.Column("actual_end", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "planned_end >= planned_start", name=op.f("ck_commitment_activity_planned_order")
        ),
        sa.CheckConstraint(
            "actual_end IS NULL OR (actual_start IS NOT NULL AND actual_end >= actual_start)",
            name=op.f("ck_commitment_activity_actual_order"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_activity")),
        sa.UniqueConstraint("code", name=op.f("uq_commitment_activity_code")),
    )
    op.create_table(
        "commitment_evidence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("activity_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["commitment_activity.id"],
            name=op.f("fk_commitment_evidence_activity_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_evidence")),
    )
    op.create_index(
        op.f("ix_commitment_evidence_activity_id"), "commitment_evidence", ["activity_id"]
    )
    for table in SHOWN:
        op.execute(
            f"""
            CREATE CONSTRAINT TRIGGER touch_content AFTER INSERT OR UPDATE OR DELETE ON {table}
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touch_content()
            """
        )
        op.execute(
            f"""
            CREATE TRIGGER touch_content_emptied AFTER TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION touch_content()
            """
        )


def downgrade() -> None:
    op.drop_table("commitment_evidence")
    op.drop_table("commitment_activity")
