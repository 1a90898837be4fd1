"""Work that waits for the commit."""

import pytest
from sqlalchemy import text

from decide.kernel.db import after_commit


class Undo(Exception):
    """Raised by a test to roll back."""


def test_the_call_comes_once_and_only_after_the_commit(resources):
    calls = []
    with resources.database.transaction() as session:
        session.execute(text("SELECT 1"))
        after_commit(session, lambda: calls.append("sent"))
        assert calls == []
    assert calls == ["sent"]


def test_a_rolled_back_transaction_calls_nothing(resources):
    calls = []

    def fail():
        with resources.database.transaction() as session:
            session.execute(text("SELECT 1"))
            after_commit(session, lambda: calls.append("sent"))
            raise Undo

    with pytest.raises(Undo):
        fail()
    assert calls == []


def undo_a_step(session):
    with session.begin_nested():
        session.execute(text("SELECT 1"))
        raise Undo


def test_the_end_of_a_savepoint_is_not_the_commit(resources):
    calls = []
    with resources.database.transaction() as session:
        after_commit(session, lambda: calls.append("sent"))
        with session.begin_nested():
            session.execute(text("SELECT 1"))
        assert calls == []
        with pytest.raises(Undo):
            undo_a_step(session)
    assert calls == ["sent"]


def test_several_calls_come_in_their_order(resources):
    calls = []
    with resources.database.transaction() as session:
        for number in (1, 2, 3):
            after_commit(session, lambda number=number: calls.append(number))
        session.execute(text("SELECT 1"))
    assert calls == [1, 2, 3]
