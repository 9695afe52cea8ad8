"""Countries of the world by their ISO 3166-1 codes."""

from __future__ import annotations

from functools import cache

import pycountry


@cache
def country_codes() -> tuple[str, ...]:
    """All two-letter codes, in the order of the countries' English names."""
    return tuple(one.alpha_2 for one in sorted(pycountry.countries, key=lambda one: str(one.name)))


def three_letters(code: str) -> str:
    """``DEU`` for ``DE``; ``ValueError`` for what is no country."""
    found = pycountry.countries.get(alpha_2=code)
    if found is None:
        raise ValueError(f"no country {code!r}")
    return str(found.alpha_3)
