"""What breaks a blocking rule is not served: through the front door, and told to whom it concerns."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scenebank.markets import MARKETS
from scenebank.markets.model import Place
from scenebank.markets.rendered.page import Page as Judged
from scenebank.markets.rules import Finding, Where
from scenebank.markets.rules.judging import Description, judge
from tests.support.html_tree import assert_whole
from tests.support.scene import Page, Scene
from tests.support.templates import rewrite
from widgets import WIDGETS
from widgets.base import Fragment, Services, Step, Visit

Open = Callable[[str], Scene]
LOGGER = "scenebank.web.embed.verdicts"
RATE = "{{ offer.shown.rate_name }} <b>{{ offer.shown.rate }}</b>"
RATE_SPAN = f'<span class="cost rate">{RATE}</span>'
PLAN_RATE = "{{ plan.rate_name }} <b>{{ plan.rate }}</b>"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    scenes: list[Scene] = []

    def open_scene(market: str, widget: str = "instalments") -> Scene:
        scenes.append(Scene(tmp_path / f"{len(scenes)}", market, widget))
        return scenes[-1]

    (tmp_path / "0").mkdir()
    (tmp_path / "1").mkdir()
    yield open_scene
    for scene in scenes:
        scene.wired.database.dispose()


def rules_told(caplog: pytest.LogCaptureFixture, level: int = logging.ERROR) -> set[str]:
    records = (one for one in caplog.records if one.name == LOGGER and one.levelno == level)
    return {one.facts["rule"] for one in records}  # type: ignore[attr-defined]


def assert_refused(page: Page, *kept_back: str) -> None:
    assert page.status == 451, page.text
    assert_whole(page)
    assert 'data-fatal="1"' in page.html  # the page's own children are shown
    assert ("error", "not_available_here") in [(name, detail.get("code")) for name, detail in page.events]
    assert page.headers["Cache-Control"] == "no-store"
    for text in kept_back:
        assert text not in page.html


# Template, and how it is written otherwise → the rules by which it is refused in each market.
BROKEN: dict[str, tuple[str, tuple[tuple[str, str], ...], dict[str, set[str]]]] = {
    "rate removed": (
        "lending/first.html", ((RATE_SPAN, ""),),
        {"CN": {"CN-APR-PROMINENT"}, "EU": {"EU-APR-PROMINENT"}, "UK": {"UK-REPAPR"}, "US": {"US-TILA-BOX"}},
    ),
    "rate removed everywhere": (
        "lending/compact.html", (("<span>{{ first.rate_name }} <b>{{ first.rate }}</b></span>", ""),),
        {"CN": {"CN-APR-SHOWN", "CN-APR-PROMINENT", "CN-APR-BASIS", "CN-CHECKOUT-COST"}, "EU": {"EU-APR-PROMINENT"},
         "UK": {"UK-REPAPR"}, "US": {"US-TILA-BOX"}},
    ),
    "rate in small print": (
        "lending/first.html",
        ((RATE, '<small class="fine">{{ offer.shown.rate_name }} {{ offer.shown.rate }}</small>'),),
        {"CN": {"CN-APR-PROMINENT"}, "EU": {"EU-APR-PROMINENT"}, "UK": {"UK-REPAPR"}, "US": {"US-TILA-BOX"}},
    ),
    "rate as large and pale": (
        "lending/first.html",
        ((RATE, '{{ offer.shown.rate_name }} <b class="pay"><span class="good">{{ offer.shown.rate }}</span></b>'),),
        {"CN": {"CN-APR-PROMINENT"}, "EU": {"EU-APR-PROMINENT"}, "UK": {"UK-REPAPR"}, "US": {"US-TILA-BOX"}},
    ),
    "rate behind a press": (
        "lending/first.html",
        ((RATE_SPAN, ""), ('<ul class="plans">', f'<p>{RATE}</p><ul class="plans">')),
        {"CN": {"CN-APR-PROMINENT"}, "EU": {"EU-APR-PROMINENT"}, "UK": {"UK-REPAPR"}, "US": {"US-TILA-BOX"}},
    ),
    "rate of another plan": (
        "lending/compact.html", (("<b>{{ first.rate }}</b>", "<b>7.20%</b>"),),
        {"CN": {"CN-APR-SHOWN", "CN-CHECKOUT-COST"}, "EU": {"EU-AD-STANDARD"}, "UK": {"UK-REPEX"},
         "US": {"US-TRIGGER", "US-TILA-BOX"}},
    ),
    "rate without its name": (
        "lending/compact.html", (("{{ first.rate_name }} <b>", "from <b>"),),
        {"CN": {"CN-APR-SHOWN", "CN-APR-PROMINENT", "CN-APR-BASIS", "CN-CHECKOUT-COST"}, "EU": {"EU-APR-PROMINENT"},
         "UK": {"UK-REPAPR"}, "US": {"US-TILA-BOX"}},
    ),
    "lender removed": (
        "lending/compact.html", (("<span>{{ view.offers[0].lender }}</span>", ""),
                                 ("{{ view.offers[0].legal | unbroken_codes }}", "")),
        {"CN": {"CN-LENDER-NAME"}, "EU": set(), "UK": {"UK-REPEX", "UK-DPC"}, "US": set()},
    ),
    "whole cost removed": (
        "lending/compact.html", (("<span>{{ t(\"total_cost\") }} {{ first.total_cost }}</span>", ""),),
        {"CN": {"CN-CHECKOUT-COST"}, "EU": set(), "UK": set(), "US": set()},
    ),
    "legal lines removed": (
        "lending/compact.html", (("{{ t.sentences(view.disclosures) | unbroken_codes }}", ""),),
        {"CN": {"CN-BANK-DECIDES"}, "EU": {"EU-WARN", "EU-AD-STANDARD", "EU-WITHDRAW-14"},
         "UK": {"UK-REPEX", "UK-WITHDRAW"}, "US": {"US-TRIGGER", "US-TILA-BOX"}},
    ),
    "luring words": (
        "lending/first.html",
        (("{{ view.ranking | unbroken_codes }}", "{{ view.ranking }} 秒到账. Live your dreams."),),
        {"CN": {"CN-BAD-WORDS"}, "EU": {"EU-AD-BAN"}, "UK": set(), "US": set()},
    ),
    "interest-free, which it is not": (
        "lending/first.html", (("product=offer.product", 'product=offer.product ~ " 0利息"'),),
        {"CN": {"CN-NO-ZERO-INTEREST"}, "EU": set(), "UK": set(), "US": set()},
    ),
    "a box that is ticked": (
        "lending/first.html", (("<p class=\"fine\">{{ view.ranking | unbroken_codes }}</p>",
                                '<label><input type="checkbox" name="insurance" checked> +</label>'),),
        {"CN": {"CN-NO-PRETICK"}, "EU": {"EU-NO-PRETICK"}, "UK": set(), "US": set()},
    ),
    "a way to somebody else": (
        "lending/first.html", (("{{ view.ranking | unbroken_codes }}", '<a href="https://leads.example/now">…</a>'),),
        {"CN": {"CN-JUMP-OWN"}, "EU": set(), "UK": set(), "US": set()},
    ),
    "half a cent": (
        "lending/first.html", (("{{ view.ranking | unbroken_codes }}", "¥0.5 €0.5 £0.5 $0.5"),),
        {market: {"ALL-NO-FLOAT"} for market in ("CN", "EU", "UK", "US")},
    ),
    "a text nobody can read": (
        "lending/first.html",
        (("{{ view.ranking | unbroken_codes }}", '<button class="main"><span class="good">ok</span></button>'),),
        {"CN": set(), "EU": {"EU-EAA"}, "UK": set(), "US": set()},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("market", "rows"), [
    ("CN", slice(None)), ("EU", slice(0, None, 2)), ("UK", slice(0, None, 3)), ("US", slice(1, None, 3)),
    pytest.param("EU", slice(None), marks=pytest.mark.long),
    pytest.param("UK", slice(None), marks=pytest.mark.long), pytest.param("US", slice(None), marks=pytest.mark.long),
])  # fmt: skip
def test_a_first_view_that_breaks_a_rule_is_refused(
    opened: Open, market: str, rows: slice, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    scene = opened(market)
    shapes = {"lending/first.html": "full", "lending/compact.html": "compact"}
    wrong = {}
    for name, (template, changes, expected) in list(BROKEN.items())[rows]:
        with monkeypatch.context() as patch:
            caplog.clear()
            rewrite(patch, template, *changes)
            page = scene.get(shape=shapes[template])
            told = rules_told(caplog)
            if told != expected[market] or (page.status == 451) is not bool(told):
                wrong[name] = (page.status, told)
            if told:
                assert_refused(page, "海港银行", "Harbour Bank")
    assert wrong == {}
    assert scene.get().status == 200


def test_a_widget_that_says_nothing_of_its_prices_is_refused(
    opened: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    scene, widget = opened("EU"), WIDGETS["instalments"]

    def silent(visit: Visit, services: Services) -> Fragment:
        return replace(widget.steps[""].handler(visit, services), prices=())

    for steps in (widget.steps, {"": Step("", silent, public=True)}):
        monkeypatch.setitem(WIDGETS, "instalments", replace(widget, steps=steps, describe=None))
        caplog.clear()
        assert_refused(scene.get(shape="compact"))
        assert {"EU-AD-STANDARD", "EU-WITHDRAW-14", "ALL-STALE"} <= rules_told(caplog)


def test_a_consent_that_is_ticked_beforehand_is_refused(
    opened: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for market, rule in (("CN", "CN-NO-PRETICK"), ("EU", "EU-NO-PRETICK")):
        scene = opened(market)
        entered = scene.enter()
        with monkeypatch.context() as patch:
            rewrite(patch, "lending/apply.html", ("{% if consent.ticked %} checked{% endif %}", " checked"))
            caplog.clear()
            page = scene.step(entered, "apply", choice="harbour/harbour-one/12")
        assert (page.status, rules_told(caplog)) == (451, {rule})
        assert "consent-share_data" not in page.html
        assert ("error", "not_available_here") in [(name, detail.get("code")) for name, detail in page.events]


def test_what_the_shopper_ticked_is_no_default(opened: Open) -> None:
    scene = opened("EU")
    form = scene.step(scene.enter(), "apply", choice="harbour/harbour-one/12")
    again = scene.step(form, "submit", **{"consent-share_data": "yes", "employment": "FULL_TIME", "tax_country": "DE"})
    assert (again.status, " checked" in again.html, " selected" in again.html) == (422, True, True)
    assert again.has_form("/w/instalments/submit")
    chosen = scene.step(scene.enter(), "apply", choice="harbour/gone/12")
    assert chosen.status == 409  # the plans again, none of them chosen
    back = scene.enter().form("/w/instalments/apply") | {"choice": "harbour/harbour-one/12"}
    assert scene.post("", back).status == 200


@pytest.mark.parametrize(("template", "part", "rule"), [
    ("apply", '{{ t("submit_CN" if view.market == "CN" else "submit", bank=view.lender) | unbroken(view.lender) }}',
     "CN-COST-SHEET-POPUP"),
    ("shown_plan", "{{ legal(view.disclosures) }}", "CN-AUTO-DECISION"),
])  # fmt: skip
def test_a_form_that_tells_too_little_is_refused(
    opened: Open, template: str, part: str, rule: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    scene = opened("CN")
    entered = scene.enter()
    rewrite(monkeypatch, f"lending/{template}.html", (part, "…"))
    assert scene.step(entered, "apply", choice="harbour/harbour-one/12").status == 451
    assert rule in rules_told(caplog)


@pytest.mark.parametrize(("locale", "words"), [
    ("zh-CN", ("此处暂不提供该服务", "您可以选择商城的其他付款方式。")),
    ("en", ("This offer is not available here", "You can pay another way at the shop")),
])  # fmt: skip
def test_the_refusal_is_complete_in_the_readers_language(
    opened: Open, locale: str, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = opened("CN")
    rewrite(monkeypatch, "lending/first.html", (RATE, ""))
    page = scene.get(locale=locale)
    assert_refused(page)
    assert f'lang="{locale}"' in page.html
    assert all(text in page.text for text in words)
    assert "CN-APR" not in page.html  # which rule it is concerns nobody but the operator
    machine = scene.client.get(f"/w/{scene.widget}", query_string=scene.query, headers={"Accept": "application/json"})
    assert machine.json
    assert (machine.status_code, machine.json["code"]) == (451, "not_available_here")
    assert "rules lint" in machine.json["detail"]


def test_the_operator_is_told_the_rule_and_what_to_change(
    opened: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    scene = opened("CN")
    small = "<small>{{ offer.shown.rate_name }} {{ offer.shown.rate }}</small>"
    rewrite(monkeypatch, "lending/first.html", (RATE, small))
    for _time in range(3):
        assert scene.get().status == 451
    (one,) = (record for record in caplog.records if record.name == LOGGER and record.levelno == logging.ERROR)
    facts = one.facts  # type: ignore[attr-defined]
    assert (facts["rule"], facts["severity"], facts["widget"], facts["market"], facts["template"], facts["day"]) == (
        "CN-APR-PROMINENT", "block", "instalments", "CN", "lending/first.html", "2026-11-24",
    )  # fmt: skip
    assert "size of apr is" in facts["what"]
    assert "as large" in facts["fix"]
    (line,) = (line for line in scene.wired.metrics.text().decode().splitlines() if "fragments_blocked_total{" in line)
    assert 'market="CN",rule="CN-APR-PROMINENT",widget="instalments"} 3.0' in line


def test_china_changes_with_the_day(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """No sheet of the whole cost: from 2026-08-01. A step of the bank's on the shop's page: from 2026-09-30."""
    scene = opened("CN")
    bare = replace(MARKETS["CN"], cost_sheet=None)
    in_frame = replace(MARKETS["CN"], places={**MARKETS["CN"].places, "sign": Place.FRAME})
    last_days = datetime(2026, 7, 31, 15, tzinfo=UTC), datetime(2026, 9, 29, 15, tzinfo=UTC)
    for market, last in zip((bare, in_frame), last_days, strict=True):
        monkeypatch.setitem(MARKETS, "CN", market)
        scene.clock.current = last
        assert scene.get().status == 200
        scene.clock.move(3600)
        assert_refused(scene.get())


def test_the_sheet_of_the_whole_cost_comes_with_its_day(opened: Open) -> None:
    scene = opened("CN")
    scene.clock.current = datetime(2026, 7, 31, 15, tzinfo=UTC)
    choice = {"choice": "harbour/harbour-one/12"}
    assert "综合融资成本明示表" not in scene.get("/schedule", **choice).text
    scene.clock.move(3600)
    page = scene.get("/schedule", **choice)
    assert "综合融资成本明示表" in page.text
    assert "海港银行收取" in page.text
    assert "除上述项目外，不收取其他费用" in page.text
    assert "sheet" not in opened("EU").get("/schedule", locale="en", **choice).text


def test_an_application_is_never_kept_from_its_shopper(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = opened("CN")
    rewrite(monkeypatch, "lending/status.html", ("{{ view.text | unbroken_codes }}", "秒到账"))
    sent = scene.apply()
    assert (sent.status, sent.shown_status) == (200, "submitting")


def test_the_same_is_judged_once(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    scene, judged = opened("EU"), []

    def counted(description: Description, page: Judged, where: Collection[Where]) -> tuple[Finding, ...]:
        judged.append(description.offer)
        return judge(description, page, where)

    monkeypatch.setattr("scenebank.web.embed.verdicts.judge", counted)
    one = {"product": "harbour-one"}  # two would take turns by day
    assert scene.get(amount="120000", **one).status == 200
    assert len(judged) == 1
    for amount in ("120000", "120100", "230000", "480000"):
        assert scene.get(amount=amount, **one).status == 200
    assert len(judged) == 1
    scene.clock.move(24 * 3600)
    assert scene.get(amount="120000", **one).status == 200
    assert len(judged) == 2
    assert scene.get(amount="120000", locale="zh-CN", **one).status == 200
    assert len(judged) == 3
