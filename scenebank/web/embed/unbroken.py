"""Words that stay on one line, where one has room for them: the filters of the templates."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

# Wider than that is no line of a phone.
_MOST = 32
_SUM = r"(?:CN)?[^\s\w;]?[0-9][0-9.,]*[0-9]"
_COUNT = r"[0-9]+\s?(?:个月|期|天|秒|months?\b|days?\b|seconds?\b)"
# LT-002; “申请”; 8号; (66 Forest; ¥517.72 × 11 期; 11 × €43.15; 末期 ¥517.75; 12 至 84 个月; 14 days; 6.49% p.a. Such
# a box may be parted from the signs behind it, which begin no line: they are in it.
_CODE = re.compile(
    rf"(?:\b[0-9A-Za-z]+-[0-9A-Za-z-]*[0-9][0-9A-Za-z]*\b|“[^”]{{1,12}}”"
    rf"|[0-9]+\s?号|\(?\b[0-9]{{1,4}}\s[A-Z][a-z]+\b"
    rf"|{_SUM}\s×\s(?:{_COUNT}|[0-9]+)|[0-9]+\s×\s{_SUM}"
    rf"|(?:末期|last)\s{_SUM}|[0-9.]+%\sp\.a\.|(?:[0-9]+\s(?:至|to)\s)?{_COUNT})"
    r"[.,;:)。，；：）]{0,2}"
)


def unbroken(text: str, name: str) -> Markup:
    """``text`` with every ``name`` in it kept whole; a name wider than its line still breaks between its words."""
    return Markup(_kept(str(escape(name)))).join(text.split(name)) if name else escape(text)  # noqa: S704


def unbroken_codes(text: str) -> Markup:
    """``text`` with the numbers of licences and of houses, the names of buttons, the sums with their count, and the
    numbers with their unit in it kept whole."""
    return Markup(_CODE.sub(_kept_code, str(escape(text))))  # noqa: S704


def _kept_code(found: re.Match[str]) -> str:
    return found.group() if len(found.group()) > _MOST else _kept(found.group())


def _kept(escaped: str) -> str:
    return f'<span class="whole">{escaped}</span>'
