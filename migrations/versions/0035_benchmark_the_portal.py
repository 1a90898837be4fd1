"""Benchmark the portal once a year

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

SHOWN = (
    "benchmark", "benchmark_question", "benchmark_portal", "benchmark_answer", "benchmark_step",
)  # fmt: skip
KINDS = ("publish_benchmark", "reopen_benchmark")


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def kinds_allowed(add: tuple[str, ...], drop: tuple[str, ...] = ()) -> None:
    """Add kinds of change to those that the database takes, or drop some, whatever the others."""
    told = op.get_bind().scalar(
        sa.text(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conname = 'ck_change_kind' AND conrelid = 'change'::regclass"
        )
    )
    known = [each for each in told.split("'")[1::2] if each not in drop]
    values = ", ".join(f"'{each}'" for each in dict.fromkeys((*known, *add)))
    op.drop_constraint(op.f("ck_change_kind"), "change")
    op.create_check_constraint(op.f("ck_change_kind"), "change", f"kind IN ({values})")


def upgrade() -> None:
    op.create_table(
        "benchmark",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("state", choice("state", "draft", "published"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("satisfaction", sa.Float(), nullable=True),
        sa.Column("survey_answers", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)",
            name=op.f("ck_benchmark_published"),
        ),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name=op.f("ck_benchmark_year")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benchmark")),
        sa.UniqueConstraint("year", name=op.f("uq_benchmark_year")),
    )
    op.create_table(
        "benchmark_question",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("benchmark_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("weight", sa.SmallInteger(), nullable=False),
        sa.Column("scale", sa.Text(), nullable=False),
        sa.CheckConstraint("weight BETWEEN 1 AND 100", name=op.f("ck_benchmark_question_weight")),
        sa.ForeignKeyConstraint(
            ["benchmark_id"], ["benchmark.id"],
            name=op.f("fk_benchmark_question_benchmark_id"), ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benchmark_question")),
        sa.UniqueConstraint("benchmark_id", "code", name="uq_benchmark_question_code"),
    )  # fmt: skip
    op.create_table(
        "benchmark_portal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("benchmark_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["benchmark_id"], ["benchmark.id"],
            name=op.f("fk_benchmark_portal_benchmark_id"), ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benchmark_portal")),
        sa.UniqueConstraint("benchmark_id", "code", name="uq_benchmark_portal_code"),
    )  # fmt: skip
    op.create_index(
        "uq_benchmark_portal_own", "benchmark_portal", ["benchmark_id"], unique=True,
        postgresql_where=sa.text("own"),
    )  # fmt: skip
    op.create_table(
        "benchmark_answer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("portal_id", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("ending", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.CheckConstraint("level >= 0", name=op.f("ck_benchmark_answer_level")),
        sa.CheckConstraint(
            "(sha256 IS NULL) = (ending IS NULL)", name=op.f("ck_benchmark_answer_file")
        ),
        sa.ForeignKeyConstraint(
            ["portal_id"], ["benchmark_portal.id"],
            name=op.f("fk_benchmark_answer_portal_id"), ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["benchmark_question.id"],
            name=op.f("fk_benchmark_answer_question_id"), ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benchmark_answer")),
        sa.UniqueConstraint("portal_id", "question_id", name="uq_benchmark_answer_one"),
    )  # fmt: skip
    op.create_index(op.f("ix_benchmark_answer_question_id"), "benchmark_answer", ["question_id"])
    op.create_table(
        "benchmark_step",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("benchmark_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state", choice("state", "planned", "started", "done", "dropped"), nullable=False
        ),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["benchmark_id"], ["benchmark.id"],
            name=op.f("fk_benchmark_step_benchmark_id"), ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benchmark_step")),
    )  # fmt: skip
    op.create_index(op.f("ix_benchmark_step_benchmark_id"), "benchmark_step", ["benchmark_id"])
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
    kinds_allowed(KINDS)


def downgrade() -> None:
    kinds_allowed((), drop=KINDS)
    for table in reversed(SHOWN):
        op.drop_table(table)
