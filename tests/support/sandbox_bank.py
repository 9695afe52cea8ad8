"""The bank as a process of its own, and its levers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.support.processes import free_port, server


class SandboxBank:
    """What the bank wrote down, and how to make it misbehave."""

    def __init__(self, url: str) -> None:
        self.url = url

    def calls(self, **one: str) -> list[dict[str, Any]]:
        """``clientReference=`` or ``key=``."""
        found: list[dict[str, Any]] = requests.get(f"{self.url}/_sandbox/calls", params=one, timeout=10).json()
        return found

    def records(self, client_reference: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._get(f"applications/{client_reference}")
        return found

    def booked(self) -> dict[str, int]:
        """How often each reference was booked."""
        found: dict[str, int] = self._get("applications")
        return found

    def refusals(self) -> dict[str, int]:
        found: dict[str, int] = self._get("refusals")
        return found

    def behave(self, **changes: object) -> None:
        answer = requests.put(f"{self.url}/_sandbox/behaviour", json=changes, timeout=10)
        assert answer.ok, answer.text

    def reset(self) -> None:
        assert requests.post(f"{self.url}/_sandbox/reset", timeout=10).ok

    def _get(self, path: str) -> Any:
        answer = requests.get(f"{self.url}/_sandbox/{path}", timeout=10)
        answer.raise_for_status()
        return answer.json()


@contextmanager
def sandbox_bank(
    folder: Path, scenebank_url: str, reading_s: float = 0.0, port: int | None = None, **environ: str
) -> Iterator[SandboxBank]:  # fmt: skip
    """Started on a free port unless one is given; ended afterwards."""
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    environ |= {
        "BANK_PORT": str(port), "BANK_DATA_DIR": str(folder / "bank"), "SCENEBANK_URL": scenebank_url,
        "BANK_READING_S": str(reading_s),
    }  # fmt: skip
    with server("sandbox_bank", url, environ):
        yield SandboxBank(url)
