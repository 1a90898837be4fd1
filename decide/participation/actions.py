"""What a citizen can do: press, send an idea, withdraw it. Both writers end in the same rows."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.orm import Session

from decide.catalog.topics import TOPICS
from decide.errors import NotFound, Refused, Sentence, Unavailable
from decide.participation import folio as folios
from decide.participation.choices import Choice, IdeaKind
from decide.participation.device import Device
from decide.participation.door import Door
from decide.participation.entry import IdeaSent, Press, Unreadable, idea_of
from decide.participation.folio import Folio
from decide.participation.keys import author_of, press_id_of
from decide.participation.patience import UNREAD
from decide.participation.proof import UNKNOWN, Came
from decide.participation.queries import FolioFacts, idea_by_folio
from decide.participation.refusals import TooMany
from decide.participation.store import store_ideas, store_presses
from decide.participation.streams import BEGINNING
from decide.participation.wording import checked

LAST_MUNICIPALITY = 125
SLICE = 1_000
NO_SUCH_IDEA = Sentence("El folio está bien escrito, pero no hay ninguna idea con ese folio.")


@dataclass(frozen=True, slots=True)
class PressReceipt:
    """What is kept now. `changed` says that the text is newer than the one the citizen answered."""

    subject_id: int
    choice: Choice
    version: int
    changed: bool


@dataclass(frozen=True, slots=True)
class IdeaReceipt:
    """The folio, as it is shown to its author and to nobody else."""

    folio: str


def press(
    door: Door,
    device: Device,
    subject_id: int,
    version: int,
    choice: Choice,
    came: Came = UNKNOWN,
) -> PressReceipt:
    """Keep what a device says about the version it saw of a subject; NONE withdraws.

    Raises NotFound, Closed, ProofWanted, TooMany, or Unavailable when it could not be kept within
    two seconds.
    """
    facts, at = door.open_subject(subject_id, version)
    way = door.admit(device, came, subject_id, at, free=choice is Choice.NONE)
    if not door.presses.take(device.identity):
        raise TooMany("Este aparato ha opinado demasiadas veces en una hora. Espere un poco.")
    pressed = Press(
        press_id_of(door.keys, device.identity, subject_id), subject_id, version, choice, at, way
    )
    door.keep(
        lambda: door.streams.add_press(pressed), lambda session: store_presses(session, [pressed])
    )
    return PressReceipt(subject_id, choice, version, changed=version < facts.version)


def send_idea(
    door: Door,
    device: Device,
    subject_id: int,
    version: int,
    *,
    kind: IdeaKind,
    text: str,
    topic: str = "",
    municipality_number: int = 0,
    came: Came = UNKNOWN,
) -> IdeaReceipt:
    """Keep a text for the actor of a subject; the same text from the same device keeps its folio.

    Raises NoWords, TooLong, NotFound, Closed, ProofWanted, TooMany, Refused or Unavailable.
    """
    kept = checked(text)
    if topic and topic not in TOPICS:
        raise Refused("Elija un tema de la lista.")
    if not 0 <= municipality_number <= LAST_MUNICIPALITY:
        raise Refused("Elija un municipio de la lista.")
    _, at = door.open_subject(subject_id, version)
    door.admit(device, came, subject_id, at)
    if not door.ideas.take(device.identity):
        raise TooMany(
            "Este aparato ha enviado muchas ideas en una hora. Guarde su texto y envíelo más tarde."
        )
    folio = folios.make(door.keys, device.identity, subject_id, kind, kept)
    idea = IdeaSent(
        folios.hash_of(folio), subject_id, version, kind, kept, topic, municipality_number, at,
        author_of(door.keys, device.identity, subject_id),
    )  # fmt: skip
    door.keep(
        lambda: door.streams.add_idea(idea), lambda session: store_ideas(session, [idea], door.zone)
    )
    return IdeaReceipt(folios.written(folio))


def withdraw_idea(door: Door, folio: str) -> None:
    """Erase the text behind a folio; a row without text stays and is delivered as a count.

    WrongFolio explains a typing error; NotFound; Unavailable while the idea is still on its way.
    """
    folio_hash = folios.hash_of(folios.parse(folio))
    for _ in range(2):  # it may move from the log to SQL between the two looks
        if door.patience.transaction(lambda session: _withdraw(session, folio_hash)):
            return
        if _waits(door, folio_hash):
            raise Unavailable("Todavía estamos guardando su idea. Inténtelo de nuevo en un minuto.")
    raise NotFound(NO_SUCH_IDEA)


def folio_state(door: Door, folio: Folio) -> FolioFacts | None:
    """What is known of an idea; None while it is on its way into SQL.

    NotFound when nobody sent it; Unavailable when that cannot be told now.
    """
    facts = _read(door, folio)
    if facts is not None:
        return facts
    if _waits(door, folios.hash_of(folio)):
        return None
    # It may have moved from the log to SQL between the two looks.
    facts = _read(door, folio)
    if facts is None:
        raise NotFound(NO_SUCH_IDEA)
    return facts


def _read(door: Door, folio: Folio) -> FolioFacts | None:
    return door.patience.transaction(lambda session: idea_by_folio(session, folio), away=UNREAD)


def _withdraw(session: Session, folio_hash: bytes) -> bool:
    found = session.execute(
        text(
            "UPDATE idea SET text = '', topic = NULL, municipality_number = NULL, author = NULL,"
            " withdrawn_at = coalesce(withdrawn_at, clock_timestamp())"
            " WHERE folio_hash = :hash RETURNING id"
        ),
        {"hash": folio_hash},
    )
    return found.first() is not None


def _waiting_entries(door: Door, folio_hash: bytes) -> Iterator[list[bytes]]:
    """What the log holds of this idea's stream and SQL does not yet, oldest first."""
    name = door.streams.idea_stream(folio_hash)
    entry = door.patience.transaction(
        lambda session: session.execute(
            text("SELECT entry FROM drain_cursor WHERE stream = :stream"), {"stream": name}
        ).scalar()
    )
    while slice_ := door.streams.after(name, entry or BEGINNING, SLICE):
        entry = slice_[-1][0]
        yield from (fields for _, fields in slice_)


def _waits(door: Door, folio_hash: bytes) -> bool:
    """Whether the idea is in the log but not in SQL yet; Unavailable when the log cannot tell."""
    try:
        for fields in _waiting_entries(door, folio_hash):
            with suppress(Unreadable):
                if idea_of(fields).folio_hash == folio_hash:
                    return True
    except RedisError as error:
        raise Unavailable(UNREAD) from error
    return False
