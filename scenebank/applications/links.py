"""The durable work of applications. Each link makes one outside call, then one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scenebank.applications.answers import AnswerRecorder
from scenebank.applications.ask_link import AskLink, ScheduleLink
from scenebank.applications.calls import BankCalls
from scenebank.applications.operate_link import OperateLink
from scenebank.applications.submit_link import SubmitLink
from scenebank.applications.work import ASK, FETCH_SCHEDULE, OPERATE, SUBMIT, ApplicationWork
from scenebank.banks.port import BankPort
from scenebank.clock import Clock
from scenebank.engine.queue import WorkQueue
from scenebank.merchants.service import MerchantService
from scenebank.store.database import Database
from scenebank.webhooks.service import WebhookService


class ApplicationLinks:
    """Runs in the worker; ``banks`` gives a bank's port by its id."""

    def __init__(
        self, database: Database, queue: WorkQueue, clock: Clock, webhooks: WebhookService,
        merchants: MerchantService, banks: Callable[[str], BankPort], public_url: str,
    ) -> None:  # fmt: skip
        work = ApplicationWork(queue)
        recorder = AnswerRecorder(webhooks, work)
        calls = BankCalls(database, clock, merchants, banks, public_url)
        self._links: dict[str, Callable[..., None]] = {
            SUBMIT.name: SubmitLink(calls, recorder, work).run,
            ASK.name: AskLink(calls, recorder, work).run,
            OPERATE.name: OperateLink(calls, recorder, work).run,
            FETCH_SCHEDULE.name: ScheduleLink(calls, work).run,
        }

    def registered(self) -> Mapping[str, Callable[..., None]]:
        return self._links
