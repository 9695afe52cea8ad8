"""Revisions, differences and moves as JSON, the same for programs and for commands."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping

from scenebank.catalogue.publishing.difference import Step, changed_fields, felt_difference, field_words
from scenebank.catalogue.publishing.model import Revision, canonical
from scenebank.clock import instant
from scenebank.exact_json import read_json


def revision_json(one: Revision) -> dict[str, Any]:
    """Without its document."""
    return {
        "id": one.id, "bank_id": one.bank_id, "product_id": one.product_id, "state": one.state.value,
        "edition": one.edition, "version": one.version, "content_hash": one.content_hash,
        "starts_at": instant(one.starts_at), "ends_at": instant(one.ends_at), "reason": one.reason,
        "origin": one.origin, "based_on": one.based_on, "author": one.author, "editors": list(one.editors),
        "approved_by": one.approved_by, "approved_at": instant(one.approved_at), "live_at": instant(one.live_at),
        "created_at": instant(one.created_at), "updated_at": instant(one.updated_at),
    }  # fmt: skip


def difference_json(step: Step) -> dict[str, Any]:
    fields = changed_fields(step.document or {}, step.revision.document)
    felt, unchanged = felt_difference(step)
    return {
        "revision": step.revision.id,
        "from_version": step.version,
        "fields": [
            {"pointer": one["pointer"], "before": _text(one["before"]), "after": _text(one["after"]),
             "words": field_words(one)}
            for one in fields
        ],
        "shopper": felt,
        "unchanged": unchanged,
    }  # fmt: skip


def move_json(row: RowMapping) -> dict[str, Any]:
    """One row of the audit."""
    return {**row, "at": instant(row["at"]), "detail": read_json(row["detail"])}


def _text(value: Any) -> str | None:
    return None if value is None else canonical(value)
