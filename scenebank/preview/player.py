"""Plays a scenario: a fresh copy of a small installation, the acts of its state, and the document that comes of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from werkzeug.test import Client, TestResponse

from scenebank.applications.model import Application
from scenebank.clock import HandClock
from scenebank.config import QUOTAS, Config, Quota
from scenebank.engine.inline import InlineQueue
from scenebank.preview.document import Document
from scenebank.preview.launches import open_account
from scenebank.preview.model import Scenario
from scenebank.preview.recorded import states_of
from scenebank.preview.stage import Place, Stage
from scenebank.preview.stated import publish_stated, read_stated_story
from scenebank.seed import seed_catalogue, seed_subsidies
from scenebank.seed.story import story
from scenebank.store.tables import metadata
from scenebank.wiring import Wired, build_services

HOST = "http://127.0.0.1:8000"
# The same day in every market.
NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
AMOUNTS: Mapping[str, Mapping[str, str]] = {
    "cn": {"amount": "600000", "currency": "CNY"},
    "eu": {"amount": "149900", "currency": "EUR"},
    "au": {"amount": "650000", "currency": "AUD"},
}
_BANKS = "https://bank.example"


@dataclass(frozen=True)
class Played:
    """What a scenario shows; ``query`` is what the shop's page asked for."""

    scenario: Scenario
    document: Document
    application: Application | None
    query: Mapping[str, str]


class Preview:
    """``make_app`` is the application's own factory. One scenario at a time; close it to remove what it wrote."""

    def __init__(self, make_app: Callable[[Wired], Flask]) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="preview-"))
        self._make_app = make_app
        self._installed: dict[str, _Installation] = {}

    def close(self) -> None:
        for one in self._installed.values():
            one.end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def play(self, scenario: Scenario) -> Played:
        """:class:`KeyError` for a state the widget does not have."""
        state = states_of(scenario.widget)[scenario.state]
        asked = {"locale": scenario.locale, "theme": scenario.theme, **scenario.params}
        stage = self._installation(scenario.catalogue).fresh_stage(scenario, asked)
        for act in state.acts:
            act.perform(stage)
        return Played(scenario, stage.last, stage.application, stage.query)

    def fetch(self, path: str) -> TestResponse:
        """What a played document asks us for beside itself: scripts."""
        return self._installation("story").client.get(path)

    def _installation(self, catalogue: str) -> _Installation:
        if catalogue not in self._installed:
            self._installed[catalogue] = _Installation(self._folder / catalogue, catalogue, self._make_app)
        return self._installed[catalogue]


_ENDLESS = {name: Quota(10**9, 60) for name in QUOTAS}  # whoever looks at many states is no crowd


class _Installation:
    """The whole application with one catalogue; before each play its database is as it was when it was installed."""

    def __init__(self, folder: Path, catalogue: str, make_app: Callable[[Wired], Flask]) -> None:
        folder.mkdir()
        self._database, self._untouched = folder / "preview.sqlite3", folder / "untouched.sqlite3"
        self._clock = HandClock(NOW)
        self._queue = InlineQueue(self._clock)
        config = Config(
            data_dir=folder, database_url=f"sqlite:///{self._database}", public_url=HOST, quotas=_ENDLESS
        )  # fmt: skip
        self._wired = build_services(config, self._clock, self._queue)
        metadata.create_all(self._wired.database.engine)
        if catalogue == "story":
            seed_catalogue(self._wired.catalogue, self._wired.bank_pages, _BANKS, None)
            publish_stated(self._wired.catalogue)
        of_story = story()["shops"]
        shops, merchants = of_story | {"au": read_stated_story()["shop"]}, self._wired.merchants
        self._accounts = {key: open_account(merchants, one["name"], one["market"]) for key, one in shops.items()}
        if catalogue == "story":
            seed_subsidies(self._wired.subsidies, {key: self._accounts[key].merchant_id for key in of_story})
        self.client = Client(make_app(self._wired))
        self._wired.database.dispose()
        shutil.copyfile(self._database, self._untouched)

    def end(self) -> None:
        self._wired.database.dispose()

    def fresh_stage(self, scenario: Scenario, asked: Mapping[str, str]) -> Stage:
        self._wired.database.dispose()
        for rest in ("-wal", "-shm"):
            Path(f"{self._database}{rest}").unlink(missing_ok=True)
        shutil.copyfile(self._untouched, self._database)
        self._clock.current = NOW
        self._queue.clear()
        place = Place(
            scenario.widget, self._accounts[scenario.context], {**AMOUNTS[scenario.context], **asked}, "u_7f3a",
            "QH-261124-70379", "document" if scenario.mode == "page" else "iframe",
        )  # fmt: skip
        return Stage(self._wired, self.client, self._clock, self._queue, place)
