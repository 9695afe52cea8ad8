"""The shop of a market in which lenders only state their rates, and what those of the story state there. The
demonstration has no such shop."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scenebank.catalogue.service import CatalogueService


def publish_stated(catalogue: CatalogueService) -> None:
    """All indicative products of :func:`read_stated_story`; their banks are there."""
    for document in read_stated_story()["products"]:
        catalogue.publish(document)


def read_stated_story() -> dict[str, Any]:
    """``shop``: ``{name, market}``; ``products``: documents as :mod:`scenebank.catalogue.documents` reads them."""
    document: dict[str, Any] = json.loads(Path(__file__).with_name("stated.json").read_text("utf-8"))
    return document
