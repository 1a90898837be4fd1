"""A day at the office with much to look at: rhythm, letters, requests, mails that failed."""

from datetime import UTC, date, timedelta

from sqlalchemy import text

from decide.accounts import activation
from decide.accounts.actions import create_account
from decide.accounts.roles import Role
from decide.participation.models import HourMark
from decide.statistics.models import VisitCount

DAY = (3, 2, 1, 1, 2, 5, 14, 32, 48, 61, 70, 66, 58, 63, 74, 69, 71, 80, 96, 120, 141, 118, 64, 22)


def rhythm(session, now, zone, *, days=14):
    """Marks of every hour, and visits, of the last days until `now`."""
    newest = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    presses = ideas = 0
    for back in range(days * 24, -1, -1):
        instant = newest - timedelta(hours=back)
        local = instant.astimezone(zone)
        weight = DAY[local.hour] * (6 + (local.day * 7) % 5)
        presses += weight
        ideas += weight // 37
        session.merge(HourMark(hour=instant, presses=presses, ideas=ideas))
        session.merge(
            VisitCount(
                day=local.date(), hour=local.hour, kind="home", item="", source="direct",
                views=weight * 9,
            )
        )  # fmt: skip


def trouble(session, settings, now, actor_id):
    """Letters in every state, an overdue request, a mail that failed, a new question."""
    people = []
    for number, name in enumerate(("Inés Zárate Güemes", "Darío Nava Muñoz", "Ana Mora Téllez"), 1):
        people.append(
            create_account(
                session, username=f"persona.{number}", person=name, role=Role.COORDINATOR,
                actor_id=actor_id, at=now, by=None,
            ).id
        )  # fmt: skip
    activation.issue(session, settings, people[0], at=now - timedelta(days=20), by=None)
    activation.issue(session, settings, people[1], at=now - timedelta(days=2), by=None)
    session.execute(
        text("INSERT INTO suggestion (day, about, text, state) VALUES (:day, 'guias', 'x', 'new')"),
        {"day": now.date()},
    )
    session.execute(
        text(
            "INSERT INTO arco_request (number_hash, kind, text, received_on, due_on, state, answer,"
            " mail, attempts) VALUES (:hash, 'access', 'Quiero ver mis datos', :on, :due,"
            " 'received', '', 'failed', 3)"
        ),
        {"hash": bytes(32), "on": date(2021, 4, 1), "due": (now - timedelta(days=2)).date()},
    )
