"""What stands above a view when something was not possible: what it is, and what to do about it."""

from __future__ import annotations

from widgets.base import Refusal
from widgets.texts import Texts


def notice_text(notice: str | None, t: Texts) -> str | None:
    """Both sentences."""
    if notice is None:
        return None
    return t("sentences", first=t(f"notice.{notice}"), second=t(f"notice.{notice}.fix"))


def notice_refusal(notice: str, t: Texts) -> Refusal:
    return Refusal(notice, t(f"notice.{notice}"), t(f"notice.{notice}.fix"))
