"""For every rule: a document that keeps it, and the change that breaks it. Written from the rules' sources, not from
the code."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

GONE = object()
_DAY = "2027-12-15"  # every rule is in force

_EVERYWHERE = {"license_no": "T-1", "complaint": "1 Tide Road", "valid_until": _DAY, "a11y": "wcag22aa"}
_ROWS = {
    "financed": "12000.00", "total_payable": "12864.00",
    "rows": [{"number": n, "payment": "1072.00", "principal": "1000.00", "interest": "72.00", "fee": "0"}
             for n in range(1, 13)],
}  # fmt: skip
_FIGURES = {
    "principal": "12000.00", "per_period": "1072.00", "periods_months": 12, "fee_total": "864.00",
    "total_cost": "864.00", "schedule": _ROWS, "sizes_px": {"apr": 16, "other_price": 16},
}  # fmt: skip
_CONSENTS = {
    "consents": [
        {"purpose_key": "share_with_third", "recipient_name": "甲银行", "recipient_contact": "T", "purpose": "审核",
         "method": "接口", "categories": "订单"},
        {"purpose_key": "sensitive", "necessity": "核验身份", "impact": "无法办理"},
        "credit_query",
    ],
    "consent_steps": {"grant": 1, "withdraw": 1}, "consent": {"version": "a1"},
    "explain_link": "call", "human_review_link": "call", "decision": {"by_bank": True}, "min_age": 18,
    "merchant_features": ["tenure_months"], "fields": ["name"],
}  # fmt: skip
_CN = {
    **_EVERYWHERE, **_CONSENTS, "market": "CN", "date": _DAY, "texts": ["年化利率（单利）13.03%"], "page": "checkout",
    "action_origin": "institution_domain", "recommendation_off": True, "segment": "adult",
    "steps": ["leave_notice", "cost_sheet_popup", "explicit_confirm", "sign"], "min_read_seconds": 5,
    "controls": [{"type": "checkbox", "name": "consent", "checked": False}],
}  # fmt: skip
_CN_CREDIT = {
    **_CN, **_FIGURES, "kind": "instalment", "apr_percent": "13.03", "apr_method": "simple", "all_in_percent": "13.03",
    "lenders": [{"legal_name": "甲银行", "share": "1"}], "partner_listed": True, "purpose_notice": True,
    "cost_sheet": {
        "principal": "12000.00", "annual_all_in": "13.03", "no_other_charges_notice": True,
        "items": [
            {"name": "利息", "collector": "甲银行", "method": "按期", "standard": "0.60%", "annual_percent": "13.03"},
        ],
        "default_items": [{"name": "罚息", "standard": "日 0.05%"}],
    },
}  # fmt: skip
_CN_WEALTH = {
    **_CN, "kind": "wealth", "risk_level": "R2", "client_level": "C2",
    "texts": ["理财非存款、产品有风险、投资须谨慎", "监管禁止任何人承诺收益"],
}  # fmt: skip
_PAST = "理财产品过往业绩不代表其未来表现，不等于理财产品实际收益，投资须谨慎"
_EU = {
    **_EVERYWHERE, **_CONSENTS, **_FIGURES, "market": "EU", "kind": "instalment", "date": _DAY, "apr_percent": "13.84",
    "texts": ["Caution! Borrowing money costs money."], "borrowing_rate": "13.03", "charges": "0.00",
    "total_credit": "12000.00", "duration": "12", "total_payable": "12864.00", "instalment": "1072.00",
    "withdrawal_days": 14, "withdrawal_function": True, "controls": [],
}  # fmt: skip
_UK = {
    **_EU, "market": "UK", "representative_apr": "13.8", "postal_address": "1 Tide Road", "kpi": True,
    "lender_fca_no": "T-1", "additional_info": True, "promotion_approver": "T",
    "sizes_px": {"apr": 16, "trigger": 16},
}  # fmt: skip
_US = {
    **_EVERYWHERE, **_FIGURES, "market": "US", "kind": "loan", "date": _DAY, "texts": ["APR 13.03%"],
    "apr_percent": "13.03", "trigger": True, "down_payment": "0.00", "terms": "12 months", "finance_charge": "864.00",
    "amount_financed": "12000.00", "total_of_payments": "12864.00",
}  # fmt: skip
_AU = {
    **_EVERYWHERE, **_FIGURES, "market": "AU", "kind": "instalment", "date": _DAY, "texts": [],
    "fees_first_year": "200", "fees_later_year": "125", "default_fees": "120",
}  # fmt: skip

KEPT: Mapping[str, Mapping[str, Any]] = {
    "cn instalment": _CN_CREDIT,
    "cn loan": {**_CN_CREDIT, "kind": "loan"},
    "cn free": {
        **_CN_CREDIT, "apr_percent": "0.00", "per_period": "1000.00", "fee_total": "0.00", "all_in_percent": "0.00",
        "texts": ["年化利率（单利）0.00%", "免息，手续费由商家承担"],
        "schedule": {"financed": "12000.00", "total_payable": "12000.00", "rows": [
            {**row, "payment": "1000.00", "interest": "0.00"} for row in _ROWS["rows"]]},  # type: ignore[dict-item]
    },
    "cn compound": {
        **_CN_CREDIT, "apr_method": "compound", "apr_percent": "13.84", "texts": ["年化利率（复利）13.84%"],
    },
    "cn joint loan": {
        **_CN_CREDIT, "kind": "joint_loan", "partner_25_ok": True, "joint_50_ok": True, "region_ok": True,
        "lenders": [{"legal_name": "甲银行", "share": "0.70"}, {"legal_name": "乙银行", "share": "0.30"}],
    },
    "cn card": {
        **_CN_CREDIT, "kind": "card", "card": {"max_apr_percent": "18.25", "penalty": "5%", "fees": "0"},
        "issuer_dormant_ok": True, "card_instalment": True,
    },
    "cn wealth": _CN_WEALTH,
    "cn wealth past": {
        **_CN_WEALTH, "shows_past": True, "shows_benchmark": True,
        "texts": ["理财非存款、产品有风险、投资须谨慎", _PAST, "业绩比较基准 2.80%"],
        "past": {"months": 40, "years": 3, "begins": "2024-01-01", "ends": "2026-12-31"},
    },
    "cn fund": {
        **_CN_WEALTH, "kind": "fund", "texts": ["基金有风险，投资需谨慎"], "seven_day": {"date": "2026-11-25"},
        "per_10k": "0.5123",
    },
    "cn deposit": {**_CN, "kind": "deposit", "texts": ["本存款受存款保险保护"]},
    "cn bill": {
        **_CN, "kind": "bill", "payee": "供水公司", "bill_no": "1", "amount": "88.00", "fee": "0.00",
        "cutoff": "2026-12-31T24:00+08:00", "settle_time": "T+0", "refund": "原路",
    },
    "cn insurance": {
        **_CN, "kind": "insurance", "insurer": "甲保险", "exclusions": "见条款", "waiting_period": "30",
        "surrender": "见条款", "page_version": "a1", "event_log": True, "cooling_off_days": "15",
    },
    "eu instalment": _EU,
    "eu refused": {**_EU, "refused": True, "database_name_on_refusal": "SCHUFA"},
    "eu wealth": {**_EVERYWHERE, "market": "EU", "kind": "wealth", "date": _DAY, "kid_url": "https://a", "sri": "3"},
    "uk instalment": _UK,
    "us loan": _US,
    "us refused": {**_US, "refused": True, "specific_reasons": True, "reason_codes": 4},
    "us card": {
        **_US, "kind": "card", "schumer": {"aprs": "a", "fees": "b", "grace_period": "c"},
        "sizes_px": {"purchase_apr": 24},
    },
    "us deposit": {**_US, "kind": "deposit", "apy_percent": "4.00", "min_balance": "0", "fees": "0"},
    "au instalment": _AU,
    "au loan": {**_AU, "kind": "loan", "comparison_rate": "13.03", "comparison_warning": True,
                "rate_shown": True},
}  # fmt: skip

# Rule → the documents it is broken in: the one it is kept in, and what is changed there.
BROKEN: Mapping[str, tuple[tuple[str, Mapping[str, Any]], ...]] = {
    "CN-APR-SHOWN": (("cn instalment", {"apr_percent": GONE}),),
    "CN-APR-PROMINENT": (
        ("cn instalment", {"sizes_px.apr": 15}), ("cn instalment", {"sizes_px.apr": GONE}),
        ("cn card", {"weights": {"apr": 400, "other_price": 700}}),
        ("cn loan", {"contrasts": {"apr": "4.6", "other_price": "15.2"}}),
    ),
    "CN-APR-BASIS": (
        ("cn instalment", {"apr_method": GONE}), ("cn instalment", {"texts": ["年化利率 13.03%"]}),
        ("cn compound", {"texts": ["年化利率 13.84%"]}),
    ),
    "CN-APR-ALLCOST": (
        ("cn instalment", {"apr_percent": "7.20"}), ("cn instalment", {"apr_percent": "13.05"}),
        ("cn free", {"apr_percent": "0.02"}), ("cn compound", {"apr_percent": "13.03"}),
    ),
    "CN-COST-SHEET": (
        ("cn instalment", {"cost_sheet": GONE}), ("cn loan", {"cost_sheet.no_other_charges_notice": GONE}),
        ("cn loan", {"cost_sheet.default_items": GONE}),
    ),
    "CN-COST-SHEET-ITEM-ANNUAL": (("cn instalment", {"cost_sheet.items": [{"name": "利息", "collector": "甲"}]}),),
    "CN-COST-SHEET-POPUP": (
        ("cn instalment", {"steps": ["leave_notice", "explicit_confirm"]}), ("cn loan", {"min_read_seconds": 0}),
        ("cn loan", {"steps": ["leave_notice", "cost_sheet_popup", "sign", "explicit_confirm"]}),
    ),
    "CN-CHECKOUT-COST": (("cn instalment", {"total_cost": GONE}), ("cn instalment", {"per_period": GONE})),
    "CN-CAP-24": (("cn loan", {"all_in_percent": "24.01"}),),
    "CN-MICRO-4LPR": (("cn loan", {"lender_kind": "small_loan"}),),
    "CN-WHITELIST": (("cn loan", {"partner_listed": GONE}),),
    "CN-LENDER-NAME": (("cn loan", {"lenders": []}), ("cn loan", {"lenders": [{"legal_name": ""}]})),
    "CN-CO-LENDER-SHARE": (("cn joint loan", {"lenders": [{"legal_name": "甲", "share": "0.95"}]}),),
    "CN-CO-LENDER-30": (
        ("cn joint loan", {"lenders": [{"legal_name": "甲", "share": "0.71"}, {"legal_name": "乙", "share": "0.29"}]}),
    ),
    "CN-CO-LENDER-CAPS": (("cn joint loan", {"region_ok": False}),),
    "CN-NO-ZERO-INTEREST": (("cn instalment", {"texts": ["年化利率（单利）13.03%", "０ 利 息轻松购"]}),),
    "CN-INTEREST-NAME": (("cn card", {"texts": ["年化利率（单利）13.03%", "分期手续费 72 元"]}),),
    "CN-CARD-MAXRATE": (("cn card", {"card.penalty": GONE}),),
    "CN-CARD-TERM": (("cn card", {"periods_months": 61}),),
    "CN-CARD-DORMANT": (("cn card", {"issuer_dormant_ok": False}),),
    "CN-STUDENT": (("cn loan", {"segment": "student"}),),
    "CN-PURPOSE": (("cn loan", {"purpose_notice": GONE}),),
    "CN-LIMIT": (("cn loan", {"principal": "300000.01"}),),
    "CN-BULLET-TERM": (("cn loan", {"method": "bullet", "periods_months": 13}),),
    "CN-MINOR": (("cn loan", {"min_age": 16}), ("cn wealth", {"min_age": GONE})),
    "CN-BANK-DECIDES": (("cn loan", {"decision.by_bank": False}),),
    "CN-NO-BUNDLE": (("cn loan", {"bundled_required_addon": ["life insurance"]}),),
    "CN-NO-PRETICK": (("cn loan", {"controls": [{"type": "radio", "name": "choice", "checked": True}]}),),
    "CN-PAY-OPTION": (("cn loan", {"listed_as_payment_option": True}),),
    "CN-JUMP-OWN": (
        ("cn loan", {"action_origin": "merchant_domain"}), ("cn wealth", {"steps_on_page": ["suitability"]}),
        ("cn loan", {"foreign_targets": ["https://other.example"]}),
    ),
    "CN-LEAVE-NOTICE": (("cn loan", {"steps": ["cost_sheet_popup", "explicit_confirm"]}),),
    "CN-BAD-WORDS": (("cn loan", {"texts": ["年化利率（单利）13.03%", "低门槛 秒到账"]}),),
    "CN-POPUP-CLOSE": (("cn loan", {"popup": True}),),
    "CN-ALGO-OFF": (("cn loan", {"recommendation_off": GONE}),),
    "CN-AD-ENDORSE": (("cn insurance", {"endorsement": "某专家"}),),
    "CN-AD-SUPERLATIVE": (("cn deposit", {"texts": ["全国唯一"]}),),
    "CN-DEPOSIT-MARK": (("cn wealth", {"texts": ["理财非存款、产品有风险、投资须谨慎", "如同存款一样安全"]}),),
    "CN-BILL": (("cn bill", {"fee": GONE}),),
    "CN-CONSENT-SHARE": (
        ("cn loan", {"consents": ["all_in_one"]}),
        ("cn loan", {"consents": [{"purpose_key": "share_with_third", "recipient_name": "甲银行"}]}),
    ),
    "CN-CONSENT-SENSITIVE": (("cn loan", {"consents": ["share_with_third", "credit_query"]}),),
    "CN-CONSENT-BUREAU": (("cn loan", {"consents": ["share_with_third", "sensitive"]}),),
    "CN-CONSENT-WITHDRAW": (
        ("cn loan", {"consent_steps": {"grant": 1, "withdraw": 4}}), ("cn loan", {"consent_steps": GONE}),
    ),
    "CN-CONSENT-CHANGE": (("cn loan", {"consent": GONE}),),
    "CN-AUTO-DECISION": (("cn loan", {"explain_link": GONE}), ("cn loan", {"human_review_link": GONE})),
    "CN-DIRECT-CUT": (
        ("cn loan", {"merchant_features": ["browsing_history"]}), ("cn loan", {"credit_information": True}),
    ),
    "CN-BUREAU-BAN": (("cn loan", {"fields": ["your_religion"]}),),
    "CN-WM-WARNING": (("cn wealth", {"texts": []}),),
    "CN-WM-PAST": (("cn wealth past", {"texts": ["理财非存款、产品有风险、投资须谨慎", "近一年 3.1%"]}),),
    "CN-WM-PAST-RANGE": (
        ("cn wealth past", {"past": GONE}), ("cn wealth past", {"past.years": 1}),
        *(("cn wealth past", {"past.months": months}) for months in (0, 7, 80)),
    ),
    "CN-WM-NOGUARANTEE": (("cn fund", {"texts": ["基金有风险，投资需谨慎", "承诺收益"]}),),
    "CN-WM-BENCHMARK": (
        ("cn wealth past", {"sort_by_benchmark": True}),
        ("cn wealth past", {"texts": ["理财非存款、产品有风险、投资须谨慎", _PAST]}),
    ),
    "CN-WM-RISKLEVEL": (("cn wealth", {"risk_level": "R3"}), ("cn fund", {"client_level": GONE})),
    "CN-WM-TEST-FAIR": (("cn fund", {"prefilled_risk_test": True}),),
    "CN-FUND-WARNING": (("cn fund", {"texts": []}),),
    "CN-7D-LABEL": (("cn fund", {"per_10k": GONE}),),
    "CN-INS-PAGE": (("cn insurance", {"exclusions": ""}), ("cn insurance", {"action_origin": "merchant_domain"})),
    "CN-INS-TRACE": (("cn insurance", {"event_log": GONE}),),
    "CN-INS-NOTICK": (("cn insurance", {"controls": [{"name": "add", "checked": True}]}),),
    "CN-INS-COOL": (("cn insurance", {"cooling_off_days": GONE}),),
    "EU-WARN": (("eu instalment", {"texts": []}),),
    "EU-AD-STANDARD": (("eu instalment", {"duration": GONE}), ("eu instalment", {"apr_percent": GONE})),
    "EU-APR-PROMINENT": (("eu instalment", {"sizes_px.apr": 13}),),
    "EU-NO-PRETICK": (("eu wealth", {"controls": [{"name": "a", "checked": True}]}),),
    "EU-NO-UNSOLICITED": (("eu instalment", {"unsolicited_grant": True}),),
    "EU-SCOPE-BNPL": (("eu instalment", {"outside_consumer_credit": True}),),
    "EU-WITHDRAW-14": (("eu instalment", {"withdrawal_days": 7}), ("eu instalment", {"withdrawal_function": GONE})),
    "EU-CREDITWORTH": (("eu instalment", {"fields": ["social_network_profile"]}),),
    "EU-HUMAN": (("eu instalment", {"human_review_link": GONE}), ("eu refused", {"database_name_on_refusal": GONE})),
    "EU-PERSONAL-PRICE": (("eu instalment", {"personalised": True}),),
    "EU-AD-BAN": (("eu instalment", {"texts": ["Caution! Borrowing money costs money.", "Live your dreams now"]}),),
    "EU-AIACT": (("eu instalment", {"scored": True}),),
    "EU-EAA": (("eu wealth", {"a11y": GONE}),),
    "EU-PRIIPS": (("eu wealth", {"sri": GONE}),),
    "UK-REPEX": (("uk instalment", {"postal_address": GONE}),),
    "UK-REPAPR": (("uk instalment", {"sizes_px.apr": 12}),),
    "UK-APR-TOL": (("uk instalment", {"apr_percent": "13.7"}), ("uk instalment", {"apr_percent": "14.9"})),
    "UK-DPC": (("uk instalment", {"lender_fca_no": GONE}),),
    "UK-DPC-ADDINFO": (("uk instalment", {"additional_info": GONE}),),
    "UK-MERCHANT-PROMO": (("uk instalment", {"promotion_approver": GONE}),),
    "UK-WITHDRAW": (("uk instalment", {"withdrawal_days": GONE}),),
    "US-TRIGGER": (("us loan", {"down_payment": GONE}),),
    "US-APR-TOL": (("us loan", {"apr_percent": "13.16"}), ("us loan", {"apr_percent": "12.90"})),
    "US-TILA-BOX": (("us loan", {"finance_charge": GONE}), ("us loan", {"sizes_px.apr": 13})),
    "US-SCHUMER": (("us card", {"sizes_px.purchase_apr": 18}), ("us card", {"schumer": GONE})),
    "US-ADVERSE": (("us refused", {"specific_reasons": GONE}), ("us refused", {"reason_codes": 5})),
    "US-REGDD": (("us deposit", {"apy_percent": GONE}),),
    "AU-BNPL": (
        ("au instalment", {"fees_first_year": "200.01"}), ("au instalment", {"default_fees": "121"}),
        ("au instalment", {"fees_later_year": "126"}),
    ),
    "AU-COMPRATE": (
        ("au loan", {"comparison_warning": GONE}), ("au loan", {"sizes_px": {"apr": 15, "other_price": 16}}),
    ),
    "ALL-TOTAL-COST": (
        ("us loan", {"schedule": GONE}), ("us loan", {"schedule.total_payable": "12864.01"}),
        ("eu instalment", {"schedule.financed": "11999.99"}),
    ),
    "ALL-NO-FLOAT": (("cn bill", {"odd_amounts": ["¥88.1"]}),),
    "ALL-DECLINE-EQUAL": (("us loan", {"sizes_px": {"apr": 16, "other_price": 16, "accept": 16, "decline": 14}}),),
    "ALL-LENDER-LINK": (("us card", {"complaint": GONE}),),
    "ALL-STALE": (("us loan", {"valid_until": "2027-12-14"}), ("au loan", {"valid_until": GONE})),
    "ALL-FAIL-CLOSED": (("us loan", {"on_missing": "show"}),),
    "ALL-A11Y": (("au loan", {"a11y": GONE}),),
    "ALL-CARD-DATA": (("us card", {"fields": ["cc-csc"]}),),
}  # fmt: skip


def changed(document: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A copy with each path set, or taken away."""
    copy: dict[str, Any] = deepcopy(dict(document))
    for path, value in changes.items():
        *steps, last = path.split(".")
        place = copy
        for step in steps:
            place = place[step]
        if value is GONE:
            del place[last]
        else:
            place[last] = value
    return copy
