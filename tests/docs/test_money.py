"""The worked examples of ``docs/money.md`` come out as they stand there, and no question of money is without one."""

from __future__ import annotations

import ast
import doctest
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/money.md").read_text("utf-8")
# Parts of another question; the page shows them through it.
INNER = {
    "as_decimal", "forty_digits", "exponent", "round_half_up", "monthly_interest",
    "equal_instalment_parts", "equal_principal_parts", "interest_first_parts",
    "fee_per_term_parts", "fee_spread_parts", "fee_at_first_parts", "monthly_flows",
}  # fmt: skip


def test_every_worked_example_comes_out() -> None:
    examples = doctest.DocTestParser().get_doctest(TEXT.replace("```", ""), {}, "money", "docs/money.md", 0)
    assert len(examples.examples) >= 60
    told: list[str] = []
    result = doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL).run(examples, out=told.append)
    assert (result.failed, "".join(told)) == (0, "")
    assert result.attempted == len(examples.examples)


def test_every_question_has_an_example() -> None:
    asked = {
        node.name
        for path in (ROOT / "scenebank/money").glob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    assert len(asked) >= 45
    run = "\n".join(line for line in TEXT.splitlines() if line.startswith((">>>", "...")))
    assert {name for name in asked if not re.search(rf"\b{name}\(", run)} == INNER
