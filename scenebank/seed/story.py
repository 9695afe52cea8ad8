"""Reads the story."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def story() -> dict[str, Any]:
    """``banks``, ``products``, ``shops``."""
    document: dict[str, Any] = json.loads(Path(__file__).with_name("story.json").read_text("utf-8"))
    return document
