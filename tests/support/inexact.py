"""Finds, in a program's text, where a number of money or rate could turn inexact."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes

_INEXACT_MODULES = {"math", "cmath", "statistics", "numpy", "random"}
_JSON_MODULES = {"json", "simplejson"}
_SENDERS = {"get", "post", "put", "patch", "delete", "head", "request", "send"}
_PERCENT_FORMAT = re.compile(r"%[-+ #0-9.*]*[eEfFgG]")
_EXACT_CALLS = {"Decimal", "Fraction"}
_TEMPLATE_FILTERS = {"float", "round"}
Finding = tuple[str, str, str]  # the rule, the function it stands in, the text


def inexact(text: str) -> Iterator[Finding]:
    """Of Python. A quotient of ``Decimal(…)`` or ``Fraction(…)`` is exact by what stands there."""
    tree = ast.parse(text)
    for where, node in _with_places(tree, ""):
        for rule, finds in _RULES.items():
            if finds(node):
                yield rule, where, ast.unparse(node)
    for where, node in _with_places(tree, ""):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (("json", where, text) for text in _answers_read(node))


def inexact_template(text: str) -> Iterator[Finding]:
    """Of a Jinja template."""
    tree = Environment(autoescape=True).parse(text)
    for node in tree.find_all((nodes.Div, nodes.Filter, nodes.Const)):
        if isinstance(node, nodes.Div):
            yield "quotient", "", f"line {node.lineno}"
        if isinstance(node, nodes.Filter) and node.name in _TEMPLATE_FILTERS:
            yield "float", "", f"|{node.name}"
        if isinstance(node, nodes.Const) and isinstance(node.value, float):
            yield "literal", "", str(node.value)


def programs(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*.py")) if "node_modules" not in path.parts)


def _with_places(node: ast.AST, place: str) -> Iterator[tuple[str, ast.AST]]:
    """Every node with the dotted name of what it stands in."""
    for child in ast.iter_child_nodes(node):
        yield place, child
        named = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        inner = f"{place}.{child.name}".lstrip(".") if named else place  # type: ignore[attr-defined]
        yield from _with_places(child, inner)


def _literal(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, float | complex)


def _float_call(node: ast.AST) -> bool:
    """``float(…)``, and ``float`` handed on to be called."""
    if not isinstance(node, ast.Call):
        return False
    return any(isinstance(one, ast.Name) and one.id == "float" for one in (node.func, *node.args))


def _quotient(node: ast.AST) -> bool:
    if isinstance(node, ast.AugAssign):
        return isinstance(node.op, ast.Div)
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Div):
        return False
    return not any(_is_exact(side) for side in (node.left, node.right))


def _is_exact(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _EXACT_CALLS


def _negative_power(node: ast.AST) -> bool:
    """``10 ** -2`` is a float."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Pow):
        return False
    negative = isinstance(node.right, ast.UnaryOp) and isinstance(node.right.op, ast.USub)
    return negative and isinstance(node.left, ast.Constant)


def _module(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name.split(".")[0] in _INEXACT_MODULES for alias in node.names)
    return isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in _INEXACT_MODULES


def _percent(node: ast.AST) -> bool:
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mod):
        return False
    left = node.left
    return isinstance(left, ast.Constant) and isinstance(left.value, str) and bool(_PERCENT_FORMAT.search(left.value))


def _json(node: ast.AST) -> bool:
    """Numbers read without ``parse_float``, and Flask's own reading."""
    if isinstance(node, ast.ImportFrom):
        return node.module in _JSON_MODULES and any(alias.name in ("load", "loads") for alias in node.names)
    if isinstance(node, ast.Attribute):
        on_request = isinstance(node.value, ast.Name) and node.value.id == "request"
        return node.attr == "get_json" or (node.attr == "json" and on_request)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    module = node.func.value
    reads = node.func.attr in ("load", "loads") and isinstance(module, ast.Name) and module.id in _JSON_MODULES
    return reads and not any(keyword.arg == "parse_float" for keyword in node.keywords)


def _answers_read(function: ast.AST) -> Iterator[str]:
    """``.json()`` of what an HTTP call answered."""
    answers = {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and _is_call_of(node.value, _SENDERS)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "json":
            read = node.func.value
            if _is_call_of(read, _SENDERS) or (isinstance(read, ast.Name) and read.id in answers):
                yield ast.unparse(node)


def _is_call_of(node: ast.AST, names: set[str]) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names


_RULES = {
    "literal": _literal,
    "float": _float_call,
    "quotient": _quotient,
    "power": _negative_power,
    "module": _module,
    "format": _percent,
    "json": _json,
}
