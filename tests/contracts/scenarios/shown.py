"""Every scenario of a widget, played once; and what has to have one, read from the code itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from app import create_app
from scenebank.applications import answers
from scenebank.applications.model import NEXT, NextStep, Status
from scenebank.errors import ScenebankError
from scenebank.preview import Played, Preview, Scenario, states_of
from widgets import WIDGETS
from widgets.texts import LOCALES, Texts, messages_of

ROOT = Path(__file__).parents[3]
DOOR = str(ROOT / "scenebank/web/embed")
# What a request of a person runs through on its way to a document.
_ON_THE_WAY = (
    "scenebank/web/embed/*.py", "scenebank/sessions/service.py", "scenebank/sessions/offline.py",
    "scenebank/sessions/tokens.py", "scenebank/merchants/service.py", "scenebank/applications/bank_page.py",
    "widgets/scene.py", "scenebank/money/fields.py", "scenebank/fields/kinds.py",
)  # fmt: skip


def shown(widget: str) -> tuple[Played, ...]:
    """Each state in each of its contexts, locales taking turns. One that cannot be played fails whoever asks, at once:
    it is not tried again for each of a hundred tests."""
    found = _played(widget)
    if isinstance(found, Exception):
        raise found
    return found


@lru_cache(maxsize=8)
def _played(widget: str) -> tuple[Played, ...] | Exception:
    preview = Preview(lambda wired: create_app(wired=wired))
    try:
        cells = ((state, context) for state in states_of(widget).values() for context in state.contexts)
        return tuple(
            preview.play(Scenario(
                widget, state.step, state.name, "phone", "light", LOCALES[number % 2], context, state.params,
                state.mode, state.catalogue,
            ))
            for number, (state, context) in enumerate(cells)
        )  # fmt: skip
    except Exception as error:
        return error
    finally:
        preview.close()


def contexts(widget: str) -> set[str]:
    return {context for state in states_of(widget).values() for context in state.contexts}


def says(played: Played, key: str) -> bool:
    """Whether the document shows the text of ``key``, whatever its places hold and wherever it may break."""
    folders = WIDGETS[played.scenario.widget].folders
    t = Texts(_locale(played), *folders, DOOR)
    document, at = re.sub(r"\s", "", played.document.text), 0
    for part in re.split(r"\{\w+\}", re.sub(r"\s", "", t(key))):
        found = document.find(part, at)
        if found < 0:
            return False
        at = found + len(part) + 1  # a place holds at least one character
    return True


def _locale(played: Played) -> str:
    found = re.search(r'<html lang="([^"]+)"', played.document.html)
    return found.group(1) if found else "en"


def notices() -> set[str]:
    """The keys of every notice the lending widgets can give."""
    return {key for key in messages_of("lending", "en") if key.startswith("notice.") and not key.endswith(".fix")}


def statuses() -> set[tuple[Status, NextStep | None]]:
    """Every status × next step an application that was sent can be in."""
    reached, open_ends = set(), {Status.SUBMITTING}
    while open_ends:
        reached |= open_ends
        open_ends = {then for status in open_ends for then in NEXT[status]} - reached
    from_bank = set(answers._STATUS.values())
    return from_bank | {(status, None) for status in reached if status not in {one for one, _step in from_bank}}


def refusals() -> set[str]:
    """Every code the door for people can answer with, as far as code on a request's way names it."""
    codes = {code for pattern in _ON_THE_WAY for path in ROOT.glob(pattern) for code in _codes(path)}
    return codes & set(messages_of(DOOR, "en"))


def _codes(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(_called(tree)) | frozenset(_classes(tree)) | frozenset(_declared(tree))


def _called(tree: ast.AST) -> Iterator[str]:
    """The texts handed to errors where they are made."""
    makers = {"LaunchRefused", "SessionRefused", "FieldError", "one", "Text", "OneOf", "Amount", "needed"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in makers:
                for inner in (one for argument in node.args for one in ast.walk(argument)):
                    if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                        yield inner.value


def _declared(tree: ast.AST) -> Iterator[str]:
    """The codes that kinds of values have by themselves."""
    for node in ast.walk(tree):
        value = node.value if isinstance(node, ast.AnnAssign) else None
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value


def _classes(tree: ast.AST) -> Iterator[str]:
    """The codes of the errors named in a ``raise``."""
    by_name = {one.__name__: one.code for one in _family(ScenebankError)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and node.exc is not None:
            called = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if isinstance(called, ast.Name) and called.id in by_name:
                yield by_name[called.id]


def _family(kind: type[ScenebankError]) -> Iterator[type[ScenebankError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _family(child)

