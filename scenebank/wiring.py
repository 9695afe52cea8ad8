"""The one place that joins concrete parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from scenebank.applications.bank_page import BankPages
from scenebank.applications.links import ApplicationLinks
from scenebank.applications.service import ApplicationService
from scenebank.banks import BANKS
from scenebank.banks.assertions import ContextAssertions
from scenebank.banks.port import BankPort
from scenebank.catalogue.cdr.fetching import PublicBank
from scenebank.catalogue.cdr.service import ImportService
from scenebank.catalogue.publishing.audit import AuditChain
from scenebank.catalogue.publishing.clockwork import Clockwork
from scenebank.catalogue.publishing.reading import PublishingRecords
from scenebank.catalogue.publishing.service import PublishingService
from scenebank.catalogue.publishing.verification import AuditVerification
from scenebank.catalogue.service import CatalogueService
from scenebank.clock import Clock, SystemClock
from scenebank.config import Config
from scenebank.engine.queue import WorkQueue, connect_queue
from scenebank.keys import KeyPlace, Keyring
from scenebank.merchants.expiry import ExpiryLinks
from scenebank.merchants.idempotency import IdempotencyLedger
from scenebank.merchants.key_service import KeyService
from scenebank.merchants.refused_origins import RefusedOrigins
from scenebank.merchants.service import MerchantService
from scenebank.metrics import Metrics
from scenebank.offers.service import OfferService
from scenebank.offers.shown import ShownOffers
from scenebank.offers.subsidies import SubsidyService
from scenebank.quotas.counting import Quotas
from scenebank.receipts.service import ReceiptService
from scenebank.sessions.service import SessionService
from scenebank.store.database import Database
from scenebank.store.tables import team_idempotency
from scenebank.team.service import TeamService
from scenebank.webhooks.deliveries import WebhookDeliveries
from scenebank.webhooks.delivery import Sender
from scenebank.webhooks.links import WebhookLinks
from scenebank.webhooks.service import WebhookService


class Banks(Mapping[str, BankPort]):
    """Every bank of the catalogue, through its adapter; a bank that joins is there with its next call."""

    def __init__(self, catalogue: CatalogueService, assertions: ContextAssertions) -> None:
        self._catalogue = catalogue
        self._assertions = assertions
        self._adapter = lru_cache(maxsize=1024)(self._make)

    def __getitem__(self, bank_id: str) -> BankPort:
        """:class:`scenebank.errors.NotFound` for a bank that is not in the catalogue."""
        bank = self._catalogue.bank(bank_id)
        return self._adapter(bank.bank_id, bank.adapter, tuple(sorted(bank.settings.items())))

    def _make(self, bank_id: str, adapter: str, settings: tuple[tuple[str, str], ...]) -> BankPort:
        return BANKS[adapter](bank_id, dict(settings), self._assertions)

    def __iter__(self) -> Iterator[str]:
        return (bank.bank_id for bank in self._catalogue.banks())

    def __len__(self) -> int:
        return len(self._catalogue.banks())


@dataclass(frozen=True)
class Wired:
    """All services of one process."""

    config: Config
    clock: Clock
    database: Database
    queue: WorkQueue
    key_place: KeyPlace
    keys: Keyring
    merchants: MerchantService
    merchant_keys: KeyService
    refused_origins: RefusedOrigins
    idempotency: IdempotencyLedger
    team: TeamService
    team_idempotency: IdempotencyLedger
    catalogue: CatalogueService
    publishing: PublishingService
    publishing_records: PublishingRecords
    clockwork: Clockwork
    audit: AuditVerification
    imports: ImportService
    offers: OfferService
    shown_offers: ShownOffers
    subsidies: SubsidyService
    sessions: SessionService
    applications: ApplicationService
    bank_pages: BankPages
    receipts: ReceiptService
    webhooks: WebhookService
    webhook_deliveries: WebhookDeliveries
    banks: Mapping[str, BankPort]
    quotas: Quotas
    metrics: Metrics

    def all_links(self) -> Mapping[str, Callable[..., None]]:
        """Every link the worker can be asked to run, by its name."""
        applications = ApplicationLinks(
            self.database, self.queue, self.clock, self.webhooks, self.merchants,
            self.banks.__getitem__, self.config.public_url,
        )  # fmt: skip
        webhooks = WebhookLinks(
            self.database, self.queue, self.clock, self.keys.derive("webhook-seal"),
            Sender(self.config.allow_loopback_webhooks), lambda outcome: self.metrics.deliveries.labels(outcome).inc(),
        )  # fmt: skip
        expiry = ExpiryLinks(self.database, self.clock, self.webhooks.record)
        return {**applications.registered(), **webhooks.registered(), **expiry.registered()}


def build_services(config: Config, clock: Clock | None = None, queue: WorkQueue | None = None) -> Wired:
    """Join everything for one process; opens no connection yet. ``clock`` and ``queue`` are driven by hand in
    previews and tests."""
    clock = clock or SystemClock(config.clock_offset_s)
    database = Database(config.database_url)
    key_place = KeyPlace(config.data_dir, clock, config.keys)
    keys = Keyring(key_place.read, clock)
    queue = queue or connect_queue(config.database_url)
    metrics = Metrics()
    pepper = keys.derive("secret-keys")
    merchants = MerchantService(database, clock, pepper)
    chain = AuditChain(keys.derive("catalogue-audit"))
    catalogue = CatalogueService(database, clock, chain)
    subsidies = SubsidyService(database, catalogue, clock)
    webhooks = WebhookService(database, queue, clock, keys.derive("webhook-seal"), config.allow_loopback_webhooks)
    return Wired(
        config=config,
        clock=clock,
        database=database,
        queue=queue,
        key_place=key_place,
        keys=keys,
        merchants=merchants,
        merchant_keys=KeyService(database, clock, pepper, merchants, queue, webhooks.record),
        refused_origins=RefusedOrigins(database, clock),
        idempotency=IdempotencyLedger(database, clock),
        team=TeamService(database, clock, keys.derive("team-keys")),
        team_idempotency=IdempotencyLedger(database, clock, team_idempotency),
        catalogue=catalogue,
        publishing=PublishingService(database, clock, chain),
        publishing_records=PublishingRecords(database),
        clockwork=Clockwork(database, clock, chain),
        audit=AuditVerification(database, chain),
        imports=ImportService(database, clock, PublicBank(config.allow_loopback_webhooks)),
        offers=OfferService(catalogue, subsidies, clock),
        shown_offers=ShownOffers(database, catalogue, clock),
        subsidies=subsidies,
        sessions=SessionService(
            database, clock, merchants, webhooks, lambda: keys.ring("session-tokens"), config.public_url
        ),
        applications=ApplicationService(database, queue, clock, webhooks, keys.derive("submission")),
        bank_pages=BankPages(database, clock),
        receipts=ReceiptService(database, clock, keys, config.public_url),
        webhooks=webhooks,
        webhook_deliveries=WebhookDeliveries(database, queue, clock),
        banks=Banks(catalogue, ContextAssertions(keys, config.public_url, clock)),
        quotas=Quotas(config.quotas, keys.derive("quotas"), config.redis_url, metrics.redis_outages.inc),
        metrics=metrics,
    )
