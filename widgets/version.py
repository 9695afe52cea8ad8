"""Which version of a widget somebody saw: its code, texts and templates, and those of the frame around it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from widgets import WIDGETS

_HERE = Path(__file__).parent
_FRAME = ("templates/layouts", "templates/macros", "static/frame")


@lru_cache(maxsize=64)
def widget_version(name: str) -> str:
    """16 hex digits, the same for the same files."""
    folders = [_HERE / folder for folder in WIDGETS[name].folders] + [_HERE.parent / folder for folder in _FRAME]
    files = [*_HERE.glob("*.py"), *(file for folder in folders for file in folder.rglob("*.*"))]
    digest = hashlib.sha256()
    for file in sorted(file for file in files if file.is_file() and file.suffix != ".pyc"):
        digest.update(f"{file.relative_to(_HERE.parent)}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]
