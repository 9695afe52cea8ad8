"""The steps of a lending widget: plans, schedule, consents, application, and everything after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from scenebank.applications.model import Application, Choice, GivenConsent
from scenebank.applications.service import NoCounterOffer, NotWithdrawable, OpenApplication
from scenebank.catalogue.model import Kind
from scenebank.errors import FieldError, NotFound
from scenebank.markets.countries import country_codes
from scenebank.markets.model import Place
from scenebank.markets.rules import NotAvailableHere
from scenebank.offers.kept import ShownOffer, Viewer
from scenebank.offers.model import Offer, Offers, Plan, StatedOffer
from scenebank.offers.service import OfferNotAvailable
from scenebank.risk.signals import PURPOSE
from scenebank.sessions.model import Session
from widgets.base import DomEvent, Fragment, Prices, Refusal, Services, Shown, Step, Visit, Widget
from widgets.lending.changes import Change, changes
from widgets.lending.cost_sheet import Sheet, cost_sheet
from widgets.lending.counter_offer import agreed_text, priced
from widgets.lending.description import describe, figures
from widgets.lending.details import EMPLOYMENTS, FIELDS, read_details, too_long
from widgets.lending.notices import notice_refusal, notice_text
from widgets.lending.plans import (
    OfferView,
    PlanView,
    TableView,
    disclosures,
    exemplary,
    foremost,
    nearest_plan,
    offer_view,
    plan_view,
    ranking_rule,
    stated_disclosures,
    table_view,
    why_here,
)
from widgets.lending.stated import STATED, StatedView, amounts_line, describe_stated, stated_view
from widgets.lending.status import status_fragment
from widgets.texts import Texts


class NoChoice(OfferNotAvailable):
    """No plan was chosen at all."""

    code = "no_choice"


@dataclass(frozen=True)
class PlansView:
    """The foremost offers, in order, then what only states its rates; ``nothing`` says why there is none; ``behind``
    says where the latter stand, empty where no offer stands before them; ``closed``: nothing to choose from;
    ``is_wrong``: the notice is of what the shopper left out."""

    amount: str
    offers: tuple[OfferView, ...]
    stated: tuple[StatedView, ...]
    nothing: str | None
    nothing_title: str
    closed: bool
    ranking: str
    behind: str
    disclosures: tuple[str, ...]
    notice: str | None
    is_wrong: bool
    chosen: str | None
    typed: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ScheduleView:
    """How one plan is calculated, and ``why`` its lender stands where it does; ``limits`` of what the shop pays.
    ``sheet`` is empty where the market asks for none."""

    offer: OfferView
    plan: PlanView
    amount: str
    method: str
    limits: str
    why: tuple[str, ...]
    table: TableView
    disclosures: tuple[str, ...]
    sheet: Sheet


@dataclass(frozen=True)
class StatedPageView:
    """All a lender states of one product."""

    offer: StatedView
    amount: str
    disclosures: tuple[str, ...]


@dataclass(frozen=True)
class ConsentView:
    """One separate consent; ``ticked`` only where the shopper ticked it in this form; ``label`` is its short name. What
    is not ``needed`` may be left out."""

    name: str
    label: str
    text: str
    ticked: bool
    error: str | None
    needed: bool


@dataclass(frozen=True)
class FieldView:
    """One field of the details, with what was typed."""

    name: str
    label: str
    value: str
    error: str | None
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ApplyView:
    """Check, consent, details, send; ``changes`` are what of the terms the ``notice`` speaks of is not as before."""

    market: str
    notice: str | None
    changes: tuple[Change, ...]
    offer: OfferView
    plan: PlanView
    lender: str
    shop: str
    amount: str
    consents: tuple[ConsentView, ...]
    fields: tuple[FieldView, ...]
    table: TableView
    disclosures: tuple[str, ...]

    @property
    def wrong(self) -> tuple[tuple[str, str, str], ...]:
        """What the summary on top names: the field, its label, and what to do about it."""
        shown: tuple[FieldView | ConsentView, ...] = (*self.fields, *self.consents)
        return tuple((one.name, one.label, one.error) for one in shown if one.error)


def lending_widget(name: str, kind: Kind) -> Widget:
    """A widget that shows products of ``kind`` and carries an application for one of them."""
    steps = (
        Step("", lambda visit, services: _first(kind, visit, services), public=True),
        Step("schedule", lambda visit, services: _schedule(kind, visit, services), public=True),
        Step("apply", lambda visit, services: _apply(kind, visit, services)),
        Step("submit", lambda visit, services: _submit(kind, visit, services), answers="apply"),
        Step("status", lambda visit, services: _status(kind, visit, services)),
        Step("withdraw", lambda visit, services: _withdraw(kind, visit, services)),
        Step("withdraw-consent", lambda visit, services: _withdraw_consent(kind, visit, services)),
        Step("accept-offer", lambda visit, services: _accept_offer(kind, visit, services)),
    )
    named = {step.name: step for step in steps}
    return Widget(name, kind, (name, "lending"), named, describe, figures, describe_stated)


def _first(kind: Kind, visit: Visit, services: Services) -> Fragment:
    """The plans; for a shopper whose order has an application, that."""
    if visit.session is not None and visit.form.get("again") is None:
        current = services.applications.current(visit.session)
        if current is not None:
            return status_fragment(current, visit, services)
    plans = _plans(kind, visit, services)
    # Whoever comes back here by a form has closed what stood here before.
    return replace(plans, events=(*plans.events, DomEvent("close", {}))) if "session" in visit.form else plans


def _offers(kind: Kind, visit: Visit, services: Services) -> Offers:
    return services.offers.for_scene(
        visit.market, kind, visit.scene.amount, visit.scene.product, door=visit.door
    )  # fmt: skip


def _plans(
    kind: Kind, visit: Visit, services: Services, notice: str | None = None, status: int = 200
) -> Fragment:
    every, t = _offers(kind, visit, services), visit.texts
    found = foremost(every)
    if found.none is not None and found.none.unknown_product and not notice:
        return _plans(kind, replace(visit, scene=replace(visit.scene, product=None)), services, "unknown_product", 404)
    refusal = notice_refusal(notice, t) if notice else _amount_refusal(found, visit)
    term = found.comparison_term
    is_compact = visit.session is None and visit.scene.shape == "compact"
    prices: Prices = tuple((offer, nearest_plan(offer, term)) for offer in found.offers)
    shown, shown_stated = (prices[:1], () if prices else found.stated[:1]) if is_compact else (prices, found.stated)
    view = PlansView(
        amount=t.money(visit.scene.amount),
        offers=tuple(offer_view(offer, t, term, short=offer.rank > 1) for offer in found.offers),
        stated=tuple(stated_view(one, visit.market, t) for one in found.stated),
        nothing=_nothing(found, visit),
        nothing_title=_nothing_title(found, t),
        closed=notice == "application_elsewhere",
        ranking=ranking_rule(every, term, t),
        behind=t("stated.ranking_behind") if found.offers and found.stated else "",
        disclosures=_disclosures(shown, shown_stated, visit),
        notice=notice_text(notice, t),
        is_wrong=notice == NoChoice.code,
        chosen=visit.form.get("choice"),
        typed=_typed(visit),
    )
    status = 422 if refusal and not notice else status
    events: tuple[DomEvent, ...] = (DomEvent("offer", {"offers": str(len(every.offers) + len(every.stated))}),)
    if visit.session is not None:
        kept = Shown("lending/shown_plans.html", found) if found.offers and not view.closed else None
        seen, stated = ((), ()) if view.closed else (prices, found.stated)
        return Fragment(
            "lending/plans.html", view, status, events, refusal=refusal, shown=kept, prices=seen, stated=stated
        )
    template = "lending/compact.html" if is_compact else "lending/first.html"
    return Fragment(template, view, status, events, refusal=refusal, prices=shown, stated=shown_stated)


def _disclosures(prices: Prices, stated_offers: tuple[StatedOffer, ...], visit: Visit) -> tuple[str, ...]:
    """Every line once; what examples there are stand with the warning that speaks of them."""
    t = visit.texts
    priced = disclosures(visit.market, t, *exemplary(prices)) if prices else ()
    stated = stated_disclosures(visit.market, t, stated_offers) if stated_offers else ()
    lines, own = tuple(dict.fromkeys((*priced, *stated))), t("stated.example")
    if own not in lines:
        return lines
    warned = (*priced[:1], own, t("disclosure.comparison_warning"))
    return (t.sentences(warned), *(one for one in lines if one not in warned))


def _amount_refusal(found: Offers, visit: Visit) -> Refusal | None:
    """An amount no product takes is the page's to mend; a market without products is nobody's mistake."""
    if found.none is None or not _takes_some(found):
        return None
    return Refusal("amount_not_offered", visit.texts("none_title"), _nothing(found, visit) or "")


def _typed(visit: Visit) -> tuple[tuple[str, str], ...]:
    """What the shopper had typed when the plan or the session was gone: the next form begins with it."""
    if visit.session is None and "session" not in visit.form:
        return ()
    return tuple((name, visit.form[name]) for name in FIELDS if visit.form.get(name))


def _nothing(found: Offers, visit: Visit) -> str | None:
    none, t = found.none, visit.texts
    if none is None:
        return None
    if not _takes_some(found):
        return t("none_at_all")
    if none.smallest is None or none.largest is None:
        return t("none_but", amounts=amounts_line(none.smallest, none.largest, t))
    return t("none_between", smallest=t.money(none.smallest), largest=t.money(none.largest))


def _nothing_title(found: Offers, t: Texts) -> str:
    return t("none_title" if _takes_some(found) else "none_now_title")


def _takes_some(found: Offers) -> bool:
    """Whether another amount would fit."""
    return found.none is not None and (found.none.smallest is not None or found.none.largest is not None)


def _chosen(kind: Kind, visit: Visit, services: Services, choice: str) -> tuple[Offer, Plan, Offers]:
    """The offer and plan of ``bank/product/term`` as offered now, and all they stand among."""
    if not choice:
        raise NoChoice
    bank_id, _slash, rest = choice.partition("/")
    product_id, _slash, term = rest.rpartition("/")
    only = product_id if visit.scene.product == product_id else None
    found = services.offers.for_scene(visit.market, kind, visit.scene.amount, only, door=visit.door)
    offer = found.find(bank_id, product_id)
    plan = offer.plan(int(term)) if offer and term.isascii() and term.isdigit() and len(term) < 4 else None
    if offer is None or plan is None:
        raise OfferNotAvailable
    return offer, plan, found


def _chosen_stated(kind: Kind, visit: Visit, services: Services, choice: str) -> StatedOffer | None:
    """None where the choice is no indicative product that fits."""
    named, _slash, word = choice.rpartition("/")
    bank_id, _slash, product_id = named.partition("/")
    return _offers(kind, visit, services).find_stated(bank_id, product_id) if word == STATED else None


def _gone(kind: Kind, visit: Visit, services: Services, refused: OfferNotAvailable, status: int) -> Fragment:
    return _plans(kind, visit, services, refused.code, 422 if isinstance(refused, NoChoice) else status)


def _schedule(kind: Kind, visit: Visit, services: Services) -> Fragment:
    choice = visit.form.get("choice", "")
    stated = _chosen_stated(kind, visit, services, choice)
    if stated is not None:
        t = visit.texts
        page = StatedPageView(
            stated_view(stated, visit.market, t), t.money(stated.amount),
            stated_disclosures(visit.market, t, (stated,)),
        )  # fmt: skip
        shown = DomEvent("step", {"step": "schedule"})
        return Fragment("lending/stated.html", page, events=(shown,), part="calculation", stated=(stated,))
    try:
        offer, plan, found = _chosen(kind, visit, services, choice)
    except OfferNotAvailable as refused:
        return _gone(kind, visit, services, refused, 404)
    t = visit.texts
    method = t(f"how_{offer.product.method.value}", rate=t.rate(offer.product.rate))
    if offer.payer:
        method = t("how_subsidised", shop=offer.payer, method=method)
    sheet = cost_sheet(offer, plan, method, t) if visit.market.shows_cost_sheet(visit.day) else ()
    view = ScheduleView(
        offer_view(offer, t, plan.term), plan_view(offer, plan, t), t.money(offer.amount), method,
        t("subsidy_limits", shop=offer.payer) if offer.payer else "", why_here(offer, found, t),
        table_view(plan.schedule, t), disclosures(visit.market, t, offer, plan), sheet,
    )  # fmt: skip
    events = (DomEvent("step", {"step": "schedule"}),)
    return Fragment("lending/schedule.html", view, events=events, prices=((offer, plan),), part="calculation")


def _apply(kind: Kind, visit: Visit, services: Services) -> Fragment:
    current = services.applications.current(_session(visit))
    if current is not None and not current.is_final:
        return status_fragment(current, visit, services, "application_open")
    try:
        offer, plan, found = _chosen(kind, visit, services, visit.form.get("choice", ""))
    except OfferNotAvailable as refused:
        return _gone(kind, visit, services, refused, 409)
    wrong = too_long(visit.form) if _asks_details(visit) else {}
    return _apply_form(visit, Shown("lending/shown_plan.html", found, (offer, plan)), wrong)


def _apply_form(
    visit: Visit, shown: Shown, errors: Mapping[str, FieldError], notice: str | None = None,
    seen: ShownOffer | None = None,
) -> Fragment:  # fmt: skip
    """``notice``: why it is shown once more, although nothing in it is wrong: what was agreed to before, ``seen`` where
    it is kept, was another."""
    if shown.chosen is None:
        raise OfferNotAvailable
    t, (offer, plan) = visit.texts, shown.chosen

    def wrong(name: str) -> str | None:
        error = errors.get(name)
        return t(f"error.{error.code}", **error.params) if error else None

    def field(name: str) -> FieldView:
        options: tuple[tuple[str, str], ...] = ()
        if name == "employment":
            options = tuple((one, t(f"employment.{one}")) for one in EMPLOYMENTS)
        elif name == "tax_country":
            options = tuple((code, t.country(code)) for code in country_codes())
        return FieldView(name, t(f"field.{name}"), visit.form.get(name, ""), wrong(name), options)

    told = changes(seen, shown.chosen, t) if notice else ()
    words = f"{notice}.unnamed" if notice and not told else notice
    view = ApplyView(
        market=visit.market.code,
        notice=notice_text(words, t),
        changes=told,
        offer=offer_view(offer, t, plan.term),
        plan=plan_view(offer, plan, t),
        lender=t.choose(offer.bank.name),
        shop=visit.door.merchant.name,
        amount=t.money(visit.scene.amount),
        consents=tuple(
            ConsentView(
                name, t(f"consent_name.{name}"), _consent_text(visit, offer, name),
                notice is None and visit.form.get(f"consent-{name}") == "yes", wrong(name),
                name in visit.market.consents,
            )
            for name in _consents(visit)
        ),
        fields=tuple(field(name) for name in FIELDS) if _asks_details(visit) else (),
        table=table_view(plan.schedule, t),
        disclosures=disclosures(visit.market, t, offer, plan, apply=True),
    )
    events, prices = (DomEvent("step", {"step": "apply"}),), ((offer, plan),)
    form = Fragment(
        "lending/apply.html", view, 200, events, here="apply", shown=shown, prices=prices, part="application"
    )  # fmt: skip
    if errors:
        refusal = Refusal("invalid_input", t("errors_title"), fields=_as_sent(errors, visit))
        return replace(form, status=422, refusal=refusal)
    if notice and words:
        return replace(form, status=409, refusal=replace(notice_refusal(words, t), code=notice))
    return form


def _asks_details(visit: Visit) -> bool:
    """Whether the applicant's details stand in the frame, and not at the bank."""
    return visit.market.places["details"] is Place.FRAME


def _as_sent(errors: Mapping[str, FieldError], visit: Visit) -> tuple[FieldError, ...]:
    """Each under the name its field has in the form."""
    return tuple(
        replace(error, pointer=f"consent-{name}" if name in visit.market.consents else name)
        for name, error in errors.items()
    )


def _consents(visit: Visit) -> tuple[str, ...]:
    """Those the market asks for; and where the shop says anything of its shopper, one that nobody has to give."""
    return (*visit.market.consents, PURPOSE) if _session(visit).signals else visit.market.consents


def _consent_text(visit: Visit, offer: Offer, purpose: str) -> str:
    """Where the details stand in the frame, what is passed on names them."""
    t, key = visit.texts, f"consent.{purpose}"
    if _asks_details(visit) and t.has(f"{key}.details"):
        key = f"{key}.details"
    bank = offer.bank
    return t(key, shop=visit.door.merchant.name, bank=t.choose(bank.name), address=t.choose(bank.address))


def _submit(kind: Kind, visit: Visit, services: Services) -> Fragment:
    try:
        offer, plan, found = _chosen(kind, visit, services, visit.form.get("choice", ""))
    except (OfferNotAvailable, NotAvailableHere) as refused:
        running = _running(visit, services)  # what is sent again may be offered no more
        if running is not None:
            return running
        if isinstance(refused, NotAvailableHere):
            raise
        return _gone(kind, visit, services, refused, 409)
    session, now = _session(visit), Shown("lending/shown_plan.html", found, (offer, plan))
    seen = services.shown.of_visit(_viewer(session), visit.form.get("offer", ""))
    changed = None if seen is not None and seen.stands((offer, plan), found.ask) else "offer_changed"
    missing = [name for name in visit.market.consents if visit.form.get(f"consent-{name}") != "yes"]
    errors = [FieldError(name, "consent", {}) for name in missing]
    applicant = None
    if _asks_details(visit):
        applicant, wrong = read_details(visit.form)
        errors += wrong
    if errors:
        return _apply_form(visit, now, {error.pointer: error for error in errors}, changed, seen)
    if seen is None or changed:
        return _running(visit, services) or _apply_form(visit, now, {}, changed, seen)
    choice = Choice(
        offer=offer,
        plan=plan,
        consents=tuple(
            GivenConsent(name, offer.bank.bank_id, _consent_text(visit, offer, name))
            for name in _consents(visit)
            if visit.form.get(f"consent-{name}") == "yes"
        ),
        applicant=applicant,
        locale=visit.texts.locale,
        widget=visit.widget,
        catalogue_version=found.catalogue_version,
        offer_id=seen.id,
    )
    try:
        made = services.applications.submit(session, visit.market, choice)
    except OpenApplication:
        current = services.applications.current(session)
        if current is None:  # another shopper's, on the same order: nothing of it is shown
            return _plans(kind, visit, services, "application_elsewhere", 409)
        return status_fragment(current, visit, services, "application_open", 409)
    submitted = DomEvent("submit", {"application": made.id})
    return status_fragment(made, visit, services, events=(submitted,))


def _running(visit: Visit, services: Services) -> Fragment | None:
    """Of the shopper's own application, while it is not at its end."""
    current = services.applications.current(_session(visit))
    if current is None or current.is_final:
        return None
    return status_fragment(current, visit, services, "application_open", 409)


def _status(kind: Kind, visit: Visit, services: Services) -> Fragment:
    current = services.applications.current(_session(visit))
    if current is None:
        return _plans(kind, visit, services)
    fragment = status_fragment(current, visit, services)
    return replace(fragment, unchanged=visit.form.get("seen") == str(current.sequence))


def _withdraw(kind: Kind, visit: Visit, services: Services) -> Fragment:
    application = _named(visit, services)
    try:
        application = services.applications.withdraw(_session(visit), application.id)
    except NotWithdrawable:
        return status_fragment(application, visit, services, "not_withdrawable", 409)
    return status_fragment(application, visit, services)


def _withdraw_consent(kind: Kind, visit: Visit, services: Services) -> Fragment:
    application = services.applications.withdraw_consent(
        _session(visit), _named(visit, services).id, visit.form.get("consent", "")
    )
    return status_fragment(application, visit, services, "consent_withdrawn")


def _accept_offer(kind: Kind, visit: Visit, services: Services) -> Fragment:
    application = _named(visit, services)
    found = priced(application, visit, services)
    if found is None or visit.market.places["accept_offer"] is not Place.FRAME:
        return status_fragment(application, visit, services, "no_counter_offer", 409)
    text = agreed_text(application, *found, visit)
    try:
        application = services.applications.accept_offer(_session(visit), application.id, text, found[1])
    except NoCounterOffer:
        return status_fragment(application, visit, services, "no_counter_offer", 409)
    return status_fragment(application, visit, services)


def _named(visit: Visit, services: Services) -> Application:
    """The application the form names, if it is this session's own."""
    current = services.applications.current(_session(visit))
    if current is None or current.id != visit.form.get("application"):
        raise NotFound("no such application")
    return current


def _session(visit: Visit) -> Session:
    if visit.session is None:
        raise NotFound("this step needs a session")
    return visit.session


def _viewer(session: Session) -> Viewer:
    return Viewer(session.id, session.merchant_id, session.mode)
