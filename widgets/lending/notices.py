"""What stands above a view when something was not possible: what it is, and what to do about it."""

from __future__ import annotations

from widgets.base import Refusal
from widgets.texts import Texts


def notice_text(notice: str | None, t: Texts, market: str = "", bank: str = "") -> str | None:
    """Both sentences; the second may be the market's own, and name the bank."""
    if notice is None:
        return None
    return t("sentences", first=t(f"notice.{notice}"), second=_fix(notice, t, market, bank))


def notice_refusal(notice: str, t: Texts, market: str = "", bank: str = "") -> Refusal:
    return Refusal(notice, t(f"notice.{notice}"), _fix(notice, t, market, bank))


def _fix(notice: str, t: Texts, market: str, bank: str) -> str:
    of_market = f"notice.{notice}.{market}.fix"
    return t(of_market if t.has(of_market) else f"notice.{notice}.fix", bank=bank)
