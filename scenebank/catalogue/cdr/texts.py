"""Texts, links, dates and durations of banks, made fit to be shown; what was changed is told by a code."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from urllib.parse import urlsplit

SUMMARY = 140
_LONGEST_LINK = 2000
_MARKUP = re.compile(r"<[A-Za-z!/?]")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_DURATION = re.compile(
    r"P(?=\d|T\d)(?:\d{1,3}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,5}D)?(?:T(?=\d)(?:\d{1,4}H)?(?:\d{1,4}M)?(?:\d{1,4}S)?)?"
)
_SPELT = {
    "daily": "P1D", "weekly": "P1W", "fortnightly": "P2W", "monthly": "P1M", "quarterly": "P3M", "half yearly": "P6M",
    "half-yearly": "P6M", "six monthly": "P6M", "yearly": "P1Y", "annually": "P1Y", "annual": "P1Y",
    "p0.25y": "P3M", "p0.5y": "P6M", "p1.5y": "P18M", "p2.5y": "P30M",
}  # fmt: skip
# Unassigned, private and surrogate code points, control and format characters: nothing a reader can see.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def shown(text: str, one_line: bool) -> str:
    """Without characters that cannot be shown; line breaks stay where there may be several lines."""
    kept = "\n" if not one_line else ""
    text = text.replace("\r\n", "\n")
    if "\ufffd" in text or not (text if one_line else text.replace("\n", "")).isprintable():
        text = "".join(
            one if one == kept else " " if one in "\n\r\t\u2028\u2029" else "" if _is_unseen(one) else one
            for one in text
        )
    return re.sub(r" {2,}", " ", text) if one_line else text


def _is_unseen(one: str) -> bool:
    return one == "\ufffd" or unicodedata.category(one) in _UNSEEN


def has_markup(text: str) -> bool:
    return _MARKUP.search(text) is not None


def summary(text: str) -> str:
    """At most 140 characters, cut between words."""
    line = " ".join(text.split())
    if len(line) <= SUMMARY:
        return line
    return line[: SUMMARY - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def is_link(text: str) -> bool:
    """Whether it is an absolute http or https address that a page may link to."""
    if len(text) > _LONGEST_LINK or not text.isascii() or not text.isprintable() or set(text) & set(" <>\"'\\^`{|}"):
        return False
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def duration(text: str) -> str | None:
    """ISO 8601 in whole units; words and halves of years that are common are read too."""
    if _DURATION.fullmatch(text):
        return text
    return _SPELT.get(text.lower())


def moment(text: str) -> str | None:
    """RFC 3339 with a zone; in UTC to the second, or as it stands where the year 9999 has no room for it."""
    found = _MOMENT.fullmatch(text)
    if not found:
        return None
    try:
        aware = datetime.fromisoformat(f"{found[1]}T{found[2]}{found[3].replace('Z', '+00:00')}")
    except ValueError:
        return None
    try:
        return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
    except OverflowError:
        return "9999-12-31T23:59:59Z" if aware.year == 9999 else "0001-01-01T00:00:00Z"
