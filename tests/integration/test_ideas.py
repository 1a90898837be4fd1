"""Ideas: one row per folio, through the loss of the log, withdrawn by who holds the folio."""

from dataclasses import replace

import pytest

from decide.errors import NotFound, Refused, Unavailable
from decide.kernel.resources import open_resources
from decide.participation.actions import folio_state, send_idea, withdraw_idea
from decide.participation.choices import IdeaKind
from decide.participation.door import Door
from decide.participation.folio import parse
from decide.participation.queries import ideas_of, totals
from decide.participation.refusals import TooMany
from decide.participation.snapshot import Snapshot
from tests.ledger import Town, device


@pytest.fixture
def town(resources):
    made = Town(resources)
    yield made
    made.close()


def test_an_idea_is_kept_with_its_words_and_without_its_folio(town):
    receipt = town.send(1, town.subjects[0], "Más luz.", topic="seguridad", municipality_number=106)
    assert town.drain.once() == 1
    (row,) = town.rows(
        "SELECT text, kind, topic, municipality_number, version, received_on = current_date,"
        " length(salt) FROM idea"
    )
    assert row[:5] == ("Más luz.", "idea", "seguridad", 106, 1)
    assert row[6] == 16
    everything = str(town.rows("SELECT i::text FROM idea i"))
    assert parse(receipt.folio).hex() not in everything
    assert receipt.folio not in everything


def test_the_same_words_of_the_same_device_are_one_idea_also_by_both_ways(town, settings):
    first = town.send(1, town.subjects[0], "Más luz.")
    other = open_resources(replace(settings, redis_url="redis://127.0.0.1:1/0"))
    door = Door(other, Snapshot(other))
    again = send_idea(
        door, device(1), town.subjects[0], 1, kind=IdeaKind.IDEA, text="Más  luz.\r\n"
    )
    assert again == first
    town.drain.once()
    assert town.rows("SELECT count(*) FROM idea") == [(1,)]
    assert town.send(2, town.subjects[0], "Más luz.") != first
    door.close()
    other.close()


def test_a_folio_is_found_in_the_log_in_sql_and_nowhere_else(town):
    folio = parse(town.send(1, town.subjects[0], "Más luz.").folio)
    assert folio_state(town.door, folio) is None
    town.drain.once()
    facts = folio_state(town.door, folio)
    assert (facts.kind, facts.subject_title, facts.withdrawn_at) == ("idea", "Agua 0", None)
    with pytest.raises(NotFound):
        folio_state(town.door, bytes(16))


def test_a_withdrawn_idea_loses_its_words_and_stays_as_a_count(town):
    folio = town.send(1, town.subjects[0], "Más luz.", topic="agua").folio
    with pytest.raises(Unavailable):
        withdraw_idea(town.door, folio)
    town.drain.once()
    withdraw_idea(town.door, folio)
    withdraw_idea(town.door, folio)
    assert town.rows("SELECT text, topic, withdrawn_at IS NULL FROM idea") == [("", None, False)]
    with town.resources.database.reading() as session:
        today = town.snapshot.picture().now().astimezone(town.door.zone).date()
        found = totals(session, today)
    assert (found.ideas, found.withdrawn_ideas, found.ideas_today) == (0, 1, 1)


def test_words_sent_again_after_they_were_withdrawn_stand_again_and_a_replay_does_not(town):
    streams = town.door.streams
    folio = town.send(1, town.subjects[0], "Más luz.").folio
    town.drain.once()
    name = next(each for each in streams.names() if streams.state(each).length)
    ((_, (field, packed)),) = streams.after(name, "0-0", 10)
    withdraw_idea(town.door, folio)
    streams.redis.xadd(name, {field: packed})
    town.drain.once()
    assert town.rows("SELECT text FROM idea") == [("",)]
    assert town.send(1, town.subjects[0], "Más luz.").folio == folio
    town.drain.once()
    assert town.rows("SELECT text, withdrawn_at FROM idea") == [("Más luz.", None)]


def test_an_idea_about_a_subject_that_is_gone_is_set_aside_and_not_lost(town):
    from decide.participation.entry import IdeaSent

    stray = IdeaSent(bytes(32), 999_999, 1, IdeaKind.IDEA, "Nadie", "", 0, 1)
    town.door.streams.add_idea(stray)
    town.send(1, town.subjects[0], "Más luz.")
    town.drain.once()
    assert town.rows("SELECT count(*) FROM idea") == [(1,)]
    assert town.rows("SELECT reason FROM drain_misfit") == [("unknown subject",)]


@pytest.mark.parametrize(
    "more", [{"topic": "chismes"}, {"municipality_number": 126}, {"municipality_number": -1}]
)
def test_what_is_not_on_the_lists_is_refused(town, more):
    with pytest.raises(Refused):
        town.send(1, town.subjects[0], "Más luz.", **more)


def test_a_device_has_its_share_of_ideas(settings):
    resources = open_resources(replace(settings, ideas_per_hour=2))
    town = Town(resources)
    for number in range(2):
        town.send(1, town.subjects[0], f"Idea {number}")
    with pytest.raises(TooMany, match="Guarde su texto"):
        town.send(1, town.subjects[0], "Idea 3")
    town.close()
    resources.close()


def test_a_delivery_reads_ideas_in_one_fixed_order(town):
    for number in range(30):
        town.send(number, town.subjects[number % 3], f"Idea {number}")
    town.drain.once()
    with town.resources.database.reading() as session:
        actor = session.connection().exec_driver_sql("SELECT id FROM political_actor").scalar()
        rows = list(ideas_of(session, [actor]))
        assert [row.subject_id for row in rows] == sorted(row.subject_id for row in rows)
        assert rows == list(ideas_of(session, [actor]))
        assert {row.text for row in rows} == {f"Idea {number}" for number in range(30)}
