"""Texts of a page whose last line says next to nothing: a lone character, or a lone word."""

from __future__ import annotations

from tests.support.browsers.chromium import Chromium

_BROKEN = """selector => [...document.querySelectorAll(selector)].map(one => {
  const lines = new Map(), range = document.createRange(), texts = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) for (let at = 0; at < texts.currentNode.data.length; at++) {
    range.setStart(texts.currentNode, at);
    range.setEnd(texts.currentNode, at + 1);
    const { width, bottom } = range.getBoundingClientRect(), line = Math.round(bottom / 6);
    if (width) lines.set(line, (lines.get(line) || "") + range);
  }
  return [...lines.values()].map(line => line.trim()).filter(Boolean);
}).filter(lines => lines.length > 1)"""


def lone(window: Chromium, selector: str, fewest: int = 2) -> list[str]:
    """Of the texts there, those with fewer than ``fewest`` characters on the last of their lines, or one Latin word."""
    broken: list[list[str]] = window.page.evaluate(_BROKEN, selector)
    return [" | ".join(lines) for lines in broken if _says_little(lines[-1], fewest)]


def _says_little(line: str, fewest: int) -> bool:
    return len(line) < fewest or (fewest > 2 and line.isascii() and " " not in line)
