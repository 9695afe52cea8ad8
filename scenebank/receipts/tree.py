"""Merkle trees as RFC 6962 and RFC 9162 define them: hashes of leaves begin with 0x00, of nodes with 0x01. Pure.

A range of leaves is ``(low, high)``, without ``high``. Only perfect subtrees are stored: ``(level, index)`` is the root
of the leaves ``index << level`` to ``(index + 1) << level``. Any other range is folded from at most log n of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

EMPTY = hashlib.sha256(b"").digest()
Place = tuple[int, int]
Range = tuple[int, int]


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The greatest power of two below ``size``: how many leaves stand in the left subtree."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_ranges(position: int, size: int) -> list[Range]:
    """The ranges whose roots lead from the leaf to the root, from below (RFC 9162, 2.1.3.1)."""
    found, low, high = [], 0, size
    while high - low > 1:
        middle = low + split(high - low)
        if position < middle:
            found.append((middle, high))
            high = middle
        else:
            found.append((low, middle))
            low = middle
    return found[::-1]


def consistency_ranges(first: int, second: int) -> list[Range]:
    """The ranges that show the first tree to be the beginning of the second, from below (RFC 9162, 2.1.4.1)."""
    if first in (0, second):
        return []
    found, low, high = [], 0, second
    while high != first:
        middle = low + split(high - low)
        if first <= middle:
            found.append((middle, high))
            high = middle
        else:
            found.append((low, middle))
            low = middle
    if low:  # else it is the first tree itself, whose root everybody has
        found.append((low, high))
    return found[::-1]


def cover(low: int, high: int) -> list[Place]:
    """The perfect subtrees of a range a proof asks for, the greatest first."""
    found = []
    while low < high:
        level = (high - low).bit_length() - 1
        found.append((level, low >> level))
        low += 1 << level
    return found


def fold(hashes: Iterable[bytes]) -> bytes:
    """The root over neighbouring perfect subtrees of falling size."""
    found = list(hashes)
    root = found.pop() if found else EMPTY
    while found:
        root = node_hash(found.pop(), root)
    return root


class Edge:
    """A tree that grows leaf by leaf: holds only the perfect subtrees at its right edge, the greatest first."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        self.size = size
        self._peaks = list(peaks)

    def add(self, hashed: bytes, made: Callable[[Place, bytes], None]) -> None:
        """One leaf more; ``made`` hears of every subtree that is perfect with it, the leaf first."""
        level, index = 0, self.size
        made((level, index), hashed)
        while index & 1:
            hashed = node_hash(self._peaks.pop(), hashed)
            level, index = level + 1, index >> 1
            made((level, index), hashed)
        self._peaks.append(hashed)
        self.size += 1

    @property
    def root(self) -> bytes:
        return fold(self._peaks)
