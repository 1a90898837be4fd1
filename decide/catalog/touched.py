"""The words in which triggers say what was touched (migration 0043), for who shows little of it.

A statement says `.execution_options(only=…)` with one of these; without it, it shows every row of
each table that it names (`kernel.notes`).
"""

from decide.kernel.notes import only

Only = dict[str, tuple[str, ...]]

EVERY: Only = {}  # a statement that shows all rows
SUBJECTS = ("subject", "subject_version", "proposal")
PLATFORMS: Only = only(SUBJECTS, "subject.platform")
BLOCKS: Only = only(SUBJECTS, "subject.block")
# Of a statement that asks whether somebody has published; where, its caller notes (`told_in`).
NOTED_APART: Only = only((*SUBJECTS, "profile"), "candidacy")


def by_subject(subject_id: int) -> Only:
    """One subject, and the proposal that it is."""
    return only(SUBJECTS, subject(subject_id))


def subject(subject_id: int) -> str:
    """One subject: its words, and whether it is open."""
    return f"subject:{subject_id}"


def by_head(candidacy_id: int) -> Only:
    """What one person has published."""
    return only(SUBJECTS, f"proposal:{candidacy_id}") | only(
        ("profile",), f"profile:{candidacy_id}"
    )


def by_contest(contest_id: int) -> Only:
    """All proposals in one election."""
    return only(SUBJECTS, f"proposal.contest:{contest_id}")


def by_actor(actor_id: int) -> Only:
    """All proposals of one actor."""
    return only(SUBJECTS, f"proposal.actor:{actor_id}")


def told_in(contest_id: int) -> str:
    """Who of an election has published anything."""
    return f"told.contest:{contest_id}"
