"""Test data made by others, where it is on this machine."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest


def shared_json(path: str) -> Any:
    """A document of ``SCENEBANK_SHARED_DATA``; skips the whole module where that is not set."""
    return json.loads(shared_bytes(path))


def shared_bytes(path: str) -> bytes:
    """As :func:`shared_json`, a file as it is."""
    if "SCENEBANK_SHARED_DATA" not in os.environ:
        pytest.skip("SCENEBANK_SHARED_DATA is not set: the recorded cases are not here", allow_module_level=True)
    return (Path(os.environ["SCENEBANK_SHARED_DATA"]) / path).read_bytes()
