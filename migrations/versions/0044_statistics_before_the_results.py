"""A change of two people: the statistics of the tool in public before the results

Revision ID: 0044
Revises: 0043
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

OWN = "show_statistics"


def allow(values: list[str]) -> None:
    """Let the database take these kinds of change."""
    listed = ", ".join(f"'{each}'" for each in values)
    op.drop_constraint(op.f("ck_change_kind"), "change")
    op.create_check_constraint(op.f("ck_change_kind"), "change", f"kind IN ({listed})")


def known() -> list[str]:
    """The kinds that it takes now."""
    told = op.get_bind().scalar(
        sa.text(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conname = 'ck_change_kind' AND conrelid = 'change'::regclass"
        )
    )
    return list(told.split("'")[1::2])


def upgrade() -> None:
    allow([*known(), OWN])


def downgrade() -> None:
    op.execute(f"DELETE FROM change WHERE kind = '{OWN}'")
    allow([each for each in known() if each != OWN])
