"""Mending by hand: values put at places of the bank's product, for as long as the bank leaves those places alone."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import dataclass

from scenebank.catalogue.cdr.envelope import Product, canonical
from scenebank.catalogue.cdr.model import Reason
from scenebank.catalogue.cdr.reading import Tree, Unreadable, read_json
from scenebank.catalogue.cdr.reasons import reason
from scenebank.errors import InvalidInput


@dataclass(frozen=True)
class Mending:
    """``value`` is JSON text, None takes the member away. ``was`` is the JSON text that stood there, None for nothing;
    ``place`` the hash of the whole object (or list) around it, as the bank wrote it."""

    pointer: str
    value: str | None
    was: str | None
    place: str
    by: str
    why: str
    at: int


def new_mending(product: Product, pointer: str, value: str | None, by: str, why: str, at: int) -> Mending:
    """Checked against the bank's product; :class:`InvalidInput` where there is no such place, or no such JSON."""
    around, name = _place(product, pointer)
    if around is None:
        raise InvalidInput.one(pointer, "mending_place")
    text = None if value is None else canonical(_parsed(pointer, value))
    was = _member(around, name)
    if was is None and value is None:
        raise InvalidInput.one(pointer, "mending_place")
    return Mending(pointer, text, was, _hash(around), by, why, at)


def mended(product: Product, mendings: list[Mending]) -> tuple[Product, list[Reason]]:
    """A copy with every mending that still holds, and what is to be told of each. One whose place the bank has changed
    is not applied, unless the bank now says the same."""
    copied: Product = copy.deepcopy(product)
    told: list[Reason] = []
    for one in sorted(mendings, key=lambda mending: mending.pointer):
        place, name = _place(product, one.pointer)
        if place is not None and _member(place, name) == one.value:
            continue
        if place is None or _hash(place) != one.place:
            now = "nothing" if place is None else _member(place, name) or "nothing"
            told.append(reason("mending_conflicts", one.pointer, one.by, f"from {one.was or 'nothing'} to {now}"))
            continue
        if _put(copied, one):
            told.append(reason("mended", one.pointer, one.by, one.why))
        else:
            told.append(reason("mending_conflicts", one.pointer, one.by, "another mending has taken the place away"))
    return copied, told


def _put(product: Product, one: Mending) -> bool:
    """False where a mending above has left no such place."""
    around, name = _place(product, one.pointer)
    if isinstance(around, dict):
        if one.value is None:
            around.pop(name, None)
        else:
            around[name] = read_json(one.value.encode())
    elif isinstance(around, list):
        around[int(name)] = None if one.value is None else read_json(one.value.encode())
    return around is not None


def _place(product: Product, pointer: str) -> tuple[dict[str, Tree] | list[Tree] | None, str]:
    """The object or list around a place (RFC 6901), and the last step; None where there is none."""
    if not pointer.startswith("/"):
        return None, ""
    *steps, last = (step.replace("~1", "/").replace("~0", "~") for step in pointer[1:].split("/"))
    around: Tree = product
    for step in steps:
        if isinstance(around, dict):
            around = around.get(step)
        elif isinstance(around, list) and _is_index(step, around):
            around = around[int(step)]
        else:
            return None, last
    if isinstance(around, dict):
        return around, last
    if isinstance(around, list) and _is_index(last, around):
        return around, last
    return None, last


def _is_index(step: str, around: list[Tree]) -> bool:
    return step.isascii() and step.isdecimal() and len(step) < 6 and str(int(step)) == step and int(step) < len(around)


def _member(around: dict[str, Tree] | list[Tree], name: str) -> str | None:
    if isinstance(around, dict):
        return canonical(around[name]) if name in around else None
    return canonical(around[int(name)])


def _hash(tree: Tree) -> str:
    return hashlib.sha256(canonical(tree).encode()).hexdigest()


def _parsed(pointer: str, value: str) -> Tree:
    try:
        return read_json(value.encode())
    except (Unreadable, UnicodeEncodeError):
        raise InvalidInput.one(pointer, "mending_value") from None
