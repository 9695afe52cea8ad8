"""What an import says of a document: a verdict, and each reason with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

MOST_OF_ONE_CODE = 10


class Verdict(StrEnum):
    """``clean``: as the bank wrote it. ``repaired``: changed only where no meaning could be lost. ``quarantined``: kept
    apart until somebody mends it. ``rejected``: no product at all."""

    CLEAN = "clean"
    REPAIRED = "repaired"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"


ORDER = tuple(Verdict)


@dataclass(frozen=True)
class Reason:
    """One thing found. ``code`` is stable; ``weight`` the verdict it alone leads to (``clean``: only worth knowing);
    ``pointer`` a JSON pointer inside the bank's product, empty where the reason is the whole; ``words`` in English."""

    code: str
    weight: Verdict
    pointer: str
    words: str

    def json(self) -> dict[str, str]:
        return {"code": self.code, "weight": self.weight.value, "pointer": self.pointer, "words": self.words}


@dataclass
class Findings:
    """Reasons as they are found, at most ten of a code and then how many more there are."""

    found: list[Reason] = field(default_factory=list)
    _counts: dict[str, int] = field(default_factory=dict)

    def add(self, reason: Reason) -> None:
        count = self._counts[reason.code] = self._counts.get(reason.code, 0) + 1
        if count <= MOST_OF_ONE_CODE:
            self.found.append(reason)

    @property
    def verdict(self) -> Verdict:
        return max((reason.weight for reason in self.found), key=ORDER.index, default=Verdict.CLEAN)

    def reasons(self) -> tuple[Reason, ...]:
        """The gravest first, then as they were found."""
        ordered = sorted(self.found, key=lambda reason: -ORDER.index(reason.weight))
        weights = {reason.code: reason.weight for reason in self.found}
        more = [
            Reason(code, weights[code], "", f"{count - MOST_OF_ONE_CODE} more places like this")
            for code, count in self._counts.items()
            if count > MOST_OF_ONE_CODE
        ]
        return (*ordered, *more)


@dataclass(frozen=True)
class Judged:
    """A product as judged: ``document`` is ours, None where the product is rejected."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    generation: str
    document: dict[str, object] | None
