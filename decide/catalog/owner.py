"""On whose behalf somebody acts in the portal: an actor, perhaps only for some of its elections."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_

from decide.catalog.models import Candidacy
from decide.errors import Refused


@dataclass(frozen=True)
class Owner:
    """An actor and what the person who acts for it may do.

    `contests` limits to some elections (None = all), `publishes` says whether words may go public.
    """

    actor_id: int
    contests: frozenset[int] | None = None
    publishes: bool = True

    def owns(self) -> ColumnElement[bool]:
        """The candidacies this person may see and write about: own, heading, of these elections."""
        own = and_(Candidacy.actor_id == self.actor_id, Candidacy.is_head)
        if self.contests is None:
            return own
        return and_(own, Candidacy.contest_id.in_(self.contests))

    def must_publish(self) -> None:
        """Raise Refused for somebody who only writes."""
        if not self.publishes:
            raise Refused("Solo la coordinación publica y retira. Su borrador está guardado.")
