"""Plays a scenario: a fresh copy of a small installation, the acts of its state, and the document that comes of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from flask import Flask

from scenebank.applications.model import Application
from scenebank.clock import HandClock
from scenebank.config import Config
from scenebank.engine.inline import InlineQueue
from scenebank.preview.document import Document
from scenebank.preview.launches import Account, open_account
from scenebank.preview.model import Scenario
from scenebank.preview.recorded import states_of
from scenebank.preview.stage import Place, Stage
from scenebank.seed import seed_catalogue
from scenebank.seed.story import story
from scenebank.store.tables import metadata
from scenebank.wiring import Wired, build_services

HOST = "http://127.0.0.1:8000"
# A morning in both markets.
NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
AMOUNTS: Mapping[str, Mapping[str, str]] = {
    "cn": {"amount": "600000", "currency": "CNY"},
    "eu": {"amount": "149900", "currency": "EUR"},
}
_BANKS = "https://bank.example"


@dataclass(frozen=True)
class Played:
    """What a scenario shows; ``query`` is what the shop's page asked for."""

    scenario: Scenario
    document: Document
    application: Application | None
    query: Mapping[str, str]


@dataclass(frozen=True)
class _Installation:
    folder: Path
    accounts: Mapping[str, Account]


class Preview:
    """``make_app`` is the application's own factory. Close it to remove what it wrote."""

    def __init__(self, make_app: Callable[[Wired], Flask]) -> None:
        self._make_app = make_app
        self._folder = Path(tempfile.mkdtemp(prefix="preview-"))
        self._installation = lru_cache(maxsize=None)(self._install)

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def play(self, scenario: Scenario) -> Played:
        """:class:`KeyError` for a state the widget does not have."""
        state = states_of(scenario.widget)[scenario.state]
        installed = self._installation(scenario.catalogue)
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        try:
            shutil.copytree(installed.folder, folder, dirs_exist_ok=True)
            clock = HandClock(NOW)
            queue = InlineQueue(clock)
            wired = build_services(_config(folder), clock, queue)
            asked = {"locale": scenario.locale, "theme": scenario.theme, **scenario.params}
            params = {**AMOUNTS[scenario.context], **asked}
            place = Place(scenario.widget, installed.accounts[scenario.context], params, "u_7f3a", "QH-261124-70379")
            stage = Stage(self._make_app, wired, clock, queue, place)
            try:
                for act in state.acts:
                    act.perform(stage)
                return Played(scenario, stage.last, stage.application, stage.query)
            finally:
                wired.database.dispose()
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _install(self, catalogue: str) -> _Installation:
        folder = self._folder / catalogue
        folder.mkdir()
        clock = HandClock(NOW)
        wired = build_services(_config(folder), clock, InlineQueue(clock))
        metadata.create_all(wired.database.engine)
        if catalogue == "story":
            seed_catalogue(wired.catalogue, _BANKS)
        shops = story()["shops"]
        accounts = {key: open_account(wired.merchants, one["name"], one["market"]) for key, one in shops.items()}
        wired.database.dispose()
        return _Installation(folder, accounts)


def _config(folder: Path) -> Config:
    return Config(data_dir=folder, database_url=f"sqlite:///{folder / 'preview.sqlite3'}", public_url=HOST)

