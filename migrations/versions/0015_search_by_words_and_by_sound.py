"""Search texts by their words and names by their sound.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# What a Spanish ear does not tell apart; `catalog.sound` says the same in Python, and a test compares.
SOUNDS = (
    ("ch", "1"),
    ("h", ""),
    ("qu(?=[ei])", "k"),
    ("gu(?=[ei])", "2"),
    ("g(?=[ei])", "j"),
    ("2", "g"),
    ("c(?=[ei])", "s"),
    ("[cq]", "k"),
    ("[zx]", "s"),
    ("v", "b"),
    ("w", "u"),
    ("ll", "y"),
    ("y(?![aeiou])", "i"),
    (r"(.)\1", r"\1"),
)


def upgrade() -> None:
    sound = "public.folded(words)"
    for heard, written in SOUNDS:
        sound = f"regexp_replace({sound}, '{heard}', '{written}', 'g')"
    op.execute(
        "CREATE FUNCTION sounded(words text) RETURNS text"
        f" LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN {sound}"
    )
    # The stemmer needs the accent of “-ción”; everywhere else people leave accents out.
    op.execute(
        r"""
        CREATE FUNCTION worded(words text) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN regexp_replace(public.folded(words), 'cion\M', 'ción', 'g')
        """
    )
    op.add_column(
        "candidacy",
        sa.Column(
            "sounded_names",
            sa.Text(),
            sa.Computed(
                "sounded((owner_name || ' '::text) || COALESCE(substitute_name, ''::text))",
                persisted=True,
            ),
            nullable=False,
        ),
    )
    op.create_index(
        "ix_candidacy_sounded_names",
        "candidacy",
        ["sounded_names"],
        postgresql_using="gin",
        postgresql_ops={"sounded_names": "gin_trgm_ops"},
    )
    op.add_column(
        "subject_version",
        sa.Column(
            "words",
            postgresql.TSVECTOR(),
            sa.Computed(
                "setweight(to_tsvector('spanish'::regconfig, worded(title)), 'A'::\"char\")"
                " || to_tsvector('spanish'::regconfig, worded(text))",
                persisted=True,
            ),
            nullable=False,
        ),
    )
    op.add_column(
        "subject_version",
        sa.Column(
            "sounded_title", sa.Text(), sa.Computed("sounded(title)", persisted=True), nullable=False
        ),
    )
    op.create_index(
        "ix_subject_version_words", "subject_version", ["words"], postgresql_using="gin"
    )
    op.create_index(
        "ix_subject_version_sounded_title",
        "subject_version",
        ["sounded_title"],
        postgresql_using="gin",
        postgresql_ops={"sounded_title": "gin_trgm_ops"},
    )


def downgrade() -> None:
    op.drop_index("ix_subject_version_sounded_title", table_name="subject_version")
    op.drop_index("ix_subject_version_words", table_name="subject_version")
    op.drop_column("subject_version", "sounded_title")
    op.drop_column("subject_version", "words")
    op.drop_index("ix_candidacy_sounded_names", table_name="candidacy")
    op.drop_column("candidacy", "sounded_names")
    op.execute("DROP FUNCTION worded(text)")
    op.execute("DROP FUNCTION sounded(text)")
