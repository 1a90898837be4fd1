"""Six roles of the office

Revision ID: 0034
Revises: 0033
"""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

BEFORE = ("coordinator", "editor", "administrator", "importer", "observer")
AFTER = (*BEFORE[:3], "writer", "importer", "credentials", "observer", "auditor")


def allow(*roles: str) -> None:
    op.drop_constraint(op.f("ck_account_role"), "account", type_="check")
    told = ", ".join(f"'{role}'" for role in roles)
    op.create_check_constraint(op.f("ck_account_role"), "account", f"role IN ({told})")


def upgrade() -> None:
    allow(*AFTER)


def downgrade() -> None:
    # Whoever had a finer role may still look; an administrator decides what else.
    op.execute(
        "UPDATE account SET role = 'observer' WHERE role IN ('writer', 'credentials', 'auditor')"
    )
    allow(*BEFORE)
