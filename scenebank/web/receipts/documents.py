"""Receipts and proofs as JSON; hashes are base64url, as in the signed heads."""

from __future__ import annotations

from typing import Any

from scenebank.receipts.heads import base64url
from scenebank.receipts.model import Consistency, Receipt
from scenebank.receipts.service import Sealed


def receipt_json(found: Sealed) -> dict[str, Any]:
    """``leaf`` is the entry's exact text, whose bytes are hashed; ``proof`` is null while it is being sealed. At most
    2 kB."""
    proof = found.proof
    return {
        "receipt": found.receipt.id,
        "leaf": found.receipt.leaf,
        "proof": None if proof is None else {
            "position": proof.position,
            "path": [base64url(one) for one in proof.path],
            "head": proof.head.statement,
        },
    }  # fmt: skip


def consistency_json(proof: Consistency) -> dict[str, Any]:
    return {
        "first": proof.first.statement,
        "second": proof.second.statement,
        "path": [base64url(one) for one in proof.path],
    }


def listed_json(receipt: Receipt, public_url: str) -> dict[str, Any]:
    """One line of a list: enough to find the one that is looked for."""
    said = receipt.facts
    own = {name: said[name] for name in ("consent", "move") if name in said}
    return {
        "receipt": receipt.id, "url": f"{public_url}/r/{receipt.id}", "kind": said["kind"], "at": said["at"],
        "sealed": receipt.position is not None, **own,
    }  # fmt: skip
