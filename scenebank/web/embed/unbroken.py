"""Words that stay on one line, where one has room for them: the filters of the templates."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_CODE = re.compile(r"\b[0-9A-Za-z]+-[0-9A-Za-z-]*[0-9][0-9A-Za-z]*\b")


def unbroken(text: str, name: str) -> Markup:
    """``text`` with every ``name`` in it kept whole; a name wider than its line still breaks between its words."""
    return Markup(_kept(str(escape(name)))).join(text.split(name)) if name else escape(text)  # noqa: S704


def unbroken_codes(text: str) -> Markup:
    """``text`` with the numbers of licences and the like in it, such as LT-002, kept whole."""
    return Markup(_CODE.sub(lambda found: _kept(found.group()), str(escape(text))))  # noqa: S704


def _kept(escaped: str) -> str:
    return f'<span class="whole">{escaped}</span>'
