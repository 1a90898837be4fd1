"""What a seal says of an actor, letter by letter: whoever checks it writes the same text."""

from hashlib import sha256

from decide.seals.leaf import commitment_of, stated


def test_a_statement_lists_every_count_that_is_not_empty_in_its_order():
    digest = sha256(b"three leaves").digest()
    counts = [(9, 1, 0, 0), (7, 2, 0, 4), (7, 1, 5, 0), (3, 1, 2, 1)]
    assert stated((3, digest), counts).decode().splitlines() == [
        f"ideas 3 {digest.hex()}", "3 1 2 1", "7 1 5 0", "7 2 0 4",
    ]  # fmt: skip


def test_an_actor_without_anything_has_a_statement_too():
    assert stated(None, []) == f"ideas 0 {sha256(b'').hexdigest()}\n".encode()


def test_a_commitment_hides_what_it_commits_to_and_whose_it_is():
    said = stated(None, [(3, 1, 2, 1)])
    made = commitment_of("LUCERO", bytes(32), said)
    assert made == sha256(b"decide/conteos/1\n" + bytes(32) + b"LUCERO\n" + said).digest()
    others = {
        commitment_of("RAIZ", bytes(32), said),
        commitment_of("LUCERO", bytes([1]) * 32, said),
        commitment_of("LUCERO", bytes(32), stated(None, [(3, 1, 1, 2)])),
    }
    assert made not in others
    assert len(others) == 3
