"""What is over is destroyed, what is not stays, and the trail says how much."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from decide.kernel.clock import FrozenClock
from decide.retention import actions, jobs
from decide.retention.rules import RULES
from tests import factories

ROOT = Path(__file__).resolve().parents[2]
# One row that is over by a second, one that is not; by table.
ROWS = {
    "account_session": "INSERT INTO account_session (account_id, token_hash, started_at,"
    " last_used_at) SELECT id, sha256(:mark), :moment, :moment FROM account",
    "login_allowance": "INSERT INTO login_allowance (bucket, spent_until)"
    " VALUES (substr(sha256(:mark), 1, 16), :moment)",
    "mail": "INSERT INTO mail (account_id, kind, occasion, state, attempts, planned_at, due_at)"
    " SELECT id, 'closed', encode(:mark, 'escape'), 'sent', 1, :moment, :moment FROM account",
    "subscriber": "INSERT INTO subscriber (mark, sealed, asked_at)"
    " VALUES (sha256(:mark), :mark, :moment)",
    "visit_batch": "INSERT INTO visit_batch (key, settled_at)"
    " VALUES (encode(:mark, 'escape'), :moment)",
    "arco_request": "INSERT INTO arco_request (number_hash, kind, text, received_on, due_on,"
    " state, answer, closed_at, mail, attempts) VALUES (sha256(:mark), 'access', 'x', '2021-01-01',"
    " '2021-02-01', 'answered', 'y', :moment, 'none', 0)",
    "poster_batch": "INSERT INTO poster_batch (about, form, state, made, total, attempt,"
    " ordered_at, touched_at, facts, failure)"
    " VALUES ('cargos', 'a4', 'failed', 0, 4, 1, :moment, :moment, '{}', 'x')",
}
AT = factories.CAMPAIGN
COUNT = "SELECT count(*) FROM {}"


@pytest.fixture
def house(resources):
    """An account and a row of each kind on both sides of its limit."""
    with resources.database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO account (username, person, role, active, unwanted_mail, created_at)"
                " VALUES ('jefa', 'Jefa', 'administrator', true, '{}', :at)"
            ),
            {"at": factories.BEFORE},
        )
        for rule in RULES:
            if rule.table not in ROWS:
                continue
            limit = actions.before(rule, factories.CAMPAIGN)
            for mark, moment in ((b"old", limit - timedelta(seconds=1)), (b"new", limit)):
                session.execute(text(ROWS[rule.table]), {"mark": mark, "moment": moment})
    return resources


def left(house, table):
    with house.database.reading() as session:
        return session.scalar(text(COUNT.format(table)))


def test_what_is_over_goes_what_is_not_stays_and_the_trail_tells_numbers(house):
    with house.database.transaction() as session:
        overdue = {each.rule.table: each.overdue for each in actions.standing(session, at=AT)}
        assert {table: overdue[table] for table in ROWS} == dict.fromkeys(ROWS, 1)
        assert actions.destroy(session, at=AT) == dict.fromkeys(ROWS, 1)
        assert not any(each.overdue for each in actions.standing(session, at=AT))
        assert actions.destroy(session, at=AT) == {}, "a second time there is nothing to do"
    assert {table: left(house, table) for table in ROWS} == dict.fromkeys(ROWS, 1)
    with house.database.reading() as session:
        told = session.execute(text("SELECT deed, after FROM audit_entry")).all()
    assert told == [("retention.destroyed", dict.fromkeys(ROWS, 1))]


def test_the_workers_turn_destroys_by_the_services_clock(house):
    jobs.destroy_due.__wrapped__(replace(house, clock=FrozenClock(AT)), 1)
    assert {table: left(house, table) for table in ROWS} == dict.fromkeys(ROWS, 1)


def test_the_document_says_what_the_rules_say():
    page = (ROOT / "docs" / "operations" / "retention.md").read_text(encoding="utf-8")
    for rule in RULES:
        assert f"| `{rule.table}` | {rule.what} | {rule.days} days | {rule.why} |" in page
