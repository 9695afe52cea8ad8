"""An application as its shopper sees it, in every status."""

from __future__ import annotations

from dataclasses import dataclass

from scenebank.applications.bank_page import has_bank_page
from scenebank.applications.model import FINAL, WAITING_FOR_BANK, Application, NextStep, Status
from scenebank.markets.model import Place
from widgets.base import DomEvent, Fragment, Services, Visit
from widgets.lending.notices import notice_refusal, notice_text
from widgets.lending.plans import TableView, table_view
from widgets.lending.summary import summary

_REFRESH_S = 2
_SLOW_REFRESH_S = 10
_WITH_SCHEDULE = frozenset({Status.ACCEPTED, Status.FULFILLING, Status.ACTIVE})


@dataclass(frozen=True)
class GivenView:
    """A consent as it stands: ``withdraw`` holds its id where it can still be withdrawn."""

    text: str
    state: str
    withdraw: str | None


@dataclass(frozen=True)
class StatusView:
    """Heading, explanation, and what can be done now."""

    application: str
    status: str
    sequence: int
    tone: str
    title: str
    text: str
    notice: str | None
    reasons: tuple[str, ...]
    lender: str
    to_bank: str | None
    accept: tuple[str, str] | None
    may_withdraw: bool
    consents: tuple[GivenView, ...]
    table: TableView | None
    facts: tuple[tuple[str, str], ...]
    busy: bool
    again: bool


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
    refusal = notice_refusal(notice, visit.texts) if notice and http >= 400 else None
    return Fragment("lending/status.html", view, http, (*events, told), refresh, here="status", refusal=refusal)


def _view(application: Application, visit: Visit, services: Services, notice: str | None) -> StatusView:
    t, status = visit.texts, application.status
    bank = t.choose(services.catalogue.bank(application.bank_id).name)
    key = _key(application)
    counter = application.counter_offer
    documents = t.list(
        t(f"document.{one}") if t.has(f"document.{one}") else t("document.other") for one in application.documents
    )
    words = {
        "bank": bank,
        "n": counter.term if counter and status is Status.OFFERED else application.term,
        "amount": t.money(counter.amount if counter else application.amount),
        "documents": documents or t("document.other"),
    }
    in_frame = visit.market.places["accept_offer"] is Place.FRAME
    accept = None
    if status is Status.OFFERED and counter and in_frame and not application.withdrawing:
        agreed = t("accept_offer.text", amount=t.money(counter.amount), n=counter.term, bank=bank,
                   asked=t.money(application.amount))  # fmt: skip
        accept = (agreed, t("accept_offer", amount=t.money(counter.amount)))
    to_bank = None
    if has_bank_page(application) and accept is None:
        to_bank = t("accept_at_bank" if status is Status.OFFERED else "to_bank", bank=bank)
    return StatusView(
        application=application.id,
        status=status.value,
        sequence=application.sequence,
        tone=_tone(application),
        title=t(f"status.{key}", **words),
        text=t(f"status.{key}.text", **words),
        notice=notice_text(notice, t),
        reasons=tuple(
            t(f"reason.{one}") if t.has(f"reason.{one}") else t("reason.other") for one in application.reasons
        ),
        lender=bank,
        to_bank=to_bank,
        accept=accept,
        may_withdraw=services.applications.may_withdraw(application),
        consents=_consents(application, visit, services),
        table=table_view(application.schedule, t) if status in _WITH_SCHEDULE else None,
        facts=summary(application, bank, t),
        busy=(application.withdrawing and not application.is_final) or status in WAITING_FOR_BANK,
        again=application.is_final and status is not Status.CLOSED,
    )


def _key(application: Application) -> str:
    status = application.status
    if application.withdrawing and not application.is_final:
        return "withdrawing"
    if application.unreachable_since and status in (Status.SUBMITTING, Status.UNKNOWN):
        return "unreachable"
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
    if application.status in (Status.WITHDRAWN, Status.EXPIRED):
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

