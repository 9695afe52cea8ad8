"""Documents made wrong by a seed: none brings the import down, none reaches a page unescaped, and no percentage is
shown as a fraction. The sources are our own documents and, where they are here, 59 of real banks."""

from __future__ import annotations

import copy
import json
import os
import random
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app import create_app
from scenebank.catalogue.cdr.judging import Candidate, candidates
from scenebank.catalogue.cdr.model import Judged, Verdict
from scenebank.catalogue.cdr.reading import Unreadable
from scenebank.config import load_config
from tests.support.cdr import NOW, answer, judged, loan, plan
from tests.support.html_tree import Tree
from tests.support.mutations import mutated, rates_of

COUNTS = [pytest.param(500, id="a tenth"), pytest.param(5000, id="all", marks=pytest.mark.long)]
SEED = 20261124
PAGE = """{% for text in texts %}<p title="{{ text }}">{{ text }}</p>{% endfor %}
{% for link in links %}<a href="{{ link }}">{{ link }}</a>{% endfor %}"""


@cache
def sources() -> tuple[dict[str, Any], ...]:
    root = os.environ.get("SCENEBANK_SHARED_DATA")
    files = sorted((Path(root) / "cdr/products").glob("*.json")) if root else []
    return loan(), plan(), *(json.loads(one.read_text("utf-8"))["data"] for one in files)


@cache
def environment() -> Any:
    """The templates' own, with the escaping every page has."""
    return create_app(load_config({"DATA_DIR": "/nowhere"})).jinja_env


def texts_of(value: Any, name: str = "") -> set[tuple[bool, str]]:
    """Every text of a document, and whether it is a link."""
    if isinstance(value, dict):
        return {one for key, inner in value.items() for one in texts_of(inner, key)}
    if isinstance(value, list):
        return {one for inner in value for one in texts_of(inner, name)}
    return {(name.endswith("uri"), value)} if isinstance(value, str) else set()


def assert_escaped(found: set[tuple[bool, str]]) -> None:
    """A page with all of them has exactly the elements of its template, and leads only where the web is."""
    texts, links = ([text for is_link, text in sorted(found) if is_link is wanted] for wanted in (False, True))
    page = Tree(environment().from_string(PAGE).render(texts=texts, links=links))
    whole = [("p", ("title",)), ("/p", ())] * len(texts) + [("a", ("href",)), ("/a", ())] * len(links)
    assert (page.shape, page.wrong) == (whole, [])
    assert page.links == links
    assert all(link.startswith(("https://", "http://")) for link in links)


def judge(octets: bytes) -> Judged | None:
    """None where there is no product in it."""
    try:
        (found,) = candidates(octets, "example")
    except Unreadable as refused:
        assert refused.reason.words
        return None
    return found.judged([], NOW) if isinstance(found, Candidate) else None


@pytest.mark.parametrize("count", COUNTS)
def test_no_document_crashes_or_reaches_a_page_unescaped(count: int) -> None:
    chance = random.Random(SEED)
    verdicts: Counter[str] = Counter()
    seen: set[tuple[bool, str]] = set()
    for _ in range(count):
        found = judge(mutated(chance.choice(sources()), chance))
        verdicts[found.verdict.value if found else "rejected"] += 1
        if found:
            texts = texts_of([found.document, *(one.json() for one in found.reasons)])
            assert_escaped(texts - seen)
            seen |= texts
    print(f"{count} documents, seed {SEED}, {len(seen)} texts: {dict(verdicts)}")
    assert set(verdicts) == {one.value for one in Verdict}


def test_what_is_not_escaped_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check above can fail."""
    document = judged(answer(loan() | {"description": "<b onclick=alert(1)>"})).document
    assert_escaped(texts_of(document))
    monkeypatch.setattr(environment(), "autoescape", False)
    with pytest.raises(AssertionError):
        assert_escaped(texts_of(document))


@pytest.mark.parametrize("count", COUNTS)
def test_no_percentage_is_shown_as_a_fraction(count: int) -> None:
    """A rate of at least half a percent, written as a percentage, alone or with all others of its document."""
    chance = random.Random(SEED)
    priced = [one for one in sources() if any(abs(value) >= Decimal("0.005") for *_, value in rates_of(one))]
    assert priced
    for _ in range(count // 10):
        product = copy.deepcopy(chance.choice(priced))
        telling = [one for one in rates_of(product) if abs(one[2]) >= Decimal("0.005")]
        for holder, name, value in rates_of(product) if chance.random() < 0.5 else [chance.choice(telling)]:
            holder[name] = f"{value * 100:f}"
        found = judged(answer(product))
        assert found.verdict is Verdict.QUARANTINED
        assert {"percent_rate", "rate_absurd"} & {one.code for one in found.reasons}


@pytest.mark.parametrize("count", COUNTS)
def test_whatever_is_shown_is_no_percentage(count: int) -> None:
    """Of documents that may be shown, no annual rate is a half or more, and none a tenth of its comparison rate."""
    chance = random.Random(SEED + 1)
    for _ in range(count // 10):
        found = judge(mutated(chance.choice(sources()), chance))
        if found and found.document and found.verdict in (Verdict.CLEAN, Verdict.REPAIRED):
            document: Any = found.document
            for one in document["lending_rates"] + document["deposit_rates"]:
                assert one["rate"] and abs(Decimal(one["rate"]["value"])) < Decimal("0.5")
