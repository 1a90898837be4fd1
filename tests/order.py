"""Which modules a run of several processes begins with: the long ones, so that none ends alone.

A module is the share of one process (`--dist loadscope`); xdist itself would begin with those of
many tests, which are the short ones, and end with minutes of one browser (`--no-loadscope-reorder`
in the Makefile keeps it from that). Those that mostly wait stand between those that reckon.
"""

from pathlib import Path

TESTS = Path(__file__).resolve().parent
LONGEST = (
    "faults/test_servers_away.py", "web/test_doors.py", "web/test_exactness.py",
    "browser/test_staff.py", "faults/test_clock.py", "browser/test_actor_states.py",
    "faults/test_ledger.py", "integration/test_whole_line.py", "browser/test_barriers.py",
    "faults/test_topology.py", "browser/test_payloads.py", "web/test_archive.py",
    "browser/test_budget.py", "integration/test_delivery.py", "browser/test_opinions.py",
    "faults/test_supervisor.py", "browser/test_office_watch.py", "web/test_neutrality.py",
    "faults/test_rolling.py", "browser/test_texts.py", "integration/test_setup_script.py",
    "browser/test_delivery.py", "browser/test_set_up.py", "faults/test_hosts.py",
    "integration/test_cycle.py", "integration/test_neutrality.py", "browser/test_walk.py",
    "browser/test_patterns.py", "faults/test_backup.py", "integration/test_delivery_package.py",
)  # fmt: skip


def longest_first(items):
    """Put the tests of the longest modules first; all others stay in their order."""
    ranks = {TESTS / name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))
