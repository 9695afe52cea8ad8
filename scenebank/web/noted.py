"""What is known of a request when it has been answered, for the log and the metrics."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import g

from scenebank.merchants.model import Door


@dataclass
class Noted:
    """``session`` stands for a person, and is noted as a hash only; ``code`` is the problem that was told."""

    merchant: str = ""
    mode: str = ""
    session: str = ""
    code: str = ""


def noted() -> Noted:
    if "noted" not in g:
        g.noted = Noted()
    found: Noted = g.noted
    return found


def note_door(door: Door) -> None:
    noted().merchant, noted().mode = door.merchant.id, door.mode.value


def note_session(session_id: str) -> None:
    noted().session = hashlib.sha256(session_id.encode()).hexdigest()[:12]


def note_code(code: str) -> None:
    noted().code = code
