"""Keep who was elected

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

POSTS = ("deputation", "presidency", "syndic", "councillor")
PRINCIPLES = ("majority", "proportional")


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "elected",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("post", choice("post", *POSTS), nullable=False),
        sa.Column("principle", choice("principle", *PRINCIPLES), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_elected_contest_id")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["political_actor.id"], name=op.f("fk_elected_party_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elected")),
        sa.UniqueConstraint(
            "contest_id",
            "post",
            "principle",
            "rank",
            name=op.f("uq_elected_contest_id_post_principle_rank"),
        ),
    )
    op.create_index(op.f("ix_elected_party_id"), "elected", ["party_id"])
    # Public pages show it: a change moves the content revision, as migration 0002 explains.
    op.execute(
        """
        CREATE CONSTRAINT TRIGGER touch_content AFTER INSERT OR UPDATE OR DELETE ON elected
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touch_content()
        """
    )
    op.execute(
        """
        CREATE TRIGGER touch_content_emptied AFTER TRUNCATE ON elected
        FOR EACH STATEMENT EXECUTE FUNCTION touch_content()
        """
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_elected_party_id"), table_name="elected")
    op.drop_table("elected")
