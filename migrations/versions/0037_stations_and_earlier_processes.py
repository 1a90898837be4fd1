"""Results by polling station, and processes of the past to compare with

Revision ID: 0037
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

SHOWN = ("result_station", "earlier_process", "earlier_result", "earlier_vote")


def upgrade() -> None:
    op.create_table(
        "result_station",
        sa.Column("result_id", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.SmallInteger(), nullable=False),
        sa.Column("booth", sa.Text(), nullable=False),
        sa.Column("votes", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("unregistered", sa.Integer(), nullable=False),
        sa.Column("null_votes", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["result_id"], ["result.id"], name=op.f("fk_result_station_result_id_result")
        ),
        sa.PrimaryKeyConstraint("result_id", "section", "booth", name=op.f("pk_result_station")),
    )
    op.create_index(op.f("ix_result_station_section"), "result_station", ["section"])
    op.create_table(
        "earlier_process",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("election_day", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_process")),
        sa.UniqueConstraint("key", name=op.f("uq_earlier_process_key")),
    )
    op.create_table(
        "earlier_result",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("process_id", sa.BigInteger(), nullable=False),
        sa.Column("municipality_number", sa.SmallInteger(), nullable=False),
        sa.Column("valid", sa.Integer(), nullable=True),
        sa.Column("unregistered", sa.Integer(), nullable=True),
        sa.Column("null_votes", sa.Integer(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("nominal_list", sa.Integer(), nullable=True),
        sa.Column("stations", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["process_id"],
            ["earlier_process.id"],
            name=op.f("fk_earlier_result_process_id_earlier_process"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_number"],
            ["municipality.number"],
            name=op.f("fk_earlier_result_municipality_number_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_result")),
        sa.UniqueConstraint(
            "process_id", "municipality_number", name=op.f("uq_earlier_result_process_id_municipality_number")
        ),
    )
    op.create_index(
        op.f("ix_earlier_result_municipality_number"), "earlier_result", ["municipality_number"]
    )
    op.create_table(
        "earlier_vote",
        sa.Column("result_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["result_id"], ["earlier_result.id"], name=op.f("fk_earlier_vote_result_id_earlier_result")
        ),
        sa.PrimaryKeyConstraint("result_id", "position", name=op.f("pk_earlier_vote")),
    )
    # Pages show them, so a change moves the content revision (see migration 0002).
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


def downgrade() -> None:
    for table in reversed(SHOWN):
        op.drop_table(table)
