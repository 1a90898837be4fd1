"""Orders and the queue: the row stands, whoever gave the order is told so, and a sweep sends it."""

from datetime import timedelta

import pytest
from redis import Redis

from decide.kernel.clock import Clock
from decide.kernel.jobs import Jobs
from decide.kernel.redis import RedisError
from decide.reports import actions, jobs
from tests import factories


def order(resources, queue):
    with resources.database.transaction() as session:
        factories.process(session)
        at = Clock().now(session)
        today = at.date()
        return actions.order(
            session, queue, since=today - timedelta(days=3), until=today - timedelta(days=2),
            today=today, at=at, by=1,
        )  # fmt: skip


def test_an_order_stands_though_the_queue_is_away_and_the_sweep_sends_it(resources):
    away = Jobs(Redis(host="127.0.0.1", port=1, retry=None))
    with pytest.raises(RedisError):
        away.send(actions.BUILD, 1)
    number = order(resources, away)
    assert not resources.jobs.is_known(actions.BUILD, number)
    jobs.sweep.__wrapped__(resources, 7)
    assert resources.jobs.is_known(actions.BUILD, number, attempt=7)
