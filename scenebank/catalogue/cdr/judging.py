"""From octets, or a product taken out of them, to the verdict: reading, mending, mapping, in this order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from scenebank.catalogue.cdr.envelope import Product, bank_id_of, canonical, product_id_of, products_of
from scenebank.catalogue.cdr.mending import Mending, mended
from scenebank.catalogue.cdr.model import Findings, Judged, Reason
from scenebank.catalogue.cdr.product import judge
from scenebank.catalogue.cdr.reading import MOST_BYTES, Unreadable, read_json


@dataclass(frozen=True)
class Candidate:
    """One product as it came: ``raw`` its exact text, ``around`` what was wrong with the answer around it."""

    bank_id: str
    product_id: str
    raw: str
    product: Product
    around: tuple[Reason, ...]

    @property
    def content_hash(self) -> str:
        """Equal for equal content, however it is spaced; hex SHA-256."""
        return hashlib.sha256(canonical(self.product).encode()).hexdigest()

    def judged(self, mendings: Sequence[Mending], now: datetime) -> Judged:
        findings = Findings()
        product, told = mended(self.product, list(mendings))
        for reason in (*self.around, *told):
            findings.add(reason)
        return judge(product, self.bank_id, self.product_id, now, findings)


def candidates(octets: bytes, bank_id: str | None, most_bytes: int = MOST_BYTES) -> list[Candidate | Reason]:
    """The products of one text, each by itself or why it is none; :class:`Unreadable` where all of it is none."""
    found, around = products_of(read_json(octets, most_bytes))
    if len(found) == 1:
        return [_candidate(found[0], octets.decode("utf-8-sig"), bank_id, around)]
    return [_candidate(one, canonical(one), bank_id, ()) for one in found]


def _candidate(product: Product, raw: str, bank_id: str | None, around: tuple[Reason, ...]) -> Candidate | Reason:
    try:
        return Candidate(bank_id or bank_id_of(product), product_id_of(product), raw, product, around)
    except Unreadable as error:
        return error.reason
