"""Writes a new variant from its skeleton: files of its own, and one line in the registry."""

from __future__ import annotations

import keyword
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from string import Template

ROOT = Path(__file__).parents[1]
_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
_IMPORT = re.compile(r"^from (?:scenebank|tests|widgets)[.\w]* import (?:\([^)]*\)|[^\n(]+)\n", re.MULTILINE)
_IMPORTS = re.compile(f"(?:{_IMPORT.pattern})+", re.MULTILINE)


class Refused(Exception):
    """Why nothing was written, in one line."""


@dataclass(frozen=True)
class Variant:
    """``kind`` names the folder below ``tools/skeletons``; ``home`` is where variants live, and its ``__init__.py``
    lists them, one line each."""

    kind: str
    home: str


def main(variant: Variant, arguments: list[str]) -> int:
    """0 when it was written, 1 when it was refused."""
    name = arguments[0] if arguments else ""
    try:
        written = write(variant, name, ROOT)
    except Refused as error:
        print(f"new-{variant.kind}: {error}", file=sys.stderr)
        return 1
    for path in written:
        print(path)
    return 0


def write(variant: Variant, name: str, root: Path) -> list[str]:
    """The paths written, the registry last; :class:`Refused` before anything is."""
    home = root / variant.home
    _check_name(variant, name, home)
    registry = home / "__init__.py"
    listed = _with_line(registry.read_text("utf-8"), name)
    files = _files(variant, name)
    for path in files:
        if (root / path).exists():
            raise Refused(f"{path} is there already: choose another name")
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    registry.write_text(listed, "utf-8")
    return [*files, f"{variant.home}/__init__.py"]


def _check_name(variant: Variant, name: str, home: Path) -> None:
    if not name:
        raise Refused(f"a name is missing: make new-{variant.kind} NAME=probe")
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise Refused(f"{name!r} is no name: small letters, digits and _, a letter first, no Python keyword")
    if (home / name).exists() or (home / f"{name}.py").exists():
        raise Refused(f"{variant.home}/{name} is there already: choose another name")


def _with_line(registry: str, name: str) -> str:
    """The registry with one more line, in its alphabetical place."""
    head, opening, rest = registry.partition("_FOLDERS = (\n")
    entries, closing, tail = rest.partition("\n)\n")
    if not opening or not closing:
        raise Refused("the registry has no list _FOLDERS")
    lines = sorted([*entries.split("\n"), f'    "{name}",'])
    return "".join([head, opening, "\n".join(lines), closing, tail])


def _files(variant: Variant, name: str) -> dict[str, str]:
    """Path below the root → text."""
    folder = ROOT / "tools/skeletons" / variant.kind
    words = {"name": name, "title": name.replace("_", " ").capitalize(), "class": name.title().replace("_", "")}
    found = {}
    for source in sorted(folder.rglob("*.txt")):
        path = str(source.relative_to(folder)).removesuffix(".txt").replace("NAME", name)
        found[path] = _sorted_imports(Template(source.read_text("utf-8")).substitute(words))
    return found


def _sorted_imports(text: str) -> str:
    """Where an import stands depends on the name."""

    def in_order(block: re.Match[str]) -> str:
        return "".join(sorted(_IMPORT.findall(block.group()), key=lambda one: one.split()[1]))

    return _IMPORTS.sub(in_order, text)
