"""Remember what an import changed, so that it can be shown and undone.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("import_run", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "import_change",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("before", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["import_run.id"], name=op.f("fk_import_change_run_id")
        ),
        sa.PrimaryKeyConstraint("run_id", "position", name=op.f("pk_import_change")),
    )


def downgrade() -> None:
    op.drop_table("import_change")
    op.drop_column("import_run", "undone_at")
