"""Sealing: every idea once, every day once, nothing that could be taken back unseen."""

import base64
import dataclasses
import threading
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise

import pytest
from cryptography.exceptions import InvalidTag

from decide.errors import Conflict
from decide.kernel.clock import FrozenClock
from decide.kernel.resources import open_resources
from decide.participation.choices import Choice
from decide.participation.drain import Drain
from decide.participation.entry import Press
from decide.participation.store import microseconds_of
from decide.participation.streams import Streams
from decide.seals import actions, jobs, keys, queries, trail
from decide.seals.leaf import KINDS, SealedIdea, commitment_of, content_of, folio_part, leaf_of
from decide.seals.merkle import Tree, consistent, root_of
from decide.seals.notes import BrokenNote, Verifier, opened
from tests import factories
from tests.delivery_world import CUTOFF, own_world, spoken_world  # noqa: F401

ZONE = factories.ZONE


@pytest.fixture
def settings(settings, world):
    return dataclasses.replace(settings, database_url=world["url"])


@pytest.fixture
def clock():
    return FrozenClock(factories.RESULTS)


@pytest.fixture
def house(settings, clock):
    opened = open_resources(settings, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def sealed(house):
    """Every seal that is due after the campaign."""
    jobs.catch_up(house)
    return house


def rows(world, asked, *values):
    return world["sql"].execute(asked, values).fetchall()


def lines(house):
    with house.database.reading() as session:
        return queries.seals(session)


def known(house):
    with house.database.reading() as session:
        return keys.verifiers(session)


# --- which instants


def test_every_midnight_since_the_opening_and_the_closing_are_sealed_once(sealed):
    throughs = [line.through for line in reversed(lines(sealed))]
    days = [each.astimezone(ZONE) for each in throughs]
    assert days[0] == datetime(2021, 4, 11, tzinfo=ZONE)
    assert days[-1] == CUTOFF.astimezone(ZONE) == datetime(2021, 6, 3, tzinfo=ZONE)
    assert len(days) == 54
    assert all(day.hour == 0 for day in days)
    assert jobs.catch_up(sealed) == 0, "nothing is due any more"


def test_a_closing_in_the_middle_of_a_day_gets_its_own_seal():
    opening = datetime(2021, 4, 10, tzinfo=ZONE)
    close = datetime(2021, 4, 12, 18, tzinfo=ZONE)
    due = actions.due([], opening, close, close + timedelta(days=9), ZONE)
    assert [each.astimezone(ZONE).isoformat() for each in due] == [
        "2021-04-11T00:00:00-05:00", "2021-04-12T00:00:00-05:00", "2021-04-12T18:00:00-05:00",
    ]  # fmt: skip


def test_the_end_of_summer_time_neither_doubles_nor_drops_a_day():
    due = actions.due(
        [], datetime(2021, 10, 29, tzinfo=ZONE), None, datetime(2021, 11, 3, tzinfo=ZONE), ZONE
    )
    assert [each.isoformat() for each in due] == [
        f"2021-10-{day}T05:00:00+00:00" for day in (30, 31)
    ] + ["2021-11-01T06:00:00+00:00", "2021-11-02T06:00:00+00:00", "2021-11-03T06:00:00+00:00"]


def test_missed_days_are_caught_up_and_days_that_were_sealed_are_not_repeated(house, clock):
    clock.instant = datetime(2021, 5, 12, 12, tzinfo=ZONE)
    first = jobs.catch_up(house)
    clock.instant = datetime(2021, 5, 16, 12, tzinfo=ZONE)
    assert jobs.catch_up(house) == 4
    assert len(lines(house)) == first + 4


def test_a_seal_waits_for_the_drain_and_for_presses_on_their_way(house, clock, world):
    clock.instant = datetime(2021, 4, 11, tzinfo=ZONE) + timedelta(seconds=3)
    assert jobs.catch_up(house) == 0, "a press of a second ago may still be on its way"
    clock.move(minutes=1)
    streams = Streams(house.ledger, house.settings.ledger_shards)
    before = clock.instant - timedelta(minutes=2)
    subject = world["subjects"]["nopal"][0]
    streams.add_press(Press(b"a late press 16b", subject, 1, 1, microseconds_of(before)))
    assert jobs.catch_up(house) == 0
    Drain(house).once()
    assert jobs.catch_up(house) == 1


def test_no_seal_is_made_while_the_press_log_does_not_answer(settings, clock):
    away = open_resources(
        dataclasses.replace(settings, redis_url="redis://127.0.0.1:1/0"), clock=clock
    )
    assert jobs.due_now(away)
    assert jobs.catch_up(away) == 0
    assert lines(away) == []
    away.close()


def test_a_seal_behind_a_later_one_is_refused_and_the_same_instant_gives_the_same(sealed):
    with sealed.database.transaction() as session:
        settings, at = sealed.settings, sealed.clock.instant
        again = actions.seal(session, settings, through=CUTOFF, at=at, by=None)
        assert again == 54
        with pytest.raises(actions.OutOfOrder):
            actions.seal(session, settings, through=CUTOFF - timedelta(hours=1), at=at, by=None)


def test_sealing_at_once_gives_one_seal_for_each_day(house):
    threads = [threading.Thread(target=jobs.catch_up, args=(house,)) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert [line.number for line in reversed(lines(house))] == list(range(1, 55))


# --- what is sealed


def test_every_idea_is_one_leaf_and_the_root_is_that_of_all_leaves(sealed, world):
    ideas = {number for (number,) in rows(world, "SELECT id FROM idea")}
    leaves = rows(world, "SELECT leaf, idea_id, leaf_hash FROM sealed_idea ORDER BY leaf")
    assert [leaf for leaf, _, _ in leaves] == list(range(len(ideas)))
    assert {idea for _, idea, _ in leaves} == ideas
    last = lines(sealed)[0]
    assert last.size == len(ideas)
    assert last.root == root_of(each for _, _, each in leaves).hex()


def test_a_days_leaves_stand_in_the_order_of_their_hashes(sealed):
    busy = 0
    for line in lines(sealed):
        with sealed.database.reading() as session:
            leaves = list(queries.leaves_of(session, line.number))
        assert leaves == sorted(leaves)
        assert len(leaves) == line.added
        busy += len(leaves) > 1
    assert busy > 2


def test_a_leaf_opens_to_the_idea_and_to_nothing_else(sealed, world):
    asked = """
        SELECT a.key, i.subject_id, i.version, i.kind, i.topic, i.municipality_number,
               i.received_on, i.text, i.salt, i.folio_hash, l.content, l.leaf_hash
        FROM idea i JOIN subject s ON s.id = i.subject_id
        JOIN political_actor a ON a.id = s.actor_id JOIN sealed_idea l ON l.idea_id = i.id"""
    for row in rows(world, asked):
        idea = SealedIdea(*row[:3], KINDS[row[3]], *row[4:6], row[6].isoformat(), row[7])
        assert content_of(row[8], idea) == row[10]
        assert leaf_of(row[10], folio_part(row[9])) == row[11]
        other = dataclasses.replace(idea, actor="OTRO")
        assert content_of(row[8], other) != row[10]


def test_every_head_is_signed_and_grows_out_of_the_one_before(sealed):
    heads = list(reversed(lines(sealed)))
    verifiers = known(sealed)
    for head in heads:
        text, _ = opened(head.note, verifiers)
        assert queries.checkpoint(head).text() == text
        assert queries.checkpoint(head).root.hex() == head.root
    with sealed.database.reading() as session:
        tree = queries.tree(session, heads[-1].number)
    for older, newer in pairwise(heads):
        if older.size:
            grown = Tree(b"".join(tree.node(0, leaf) for leaf in range(newer.size)))
            assert consistent(
                bytes.fromhex(older.root), older.size, bytes.fromhex(newer.root), newer.size,
                grown.consistency(older.size),
            )  # fmt: skip


def test_commitments_are_of_fixed_length_and_open_to_an_independent_recount(sealed, world):
    last = lines(sealed)[0]
    with sealed.database.reading() as session:
        made = {each.actor: each for each in queries.commitments(session, last.number)}
        public = queries.commitment_list(session, last.number)
        everybody = len(rows(world, "SELECT 1 FROM political_actor"))
    assert len(made) == everybody
    assert {len(each.salt) for each in made.values()} == {32}, "as long as the format says"
    assert {len(line.split()[1]) for line in public.decode().splitlines()} == {64}
    told = queries.checkpoint(last).told()
    assert told["conteos"] == base64.b64encode(sha256(public).digest()).decode()
    said = world["said"]
    for key, name in (("lucero", "LUCERO"), ("juntas", "LUCERO-RAIZ"), ("solo", "IND1")):
        own = rows(
            world,
            "SELECT leaf_hash FROM sealed_idea JOIN idea ON idea.id = idea_id"
            " WHERE subject_id = ANY(%s) ORDER BY leaf",
            world["subjects"][key],
        )
        digest = sha256(b"".join(leaf for (leaf,) in own)).hexdigest()
        statement = f"ideas {len(own)} {digest}\n" + "".join(
            f"{subject} 1 {said.choices[subject, Choice.LIKE]} "
            f"{said.choices[subject, Choice.DISLIKE]}\n"
            for subject in sorted(world["subjects"][key])
            if said.choices[subject, Choice.LIKE] or said.choices[subject, Choice.DISLIKE]
        )
        assert made[name].statement.decode() == statement
        assert made[name].commitment == commitment_of(name, made[name].salt, statement.encode())
    assert made["PRUEBA"].statement == f"ideas 0 {sha256(b'').hexdigest()}\n".encode()


def test_the_same_counts_are_committed_to_differently_at_every_seal(sealed):
    with sealed.database.reading() as session:
        one, other = (queries.commitments(session, number) for number in (53, 54))
    assert one[0].statement == other[0].statement
    assert one[0].commitment != other[0].commitment


# --- withdrawals


def test_a_withdrawn_text_cannot_be_guessed_from_its_leaf(sealed, world):
    (number, salt) = rows(world, "SELECT id, salt FROM idea ORDER BY id LIMIT 1")[0]
    world["sql"].execute("UPDATE idea SET text = '', withdrawn_at = now() WHERE id = %s", (number,))
    (after,) = rows(world, "SELECT salt FROM idea WHERE id = %s", number)[0]
    assert after != salt, "the salt that made the text guessable is gone"
    assert rows(world, "SELECT count(*) FROM sealed_idea WHERE idea_id = %s", number) == [(1,)]


def test_an_idea_that_was_withdrawn_and_sent_again_is_sealed_again(house, clock, world):
    clock.instant = datetime(2021, 5, 20, 12, tzinfo=ZONE)
    jobs.catch_up(house)
    (number,) = rows(world, "SELECT id FROM idea ORDER BY id LIMIT 1")[0]
    world["sql"].execute("UPDATE idea SET text = '', withdrawn_at = now() WHERE id = %s", (number,))
    clock.move(days=1)
    jobs.catch_up(house)
    assert rows(world, "SELECT count(*) FROM sealed_idea WHERE idea_id = %s", number) == [(1,)]
    world["sql"].execute(
        "UPDATE idea SET text = 'Otra vez', withdrawn_at = NULL WHERE id = %s", (number,)
    )
    clock.move(days=1)
    jobs.catch_up(house)
    assert rows(world, "SELECT count(*) FROM sealed_idea WHERE idea_id = %s", number) == [(2,)]
    clock.move(days=1)
    jobs.catch_up(house)
    assert rows(world, "SELECT count(*) FROM sealed_idea WHERE idea_id = %s", number) == [(2,)]


# --- keys, trail, witnesses


def test_keys_rotate_with_an_overlap_and_old_heads_stay_checkable(house, clock):
    clock.instant = datetime(2021, 4, 12, 12, tzinfo=ZONE)
    jobs.catch_up(house)
    (old,) = known(house)
    with house.database.transaction() as session:
        new = keys.create_key(
            session, "decide.test/em.2021", process_key=house.settings.process_key,
            at=clock.instant, by=None,
        )  # fmt: skip
    clock.move(days=1)
    jobs.catch_up(house)
    with house.database.transaction() as session:
        keys.retire_key(session, old.key_id.hex(), at=clock.instant, by=None)
        with pytest.raises(Exception, match="única clave"):
            keys.retire_key(session, new.key_id.hex(), at=clock.instant, by=None)
    clock.move(days=1)
    jobs.catch_up(house)
    notes = [line.note for line in reversed(lines(house))]
    names = [len(opened(note, [old, new])[1]) for note in notes]
    assert names == [1, 1, 2, 1]
    with pytest.raises(BrokenNote):
        opened(notes[0], [new])
    with pytest.raises(BrokenNote):
        opened(notes[-1], [old])


def test_the_private_key_lies_encrypted(sealed, world, settings):
    (signer,) = signers(sealed)
    raw = signer.private.private_bytes_raw()
    (boxed,) = rows(world, "SELECT boxed FROM seal_key")[0]
    assert raw not in boxed
    other = dataclasses.replace(settings, process_key="another process key")
    with pytest.raises(InvalidTag), sealed.database.reading() as session:
        keys.signers(session, other.process_key)


def signers(house):
    with house.database.reading() as session:
        return keys.signers(session, house.settings.process_key)


def test_a_name_that_breaks_the_format_is_refused(house):
    with pytest.raises(Exception, match="espacios"), house.database.transaction() as session:
        keys.create_key(session, "dos palabras", process_key="x", at=factories.RESULTS, by=None)


def test_a_head_gives_away_whoever_changes_the_trail_afterwards(house, clock, world):
    world["sql"].execute("UPDATE audit_entry SET at = '2021-04-01'")
    jobs.catch_up(house)
    with house.database.reading() as session:
        last = lines(house)[0]
        number, _, head = queries.checkpoint(last).told()["bitacora"].partition(" ")
        assert int(number) > 0
        assert base64.b64encode(trail.head_at(session, int(number))).decode() == head
    world["sql"].execute(
        "UPDATE audit_entry SET reason = 'otra' WHERE id = (SELECT min(id) FROM audit_entry)"
    )
    with house.database.reading() as session:
        assert base64.b64encode(trail.head_at(session, int(number))).decode() != head


def test_an_actor_confirms_a_head_once(sealed, world):
    nopal = world["actors"]["nopal"]
    with sealed.database.transaction() as session:
        actions.countersign(session, 54, nopal, at=factories.RESULTS, by=1)
        with pytest.raises(Exception, match="ya confirmó"):
            actions.countersign(session, 54, nopal, at=factories.RESULTS, by=1)
        with pytest.raises(Exception, match="no existe"):
            actions.countersign(session, 99, nopal, at=factories.RESULTS, by=1)
    assert lines(sealed)[0].witnesses == 1
    with sealed.database.reading() as session:
        assert 54 not in [line.number for line in queries.unseen(session, nopal)]


def test_confirming_a_head_that_was_seen_confirms_every_seal_up_to_it(sealed, world):
    nopal, raiz = world["actors"]["nopal"], world["actors"]["raiz"]
    heads = {line.number: line.root for line in lines(sealed)}
    seen = 31  # the first with leaves, so its head is of no other seal

    def confirm(actor, root):
        with sealed.database.transaction() as session:
            return actions.countersign_new(session, actor, root=root, at=factories.RESULTS, by=1)

    def unseen(actor):
        with sealed.database.reading() as session:
            return [line.number for line in queries.unseen(session, actor)]

    assert confirm(nopal, heads[seen]) == seen
    assert confirm(nopal, heads[seen]) == 0
    assert unseen(nopal) == list(range(54, seen, -1))
    assert unseen(raiz) == list(range(54, 0, -1)), "another actor has seen nothing by that"
    # Days without ideas leave the same head; it stands for the last of them.
    assert confirm(nopal, heads[54]) == 54 - seen
    assert unseen(nopal) == []
    for strange in (heads[54][:-2], "00" * 32, "no es una cabeza", ""):
        with pytest.raises(Conflict, match="no está en el registro"):
            confirm(raiz, strange)


def test_a_key_reads_back_from_its_line(sealed):
    (verifier,) = known(sealed)
    assert Verifier.parse(verifier.text()) == verifier
    assert verifier.name == "127.0.0.1/em.2021"
