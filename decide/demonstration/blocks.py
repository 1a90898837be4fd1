"""Invented competitiveness blocks: each actor's places, drawn into three, with who heads there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from decide.catalog.entries import BlockEntry
from decide.catalog.models import BlockLevel, ContestKind
from decide.demonstration import lots
from decide.demonstration.offer import DemoCandidacy

FEWEST = 3  # an actor with fewer places makes no blocks


def blocks(offer: Iterable[DemoCandidacy]) -> Iterator[BlockEntry]:
    """Districts and municipalities of every actor that stands in some, each in one of three."""
    standing: dict[tuple[str, ContestKind], list[DemoCandidacy]] = defaultdict(list)
    for one in offer:
        if one.is_head:
            standing[one.actor, one.kind].append(one)
    for places in standing.values():
        if len(places) < FEWEST:
            continue
        drawn = sorted(places, key=lambda one: (lots.number(10**6, one.key, "block"), one.key))
        for rank, one in enumerate(drawn):
            level = list(BlockLevel)[rank * len(BlockLevel) // len(drawn)]
            yield BlockEntry(one.actor, one.contest, level, one.owner.gender)
