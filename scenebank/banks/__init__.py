"""The bank port and its adapters, one folder each."""

from __future__ import annotations

from collections.abc import Mapping

from scenebank.banks.origination import make_origination_bank
from scenebank.banks.port import AdapterFactory

BANKS: Mapping[str, AdapterFactory] = {
    "origination": make_origination_bank,
}
