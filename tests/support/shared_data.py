"""Test data made by others, where it is on this machine."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest


def shared_json(path: str) -> Any:
    """A document of ``SCENEBANK_SHARED_DATA``; skips the whole module where that is not set."""
    if "SCENEBANK_SHARED_DATA" not in os.environ:
        pytest.skip("SCENEBANK_SHARED_DATA is not set: the recorded cases are not here", allow_module_level=True)
    return json.loads((Path(os.environ["SCENEBANK_SHARED_DATA"]) / path).read_text("utf-8"))
