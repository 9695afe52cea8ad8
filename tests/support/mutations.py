"""Product documents made wrong, the same way for the same seed: in their values, in their shape, in their octets."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

Tree = Any
_SCRIPTS = (
    "<script>alert(1)</script>", "\"'><svg/onload=alert(1)>", "<html><b>bold</b></html>", "&lt;b&gt;", "]]><!--",
    "{{ 7*7 }}", "javascript:alert(1)", "https://x.example/\"onmouseover=\"alert(1)", "a\0b", "\ud800", "\u202e\u2066x",
    "\x1b[2J", "x" * 30_000, "<" * 5_000, "\ufeff\ufffd", "e\u0301" * 300, "https://[::1", "https://x:99999999/",
)  # fmt: skip
_FIGURES = (
    "5.99", "599", "0.0599", "-0.0599", "-5", "1e5", "1e999", "NaN", "Infinity", "5,99", "5.99%", "$5", "", " ", ".",
    "+", "--1", "0x10", "٥", "0.00000000000001", "9" * 40, 0, -1, 0.1, 5.99, 1e300, 10**30, True,
)  # fmt: skip
_OTHERS: tuple[Any, ...] = (
    None, True, False, [], {}, [None], [[[]]], {"": ""}, "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00",
    "2026-02-30T00:00:00Z", "P0.5Y", "P", "PT", "Monthly", "Dollar", "OTHER",
)  # fmt: skip


def nodes(tree: Tree, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything below the whole."""
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for step, value in entries:
        yield (*path, step)
        yield from nodes(value, (*path, step))


def mutated(product: Tree, chance: random.Random) -> bytes:
    """One to four mutations of an answer, or of its octets."""
    tree = {"data": copy.deepcopy(product), "meta": chance.choice(({}, None))}
    for _ in range(chance.randint(1, 4)):
        chance.choice(_IN_THE_TREE)(tree, chance)
    octets = json.dumps(tree).encode()
    return chance.choice(_IN_THE_OCTETS)(octets, chance) if chance.random() < 0.15 else octets


def _place(tree: Tree, chance: random.Random) -> tuple[Any, Any]:
    *steps, last = chance.choice(list(nodes(tree)) or [("data",)])
    around = tree
    for step in steps:
        around = around[step]
    return around, last


def _hostile(tree: Tree, chance: random.Random) -> None:
    around, last = _place(tree, chance)
    around[last] = copy.deepcopy(chance.choice(chance.choice((_SCRIPTS, _FIGURES, _OTHERS))))


def _taken_away(tree: Tree, chance: random.Random) -> None:
    around, last = _place(tree, chance)
    del around[last]


def _wrapped(tree: Tree, chance: random.Random) -> None:
    around, last = _place(tree, chance)
    around[last] = chance.choice(([around[last]], {"value": around[last]}))


def _turned(tree: Tree, chance: random.Random) -> None:
    """Two members of one object change places: a maximum and a minimum, a name and a rate."""
    around, last = _place(tree, chance)
    other = chance.choice(list(around) if isinstance(around, dict) else range(len(around)))
    around[last], around[other] = around[other], around[last]


def _renamed(tree: Tree, chance: random.Random) -> None:
    around, last = _place(tree, chance)
    if isinstance(around, dict):
        around[chance.choice((*_SCRIPTS, "rate", "amount", "additionalInfoUri"))] = around[last]


def _cut(octets: bytes, chance: random.Random) -> bytes:
    return octets[: chance.randrange(len(octets) + 1)]


def _noise(octets: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(octets) + 1)
    return octets[:place] + chance.randbytes(chance.randint(1, 8)) + octets[place:]


def _deep(octets: bytes, chance: random.Random) -> bytes:
    depth = chance.choice((10, 20, 30, 5_000))
    return b'{"data":' * depth + octets + b"}" * depth


def _page(octets: bytes, chance: random.Random) -> bytes:
    return chance.choice((b"<html>", b"\xef\xbb\xbf", b"HTTP/1.1 200 OK\r\n\r\n")) + octets


_IN_THE_TREE: tuple[Callable[[Tree, random.Random], None], ...] = (
    _hostile, _hostile, _hostile, _taken_away, _wrapped, _turned, _renamed,
)  # fmt: skip
_IN_THE_OCTETS: tuple[Callable[[bytes, random.Random], bytes], ...] = (_cut, _noise, _deep, _page)


def rates_of(product: Tree) -> list[tuple[dict[str, Any], str, Decimal]]:
    """Every annual rate: the object that holds it, its name, its value."""
    entries = [*(product.get("lendingRates") or []), *(product.get("depositRates") or [])]
    return [
        (one, name, Decimal(one[name])) for one in entries for name in ("rate", "comparisonRate") if one.get(name)
    ]
