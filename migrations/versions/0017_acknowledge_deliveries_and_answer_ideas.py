"""Acknowledge deliveries and answer ideas

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# What the public pages about seals and deliveries show besides the offer.
SHOWN = ("seal", "countersignature", "acknowledgement", "idea_answer")


def upgrade() -> None:
    op.create_table(
        "acknowledgement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("folio", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("paper", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_acknowledgement_delivery_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgement")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_acknowledgement_delivery_id")),
        sa.UniqueConstraint("folio", name=op.f("uq_acknowledgement_folio")),
    )
    op.create_table(
        "delivery_handover",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("medium", sa.Text(), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_handover_delivery_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_handover")),
    )
    op.create_index(
        op.f("ix_delivery_handover_delivery_id"), "delivery_handover", ["delivery_id"], unique=False
    )
    op.create_table(
        "idea_answer",
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "read",
                "studied",
                "adopted",
                "declined",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('read', 'studied') OR text <> ''", name=op.f("ck_idea_answer_reason")
        ),
        sa.CheckConstraint("char_length(text) <= 600", name=op.f("ck_idea_answer_text_length")),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["political_actor.id"], name=op.f("fk_idea_answer_actor_id")
        ),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_idea_answer_idea_id")),
        sa.PrimaryKeyConstraint("idea_id", "actor_id", name=op.f("pk_idea_answer")),
    )
    op.create_index(op.f("ix_idea_answer_actor_id"), "idea_answer", ["actor_id"], unique=False)
    for table in SHOWN:
        op.execute(
            f"""
            CREATE CONSTRAINT TRIGGER touch_content AFTER INSERT OR UPDATE OR DELETE ON {table}
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touch_content()
            """
        )


def downgrade() -> None:
    for table in SHOWN:
        op.execute(f"DROP TRIGGER touch_content ON {table}")
    op.drop_index(op.f("ix_idea_answer_actor_id"), table_name="idea_answer")
    op.drop_table("idea_answer")
    op.drop_index(op.f("ix_delivery_handover_delivery_id"), table_name="delivery_handover")
    op.drop_table("delivery_handover")
    op.drop_table("acknowledgement")
