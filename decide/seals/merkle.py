"""A Merkle tree as in RFC 6962 and RFC 9162, over leaf hashes that are all 32 bytes.

The tree of n leaves is built by pairing nodes level by level; a last node without partner moves up
as it is. That gives exactly the RFC's tree, and lets a node be named by (level, position).
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import pairwise

SIZE = 32
EMPTY = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The complete subtrees of a growing tree, widest first: all that is needed to append.

    `size` leaves; one peak for each 1 in its binary form.
    """

    def __init__(self, size: int = 0, peaks: bytes = b"") -> None:
        """Go on from a stored frontier; ValueError when the peaks do not fit the size."""
        if len(peaks) != size.bit_count() * SIZE:
            raise ValueError("peaks do not fit the size")
        self.size = size
        self._peaks = [peaks[at : at + SIZE] for at in range(0, len(peaks), SIZE)]

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash at the end."""
        node, carried = leaf, self.size
        while carried & 1:
            node = node_hash(self._peaks.pop(), node)
            carried >>= 1
        self._peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The tree's root."""
        if not self._peaks:
            return EMPTY
        node = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            node = node_hash(peak, node)
        return node

    def stored(self) -> bytes:
        """The peaks as bytes."""
        return b"".join(self._peaks)


class Tree:
    """All levels of a tree, kept as packed bytes: 64 bytes a leaf."""

    def __init__(self, leaves: bytes) -> None:
        """`leaves` are leaf hashes one after the other."""
        self.size = len(leaves) // SIZE
        self._levels: list[bytes | memoryview] = [leaves]
        level = leaves
        while len(level) > SIZE:
            level = _next_level(level)
            self._levels.append(level)

    @classmethod
    def over(cls, nodes: memoryview, size: int) -> "Tree":
        """A tree of `size` leaves whose nodes lie in `nodes` as `stored` gave them, not copied.

        ValueError when they are not as many as such a tree has.
        """
        tree, widths = cls(b""), [size]
        while widths[-1] > 1:
            widths.append((widths[-1] + 1) // 2)
        ends = [0]
        for width in widths:
            ends.append(ends[-1] + width * SIZE)
        if len(nodes) != ends[-1]:
            raise ValueError("nodes do not fit the size")
        tree.size = size
        tree._levels = [nodes[start:end] for start, end in pairwise(ends)]
        return tree

    def stored(self) -> Iterator[bytes | memoryview]:
        """All nodes, level by level from the leaves up."""
        yield from self._levels

    def root(self) -> bytes:
        """The tree's root."""
        return bytes(self._levels[-1]) if self.size else EMPTY

    def node(self, level: int, position: int) -> bytes:
        """A node; level 0 are the leaves."""
        return bytes(self._levels[level][position * SIZE : (position + 1) * SIZE])

    def siblings(self, leaf: int) -> Iterator[tuple[int, int]]:
        """Names (level, position) of the nodes that prove a leaf, from the bottom up."""
        position = leaf
        for level, nodes in enumerate(self._levels[:-1]):
            sibling = position ^ 1
            if sibling * SIZE < len(nodes):
                yield level, sibling
            position >>= 1

    def proving(self, leaves: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        """What these leaves need to reach the root together: for each level its missing nodes.

        They come one after the other, from left to right. A node that two of the leaves give
        themselves is not among them, so that a leaf costs a few hashes and not a whole path.
        """
        positions = sorted(leaves)
        for level, nodes in enumerate(self._levels[:-1]):
            own = set(positions)
            # The last node of a level may have no sibling: the slice past the end is empty.
            missing = [
                nodes[sibling * SIZE : (sibling + 1) * SIZE]
                for position in positions
                if (sibling := position ^ 1) not in own
            ]
            yield level, b"".join(missing)
            positions = list(dict.fromkeys([position >> 1 for position in positions]))

    def proof(self, leaf: int) -> list[bytes]:
        """The RFC's inclusion proof of a leaf; IndexError when there is no such leaf."""
        if not 0 <= leaf < self.size:
            raise IndexError(leaf)
        return [self.node(*name) for name in self.siblings(leaf)]

    def consistency(self, older: int) -> list[bytes]:
        """The RFC's proof that the tree of the first `older` leaves is a prefix of this one."""
        if not 0 < older <= self.size:
            raise IndexError(older)
        return list(self._consistency(older, 0, self.size, whole=True))

    def _consistency(self, older: int, start: int, end: int, *, whole: bool) -> Iterator[bytes]:
        if older == end - start:
            if not whole:
                yield self._subtree(start, end)
            return
        middle = start + _largest_power_below(end - start)
        if older <= middle - start:
            yield from self._consistency(older, start, middle, whole=whole)
            yield self._subtree(middle, end)
        else:
            yield from self._consistency(older - (middle - start), middle, end, whole=False)
            yield self._subtree(start, middle)

    def _subtree(self, start: int, end: int) -> bytes:
        level = (end - start - 1).bit_length()
        return self.node(level, start >> level)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, without keeping them."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def included(root: bytes, size: int, leaf: int, leaf_node: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that `leaf_node` is leaf number `leaf` of the tree with `root`."""
    if not 0 <= leaf < size:
        return False
    node, position, last, rest = leaf_node, leaf, size - 1, list(proof)
    while last:
        if position & 1 or position < last:
            if not rest:
                return False
            sibling = rest.pop(0)
            node = node_hash(sibling, node) if position & 1 else node_hash(node, sibling)
        position >>= 1
        last >>= 1
    return not rest and node == root


def consistent(old_root: bytes, older: int, root: bytes, size: int, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the older tree is a prefix of the newer (RFC 9162, 2.1.4.2)."""
    if not 0 < older <= size:
        return False
    if older == size:
        return not proof and old_root == root
    # A complete older tree is a node of the newer one, and its root need not be told.
    path = [*([old_root] if older & (older - 1) == 0 else []), *proof]
    if not path:
        return False
    first, second = older - 1, size - 1
    while first & 1:
        first, second = first >> 1, second >> 1
    old_node = new_node = path[0]
    for sibling in path[1:]:
        if not second:
            return False
        if first & 1 or first == second:
            old_node, new_node = node_hash(sibling, old_node), node_hash(sibling, new_node)
            shift = _trailing_zeros(first)
            first, second = first >> shift, second >> shift
        else:
            new_node = node_hash(new_node, sibling)
        first, second = first >> 1, second >> 1
    return not second and old_node == old_root and new_node == root


def _trailing_zeros(number: int) -> int:
    return (number & -number).bit_length() - 1 if number else 0


def _next_level(nodes: bytes) -> bytes:
    above = bytearray()
    whole = len(nodes) - len(nodes) % (2 * SIZE)
    for at in range(0, whole, 2 * SIZE):
        above += sha256(b"\x01" + nodes[at : at + 2 * SIZE]).digest()
    above += nodes[whole:]
    return bytes(above)


def _largest_power_below(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1
