"""The tree against the RFC's own definition, and everything wrong against it."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decide.seals.merkle import EMPTY, Frontier, Tree, consistent, included, leaf_hash, root_of

# Leaves and roots of the RFC's reference implementation (transparency-dev/merkle, "rfc6962").
LEAVES = [
    bytes.fromhex(each)
    for each in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def by_definition(entries):
    """MTH of RFC 6962, word for word."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\0" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return sha256(b"\1" + by_definition(entries[:k]) + by_definition(entries[k:])).digest()


def hashes(count):
    return [leaf_hash(str(number).encode()) for number in range(count)]


def test_the_roots_are_those_of_the_reference_implementation():
    for size, root in enumerate(ROOTS, start=1):
        leaves = [leaf_hash(each) for each in LEAVES[:size]]
        assert root_of(leaves).hex() == root
        assert Tree(b"".join(leaves)).root().hex() == root


@pytest.mark.parametrize("size", range(70))
def test_all_ways_to_a_root_agree_with_the_definition(size):
    wanted = by_definition([str(number).encode() for number in range(size)])
    leaves = hashes(size)
    assert root_of(leaves) == wanted
    assert Tree(b"".join(leaves)).root() == wanted
    frontier = Frontier()
    for leaf in leaves:
        frontier = Frontier(frontier.size, frontier.stored())
        frontier.append(leaf)
    assert frontier.root() == wanted


@pytest.mark.parametrize("size", [*range(1, 34), 100])
def test_every_leaf_is_proven_and_nothing_else_is(size):
    leaves = hashes(size)
    tree = Tree(b"".join(leaves))
    root = tree.root()
    for number, leaf in enumerate(leaves):
        proof = tree.proof(number)
        assert included(root, size, number, leaf, proof)
        assert not included(root, size, number, leaf_hash(b"other"), proof)
        assert not included(root, size, (number + 1) % (size + 1), leaf, proof) or size == 1
        assert not included(root, size, number, leaf, [*proof, leaf])
        for place in range(len(proof)):
            assert not included(root, size, number, leaf, proof[:place])
            assert not included(
                root, size, number, leaf, [*proof[:place], EMPTY, *proof[place + 1 :]]
            )


@pytest.mark.parametrize("size", [*range(1, 34), 100])
def test_a_grown_tree_is_proven_to_hold_the_older_one_and_no_other(size):
    leaves = hashes(size)
    tree = Tree(b"".join(leaves))
    for older in range(1, size + 1):
        old_root = root_of(leaves[:older])
        proof = tree.consistency(older)
        assert consistent(old_root, older, tree.root(), size, proof)
        assert not consistent(EMPTY, older, tree.root(), size, proof)
        assert not consistent(old_root, older, EMPTY, size, proof)
        if proof:
            assert not consistent(old_root, older, tree.root(), size, proof[:-1])
            assert not consistent(old_root, older, tree.root(), size, [])
        assert not consistent(old_root, older, tree.root(), size, [*proof, EMPTY])
        changed = root_of([leaf_hash(b"x"), *leaves[1:older]])
        assert not consistent(changed, older, tree.root(), size, proof)


@given(st.integers(min_value=1, max_value=400), st.data())
def test_proofs_of_any_size(size, data):
    leaves = hashes(size)
    tree = Tree(b"".join(leaves))
    number = data.draw(st.integers(min_value=0, max_value=size - 1))
    assert included(tree.root(), size, number, leaves[number], tree.proof(number))
    older = data.draw(st.integers(min_value=1, max_value=size))
    assert consistent(root_of(leaves[:older]), older, tree.root(), size, tree.consistency(older))


@given(st.integers(min_value=1, max_value=200), st.data())
def test_one_set_of_nodes_proves_many_leaves(size, data):
    tree = Tree(b"".join(hashes(size)))
    asked = data.draw(st.sets(st.integers(min_value=0, max_value=size - 1), max_size=20))
    told = dict(tree.proving(asked))
    needed = {name for leaf in asked for name in tree.siblings(leaf)}
    reached = {(level, leaf >> level) for leaf in asked for level in range(size.bit_length() + 1)}
    for level, nodes in told.items():
        missing = sorted(place for at, place in needed - reached if at == level)
        assert nodes == b"".join(tree.node(level, place) for place in missing)
    assert {level for level, _ in needed} <= set(told)


@given(st.integers(min_value=1, max_value=200), st.data())
def test_a_stored_tree_is_read_where_it_lies(size, data):
    tree = Tree(b"".join(hashes(size)))
    stored = b"".join(tree.stored())
    kept = Tree.over(memoryview(stored), size)
    leaf = data.draw(st.integers(min_value=0, max_value=size - 1))
    assert (kept.root(), kept.proof(leaf)) == (tree.root(), tree.proof(leaf))
    assert list(kept.proving({leaf})) == list(tree.proving({leaf}))
    for other in (stored[:-1], stored + b"\0" * 32):
        with pytest.raises(ValueError, match="fit"):
            Tree.over(memoryview(other), size)


def test_a_stored_frontier_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="peaks"):
        Frontier(3, EMPTY)
    tree = Tree(b"".join(hashes(3)))
    for wrong in (-1, 3):
        with pytest.raises(IndexError):
            tree.proof(wrong)
    for wrong in (0, 4):
        with pytest.raises(IndexError):
            tree.consistency(wrong)
