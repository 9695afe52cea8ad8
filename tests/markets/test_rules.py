"""Every rule fires where it is broken, and only there."""

from __future__ import annotations

import re
from datetime import date, timedelta

from scenebank.markets.rule_set import RULE_SET_VERSION
from scenebank.markets.rules import RULES, bound, lint
from scenebank.markets.rules.data import WORDS
from tests.markets.rule_cases import BROKEN, KEPT, changed
from tests.support.shared_data import shared_json


def broken(document: object) -> set[str]:
    return {found.rule.id for found in lint(document)}  # type: ignore[arg-type]


def test_the_recorded_cases_come_out_exactly() -> None:
    recorded = shared_json("finance/lint_cases.json")
    scope, severities = set(recorded["scope"]), {
        one["id"]: one["severity"] for one in shared_json("finance/conduct_rules.json")["rules"]
    }
    wrong = []
    for case in recorded["cases"]:
        found = {one.rule.id: one.severity.value for one in lint(case["doc"]) if one.rule.id in scope}
        if found != {rule: severities[rule] for rule in case["expected"]}:
            wrong.append((case["id"], found, case["expected"]))
    assert wrong == []
    assert len(recorded["cases"]) == 39


def test_every_recorded_rule_is_here_as_severe_and_from_the_same_day() -> None:
    for one in shared_json("finance/conduct_rules.json")["rules"]:
        rule = RULES[one["id"]]
        assert (rule.severity.value, rule.markets) == (one["severity"], (one["market"],)), rule.id
        assert set(one["kinds"]) <= rule.kinds, rule.id
        if "since" in one:
            assert rule.begins == date.fromisoformat(one["since"]), rule.id
    assert len(RULES) == 96


def test_no_rule_fires_where_all_are_kept() -> None:
    assert {name: broken(document) for name, document in KEPT.items() if broken(document)} == {}


def test_every_rule_fires_where_it_is_broken() -> None:
    assert set(BROKEN) == set(RULES)  # none stands aside
    silent, judged = [], set()
    for rule, cases in BROKEN.items():
        for name, changes in cases:
            if rule not in broken(changed(KEPT[name], changes)):
                silent.append((rule, name, changes))
        judged |= {rule for name, _changes in cases if RULES[rule].concerns(KEPT[name]["market"], KEPT[name]["kind"])}
    assert silent == []
    assert judged == set(RULES)


def test_a_rule_holds_from_its_first_day_on() -> None:
    wrong = []
    for rule, ((name, changes), *_more) in BROKEN.items():
        first = RULES[rule].begins
        if first is None:
            continue
        for day, fires in ((first - timedelta(days=1), False), (first, True)):
            document = changed(KEPT[name], {**changes, "date": day.isoformat()})
            document |= {"valid_until": day.isoformat()} if rule != "ALL-STALE" else {}
            if (rule in broken(document)) is not fires:
                wrong.append((rule, day))
    assert wrong == []


def test_a_bound_is_that_of_its_day() -> None:
    assert [bound("cn_small_loan_percent", date(2025, 5, day)) for day in (19, 20)] == ["12.4", "12.0"]
    assert bound("cn_all_in_percent", date(2025, 9, 30)) is None


def test_who_denies_a_claim_does_not_make_it() -> None:
    says = {
        "保本保收益": True, "本产品不保本": False, "监管禁止任何人承诺收益": False, "谨防“稳赚不赔”骗局": False,
        "并非普通理财，保本": True, "不看资质秒批": True, "保 本": True, "保\u200b本": True, "ＡＡ保本": True,
        "理财非存款、不保证保本": False, "A guaranteed return.": True, "There is no guaranteed return.": False,
        "Nobody may promise a guaranteed return": False, "No fees. Guaranteed return": True,
        "Not for students: guaranteed return": True,
    }  # fmt: skip
    base = KEPT["cn fund"]
    wrong = {}
    for text, claims in says.items():
        found = broken(changed(base, {"texts": ["基金有风险，投资需谨慎", text]}))
        if bool(found & {"CN-WM-NOGUARANTEE", "CN-BAD-WORDS"}) is not claims:
            wrong[text] = found
    assert wrong == {}


def test_a_figure_is_not_the_end_of_another() -> None:
    for text, claims in (("总计100利息", False), ("0利息", True), ("1,000利息", False), ("仅0利率", True)):
        found = broken(changed(KEPT["cn loan"], {"texts": ["年化利率（单利）13.03%", text]}))
        assert ("CN-NO-ZERO-INTEREST" in found) is claims, text


def test_every_rule_says_what_to_do_and_who_says_so() -> None:
    assert [rule.id for rule in RULES.values() if not (rule.says and rule.fix and rule.source and rule.checks)] == []
    assert {rule.basis for rule in RULES.values()} == {"read", "press", "recalled", "design"}
    assert all(WORDS.values())


def test_the_rules_have_a_name_of_their_own() -> None:
    assert re.fullmatch("r_[0-9a-f]{12}", RULE_SET_VERSION)
