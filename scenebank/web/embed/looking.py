"""Every view of every widget in a market, rendered as it would be served on a day, and what the rules say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from scenebank.catalogue.model import Listed
from scenebank.markets import market as market_of
from scenebank.markets.model import Market
from scenebank.markets.rules import Finding
from scenebank.merchants.model import Door, Merchant, Mode
from scenebank.money.model import Money
from scenebank.sessions.model import Session
from scenebank.web.embed.policies import bank_pages
from scenebank.web.embed.rendering import Frame, Part, Rendered, render_fragment, render_part, texts_for
from scenebank.web.embed.verdicts import Verdicts
from scenebank.wiring import Wired
from widgets import WIDGETS
from widgets.base import Fragment, Scene, Services, Shape, Visit
from widgets.lending.stated import STATED
from widgets.scene import scene_fields
from widgets.texts import LOCALES


@dataclass(frozen=True)
class Looked:
    """One view; ``step`` is the widget's, ``shape`` that of the first view."""

    widget: str
    market: str
    locale: str
    step: str
    shape: str
    findings: tuple[Finding, ...]


Look = Callable[[str, date], Iterator[Looked]]


def make_look(wired: Wired) -> Look:
    """Looks at what the live catalogue makes of each widget: ``look(market, day)``."""
    services = Services(wired.offers.unjudged(), wired.applications, wired.catalogue, wired.shown_offers)

    def pages() -> tuple[str, ...]:
        return bank_pages(wired.catalogue.banks())

    def look(code: str, day: date) -> Iterator[Looked]:
        verdicts, market = Verdicts(pages, None), market_of(code)
        for widget in WIDGETS:
            for locale in LOCALES:
                for amount in _amounts(wired, market, widget):
                    for visit, step in _visits(widget, market, locale, day, amount, services):
                        fragment = WIDGETS[widget].steps[step].handler(visit, services)
                        found = verdicts.findings(visit, fragment, _rendered(visit, fragment))
                        yield Looked(widget, code, locale, step, visit.scene.shape, found)

    return look


def _amounts(wired: Wired, market: Market, widget: str) -> list[Money]:
    """The smallest that anybody takes, and the largest that everybody does."""
    live, kind = wired.catalogue.live(), WIDGETS[widget].kind
    products: list[Listed] = [*live.shelf(market.code, kind), *live.stated_shelf(market.code, kind)]
    smallest = [one.min_amount.minor for one in products if one.min_amount is not None]
    largest = [one.max_amount.minor for one in products if one.max_amount is not None]
    ends = {min(bounds) for bounds in (smallest, largest) if bounds} or {100}
    return [Money(minor, market.currency) for minor in sorted(ends)]


def _visits(
    widget: str, market: Market, locale: str, day: date, amount: Money, services: Services
) -> Iterator[tuple[Visit, str]]:
    """The first view in both shapes, then for each plan that stands there its calculation and, for somebody who is in,
    the form that applies for it; each step the widget has."""
    steps = WIDGETS[widget].steps
    first = _visit(widget, market, locale, day, amount)
    for shape in ("full", "compact"):
        yield _visit(widget, market, locale, day, amount, shape=shape), ""
    yield _visit(widget, market, locale, day, amount, inside=True), ""
    shown = steps[""].handler(first, services)
    for one in shown.stated:
        yield _visit(widget, market, locale, day, amount, f"{'/'.join(one.key)}/{STATED}"), "schedule"
    for offer, plan in shown.prices:
        choice = f"{offer.product.bank_id}/{offer.product.product_id}/{plan.term}"
        for step, inside in (("schedule", False), ("apply", True)):
            if step in steps:
                yield _visit(widget, market, locale, day, amount, choice, inside=inside), step


def _visit(
    widget: str, market: Market, locale: str, day: date, amount: Money, choice: str = "", shape: Shape = "full",
    inside: bool = False,
) -> Visit:  # fmt: skip
    noon = datetime.combine(day, time(12), ZoneInfo(market.time_zone))
    door = Door(Merchant("", "Shop", market.code), Mode.TEST, (), "")
    session = None
    if inside:
        session = Session("", "", Mode.TEST, widget, "", "", None, amount, None, None, "", 0, noon)
    form = {"choice": choice} if choice else {}
    return Visit(widget, door, market, Scene(amount, shape=shape), session, texts_for(locale, widget), form, noon)


def _rendered(visit: Visit, fragment: Fragment) -> Rendered:
    fields = {"key": "", **scene_fields(visit.scene), "locale": visit.texts.locale}
    frame = Frame(visit.widget, fields, "" if visit.session else None, visit.scene.shape)
    part = Part(render_part(fragment, frame, visit.texts), "") if fragment.shown else None
    return render_fragment(fragment, frame, visit.texts, part=part)
