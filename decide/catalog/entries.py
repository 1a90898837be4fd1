"""What the authority registers, as plain values with a stable `key`.

Files and forms are turned into these, compared with what stands, and handed to `catalog.registry`.
"""

import re
import unicodedata
from dataclasses import dataclass

from decide.catalog.models import ActorKind, BlockLevel, Gender, Post


@dataclass(frozen=True)
class ActorEntry:
    """A political actor; `members` are the keys of an alliance's parties, in ballot order."""

    code: str
    kind: ActorKind
    acronym: str
    name: str
    colour: str | None
    order: int
    members: tuple[str, ...] = ()
    is_test: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two entries the same actor."""
        return (self.code,)


@dataclass(frozen=True)
class AllianceEntry:
    """An alliance that stands in a contest."""

    contest: str
    actor: str
    extraordinary: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two entries the same registration."""
        return (self.contest, self.actor)


@dataclass(frozen=True)
class CandidacyEntry:
    """One post of an actor in a contest: owner and substitute."""

    contest: str
    actor: str
    post: Post
    rank: int
    is_head: bool
    owner_name: str
    owner_gender: Gender | None = None
    owner_age: int | None = None
    substitute_name: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two entries the same post."""
        return (self.contest, self.actor, self.post.value, str(self.rank))


@dataclass(frozen=True)
class BlockEntry:
    """A contest in one of an actor's competitiveness blocks, and the gender of who heads there."""

    actor: str
    contest: str
    level: BlockLevel
    gender: Gender | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two entries the same place of the same actor."""
        return (self.actor, self.contest)


def contest_of_district(number: int, state: str = "em") -> str:
    """Key of a district's deputation."""
    return f"{state}.d{number:02d}"


def contest_of_municipality(number: int, state: str = "em") -> str:
    """Key of an ayuntamiento; `number` is the INE's."""
    return f"{state}.m{number:03d}"


def contest_of_list(state: str = "em") -> str:
    """Key of the proportional list."""
    return f"{state}.rp"


def slug_of(text: str) -> str:
    """`text` as a word of an address: lower case, without accents, with hyphens."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-") or "sin-nombre"
