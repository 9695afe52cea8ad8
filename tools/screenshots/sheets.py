"""Contact sheets: many pictures side by side, each under its name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from tests.support.browsers.chromium import chromium_browser

_ACROSS = {"phone": 6, "desktop": 4}
_ROWS = 2
_WIDTH = 1500
_PAGE = """<!doctype html><meta charset="utf-8">
<style>body{{margin:0;padding:10px;background:#777;color:#fff;display:grid;
grid-template-columns:repeat({across},1fr);gap:12px;align-items:start;font:12px sans-serif}}figure{{margin:0}}
img{{inline-size:100%;display:block}}</style>{figures}"""


def make_sheets(sheets: Path, groups: dict[tuple[str, str], list[Path]]) -> int:
    """One PNG per dozen or so of each group ``(name, device)``; how many were made."""
    sheets.mkdir(parents=True, exist_ok=True)
    made = 0
    page = chromium_browser().new_page(viewport={"width": _WIDTH, "height": 400})
    for (name, device), pictures in groups.items():
        for number, few in enumerate(_portions(pictures, _ACROSS[device] * _ROWS), start=1):
            scratch = sheets / "sheet.html"
            scratch.write_text(_sheet(few, _ACROSS[device]), "utf-8")
            page.goto(scratch.as_uri())
            page.screenshot(path=sheets / f"{name}-{number:02d}.png", full_page=True)
            scratch.unlink()
            made += 1
    page.close()
    return made


def _portions(pictures: Sequence[Path], size: int) -> Iterator[Sequence[Path]]:
    for start in range(0, len(pictures), size):
        yield pictures[start : start + size]


def _sheet(pictures: Sequence[Path], across: int) -> str:
    figures = "".join(
        f'<figure><figcaption>{escape(one.stem)}</figcaption><img src="{one.resolve().as_uri()}" alt=""></figure>'
        for one in pictures
    )
    return _PAGE.format(across=across, figures=figures)
