"""Keep the real shapes of municipalities and districts

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TABLES = ("shape_file", "shape")


def upgrade() -> None:
    op.create_table(
        "shape_file",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_shape_file")),
    )
    op.create_table(
        "shape",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("small", sa.Text(), nullable=False),
        sa.Column("large", sa.Text(), nullable=False),
        sa.Column("box", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["kind"], ["shape_file.kind"], name=op.f("fk_shape_kind")),
        sa.PrimaryKeyConstraint("kind", "number", name=op.f("pk_shape")),
    )
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
