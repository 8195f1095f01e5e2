"""The Merkle tree over the events, hashed as RFC 6962 says: leaves with 0x00 in front, nodes with 0x01.

A leaf is the digest of an event. ``root`` covers every event up to a size; a proof of inclusion shows that an event is
under a root, a proof of consistency that a larger tree only adds to a smaller one.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

Read = Callable[[int, int], Iterable[bytes]]
"""Gives the leaves from one position up to another, the latter left out."""


def leaf_hash(leaf: bytes) -> bytes:
    """Give the hash of a leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Give the hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class Frontier:
    """The roots of the complete subtrees a tree consists of, largest first: enough to go on from, and to give the root."""

    size: int = 0
    roots: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> None:
        """Add a leaf at the end."""
        self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaves at the end."""
        sha256, roots, size = hashlib.sha256, self.roots, self.size
        for leaf in leaves:
            node, full = sha256(b"\x00" + leaf).digest(), size
            while full & 1:
                node = sha256(b"\x01" + roots.pop() + node).digest()
                full >>= 1
            roots.append(node)
            size += 1
        self.size = size

    def root(self) -> bytes:
        """Give the root of the tree."""
        if not self.roots:
            return hashlib.sha256(b"").digest()
        node = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            node = node_hash(left, node)
        return node


class Tree:
    """A tree whose leaves are read when needed; complete subtrees are remembered from 256 leaves on."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._known: dict[tuple[int, int], bytes] = {}

    def root(self, start: int, end: int) -> bytes:
        """Give the root over the leaves from ``start`` up to ``end``."""
        if (start, end) in self._known:
            return self._known[start, end]
        if end - start <= 256:
            frontier = Frontier()
            frontier.extend(self._read(start, end))
            found = frontier.root()
        else:
            middle = start + _split(end - start)
            found = node_hash(self.root(start, middle), self.root(middle, end))
        if (end - start) & (end - start - 1) == 0 and end - start >= 256:
            self._known[start, end] = found
        return found

    def inclusion(self, position: int, size: int) -> list[bytes]:
        """Give the proof that the leaf at a position is under the root of a size."""
        return self._path(position, 0, size)

    def _path(self, position: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = start + _split(end - start)
        if position < middle:
            return [*self._path(position, start, middle), self.root(middle, end)]
        return [*self._path(position, middle, end), self.root(start, middle)]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Give the proof that the tree of the new size only adds to the tree of the old size."""
        return self._subproof(old, 0, new, is_whole=True) if 0 < old < new else []

    def _subproof(self, old: int, start: int, end: int, *, is_whole: bool) -> list[bytes]:
        if old == end - start:
            return [] if is_whole else [self.root(start, end)]
        split = _split(end - start)
        if old <= split:
            return [*self._subproof(old, start, start + split, is_whole=is_whole), self.root(start + split, end)]
        return [*self._subproof(old - split, start + split, end, is_whole=False), self.root(start, start + split)]


def root_from_inclusion(leaf: bytes, position: int, size: int, proof: list[bytes]) -> bytes | None:
    """Give the root a proof of inclusion leads to; None when the proof does not have the right length."""
    if not 0 <= position < size:
        return None
    node, last, steps = leaf_hash(leaf), size - 1, iter(proof)
    for step in steps:
        if last == 0:
            return None
        if position & 1 or position == last:
            node = node_hash(step, node)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, step)
        position, last = position >> 1, last >> 1
    return node if last == 0 else None


def is_consistent(old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> bool:
    """Say whether a proof shows that the tree of the new size and root only adds to the one of the old size and root."""
    if old == new:
        return old_root == new_root and not proof
    if not 0 < old < new or not proof:
        return False
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    older = newer = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            older, newer = node_hash(step, older), node_hash(step, newer)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            newer = node_hash(newer, step)
        position, last = position >> 1, last >> 1
    return (older, newer, last) == (old_root, new_root, 0)


def _split(size: int) -> int:
    """Give the largest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1
