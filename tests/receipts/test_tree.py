"""Trees and proofs against the vectors of RFC 6962's reference implementation
(google/certificate-transparency, merkletree tests), and against the definition itself."""

from __future__ import annotations

import random

from scenebank.receipts.tree import (
    EMPTY,
    Edge,
    Place,
    Range,
    consistency_ranges,
    cover,
    fold,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    split,
)

LEAVES = [bytes.fromhex(one) for one in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
FIRST_OF_EIGHT = (
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
)
SIX_TO_EIGHT = (
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
)


class Grown:
    """A tree with all its stored subtrees."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.nodes: dict[Place, bytes] = {}
        self.edge = Edge()
        for leaf in leaves:
            self.edge.add(leaf_hash(leaf), self.nodes.__setitem__)

    def roots(self, ranges: list[Range]) -> tuple[str, ...]:
        return tuple(fold(self.nodes[one] for one in cover(low, high)).hex() for low, high in ranges)


def defined(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if len(leaves) < 2:
        return leaf_hash(leaves[0]) if leaves else EMPTY
    middle = split(len(leaves))
    return node_hash(defined(leaves[:middle]), defined(leaves[middle:]))


def test_known_roots() -> None:
    assert tuple(Grown(LEAVES[:size]).edge.root.hex() for size in range(9)) == ROOTS


def test_known_proofs() -> None:
    tree = Grown(LEAVES)
    assert tree.roots(inclusion_ranges(0, 8)) == FIRST_OF_EIGHT
    assert tree.roots(consistency_ranges(6, 8)) == SIX_TO_EIGHT
    assert consistency_ranges(8, 8) == []


def test_an_edge_goes_on_from_the_peaks_it_stored() -> None:
    leaves = [random.Random(1).randbytes(9) for _ in range(100)]
    for size in range(100):
        tree = Grown(leaves[:size])
        edge = Edge(size, [tree.nodes[one] for one in cover(0, size)])
        for leaf in leaves[size:]:
            edge.add(leaf_hash(leaf), lambda _place, _hash: None)
        assert edge.root == defined(leaves)
