"""What an effort to spread the word brought: visits by links that carry its number.

A link is marked `utm_campaign=e17`. The number is all that is counted of it; nobody is followed
from a link to a press, so opinions are known by day only, over all actors.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from decide.statistics.disclosure import enough
from decide.statistics.models import ClosedDay, VisitCount
from decide.statistics.queries import PEOPLE, VIEWS, actors_taking_part
from decide.statistics.tally import EFFORT


@dataclass(frozen=True)
class Day:
    """A day that is over: what people looked at and said. None where too few actors take part."""

    views: int
    reactions: int | None
    ideas: int | None


def visits(session: Session) -> dict[int, dict[date, int]]:
    """For each effort its visits by day, robots apart; one statement."""
    rows = session.execute(
        select(VisitCount.item, VisitCount.day, func.sum(VisitCount.views))
        .where(VisitCount.kind == EFFORT, PEOPLE)
        .group_by(VisitCount.item, VisitCount.day)
    )
    found: dict[int, dict[date, int]] = defaultdict(dict)
    for item, day, count in rows:
        found[int(item)][day] = int(count)
    return dict(found)


def days(session: Session) -> dict[date, Day]:
    """Every closed day: views, and what came in on it over all actors; three statements."""
    views = dict(
        session.execute(
            select(VisitCount.day, func.sum(VisitCount.views))
            .where(PEOPLE, VIEWS)
            .group_by(VisitCount.day)
        ).all()
    )
    told = enough(actors_taking_part(session))
    found: dict[date, Day] = {}
    reactions = ideas = 0
    for row in session.scalars(select(ClosedDay).order_by(ClosedDay.day)):
        new = (max(0, row.reactions - reactions), max(0, row.ideas - ideas))
        reactions, ideas = row.reactions, row.ideas
        found[row.day] = Day(int(views.get(row.day, 0)), *(new if told else (None, None)))
    return found
