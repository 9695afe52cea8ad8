"""Receipts and proofs as JSON; hashes are base64url, as in the signed heads."""

from __future__ import annotations

from typing import Any

from scenebank.errors import NotFound
from scenebank.fields import Digits, Flag, Free, ListOf, Object, OneOf, OrNull, Text, Whole, answer, maybe, needed, page
from scenebank.receipts.heads import base64url
from scenebank.receipts.model import Consistency, Kind, NoSuchHead, NoSuchReceipt, Receipt
from scenebank.receipts.service import Sealed
from scenebank.web.api.blueprint import JWKS
from scenebank.web.api.documents import TIME
from scenebank.web.contract.operation import HTML, JSON, Answer, Door, Operation

_HEAD = Text(sample="eyJ…", about="signed: a compact JWS (RFC 7515)")
_PATH = ListOf(Text(pattern="[A-Za-z0-9_-]{43}", sample="A" * 43))
_RECEIPT = answer(
    "Receipt", receipt=Text(sample="rcp_1f0c"), leaf=Text(about="the entry's exact text, whose bytes are hashed"),
    proof=OrNull(answer("Proof", position=Whole(), path=_PATH, head=_HEAD)),
)  # fmt: skip
_LISTED = answer(
    "ListedReceipt", receipt=Text(sample="rcp_1f0c"), url=Text(form="uri", sample="https://HOST/r/rcp_1f0c"),
    kind=OneOf(Kind), at=TIME, sealed=Flag(), consent=maybe(Free("what was agreed to", {})),
    move=maybe(Free("from which status to which", {})),
)  # fmt: skip
_SIZE = needed(Digits("size", sample="7", about="the size of a head"), None)
LIST = Operation("List an application's receipts", "receipts", {200: Answer("all of them", page(_LISTED))},
                 refuses=(NotFound,))  # fmt: skip
SHOW = Operation(
    "Show a receipt", "receipts", {200: Answer("a page, or JSON to whoever asks for it", _RECEIPT, (JSON, HTML))},
    door=Door.ANYBODY, refuses=(NoSuchReceipt,), pages=(HTML,),
)  # fmt: skip
FILE = Operation("Keep a receipt", "receipts", {200: Answer("a file", _RECEIPT)}, door=Door.ANYBODY,
                 refuses=(NoSuchReceipt,))  # fmt: skip
KEYS = Operation("Show the keys that sign heads", "receipts", {200: Answer("RFC 7517", JWKS)}, door=Door.ANYBODY)
HEAD = Operation(
    "Show the newest head", "receipts", {200: Answer("signed", answer("Head", size=Whole(sample=7), head=_HEAD))},
    door=Door.ANYBODY, refuses=(NoSuchHead,),
)  # fmt: skip
CONSISTENCY = Operation(
    "Prove that one head continues another", "receipts",
    {200: Answer("the proof", answer("Consistency", first=_HEAD, second=_HEAD, path=_PATH))}, door=Door.ANYBODY,
    query=Object({"first": _SIZE, "second": _SIZE}), refuses=(NoSuchHead,),
)  # fmt: skip


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
