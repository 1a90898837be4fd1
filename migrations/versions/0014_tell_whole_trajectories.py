"""Tell whole trajectories, with a photograph

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

PARTS = (
    "schooling_status",
    "courses",
    "website",
    "networks",
    "email",
    "phone",
    "address",
    "photo",
    "photo_alt",
)


def upgrade() -> None:
    for part in PARTS:
        op.add_column("profile", sa.Column(part, sa.Text(), server_default="", nullable=False))
    op.create_index(op.f("ix_profile_photo"), "profile", ["photo"])


def downgrade() -> None:
    op.drop_index(op.f("ix_profile_photo"), table_name="profile")
    for part in reversed(PARTS):
        op.drop_column("profile", part)
