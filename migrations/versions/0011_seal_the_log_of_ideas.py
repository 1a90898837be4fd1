"""Seal the log of ideas

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seal",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("through", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.Column("audit_entry", sa.BigInteger(), nullable=False),
        sa.Column("audit_head", sa.LargeBinary(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_seal")),
        sa.UniqueConstraint("through", name=op.f("uq_seal_through")),
    )
    op.create_table(
        "seal_key",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("public", sa.LargeBinary(length=32), nullable=False),
        sa.Column("boxed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_key")),
        sa.UniqueConstraint("public", name=op.f("uq_seal_key_public")),
    )
    op.create_table(
        "countersignature",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("seal_number", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["political_actor.id"], name=op.f("fk_countersignature_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["seal_number"], ["seal.number"], name=op.f("fk_countersignature_seal_number")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_countersignature")),
        sa.UniqueConstraint(
            "seal_number", "actor_id", name=op.f("uq_countersignature_seal_number_actor_id")
        ),
    )
    op.create_index(
        op.f("ix_countersignature_actor_id"), "countersignature", ["actor_id"], unique=False
    )
    op.create_table(
        "seal_commitment",
        sa.Column("seal_number", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=False),
        sa.Column("opening", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["political_actor.id"], name=op.f("fk_seal_commitment_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["seal_number"], ["seal.number"], name=op.f("fk_seal_commitment_seal_number")
        ),
        sa.PrimaryKeyConstraint("seal_number", "actor_id", name=op.f("pk_seal_commitment")),
    )
    op.create_index(
        op.f("ix_seal_commitment_actor_id"), "seal_commitment", ["actor_id"], unique=False
    )
    op.create_table(
        "sealed_idea",
        sa.Column("leaf", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seal_number", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(length=32), nullable=False),
        sa.Column("salt_hash", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_sealed_idea_idea_id")),
        sa.ForeignKeyConstraint(
            ["seal_number"], ["seal.number"], name=op.f("fk_sealed_idea_seal_number")
        ),
        sa.PrimaryKeyConstraint("leaf", name=op.f("pk_sealed_idea")),
    )
    op.create_index("ix_sealed_idea_idea", "sealed_idea", ["idea_id", "leaf"], unique=False)
    op.create_index(
        op.f("ix_sealed_idea_seal_number"), "sealed_idea", ["seal_number"], unique=False
    )
    op.add_column("delivery", sa.Column("seal_number", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_delivery_seal_number"), "delivery", "seal", ["seal_number"], ["number"]
    )
    # A withdrawn text must not be guessable from its leaf, and one that is sent again is sealed
    # again: both get another salt, whoever writes the row.
    op.execute(
        """
        CREATE FUNCTION renew_salt() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.salt := uuid_send(gen_random_uuid());
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER idea_renew_salt BEFORE UPDATE ON idea FOR EACH ROW
        WHEN (OLD.withdrawn_at IS DISTINCT FROM NEW.withdrawn_at)
        EXECUTE FUNCTION renew_salt()
        """
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER idea_renew_salt ON idea")
    op.execute("DROP FUNCTION renew_salt()")
    op.drop_constraint(op.f("fk_delivery_seal_number"), "delivery", type_="foreignkey")
    op.drop_column("delivery", "seal_number")
    op.drop_index(op.f("ix_sealed_idea_seal_number"), table_name="sealed_idea")
    op.drop_index("ix_sealed_idea_idea", table_name="sealed_idea")
    op.drop_table("sealed_idea")
    op.drop_index(op.f("ix_seal_commitment_actor_id"), table_name="seal_commitment")
    op.drop_table("seal_commitment")
    op.drop_index(op.f("ix_countersignature_actor_id"), table_name="countersignature")
    op.drop_table("countersignature")
    op.drop_table("seal_key")
    op.drop_table("seal")
