"""An application as its shopper sees it, in every status."""

from __future__ import annotations

from dataclasses import dataclass

from scenebank.applications.bank_page import has_bank_page
from scenebank.applications.model import FINAL, WAITING_FOR_BANK, Application, NextStep, Status
from scenebank.money.model import Rate
from widgets.base import DomEvent, Fragment, Services, Visit
from widgets.lending.counter_offer import CounterView, counter_view
from widgets.lending.notices import notice_refusal, notice_text
from widgets.lending.plans import TableView, table_view
from widgets.lending.summary import summary
from widgets.texts import Texts

_REFRESH_S = 2
_SLOW_REFRESH_S = 10
_MOST_REASONS = 4  # the principal ones: 12 CFR 1002.9, and what anybody takes in
_WITH_SCHEDULE = frozenset({Status.ACCEPTED, Status.FULFILLING, Status.ACTIVE})


@dataclass(frozen=True)
class GivenView:
    """A consent as it stands: ``withdraw`` holds its id where it can still be withdrawn."""

    text: str
    state: str
    withdraw: str | None


@dataclass(frozen=True)
class StatusView:
    """Heading, explanation, and what can be done now. ``rights`` are those of whom the bank refused; ``may_decline`` a
    counter-offer, which is to withdraw the application."""

    application: str
    status: str
    sequence: int
    tone: str
    title: str
    text: str
    notice: str | None
    reasons: tuple[str, ...]
    rights: tuple[str, ...]
    lender: str
    to_bank: str | None
    counter: CounterView | None
    may_decline: bool
    may_withdraw: bool
    consents: tuple[GivenView, ...]
    table: TableView | None
    facts: tuple[tuple[str, str], ...]
    busy: bool
    again: bool
    legal: tuple[str, ...]
    references: tuple[str, ...]


def status_fragment(
    application: Application, visit: Visit, services: Services, notice: str | None = None, http: int = 200,
    events: tuple[DomEvent, ...] = (),
) -> Fragment:  # fmt: skip
    """The application's fragment; it looks again by itself while something can still change."""
    told = DomEvent("status", {"application": application.id, "status": application.status.value})
    view = _view(application, visit, services, notice)
    refresh = None
    if application.status not in FINAL:
        refresh = _REFRESH_S if view.busy else _SLOW_REFRESH_S
    refusal = None
    if notice and http >= 400:
        refusal = notice_refusal(notice, visit.texts, visit.market.code, view.lender)
    return Fragment(
        "lending/status.html", view, http, (*events, told), refresh, here="status", refusal=refusal, own=True
    )


def _view(application: Application, visit: Visit, services: Services, notice: str | None) -> StatusView:
    t, status = visit.texts, application.status
    lender = services.catalogue.bank(application.bank_id)
    bank = t.choose(lender.name)
    key = _key(application)
    counter = counter_view(application, visit, services) if status is Status.OFFERED else None
    documents = t.list(
        t(f"document.{one}") if t.has(f"document.{one}") else t("document.other") for one in application.documents
    )
    holds = application.counter_offer or application.agreed or application
    words = {"bank": bank, "n": holds.term, "amount": t.money(holds.amount),
             "documents": documents or t("document.other")}  # fmt: skip
    to_bank = None
    if has_bank_page(application) and not (counter and counter.agree):
        to_bank = t("accept_at_bank" if status is Status.OFFERED else "to_bank", bank=bank)
    may_withdraw = services.applications.may_withdraw(application)
    facts = summary(application, lender, t, _payer(application, visit, services))
    return StatusView(
        application=application.id,
        status=status.value,
        sequence=application.sequence,
        tone=_tone(application),
        title=t(f"status.{key}", **words),
        text=t.sentences((*_causes(application, t), t(f"status.{key}.text", **words))),
        notice=notice_text(notice, t, visit.market.code, bank),
        reasons=_reasons(application, t),
        rights=_rights(application, visit, bank),
        lender=bank,
        to_bank=to_bank,
        counter=counter,
        may_decline=may_withdraw and counter is not None,
        may_withdraw=may_withdraw and counter is None,
        consents=_consents(application, visit, services),
        table=table_view(application.schedule, t) if status in _WITH_SCHEDULE and application.schedule.rows else None,
        facts=tuple(fact for fact in facts if not counter or fact not in counter.facts),
        busy=(application.withdrawing and not application.is_final) or status in WAITING_FOR_BANK,
        again=application.is_final and status is not Status.CLOSED,
        legal=_legal(application, visit, bank, may_withdraw),
        references=_references(application, t, bank),
    )


def _payer(application: Application, visit: Visit, services: Services) -> str | None:
    """The shop, where it pays the interest of the plan."""
    if application.annual_rate is None or Rate.from_json(application.annual_rate).value:
        return None
    product = services.catalogue.product(application.bank_id, application.product_id, application.product_version)
    return visit.door.merchant.name if product.subsidised else None


def _reasons(application: Application, t: Texts) -> tuple[str, ...]:
    """Why the bank refused: a fault on the way is no reason of the bank's."""
    if application.status is not Status.REJECTED:
        return ()
    known = (one if t.has(f"reason.{one}") else "other" for one in application.reasons[:_MOST_REASONS])
    return tuple(t(f"reason.{one}") for one in dict.fromkeys(known))


def _causes(application: Application, t: Texts) -> tuple[str, ...]:
    """What went wrong, where it is known."""
    if application.status is not Status.FAILED:
        return ()
    return tuple(t(f"cause.{one}") for one in application.reasons if t.has(f"cause.{one}"))


def _rights(application: Application, visit: Visit, bank: str) -> tuple[str, ...]:
    if application.status is not Status.REJECTED:
        return ()
    return tuple(visit.texts(f"disclosure.{name}", bank=bank) for name in visit.market.refusal_disclosures)


def _legal(application: Application, visit: Visit, bank: str, may_withdraw: bool) -> tuple[str, ...]:
    """The right to step back outlives the signature, and so does the way to use it."""
    if application.status not in _WITH_SCHEDULE or "withdraw_14_days" not in visit.market.disclosures:
        return ()
    return (visit.texts(f"disclosure.withdraw_14_days.{'here' if may_withdraw else 'how'}", bank=bank),)


def _references(application: Application, t: Texts, bank: str) -> tuple[str, ...]:
    """By what the shop knows the application, and by what its bank does: a letter to the bank names that."""
    ours = t("reference", id=application.id)
    return (ours, t("bank_reference", bank=bank, id=application.bank_ref)) if application.bank_ref else (ours,)


def _key(application: Application) -> str:
    status = application.status
    if application.withdrawing and not application.is_final:
        return "withdrawing"
    if application.unreachable_since and status in (Status.SUBMITTING, Status.UNKNOWN):
        return "unreachable" if status is Status.SUBMITTING else "unknown_unreachable"
    if status is Status.WITHDRAWN and application.withdrawal == "consent_withdrawn":
        return "withdrawn_consent"
    if status is Status.ACTION_REQUIRED and application.next_step is NextStep.DOCUMENTS:
        return "documents"
    if status is Status.ACTION_REQUIRED and application.next_step is NextStep.CONTACT:
        return "contact"
    return "submitting" if status is Status.DRAFT else status.value


def _tone(application: Application) -> str:
    if application.status in _WITH_SCHEDULE or application.status is Status.CLOSED:
        return "good"
    if application.status in (Status.REJECTED, Status.FAILED):
        return "bad"
    waits_calmly = application.status is Status.ACTION_REQUIRED and application.next_step is NextStep.CONTACT
    if application.status in (Status.WITHDRAWN, Status.EXPIRED) or (waits_calmly and not application.withdrawing):
        return "calm"
    asks = application.status in (Status.ACTION_REQUIRED, Status.OFFERED) and not application.withdrawing
    return "ask" if asks else "busy"


def _consents(application: Application, visit: Visit, services: Services) -> tuple[GivenView, ...]:
    t, zone = visit.texts, visit.market.time_zone
    views = []
    for one in services.applications.consents(application):
        if one.withdrawn_at is not None:
            views.append(GivenView(one.text, t("consent_withdrawn", date=t.moment(one.withdrawn_at, zone)), None))
        else:
            views.append(GivenView(one.text, t("consent_given", date=t.moment(one.given_at, zone)), one.id))
    return tuple(views)
