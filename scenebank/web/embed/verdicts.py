"""Whether the market's rules let a rendered fragment be served: judged once for each thing shown, and remembered.

What is remembered by is the document without its figures, addresses and tokens, beside the day; figures are judged for
each plan by themselves. So a request for what was seen before costs no more than taking the figures out."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import lru_cache

from scenebank.catalogue.model import Kind
from scenebank.markets.rendered.page import Page, Reader
from scenebank.markets.rendered.stylesheet import StyleRule, read_stylesheet
from scenebank.markets.rules import Finding, NotAvailableHere, Severity, Where, lint
from scenebank.markets.rules.judging import Description, judge
from scenebank.metrics import Metrics
from scenebank.money.model import exponent
from scenebank.offers.model import Offer, Plan, StatedOffer
from scenebank.web.embed.rendering import Rendered, frame_style
from widgets import WIDGETS
from widgets.base import Fragment, Visit

_MOST = 8192
_KINDS = {Kind.INSTALMENTS: "instalment"}
# Figures, what fields hold, what an address asks for, and the marks of one answer.
_PASSING = re.compile(r' (?:value|nonce|data-(?!offer)[\w-]+)="[^"]*"|\?[^"<>\s]*(?=")|[0-9][0-9.,]*')
_CHOSEN = re.compile(r"<(input|option)\b[^>]*? (?:checked|selected)\b[^>]*>")
_NAME, _VALUE = re.compile(r' name="([^"]*)"'), re.compile(r' value="([^"]*)"')
_LEVELS = {Severity.BLOCK: logging.ERROR, Severity.ERROR: logging.WARNING, Severity.WARN: logging.WARNING,
           Severity.INFO: logging.INFO}  # fmt: skip
_log = logging.getLogger(__name__)
Findings = tuple[Finding, ...]
Known = dict[Hashable, Findings]


@lru_cache(maxsize=1)
def frame_sheet() -> tuple[StyleRule, ...]:
    return read_stylesheet(frame_style())


class Verdicts:
    """``bank_pages`` are the origins a form may lead to beside our own. Without ``metrics`` it only looks on: nothing
    is counted and nobody is told."""

    def __init__(self, bank_pages: Callable[[], tuple[str, ...]], metrics: Metrics | None) -> None:
        self._bank_pages = bank_pages
        self._metrics = metrics
        self._known_figures: Known = {}  # apart, since there is one for each amount
        self._known_pages: Known = {}

    def check(self, visit: Visit, fragment: Fragment, rendered: Rendered) -> None:
        """:class:`NotAvailableHere` where a rule forbids it. What tells a shopper of their own application is never
        kept from them."""
        if fragment.own:
            return
        blocked = [one for one in self.findings(visit, fragment, rendered) if one.severity is Severity.BLOCK]
        if not blocked:
            return
        if self._metrics is not None:
            for one in blocked:
                self._metrics.blocked.labels(visit.widget, visit.market.code, one.rule.id).inc()
        raise NotAvailableHere(", ".join(dict.fromkeys(one.rule.id for one in blocked)))

    def findings(self, visit: Visit, fragment: Fragment, rendered: Rendered) -> Findings:
        """Every rule that is broken, with the reason."""
        of_figures = [
            one for offer, _plan in fragment.prices for plan in offer.plans for one in self._figures(visit, offer, plan)
        ]
        return (*of_figures, *self._page(visit, fragment, rendered))

    def _figures(self, visit: Visit, offer: Offer, plan: Plan) -> Findings:
        describe = WIDGETS[visit.widget].figures
        if describe is None:
            return ()
        product, day = offer.product, visit.day
        key = (visit.market.code, day, product.bank_id, product.version, offer.amount.minor, plan.term)
        found = self._known_figures.get(key)
        if found is None:
            where = {"bank": product.bank_id, "product": product.product_id, "term": plan.term}
            of = f"{product.bank_id}/{product.product_id} over {plan.term} months"
            broken = lint(describe(visit.market, day, offer, plan), (Where.FIGURES,))
            found = tuple(replace(one, what=f"{of}: {one.what}") for one in broken)
            self._remember(self._known_figures, key, found, visit, where)
        return found

    def _page(self, visit: Visit, fragment: Fragment, rendered: Rendered) -> Findings:
        offers: list[Offer | StatedOffer] = [*(offer for offer, _plan in fragment.prices), *fragment.stated]
        banks = tuple((offer.product.version, *sorted(offer.bank.settings.items())) for offer in offers)
        ticked = _ticked(rendered.main, visit)
        key = (
            visit.widget, visit.market.code, visit.texts.locale, visit.day, fragment.template, fragment.part, banks,
            ticked, _skeleton(rendered.main),
        )  # fmt: skip
        found = self._known_pages.get(key)
        if found is None:
            found = self._judged(visit, fragment, rendered)
            self._remember(self._known_pages, key, found, visit, {"template": fragment.template})
        return found

    def _judged(self, visit: Visit, fragment: Fragment, rendered: Rendered) -> Findings:
        widget = WIDGETS[visit.widget]
        described: tuple[Description, ...] = ()
        if widget.describe is not None and fragment.prices:
            described = widget.describe(visit, fragment.prices, fragment.part)
        if widget.describe_stated is not None:
            described += widget.describe_stated(visit, fragment.stated, fragment.prices)
        plain = {"market": visit.market.code, "kind": _KINDS.get(widget.kind, widget.kind.value),
                 "date": visit.day.isoformat(), "locale": visit.texts.locale}  # fmt: skip
        described_offers, described = bool(described), described or (Description(plain),)
        reader = Reader(
            tuple(name for one in described for name in one.names),
            tuple({text for one in described for text in one.order}),
            exponent(visit.market.currency), self._bank_pages(), visit.door.origins,
        )  # fmt: skip
        page = Page(rendered.document, frame_sheet(), reader, tuple(visit.form.items()))
        # Who shows a rate without saying whose has to keep all that is asked of an offer.
        where = {Where.ANY} | ({Where.OFFER, Where.FLOW} if described_offers or page.shows_rates else set())
        where |= {Where.APPLY} if fragment.part == "application" else set()
        found = [one for description in described for one in judge(description, page, where)]
        return tuple({(one.rule.id, one.what): one for one in found}.values())

    def _remember(
        self, known: Known, key: Hashable, found: Findings, visit: Visit, where: dict[str, object]
    ) -> None:
        """And tell the operator, once."""
        if len(known) >= _MOST:
            known.clear()
        known[key] = found
        for one in found if self._metrics else ():
            facts = {**one.json(), "widget": visit.widget, "market": visit.market.code, "day": visit.day.isoformat(),
                     "locale": visit.texts.locale, **where}  # fmt: skip
            _log.log(_LEVELS[one.severity], "rule %s: %s", one.rule.id, one.what, extra={"facts": facts})


def _skeleton(main: str) -> bytes:
    return hashlib.blake2b(_PASSING.sub("", main).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _ticked(main: str, visit: Visit) -> tuple[str, ...]:
    """What is chosen that the shopper did not choose in this form."""
    if " checked" not in main and " selected" not in main:
        return ()
    found = []
    for one in _CHOSEN.finditer(main):
        name, value = _NAME.search(one.group()), _VALUE.search(one.group())
        sent = visit.form.values() if name is None else (visit.form.get(name[1], ""),)
        if value is None or value[1] not in sent:
            found.append(one.group())
    return tuple(found)
