"""The tree that builders leave for one another: made once, and never believed when it is torn."""

from hashlib import sha256

import pytest

from decide.delivery.folder import Shelf
from decide.seals.merkle import Tree

LEAVES = [sha256(bytes([number])).digest() for number in range(21)]


@pytest.fixture
def asked(tmp_path):
    """Ask for the tree of a seal; how often it had to be made."""
    made = []

    def ask(number=7, leaves=LEAVES):
        tree = Tree(b"".join(leaves))

        def make():
            made.append(number)
            return tree

        got = Shelf(tmp_path).tree(number, tree.size, tree.root().hex(), make)
        assert [got.proof(leaf) for leaf in range(got.size)] == [
            tree.proof(leaf) for leaf in range(tree.size)
        ]
        return len(made)

    ask.file = tmp_path / "trees" / "7.nodes"
    return ask


def test_the_tree_of_a_seal_is_made_once(asked):
    assert [asked() for _ in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("size", [0, 1, 2])
def test_the_smallest_trees_are_kept_too(asked, size):
    assert [asked(leaves=LEAVES[:size]) for _ in range(2)] == [1, 1]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: whole[:-1],
        lambda whole: b"",
        lambda whole: whole[:40] + bytes([whole[40] ^ 1]) + whole[41:],
        lambda whole: whole + b"\0" * 32,
    ],
)
def test_a_torn_tree_is_made_anew(asked, spoil):
    asked()
    whole = asked.file.read_bytes()
    asked.file.write_bytes(spoil(whole))
    assert asked() == 2
    assert asked.file.read_bytes() == whole


def test_a_tree_with_another_root_is_made_anew(asked):
    asked()
    assert asked(leaves=LEAVES[::-1]) == 2


def test_the_tree_of_an_older_seal_is_thrown_away(asked):
    asked()
    asked(8)
    assert not asked.file.exists()
