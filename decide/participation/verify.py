"""Recounting: do the log, the rows, the tallies and the Redis counters agree?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from decide.kernel.resources import Resources
from decide.participation import counters
from decide.participation.entry import Unreadable, idea_of, press_of
from decide.participation.store import last_words
from decide.participation.streams import BEGINNING, Streams, order

Read = TypeVar("Read")

SLICE = 5_000
LISTED = 20  # differences spelled out of each kind; the rest is counted

_ROWS_AGAINST_TALLIES = text("""
SELECT subject_id, version, counted.likes, counted.dislikes, tally.likes, tally.dislikes
FROM (
    SELECT subject_id, version, count(*) FILTER (WHERE choice = 1) AS likes,
           count(*) FILTER (WHERE choice = 2) AS dislikes
    FROM reaction GROUP BY subject_id, version
) AS counted FULL JOIN tally USING (subject_id, version)
WHERE (coalesce(counted.likes, 0), coalesce(counted.dislikes, 0))
      <> (coalesce(tally.likes, 0), coalesce(tally.dislikes, 0))
ORDER BY subject_id, version
""")
_NOT_HELD = text("""
SELECT count(*) FROM unnest(CAST(:subjects AS bigint[]), CAST(:presses AS uuid[]),
                            CAST(:instants AS bigint[])) AS told (subject_id, press_id, at)
WHERE NOT EXISTS (
    SELECT FROM reaction WHERE reaction.subject_id = told.subject_id
    AND reaction.press_id = told.press_id
    AND reaction.pressed_at >= timestamptz 'epoch' + told.at * interval '1 microsecond'
)
""")
_IDEAS_NOT_HELD = text("""
SELECT count(*) FROM unnest(CAST(:hashes AS bytea[])) AS told (folio_hash)
WHERE NOT EXISTS (SELECT FROM idea WHERE idea.folio_hash = told.folio_hash)
""")
_SET_ASIDE = text("SELECT entry FROM drain_misfit WHERE stream = :stream")


@dataclass
class Report:
    """What a recount found. `drift` lists sentences for an operator, empty when all agree."""

    reactions: int = 0
    ideas: int = 0
    waiting: int = 0
    misfits: int = 0
    checked_entries: int = 0
    drift: list[str] = field(default_factory=list)

    def differ(self, sentences: Iterator[str], kind: str) -> None:
        """Add the first differences of a kind, and how many more there are."""
        more = 0
        for number, sentence in enumerate(sentences):
            if number < LISTED:
                self.drift.append(sentence)
            else:
                more += 1
        if more:
            self.drift.append(f"… and {more} more differences of {kind}")


def verify(resources: Resources) -> Report:
    """Compare all four; a running drain is no difference. Raises RedisError without the log."""
    streams = Streams(resources.ledger, resources.settings.ledger_shards)
    report = Report()
    with resources.database.reading() as session:
        report.differ(_tally_drift(session), "rows and tallies")
        held = {subject: (likes, dislikes) for subject, likes, dislikes in counters.totals(session)}
        report.reactions, report.ideas, report.misfits = session.execute(
            text(
                "SELECT (SELECT count(*) FROM reaction WHERE choice > 0),"
                " (SELECT count(*) FROM idea), (SELECT count(*) FROM drain_misfit)"
            )
        ).one()
        rows = session.execute(text("SELECT stream, entry FROM drain_cursor"))
        cursors = {str(stream): str(entry) for stream, entry in rows}
        for name in streams.names():
            _check_stream(session, streams, name, cursors.get(name, BEGINNING), report)
    if report.misfits:
        report.drift.append(f"{report.misfits} entries of the log could not be read (drain_misfit)")
    report.differ(_counter_drift(resources, streams, held), "tallies and counters")
    return report


def _tally_drift(session: Session) -> Iterator[str]:
    for subject, version, likes, dislikes, tally_likes, tally_dislikes in session.execute(
        _ROWS_AGAINST_TALLIES
    ):
        yield (
            f"subject {subject} version {version}: rows {likes or 0}/{dislikes or 0},"
            f" tally {tally_likes or 0}/{tally_dislikes or 0}"
        )


def _counter_drift(
    resources: Resources, streams: Streams, held: dict[int, tuple[int, int]]
) -> Iterator[str]:
    subjects = sorted(set(streams.counted_subjects()) | held.keys())
    suspects = []
    for start in range(0, len(subjects), SLICE):
        part = subjects[start : start + SLICE]
        found = streams.tallies(part)
        suspects += [s for s in part if found.get(s, (0, 0)) != held.get(s, (0, 0))]
    if not suspects:
        return
    # The drain may have worked meanwhile: look at the suspects once more, SQL first.
    with resources.database.reading() as session:
        now = {s: (likes, dislikes) for s, likes, dislikes in counters.totals(session, suspects)}
    found = streams.tallies(suspects)
    for subject in suspects:
        counter, tally = found.get(subject, (0, 0)), now.get(subject, (0, 0))
        if counter != tally:
            yield (
                f"subject {subject}: counter {counter[0]}/{counter[1]}, tally {tally[0]}/{tally[1]}"
            )


def _check_stream(
    session: Session, streams: Streams, name: str, cursor: str, report: Report
) -> None:
    """Every entry up to the cursor must be in SQL; what follows it waits."""
    entry = BEGINNING
    lost = 0
    aside = set(session.execute(_SET_ASIDE, {"stream": name}).scalars())
    while slice_ := streams.after(name, entry, SLICE):
        entry = slice_[-1][0]
        copied = [each for each in slice_ if order(each[0]) <= order(cursor)]
        report.waiting += len(slice_) - len(copied)
        report.checked_entries += len(copied)
        stored = [fields for identity, fields in copied if identity not in aside]
        lost += (_lost_ideas if streams.holds_ideas(name) else _lost_presses)(session, stored)
    if lost:
        report.drift.append(f"stream {name}: {lost} entries up to the cursor are not in SQL")


def _lost_presses(session: Session, stored: list[list[bytes]]) -> int:
    presses, unreadable = _read(press_of, stored)
    told = last_words(presses)
    values = {
        "subjects": [press.subject_id for press in told],
        "presses": [press.press_id.hex() for press in told],
        "instants": [press.at for press in told],
    }
    return unreadable + int(session.execute(_NOT_HELD, values).scalar_one())


def _lost_ideas(session: Session, stored: list[list[bytes]]) -> int:
    ideas, unreadable = _read(idea_of, stored)
    hashes = [idea.folio_hash for idea in ideas]
    return unreadable + int(session.execute(_IDEAS_NOT_HELD, {"hashes": hashes}).scalar_one())


def _read(
    reader: Callable[[list[bytes]], Read], stored: list[list[bytes]]
) -> tuple[list[Read], int]:
    """What can be read, and how many cannot though nobody has set them aside."""
    found = []
    for fields in stored:
        try:
            found.append(reader(fields))
        except Unreadable:
            continue
    return found, len(stored) - len(found)
