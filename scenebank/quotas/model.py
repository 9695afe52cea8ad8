"""What is left of a quota, and what is said when nothing is."""

from __future__ import annotations

from dataclasses import dataclass

from scenebank.errors import ScenebankError


@dataclass(frozen=True)
class Standing:
    """After a request: ``remaining`` of ``most`` in this window of ``window_s``, which ends in ``reset_s``. ``spent``
    once more was asked for than there was."""

    policy: str
    most: int
    window_s: int
    remaining: int
    reset_s: int
    spent: bool = False


class QuotaSpent(ScenebankError):
    """Too much was asked for; ``standing`` says of what, and when there is more."""

    code = "rate_limited"
    status = 429

    def __init__(self, standing: Standing) -> None:
        super().__init__(f"the quota {standing.policy} is spent", seconds=str(standing.reset_s))
        self.standing = standing
