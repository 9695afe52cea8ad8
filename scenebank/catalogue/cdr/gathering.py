"""Where documents come from on this machine: files, and folders of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scenebank.catalogue.cdr.model import Reason
from scenebank.catalogue.cdr.reading import MOST_BYTES
from scenebank.catalogue.cdr.reasons import reason

MOST_FILES = 10_000
LONGEST_SOURCE = 460  # a place in a file is put behind it


@dataclass(frozen=True)
class Found:
    """One text of ``source``: its octets, or why there are none. ``etag`` as the bank sent it; ``is_unchanged``: the
    bank says that what we have is what it has. One that ``is_list`` holds no product: it says why a list broke off or,
    without a reason, that everything it named has come."""

    source: str
    octets: bytes | None = None
    reason: Reason | None = None
    etag: str | None = None
    is_unchanged: bool = False
    is_list: bool = False


def local(source: str) -> Iterator[Found]:
    """A file, or every ``*.json`` of a folder and its folders, in the order of their names."""
    path = Path(source).resolve()
    if path.is_dir():
        files = sorted(one for one in path.rglob("*.json") if one.is_file())
        if not files or len(files) > MOST_FILES:
            yield Found(str(path)[:LONGEST_SOURCE], reason=reason("unreadable", found=f"{len(files)} *.json files"))
            return
        for one in files:
            yield _file(one)
    else:
        yield _file(path)


def _file(path: Path) -> Found:
    name = str(path).encode("utf-8", "replace").decode()
    if len(name) > LONGEST_SOURCE or name != str(path):
        return Found(name[:LONGEST_SOURCE], reason=reason("unreadable", found="its path is too long, or no text"))
    if path.exists() and not path.is_file():
        return Found(name, reason=reason("unreadable", found="it is no file"))
    try:
        with path.open("rb") as file:
            return Found(name, file.read(MOST_BYTES + 1))
    except OSError as error:
        return Found(name, reason=reason("unreadable", found=error.strerror or type(error).__name__))
