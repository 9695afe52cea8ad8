"""统一社会信用代码: the number of companies and bodies in China."""

from __future__ import annotations

from stdnum.cn import uscc


def is_company_code(code: str) -> bool:
    """Eighteen characters without I, O, Z, S and V, the last a check. Source: GB 32100-2015."""
    return code == code.strip().upper() and len(code) == 18 and uscc.is_valid(code)
