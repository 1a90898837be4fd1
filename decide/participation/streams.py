"""The press log in Redis/Valkey: one class owns every key name of it.

    {p00}:press …  one stream of presses per shard     {p00}:idea …  one stream of ideas per shard
    {p00}:tally:7  what a subject has now, “likes dislikes”, set from SQL

The braces make all keys of a shard land on one node of a cluster; no call names two shards.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from hiredis import pack_command
from redis import Redis
from redis.exceptions import ResponseError

from decide.participation.entry import IdeaSent, Press, idea_fields, press_fields
from decide.participation.ferry import Ferry
from decide.participation.wire import Elsewhere, Wire

BEGINNING = "0-0"

Entry = tuple[str, list[bytes]]  # id, and names and values in turn


@dataclass(frozen=True)
class StreamState:
    """What the server says about one stream; `added` counts entries since the stream exists."""

    length: int
    added: int
    last: str


class Streams:
    """Reading and writing the press log. Every method raises RedisError when the server is away."""

    def __init__(self, redis: Redis, shards: int, *, wire: Wire | None = None) -> None:
        """Use `redis`; `shards` must stay the same during one process.

        With a `wire` the two frequent commands go over it, as long as the server is no cluster.
        """
        self.redis = redis
        self.shards = shards
        self._wire = wire
        self._ferry = None if wire is None else Ferry(wire)
        self._press_keys = [f"{{p{shard:02d}}}:press" for shard in range(shards)]
        self._idea_keys = [f"{{p{shard:02d}}}:idea" for shard in range(shards)]

    def names(self) -> list[str]:
        """All streams: first every press stream, then every idea stream."""
        return self._press_keys + self._idea_keys

    def holds_ideas(self, name: str) -> bool:
        """Whether a stream is one of ideas."""
        return name in self._idea_keys

    def press_stream(self, press_id: bytes) -> str:
        """Where a device's presses on a subject always land: their order is that stream's."""
        return self._press_keys[int.from_bytes(press_id[:2], "big") % self.shards]

    def idea_stream(self, folio_hash: bytes) -> str:
        """Where an idea lands."""
        return self._idea_keys[int.from_bytes(folio_hash[:2], "big") % self.shards]

    def tally_key(self, subject_id: int) -> str:
        """The counter of a subject."""
        return f"{{p{subject_id % self.shards:02d}}}:tally:{subject_id}"

    def add_press(self, press: Press) -> None:
        """Append one press; returns when the server has it on its disk (appendfsync always)."""
        self._append(self.press_stream(press.press_id), press_fields(press))

    def add_idea(self, idea: IdeaSent) -> None:
        """Append one idea; returns when the server has it on its disk."""
        self._append(self.idea_stream(idea.folio_hash), idea_fields(idea))

    def _append(self, name: str, fields: Mapping[bytes, bytes]) -> None:
        parts = tuple(part for pair in fields.items() for part in pair)
        if self._spoken(self._ferry, (b"XADD", name, b"*", *parts)) is None:
            self.redis.xadd(name, cast("dict[Any, Any]", fields))

    def _spoken(self, way: Wire | Ferry | None, command: tuple[Any, ...]) -> Any:
        """The server's own answer by this way; None where only the library can ask."""
        if way is None:
            return None
        try:
            return way.ask(pack_command(command))
        except Elsewhere:
            self._wire = self._ferry = None
            return None

    def rest(self) -> None:
        """Close what the wire keeps open; the next use opens it again."""
        if self._wire is not None:
            self._wire.close()

    def close(self) -> None:
        """Give all connections back."""
        self.redis.close()
        self.rest()

    def after(self, name: str, entry: str, count: int) -> list[Entry]:
        """Up to `count` entries of a stream that follow `entry`, oldest first."""
        found = self._spoken(self._wire, (b"XRANGE", name, f"({entry}", "+", "COUNT", count))
        if found is not None:
            return [(identity.decode(), fields or []) for identity, fields in found]
        told = cast(
            "list[tuple[bytes, dict[bytes, bytes] | None]]",
            self.redis.xrange(name, f"({entry}", "+", count=count),
        )
        return [
            (identity.decode(), [part for pair in (fields or {}).items() for part in pair])
            for identity, fields in told
        ]

    def state(self, name: str) -> StreamState:
        """Length, entries ever added and last id; an absent stream is an empty one."""
        try:
            facts = self.redis.xinfo_stream(name)
        except ResponseError as error:
            if "no such key" in str(error):
                return StreamState(0, 0, BEGINNING)
            raise
        last = facts["last-generated-id"]
        return StreamState(
            length=int(facts["length"]),
            added=int(facts.get("entries-added", facts["length"])),
            last=last.decode() if isinstance(last, bytes) else str(last),
        )

    def trim_before(self, name: str, entry: str) -> int:
        """Drop the entries older than `entry` (whole blocks only); returns how many went."""
        return self.redis.xtrim(name, minid=entry, approximate=True, limit=0)

    def set_tallies(self, tallies: Iterable[tuple[int, int, int]]) -> None:
        """Set counters from (subject, likes, dislikes); setting again is harmless."""
        pipe = self.redis.pipeline(transaction=False)
        for subject_id, likes, dislikes in tallies:
            pipe.set(self.tally_key(subject_id), b"%d %d" % (likes, dislikes))
        pipe.execute()

    def tallies(self, subjects: Iterable[int]) -> dict[int, tuple[int, int]]:
        """The counters of these subjects; a subject without counter is left out."""
        asked = list(subjects)
        pipe = self.redis.pipeline(transaction=False)
        for subject_id in asked:
            pipe.get(self.tally_key(subject_id))
        found: dict[int, tuple[int, int]] = {}
        for subject_id, value in zip(asked, pipe.execute(), strict=True):
            if value is not None:
                likes, dislikes = value.split()
                found[subject_id] = int(likes), int(dislikes)
        return found

    def counted_subjects(self) -> Iterator[int]:
        """Every subject that has a counter, in no order, possibly twice."""
        for key in self.redis.scan_iter(match="{p*}:tally:*", count=1000):
            yield int(key.rsplit(b":", 1)[1])


def order(entry: str) -> tuple[int, int]:
    """A stream id as something that sorts."""
    milliseconds, number = entry.split("-")
    return int(milliseconds), int(number)
