"""The bank port and its adapters: one folder per adapter, one line each here."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from scenebank.banks.port import AdapterFactory

_FOLDERS = (
    "origination",
)


def _adapter(folder: str) -> AdapterFactory:
    factory: AdapterFactory = import_module(f"{__name__}.{folder}").make_bank
    return factory


BANKS: Mapping[str, AdapterFactory] = {folder: _adapter(folder) for folder in _FOLDERS}
