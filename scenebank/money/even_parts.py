"""The same each time, as far as whole minor units allow."""

from __future__ import annotations


def even_parts(whole: int, terms: int) -> list[int]:
    """``terms`` parts of ``whole`` minor units, rounded down; the last takes the rest."""
    part = whole // terms
    return [part] * (terms - 1) + [whole - part * (terms - 1)]
