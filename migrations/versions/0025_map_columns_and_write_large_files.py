"""Map columns of a source, and write large files in the background."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables of the imports."""
    op.create_table(
        "import_mapping",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("header_sha256", sa.Text(), nullable=False),
        sa.Column("places", postgresql.JSONB(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_import_mapping"),
        sa.UniqueConstraint("layout", "header_sha256", name="uq_import_mapping_layout_header_sha256"),
    )
    op.create_table(
        "import_task",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("progress", sa.SmallInteger(), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.BigInteger()),
        sa.Column("failure", sa.Text()),
        sa.Column("run_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_import_task"),
        sa.UniqueConstraint("token", name="uq_import_task_token"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["import_run.id"], name="fk_import_task_run_id_import_run"
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed')", name="ck_import_task_state"
        ),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("import_task")
    op.drop_table("import_mapping")
