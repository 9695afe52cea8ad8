"""No float in money's path: every program of these rooms is read, and each rule is seen to find what it is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.inexact import inexact, inexact_template, programs

ROOT = Path(__file__).parents[2]
ROOMS = (
    "scenebank/money", "scenebank/markets", "scenebank/offers", "scenebank/catalogue", "scenebank/applications",
    "scenebank/banks", "scenebank/web", "widgets",
)  # fmt: skip
# A slash that is no float, by file and function. Whatever else divides must name Decimal or Fraction where it does.
PATHS = "joins paths"
ALLOWED = {
    (path, where, "quotient"): PATHS
    for path, functions in {
        "widgets/texts.py": ("messages_of",),
        "widgets/version.py": ("widget_version",),
        "scenebank/web/receipts/page.py": ("",),
        "scenebank/web/embed/debug.py": ("",),
        "scenebank/web/embed/rendering.py": ("environment", "_style", "frame_script"),
        "scenebank/web/embed/scripts.py": ("", "loader_text", "htmx_text"),
        "scenebank/web/embed/heights.py": ("", "heights"),
    }.items()
    for where in functions
}


def found(path: Path) -> list[tuple[str, str, str, str]]:
    name = str(path.relative_to(ROOT))
    return [(name, where, rule, text) for rule, where, text in inexact(path.read_text("utf-8"))]


def test_nothing_in_these_rooms_is_inexact() -> None:
    read = [path for room in ROOMS for path in programs(ROOT / room)]
    assert len(read) >= 120
    everything = [finding for path in read for finding in found(path)]
    assert [finding for finding in everything if finding[:3] not in ALLOWED] == []
    assert {finding[:3] for finding in everything} == set(ALLOWED), "a place on the list that is no more"


def test_no_template_computes() -> None:
    read = [*(ROOT / "widgets").rglob("*.html"), *(ROOT / "templates").rglob("*.html")]
    assert len(read) >= 10
    assert [(path.name, *finding) for path in read for finding in inexact_template(path.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("literal", "fee = 0.006"), ("literal", "fee = 1e3"), ("literal", "x = f(2j)"), ("float", "x = float(minor)"),
        ("float", "x = list(map(float, texts))"), ("quotient", "x = minor / 12"), ("quotient", "minor /= 12"),
        ("quotient", "x = rate.value / (1 + rate.value)"), ("power", "x = 10 ** -2"), ("module", "import math"),
        ("module", "from math import ceil"), ("module", "import statistics as s"), ("format", "x = '%.2f' % amount"),
        ("json", "x = json.loads(text)"), ("json", "x = simplejson.load(file)"), ("json", "from json import loads"),
        ("json", "x = request.get_json()"), ("json", "x = request.json"),
        ("json", "def f():\n answer = session.get(url)\n return answer.json()"),
        ("json", "def f():\n return requests.post(url).json()"),
    ],
)  # fmt: skip
def test_each_rule_finds_what_it_is_for(rule: str, text: str) -> None:
    assert rule in {finding[0] for finding in inexact(text)}


@pytest.mark.parametrize(
    "text",
    [
        "x = minor // 12", "x = Decimal(minor) / 12", "x = 1 / Fraction(2, 3)", "def wait(s: float) -> float: return s",
        "x = json.loads(text, parse_float=Decimal)", "x = money.json()", "x = {'amount': amount.json()}",
        "x = (1 + rate) ** -terms", "x = '%d %s' % (n, s)", "def f():\n price = plan.fee\n return price.json()",
    ],
)  # fmt: skip
def test_what_is_exact_is_left_alone(text: str) -> None:
    assert list(inexact(text)) == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [("quotient", "{{ amount / 100 }}"), ("float", "{{ amount|float }}"), ("float", "{{ rate|round(2) }}"),
     ("literal", "{{ amount * 0.01 }}")],
)  # fmt: skip
def test_a_template_that_computes_is_found(rule: str, text: str) -> None:
    assert rule in {finding[0] for finding in inexact_template(text)}
    assert list(inexact_template("{{ t.money(amount) }}{% for row in rows[1:] %}{{ row.n + 1 }}{% endfor %}")) == []


def test_a_finding_names_its_function() -> None:
    (finding,) = inexact("class Price:\n    def of(self, minor):\n        return minor / 2\n")
    assert finding == ("quotient", "Price.of", "minor / 2")
