"""What is kept of an offer that was shown where it binds (values)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scenebank.merchants.model import Mode
from scenebank.offers.model import Ask, Offer, Plan

Chosen = tuple[Offer, Plan]


@dataclass(frozen=True)
class Viewer:
    """One shopper's visit to one shop."""

    session_id: str
    merchant_id: str
    mode: Mode


@dataclass(frozen=True)
class View:
    """Where it stood: ``widget_version`` names its templates, texts and code, ``content`` is the part of the page."""

    widget: str
    widget_version: str
    locale: str
    content: bytes


@dataclass(frozen=True)
class ShownOffer:
    """One kept offer. ``plan`` is (bank, product, version, term) where it was one plan and not the list; ``payer`` the
    shop that pays the interest of what it is agreed to; ``among`` the (bank, product, version) compared."""

    id: str
    merchant_id: str
    mode: str
    session_id: str
    widget: str
    widget_version: str
    locale: str
    rule_set_version: str
    catalogue_version: str
    plan: tuple[str, str, str, int] | None
    ask: Ask
    payer: str | None
    among: tuple[tuple[str, str, str], ...]
    figures: Mapping[str, Any]
    content: bytes
    created_at: datetime

    def stands(self, chosen: Chosen, ask: Ask) -> bool:
        """Whether it is this plan, of this version, for this amount, paid for by the same party: at the same price."""
        product, key = chosen[0].product, chosen[0].key
        paid = key in self.ask.agreed, key in ask.agreed
        same = (product.bank_id, product.product_id, product.version, chosen[1].term)
        return self.plan == same and self.ask.amount == ask.amount and paid[0] is paid[1]


@dataclass(frozen=True)
class Recomputed:
    """The figures as made again; ``differences`` are the places (JSON pointers) where they are not those kept;
    ``same_rules`` whether the rules are those of then."""

    figures: Mapping[str, Any]
    differences: tuple[str, ...]
    same_rules: bool
