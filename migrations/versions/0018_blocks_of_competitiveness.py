"""Keep competitiveness blocks

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLES = ("competitiveness_block", "block_place")


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def key_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "competitiveness_block",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("scope", choice("scope", "legislative", "municipal"), nullable=False),
        sa.Column("level", choice("level", "high", "medium", "low"), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        key_to("competitiveness_block", "actor_id", "political_actor"),
        key_to("competitiveness_block", "subject_id", "subject"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competitiveness_block")),
        sa.UniqueConstraint(
            "actor_id", "scope", "level", name=op.f("uq_competitiveness_block_actor_id_scope_level")
        ),
        sa.UniqueConstraint("subject_id", name=op.f("uq_competitiveness_block_subject_id")),
    )
    op.create_table(
        "block_place",
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("block_id", sa.BigInteger(), nullable=False),
        sa.Column("gender", choice("gender", "woman", "man", "non_binary"), nullable=True),
        key_to("block_place", "actor_id", "political_actor"),
        key_to("block_place", "contest_id", "contest"),
        key_to("block_place", "block_id", "competitiveness_block"),
        sa.PrimaryKeyConstraint("actor_id", "contest_id", name=op.f("pk_block_place")),
    )
    op.create_index(op.f("ix_block_place_contest_id"), "block_place", ["contest_id"])
    op.create_index(op.f("ix_block_place_block_id"), "block_place", ["block_id"])
    # Public pages show them: a change moves the content revision, as migration 0002 explains.
    for table in TABLES:
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
    for table in reversed(TABLES):
        op.drop_table(table)
