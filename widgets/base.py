"""What a widget is made of. No Flask here: the doors render what comes up as a Fragment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from scenebank.applications.service import ApplicationService
from scenebank.catalogue.model import Kind
from scenebank.catalogue.service import CatalogueService
from scenebank.errors import FieldError
from scenebank.markets.model import Market
from scenebank.markets.rules.judging import Description
from scenebank.markets.rules.model import Document
from scenebank.merchants.model import Door
from scenebank.money.model import Money
from scenebank.offers.model import Offer, Offers, Plan, StatedOffer
from scenebank.offers.service import OfferService
from scenebank.offers.shown import ShownOffers
from scenebank.sessions.model import Session
from widgets.texts import Texts

Shape = Literal["compact", "full"]
Theme = Literal["auto", "light", "dark"]
BankWindow = Literal["same", "tab"]


@dataclass(frozen=True)
class Scene:
    """Where the widget stands, as the page asked for it (public; nothing personal)."""

    amount: Money
    product: str | None = None
    shape: Shape = "full"
    theme: Theme = "auto"
    order: str | None = None
    placement: str | None = None
    bank_window: BankWindow = "same"


@dataclass(frozen=True)
class Services:
    """The verbs a widget may use."""

    offers: OfferService
    applications: ApplicationService
    catalogue: CatalogueService
    shown: ShownOffers


@dataclass(frozen=True)
class Visit:
    """One request to one step. ``session`` is None for the public. With a session, ``scene.amount`` is the
    session's. ``form`` holds what was sent (query of a GET, fields of a POST), first value of each name."""

    widget: str
    door: Door
    market: Market
    scene: Scene
    session: Session | None
    texts: Texts
    form: Mapping[str, str]
    now: datetime

    @property
    def day(self) -> date:
        """In the market."""
        return self.now.astimezone(ZoneInfo(self.market.time_zone)).date()


@dataclass(frozen=True)
class DomEvent:
    """An event for the shop's page: ``bis:<name>`` with a closed ``detail``, never personal."""

    name: str
    detail: Mapping[str, str]


@dataclass(frozen=True)
class Refusal:
    """Why an answer is a 4xx: a stable ``code``, and ``message`` and ``fix`` in the reader's words. ``fields`` are
    what the shopper typed wrongly: that is told in the form alone, anything else to the shop's page too."""

    code: str
    message: str
    fix: str = ""
    fields: tuple[FieldError, ...] = ()


Prices = tuple[tuple[Offer, Plan], ...]
Part = Literal["offer", "calculation", "application"]


@dataclass(frozen=True)
class Shown:
    """The part of a personal fragment that binds, kept byte for byte as it is shown: its ``template``, of the same
    ``view``, what it tells of, and the one plan where it tells of one. The fragment's own template puts it in its
    place as ``part``, and carries its id along as ``offer_id``."""

    template: str
    offers: Offers
    chosen: tuple[Offer, Plan] | None = None


@dataclass(frozen=True)
class Fragment:
    """``template`` below ``widgets/<folder>/templates`` as ``<folder>/<file>``; ``view`` is its one variable;
    ``events`` go up to the shop's page; ``refresh_s`` asks the frame to look again by itself; ``here`` is the step
    that shows the same again, in another language; ``unchanged`` says that the page shows it already. Every
    ``status`` from 400 on has its ``refusal``; ``shown`` is what of it is kept.

    For the market's rules: ``prices`` are the plans that stand for each offer it shows, ``stated`` the offers that show
    only what their lender states, ``part`` is what it is of the
    way from offer to application; ``own`` says that it tells of an application the shopper has, which no rule takes
    away from them."""

    template: str
    view: object
    status: int = 200
    events: tuple[DomEvent, ...] = ()
    refresh_s: int | None = None
    here: str = ""
    unchanged: bool = False
    refusal: Refusal | None = None
    prices: Prices = ()
    part: Part = "offer"
    own: bool = False
    shown: Shown | None = None
    stated: tuple[StatedOffer, ...] = ()


StepHandler = Callable[[Visit, Services], Fragment]
Describe = Callable[[Visit, Prices, Part], tuple[Description, ...]]
DescribeStated = Callable[[Visit, tuple[StatedOffer, ...], Prices], tuple[Description, ...]]
Figures = Callable[[Market, date, Offer, Plan], Document]


@dataclass(frozen=True)
class Step:
    """``public`` steps answer GET without a session; the others need one and are POSTed. ``answers`` is the step whose
    form is sent here, where there is one that people type in."""

    name: str
    handler: StepHandler
    public: bool = False
    answers: str = ""


@dataclass(frozen=True)
class Widget:
    """``steps[""]`` is the first view; ``folders`` hold its texts, the first that has a key wins; ``describe`` says
    of prices in some part of the way what the market's rules ask, ``figures`` what of it is numbers alone, and
    ``describe_stated`` the same of what lenders state."""

    name: str
    kind: Kind
    folders: tuple[str, ...]
    steps: Mapping[str, Step]
    describe: Describe | None = None
    figures: Figures | None = None
    describe_stated: DescribeStated | None = None
