"""Words that claim something. A clause that forbids or denies the claim does not make it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_CJK = "\u3000-\u303f\u3400-\u9fff"
_BETWEEN_CJK = re.compile(rf"(?<=[{_CJK}0-9])\s+(?=[{_CJK}])")
_CLAUSE = re.compile(r"[，,。；;！!？?\n]|\.(?:\s|$)|:\s")
# Anywhere before the word in its clause.
_FORBIDS = re.compile(
    r"禁止|严禁|不得|不应|不准|谨防|警惕|切勿|请勿|勿信|莫信|不要相信|违法|骗局"
    r"|\b(?:prohibit\w*|forbid\w*|forbidden|banned|unlawful|beware|never|nobody|no one)\b"
)
# Right before the word.
_DENIES = re.compile(
    r"(?:不|非|未|无法|不能|不会|不可|并非|没有)(?:再|予|得|是|属于|构成|存在|等于|意味着|承诺|保证|提供|任何|其)*$"
    r"|\b(?:no|not|nor|neither|without|isn't|aren't|doesn't|don't|cannot|can't)\b"
    r"(?:\s+(?:a|an|any|be|offer|promise|guarantee|mean|the|as))*\s*$"
)


def claimed(text: str, words: Iterable[str]) -> str | None:
    """The first of ``words`` that ``text`` claims; None where it claims none of them."""
    clauses = [clause for clause in _CLAUSE.split(_plain(text)) if clause]
    return next((word for word in words if any(_claims(clause, _plain(word)) for clause in clauses)), None)


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """Whatever signs, widths and spaces it is written with."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold().replace("’", "'")
    return _BETWEEN_CJK.sub("", plain)


def _claims(clause: str, word: str) -> bool:
    for found in _pattern(word).finditer(clause):
        before = clause[: found.start()]
        if not _FORBIDS.search(before) and not _DENIES.search(before):
            return True
    return False


@lru_cache(maxsize=512)
def _pattern(word: str) -> re.Pattern[str]:
    """Latin words as whole words; a figure is not the end of a longer one."""
    start = r"(?<![\d.,])" if word[0].isdigit() else r"\b" if word[0].isascii() and word[0].isalpha() else ""
    end = r"\b" if word[-1].isascii() and word[-1].isalpha() else ""
    return re.compile(start + re.escape(word) + end)
